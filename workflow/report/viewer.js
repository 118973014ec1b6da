"use strict";
// One sample at a time: its curves, its candidates, its place in a series. Drawn by uPlot.

const byId = (name) => document.getElementById(name);
const series = JSON.parse(byId("series-data")?.textContent ?? "[]");
const HEIGHT = 400; // pixels; less in a narrow window
const ZOOM = 0.6; // of the range of r that one step leaves
const state = { block: null, rank: 0, off: new Set(), plot: null, sample: null, range: null };

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// ------------------------------------------------------------ which sample

const sampleRows = () => [...document.querySelectorAll("#samples tbody tr[data-block]")];

/** The rows that a step leads to: those that the filter shows, in the order of the table. */
function steps() {
  return sampleRows().filter((row) => !row.hidden || +row.dataset.block === state.block);
}

function stepSample(by) {
  const rows = steps();
  const place = rows.findIndex((row) => +row.dataset.block === state.block);
  const next = rows[Math.min(Math.max(place + by, 0), rows.length - 1)];
  if (next) chooseSample(+next.dataset.block);
}

function stepCandidate(by) {
  const radios = [...byId("candidates").querySelectorAll("input:enabled")];
  const place = radios.findIndex((radio) => +radio.value === state.rank);
  const next = radios[Math.min(Math.max(place + by, 0), radios.length - 1)];
  if (next && !next.checked) {
    next.checked = true;
    chooseCandidate(+next.value);
  }
}

function chooseSample(block, keepAddress = false) {
  const sample = loadSample(block);
  const same = state.sample && state.sample.r[0] === sample.r[0]
    && state.sample.r[state.sample.r.length - 1] === sample.r[sample.r.length - 1];
  if (!same) state.range = null; // files of a series keep the part of r that is looked at
  Object.assign(state, { block, sample, rank: 0 });
  for (const row of sampleRows()) {
    const chosen = +row.dataset.block === block;
    row.classList.toggle("chosen", chosen);
    row.querySelector("button")?.setAttribute("aria-pressed", String(chosen));
    if (chosen && !keepAddress) row.scrollIntoView({ block: "nearest" });
  }
  if (!keepAddress) history.replaceState(null, "", `#sample=${encodeURIComponent(sample.file)}`);
  const rows = steps();
  byId("viewer-name").textContent = sample.file;
  byId("viewer-place").textContent = `${rows.findIndex((row) => +row.dataset.block === block) + 1} of ${rows.length}`;
  byId("viewer-verdict").textContent = sample.verdict;
  byId("viewer-reason").textContent = sample.reason;
  const link = byId("viewer-link");
  link.hidden = !sample.link;
  link.href = sample.link || "#viewer";
  byId("viewer-status").textContent = "";
  showCandidates(sample);
  showSeries(block);
  draw();
}

function showCandidates(sample) {
  byId("candidates").replaceChildren(...sample.candidates.map((candidate, rank) => {
    const radio = element("input", { type: "radio", name: "candidate", value: rank });
    radio.checked = rank === state.rank;
    radio.disabled = !candidate.values;
    radio.addEventListener("change", () => chooseCandidate(rank));
    const text = `${rank + 1}. ${candidate.label} `;
    const label = element("label", {}, radio, text, element("span", { class: "rw" }, `Rw ${candidate.rw.toFixed(3)}`));
    label.title = candidate.values ? candidate.structure : `${candidate.structure}: its curve was not kept`;
    return label;
  }));
}

function chooseCandidate(rank) {
  state.rank = rank;
  draw();
}

// ------------------------------------------------------------ series

function showSeries(block) {
  const found = series.find((one) => one.members.some((member) => member.block === block));
  byId("series-row").hidden = !found;
  if (!found) return;
  const slider = byId("series-slider");
  const place = found.members.findIndex((member) => member.block === block);
  slider.max = found.members.length - 1;
  slider.value = place;
  byId("series-name").textContent = `${found.name}: ${found.x_name}`;
  const words = `${found.members[place].x}`;
  byId("series-value").textContent = words;
  slider.setAttribute("aria-valuetext", `${found.x_name} ${words}`);
  slider.oninput = () => chooseSample(found.members[+slider.value].block);
}

// ------------------------------------------------------------ the plot

/** The curves that are drawn, measured first: name, unit in words, values, offset, looks. */
function curvesOf(sample) {
  const candidate = sample.candidates[state.rank];
  const calculated = candidate.values;
  const difference = sample.measured.map((value, k) => value - calculated[k]);
  const phases = state.rank === 0 ? sample.phases : [];
  const below = [difference, ...phases.map((phase) => phase.values)];
  const offsets = stackCurves(sample.measured, below);
  return [
    { key: "measured", label: "measured", values: sample.measured, offset: 0, points: true },
    { key: "fit", label: `fit: ${candidate.label}`, values: calculated, offset: 0, width: 1.6 },
    { key: "difference", label: "difference", values: difference, offset: offsets[0], width: 1.2 },
    ...phases.map((phase, k) => ({
      key: `phase-${k + 1}`, label: phase.label, values: phase.values, offset: offsets[k + 1], width: 1.4,
      dash: [[], [7, 3], [2, 2], [9, 3, 2, 3]][k],
    })),
  ];
}

function draw() {
  const { sample } = state;
  const curves = curvesOf(sample);
  const frame = byId("plot");
  const narrow = frame.clientWidth < 480;
  state.plot?.destroy();
  const text = colour("text"), line = colour("line"), font = "13px system-ui, sans-serif";
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font, labelFont: font };
  const options = {
    width: frame.clientWidth, height: narrow ? 300 : HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: true }, bind: { mousedown: panWithShift }, points: { size: 7 } },
    scales: { x: { time: false }, y: { range: (plot, low, high) => padded(low, high) } },
    axes: [
      { ...axis, label: "r (Å)", labelSize: 24, size: 34 },
      { ...axis, label: "G(r) (1/Å²)", labelSize: 22, size: narrow ? 40 : 52 },
    ],
    series: [{}, ...curves.map((curve) => ({
      show: !state.off.has(curve.key),
      stroke: colour(curve.key), width: curve.width ?? 0, dash: curve.dash,
      ...(curve.points
        ? { paths: () => null, points: { show: true, size: 4, width: 0, fill: colour(curve.key), stroke: colour(curve.key) } }
        : { points: { show: false } }),
    }))],
    hooks: { setCursor: [readOff], setScale: [keepRange], drawAxes: [(plot) => zeroLines(plot, curves, line)] },
  };
  state.plot = null; // no hook may see the old one
  const data = [sample.r, ...curves.map(({ values, offset }) => (offset ? values.map((v) => v + offset) : values))];
  const range = state.range;
  const plot = new uPlot(options, data, frame);
  state.curves = curves;
  state.plot = plot;
  if (range) plot.setScale("x", range);
  const best = sample.candidates[state.rank];
  frame.setAttribute("aria-label", `G(r) of ${sample.file} against r, with the fit of ${best.label}, Rw ${best.rw.toFixed(3)}`);
  showLegend(curves);
  readOff(plot);
}

function padded(low, high) {
  if (low === null || high === null) return [-1, 1]; // every curve is switched off
  const pad = 0.04 * (high - low) || 1;
  return [low - pad, high + pad];
}

function showLegend(curves) {
  byId("curves").replaceChildren(...curves.map((curve, k) => {
    const box = element("input", { type: "checkbox" });
    box.checked = !state.off.has(curve.key);
    box.addEventListener("change", () => {
      state.off[box.checked ? "delete" : "add"](curve.key);
      state.plot.setSeries(k + 1, { show: box.checked });
    });
    const swatch = element("span", { class: `swatch ${curve.points ? "dots" : ""}`, style: `--own: var(--${curve.key})` });
    if (curve.dash?.length) swatch.classList.add("dashed");
    return element("label", {}, box, swatch, curve.label + (curve.offset ? " (moved down)" : ""));
  }));
}

/** A line at the zero of each curve that is moved down. */
function zeroLines(plot, curves, stroke) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = stroke;
  for (const curve of curves) {
    if (state.off.has(curve.key)) continue;
    const y = Math.round(plot.valToPos(curve.offset, "y", true)) + 0.5;
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** The values at the cursor. */
function readOff(plot) {
  const k = plot.cursor.idx;
  if (plot !== state.plot || k === null || k === undefined) {
    byId("values").textContent = "Move over the plot, or press . and , on it, to read off values.";
    return;
  }
  const values = state.curves.filter((curve) => !state.off.has(curve.key))
    .map((curve) => `${curve.label} ${curve.values[k].toFixed(3)}`);
  byId("values").textContent = `r = ${state.sample.r[k].toFixed(2)} Å: ${values.join("; ")} 1/Å²`;
}

// ------------------------------------------------------------ zoom and pan

function keepRange(plot, scale) {
  if (scale !== "x" || plot !== state.plot) return;
  const { r } = state.sample, { min, max } = plot.scales.x;
  state.range = min > r[0] || max < r[r.length - 1] ? { min, max } : null;
}

/** Show from `min` to `max`, kept within the curve. */
function show(min, max) {
  const { r } = state.sample;
  const first = r[0], end = r[r.length - 1], step = (end - first) / (r.length - 1);
  const width = Math.min(Math.max(max - min, 8 * step), end - first);
  const left = Math.min(Math.max((min + max - width) / 2, first), end - width);
  state.plot.setScale("x", { min: left, max: left + width });
}

function zoom(share) {
  const { min, max } = state.plot.scales.x;
  const { idx } = state.plot.cursor;
  const centre = idx === null || idx === undefined ? (min + max) / 2 : state.sample.r[idx];
  const at = Math.min(Math.max(centre, min), max);
  show(at - (at - min) * share, at + (max - at) * share);
}

function pan(share) {
  const { min, max } = state.plot.scales.x;
  const by = share * (max - min);
  const { r } = state.sample;
  const moved = Math.min(Math.max(by, r[0] - min), r[r.length - 1] - max);
  show(min + moved, max + moved);
}

const showAll = () => show(state.sample.r[0], state.sample.r[state.sample.r.length - 1]);

/** With the Shift key the mouse moves the curve; without, it marks a part to look at. */
function panWithShift(plot, target, handler) {
  return (event) => {
    if (!event.shiftKey) {
      handler(event);
      return;
    }
    event.preventDefault();
    const { min, max } = plot.scales.x, start = event.clientX;
    const perPixel = (max - min) / plot.over.clientWidth;
    const move = (moved) => {
      const { r } = state.sample;
      const by = Math.min(Math.max((start - moved.clientX) * perPixel, r[0] - min), r[r.length - 1] - max);
      show(min + by, max + by);
    };
    const stop = () => {
      removeEventListener("mousemove", move);
      removeEventListener("mouseup", stop);
    };
    addEventListener("mousemove", move);
    addEventListener("mouseup", stop);
  };
}

/** Move the cursor by points, from the middle of the plot if it is not there. */
function moveCursor(by) {
  const { plot, sample: { r } } = state;
  const { min, max } = plot.scales.x;
  const middle = r.findIndex((value) => value >= (min + max) / 2);
  const from = plot.cursor.idx ?? middle;
  const k = Math.min(Math.max(from + by, 0), r.length - 1);
  plot.setCursor({ left: plot.valToPos(r[k], "x"), top: plot.over.clientHeight / 2 });
}

const KEYS = {
  ArrowLeft: () => stepSample(-1), ArrowRight: () => stepSample(1),
  ArrowUp: () => stepCandidate(-1), ArrowDown: () => stepCandidate(1),
  "+": () => zoom(ZOOM), "=": () => zoom(ZOOM), "-": () => zoom(1 / ZOOM), 0: showAll,
  ",": () => moveCursor(-1), ".": () => moveCursor(1), "<": () => moveCursor(-10), ">": () => moveCursor(10),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const sideways = { ArrowLeft: -0.2, ArrowRight: 0.2 }[event.key];
  const action = event.shiftKey && sideways ? () => pan(sideways) : KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

// ------------------------------------------------------------ start

/** The sample that the page's address names; the first one, and a word, where there is none. */
function chooseByAddress() {
  const rows = sampleRows();
  let name = null;
  if (location.hash.startsWith("#sample=")) {
    try {
      name = decodeURIComponent(location.hash.slice(8));
    } catch {
      name = location.hash.slice(8);
    }
  }
  const named = rows.find((row) => row.dataset.file === name);
  chooseSample(+(named ?? rows[0]).dataset.block, !named);
  if (named) byId("viewer").scrollIntoView();
  if (name !== null && !named) byId("viewer-status").textContent = `This report has no fitted sample "${name}". The first one is shown.`;
}

function startViewer() {
  byId("viewer").hidden = false;
  for (const row of sampleRows()) {
    const link = row.cells[0].querySelector("a");
    const button = element("button", { type: "button", class: "show", "aria-pressed": "false" }, row.cells[0].textContent.trim());
    (link ?? row.cells[0].firstChild).replaceWith(button);
  }
  byId("samples").addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr[data-block]");
    if (row) chooseSample(+row.dataset.block);
  });
  byId("previous").addEventListener("click", () => stepSample(-1));
  byId("next").addEventListener("click", () => stepSample(1));
  byId("closer").addEventListener("click", () => zoom(ZOOM));
  byId("wider").addEventListener("click", () => zoom(1 / ZOOM));
  byId("left").addEventListener("click", () => pan(-0.2));
  byId("right").addEventListener("click", () => pan(0.2));
  byId("whole").addEventListener("click", showAll);
  byId("plot").addEventListener("keydown", onKey);
  addEventListener("hashchange", () => location.hash.startsWith("#sample=") && chooseByAddress());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  chooseByAddress();
  let width = byId("plot").clientWidth;
  new ResizeObserver(() => {
    const now = byId("plot").clientWidth;
    if (now === width || !now) return;
    width = now;
    draw();
  }).observe(byId("plot"));
}

if (sampleRows().length) startViewer();
