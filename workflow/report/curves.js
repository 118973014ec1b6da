"use strict";
// The curves of a sample, from the block of the page that holds them. See reporting/viewer.py.

function bytesOf(text) {
  const raw = atob(text);
  return Uint8Array.from({ length: raw.length }, (_, k) => raw.charCodeAt(k)).buffer;
}

/** Whole numbers of 16 bits, the lower byte first, times their unit. */
function unpackCurve(packed) {
  const view = new DataView(bytesOf(packed.text));
  return Float64Array.from({ length: view.byteLength / 2 }, (_, k) => packed.unit * view.getInt16(2 * k, true));
}

/** r in angstrom. */
function unpackAxis(packed) {
  if (packed.floats === undefined) {
    return Float64Array.from({ length: packed.points }, (_, k) => packed.start + k * packed.step);
  }
  const view = new DataView(bytesOf(packed.floats));
  return Float64Array.from({ length: view.byteLength / 4 }, (_, k) => view.getFloat32(4 * k, true));
}

const decoded = new Map();

/** A sample by the number of its block; it is decoded when it is first asked for. */
function loadSample(number) {
  if (!decoded.has(number)) {
    const sample = JSON.parse(document.getElementById(`sample-${number}`).textContent);
    sample.r = unpackAxis(sample.r);
    sample.measured = unpackCurve(sample.measured);
    for (const curve of [...sample.candidates, ...sample.phases]) curve.values = curve.curve && unpackCurve(curve.curve);
    decoded.set(number, sample);
  }
  return decoded.get(number);
}

/**
 * Curves as they stand below each other: measured and fit at zero, then the difference and each
 * phase, moved down by what `offsets` says so that none touches the next.
 */
function stackCurves(measured, below) {
  const low = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  const gap = 0.06 * (high(measured) - low(measured)) || 1;
  let base = low(measured);
  return below.map((values) => {
    const offset = base - gap - high(values);
    base = offset + low(values);
    return offset;
  });
}
