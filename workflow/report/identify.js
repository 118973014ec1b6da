"use strict";
// Identification of measured pair distribution functions in one page, without a network.
//
// This file is put into results/identify.html by the rule write_identify_page. It does in the
// browser what the package does in Python, and the tests compare the two in Chromium:
//   1. text        a file's bytes -> a table of numbers             measured/text.py, core/archives.py
//   2. header      what the lines above the table say               measured/header.py
//   3. function    which function of r or Q the table holds         measured/{labels,curve,quantity}.py
//   4. reader      a file -> G(r), or the reason why not            measured/{reader,conversion}.py
//   5. observation the part of the curve that is compared           measured/observation.py
//   6. model       G(r) -> probabilities                            dataset/representation.py, models/
//   7. search      G(r) -> the most similar structures              identification/search.py
//   8. page        files in, answers out
// Where a line here and a line there would differ, the one there is right. Lengths are in angstrom,
// Q in 1/angstrom. The page's data stand in blocks of their own (`Data`), see offline_page.py.

// ------------------------------------------------------------ numbers and words

/** A file that cannot be used; the message says why and what to do. */
class PatternError extends Error {}

/** A number as Python writes it by f"{x:.{digits}g}". */
function general(x, digits = 6) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power < -4 || power >= digits) {
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${trim(mantissa)}e${power < 0 ? "-" : "+"}${size}`;
  }
  return trim(x.toFixed(Math.max(digits - 1 - power, 0)));
}

/** A number as Python writes it by f"{x:.1e}". */
function scientific(x) {
  if (!Number.isFinite(x)) return general(x);
  const [mantissa, exponent] = x.toExponential(1).split("e");
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
/** A text as one line, without characters that hide or move others. */
const printable = (text) => text.replace(UNPRINTABLE, "?");
/** A label as Python's repr writes it. */
const quoted = (text) => (text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text}'`);

const BLANK = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const ENDS = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, "g");
const strip = (text) => text.replace(ENDS, "");
const BLANKS = new RegExp(`[${BLANK}]+`);
const splitBlank = (text) => strip(text).split(BLANKS).filter((word) => word !== "");

const sum = (values) => { let s = 0; for (const v of values) s += v; return s; };
const mean = (values) => sum(values) / values.length;
const meanSquare = (values) => { let s = 0; for (const v of values) s += v * v; return s / values.length; };
const rootMeanSquare = (values) => (values.length ? Math.sqrt(meanSquare(values)) : 0);
const dot = (a, b) => { let s = 0; for (let k = 0; k < a.length; k++) s += a[k] * b[k]; return s; };
const least = (values) => { let m = Infinity; for (const v of values) if (v < m) m = v; return m; };
const greatest = (values) => { let m = -Infinity; for (const v of values) if (v > m) m = v; return m; };
const clip = (x, low, high) => Math.min(Math.max(x, low), high);
const last = (values) => values[values.length - 1];
const select = (values, chosen) => Float64Array.from(values).filter((_, k) => chosen[k]);
const differences = (x) => Float64Array.from({ length: x.length - 1 }, (_, k) => x[k + 1] - x[k]);

function deviation(values) {
  const centre = mean(values);
  return Math.sqrt(meanSquare(Float64Array.from(values, (v) => v - centre)));
}

function median(values) {
  return quantile(values, 0.5);
}

function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

function linspace(low, high, n) {
  const step = (high - low) / (n - 1);
  const values = Float64Array.from({ length: n }, (_, k) => low + k * step);
  values[n - 1] = high;
  return values;
}

/** The first index at which a sorted array reaches a value. */
function searchSorted(sorted, value) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Straight lines through points (x, y) with x increasing; beyond the ends the values there. */
function interpolate(at, x, y, outside = null) {
  const values = new Float64Array(at.length);
  let k = 0;
  for (let j = 0; j < at.length; j++) { // `at` increases as well
    while (k < x.length - 2 && x[k + 1] <= at[j]) k++;
    if (at[j] < x[0]) values[j] = outside ?? y[0];
    else if (at[j] > x[x.length - 1]) values[j] = outside ?? y[y.length - 1];
    else if (x.length < 2) values[j] = y[0];
    else values[j] = y[k] + ((y[k + 1] - y[k]) / (x[k + 1] - x[k])) * (at[j] - x[k]);
  }
  return values;
}

/** Fourier transform in place of a length that is a power of two. */
function transform(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  const { cosine, sine } = circle(n);
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2, stride = n / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0, t = 0; k < half; k++, t += stride) {
        const i = start + k, j = i + half, c = cosine[t], s = sine[t];
        const a = re[j] * c + im[j] * s, b = im[j] * c - re[j] * s;
        re[j] = re[i] - a; im[j] = im[i] - b;
        re[i] += a; im[i] += b;
      }
    }
  }
}

const circles = new Map();
/** Cosines and sines of the first half of n points on the circle. */
function circle(n) {
  if (!circles.has(n)) {
    const angles = Float64Array.from({ length: n / 2 }, (_, k) => (2 * Math.PI * k) / n);
    circles.set(n, { cosine: angles.map(Math.cos), sine: angles.map(Math.sin) });
  }
  return circles.get(n);
}

/** Squared magnitudes of the Fourier transform of n real values at the frequencies 0 to n / 2. */
function spectrumPower(values, n = values.length) {
  let re, im;
  if ((n & (n - 1)) === 0) {
    re = new Float64Array(n); im = new Float64Array(n);
    re.set(values);
    transform(re, im);
  } else { // Bluestein, IEEE Trans. Audio Electroacoust. 18 (1970) 451
    let size = 1;
    while (size < 2 * n) size *= 2;
    const c = new Float64Array(n), s = new Float64Array(n);
    for (let k = 0; k < n; k++) { // k^2 modulo 2n keeps the angle exact
      const angle = (Math.PI * ((k * k) % (2 * n))) / n;
      c[k] = Math.cos(angle); s[k] = Math.sin(angle);
    }
    re = new Float64Array(size); im = new Float64Array(size);
    const chirpRe = new Float64Array(size), chirpIm = new Float64Array(size);
    for (let k = 0; k < n; k++) {
      re[k] = (values[k] ?? 0) * c[k]; im[k] = -(values[k] ?? 0) * s[k];
      chirpRe[k] = c[k]; chirpIm[k] = s[k];
      if (k) { chirpRe[size - k] = c[k]; chirpIm[size - k] = s[k]; }
    }
    transform(re, im);
    transform(chirpRe, chirpIm);
    for (let k = 0; k < size; k++) {
      const a = re[k] * chirpRe[k] - im[k] * chirpIm[k];
      const b = re[k] * chirpIm[k] + im[k] * chirpRe[k];
      re[k] = a / size; im[k] = -b / size; // conjugated: the next transform is the inverse
    }
    transform(re, im);
  }
  return Float64Array.from({ length: (n >> 1) + 1 }, (_, k) => re[k] ** 2 + im[k] ** 2);
}

function cumulative(values) {
  const total = new Float64Array(values.length);
  let s = 0;
  for (let k = 0; k < values.length; k++) total[k] = s += values[k];
  return total;
}

// ------------------------------------------------------------ 1. text

const MAX_BYTES = 64 * 2 ** 20;
const MAX_UNPACKED = 512 * 2 ** 20;
const MAX_MEMBERS = 20_000;
const MAX_LINES = 500_000;
const MAX_LINE = 2_000;
const MAX_HEADER_LINES = 5_000;
const MIN_ROWS = 16;
const AS_TEXT = "save r and G(r) as text in two columns";
const ONE_CURVE = "A PDF has some thousand rows: keep one curve a file";
const FOREIGN = [
  ["%PDF", "a PDF document (pages, not a pair distribution function)"],
  ["\x89HDF", "an HDF5 or NeXus file"],
  ["\x93NUMPY", "a NumPy array"],
  ["\x89PNG", "a picture (PNG)"],
  ["\xff\xd8\xff", "a picture (JPEG)"],
  ["GIF8", "a picture (GIF)"],
  ["\xd0\xcf\x11\xe0", "an old Excel, Word or Origin file"],
  ["CPYUA", "an Origin project"],
  ["SQLite format", "a database"],
  ["\x7fELF", "a program"],
  ["7z\xbc\xaf", "a 7z archive"],
  ["Rar!", "a RAR archive"],
];

const startsWith = (data, magic) => [...magic].every((c, k) => data[k] === c.charCodeAt(0));
const latin1 = (data) => {
  const parts = [];
  for (let k = 0; k < data.length; k += 8192) {
    parts.push(String.fromCharCode(...data.subarray(k, k + 8192)));
  }
  return parts.join("");
};
const tooLarge = (size) =>
  new PatternError(`${size}, where at most ${general(MAX_BYTES / 2 ** 20, 3)} MiB are read; split it. ${ONE_CURVE}`);

/** Unpack by the browser; up to MAX_BYTES. */
async function inflate(data, format) {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    size += value.length;
    parts.push(value);
    if (size > MAX_BYTES) { reader.cancel().catch(() => {}); throw tooLarge("too large when unpacked"); }
  }
  const whole = new Uint8Array(size);
  let place = 0;
  for (const part of parts) { whole.set(part, place); place += part.length; }
  return whole;
}

async function unpack(data) {
  if (startsWith(data, "\x1f\x8b")) {
    try {
      return await inflate(data, "gzip");
    } catch (error) {
      if (error instanceof PatternError) throw error;
      throw new PatternError("the compressed file is damaged or cut off; copy or compress it again");
    }
  }
  if (startsWith(data, "BZh") || startsWith(data, "\xfd7zXZ\x00")) {
    throw new PatternError(
      "this page reads .gz and .zip, but no .bz2 and .xz; unpack the file first, or use pdflearn identify");
  }
  return data;
}

function decode(data) {
  if (data.every((byte) => [0, 9, 10, 13, 26, 32].includes(byte))) {
    throw new PatternError("the file is empty; export or copy it again");
  }
  for (const [magic, what] of FOREIGN) {
    if (startsWith(data, magic)) throw new PatternError(`this is ${what}; ${AS_TEXT}`);
  }
  if (startsWith(data, "PK\x03\x04")) {
    throw new PatternError(`this is an archive or an Office file (Excel, Word); ${AS_TEXT}`);
  }
  const text = textOf(data);
  const size = Math.min(text.length, 65536);
  let control = 0;
  for (let k = 0; k < size; k++) {
    const code = text.charCodeAt(k);
    if (code < 32 && ![9, 10, 12, 13, 26, 27].includes(code)) control++;
  }
  if (control > 0.01 * size) throw new PatternError(`the file is binary, not text; ${AS_TEXT}`);
  return text;
}

function textOf(data) {
  const as = (name) => new TextDecoder(name).decode(data);
  if (startsWith(data, "\xff\xfe")) return as("utf-16le");
  if (startsWith(data, "\xfe\xff")) return as("utf-16be");
  let even = 0, odd = 0;
  const size = Math.min(data.length, 4096);
  for (let k = 0; k < size; k++) if (data[k] === 0) k % 2 ? odd++ : even++;
  const half = Math.max(size >> 1, 1);
  if (odd > 0.6 * half && even < 0.05 * half) return as("utf-16le");
  if (even > 0.6 * half && odd < 0.05 * half) return as("utf-16be");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return latin1(data);
  }
}

const NUMBERS_ONLY = /^[\s"]*[-+.\d][-+.,;\d\s"eEdDnNaAiIfF]*$/;
const FLOAT = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const FORTRAN = /^([-+]?(?:\d+\.?\d*|\.\d+))(?:[dD]([-+]?\d{1,3})|([-+]\d{3}))$/;
const MISSING = new Set(["na", "n/a", "null", "none", "-", "--", "nan", "+nan", "-nan", "1.#qnan", "-1.#ind"]);
const COMMENTS = ["#", "!", "%", "//", ";", "'", "*"];
const STARTS = new Set('0123456789+-."\u2212');
const ASCII = /^[\x00-\x7f]*$/;

/** What a comma stands for in the rows of numbers: a decimal point or a gap. */
function commaMeaning(lines) {
  let decimal = 0, separator = 0;
  for (const line of lines.slice(0, 20_000)) {
    if (!line.includes(",") || line.length > MAX_LINE || !NUMBERS_ONLY.test(line)) continue;
    const row = strip(line).replace(/^;+|;+$/g, "");
    const commas = row.split(",").length - 1;
    const between = (row.match(/(?<=\d),(?=\d)/g) ?? []).length;
    if (row.includes(".") || commas !== between) separator++;
    else if (row.split(/[\s;]+/).length >= 2) decimal++;
    else separator++;
  }
  return decimal > separator ? "." : " ";
}

/** A number as Python's float() reads it; null for other words. */
function plainNumber(word) {
  if (FLOAT.test(word)) return Number(word);
  const named = /^([-+]?)(inf(?:inity)?|nan)$/i.exec(word);
  if (!named) return null;
  return named[2].toLowerCase() === "nan" ? NaN : named[1] === "-" ? -Infinity : Infinity;
}

function numberOf(word) {
  const plain = plainNumber(word);
  if (plain !== null) return plain;
  const fortran = FORTRAN.exec(word);
  if (fortran) return Number(`${fortran[1]}e${fortran[2] ?? fortran[3]}`);
  return MISSING.has(word.toLowerCase()) || /^\**$/.test(word) ? NaN : null;
}

function rowOf(line, comma) {
  if (line.length > MAX_LINE || line.includes("_")) return null;
  if (!ASCII.test(line) || /[,;"\x1a]/.test(line)) {
    line = line.replace(/[;"\x00\x1a]/g, " ").replaceAll("\u2212", "-").replaceAll(",", comma);
    if (!ASCII.test(line)) {
      line = line.replaceAll("\xa0", " ");
      if (!ASCII.test(line)) return null;
    }
  }
  let words = splitBlank(line);
  if (words.length < 2) return null;
  const plain = words.map(plainNumber);
  if (!plain.includes(null)) return plain;
  const note = words.findIndex((word, k) => k > 1 && "#!%".includes(word[0]));
  if (note > 0) words = words.slice(0, note);
  const numbers = words.map(numberOf);
  return numbers.includes(null) ? null : numbers;
}

/** Start and stop of the longest run in which x does not decrease. */
function longestRun(x, breaks) {
  let best = [0, 0], start = 0;
  for (let k = 1; k <= x.length; k++) {
    if (k < x.length && x[k] - x[k - 1] >= 0 && !breaks[k]) continue;
    if (k - start > best[1] - best[0]) best = [start, k];
    start = k;
  }
  return best;
}

/** The longest block of rows of numbers with an increasing first column, and the lines around it. */
function findTable(text) {
  const tooMany = () =>
    new PatternError("more than 500,000 lines; a PDF has some thousand rows: keep one curve a file");
  if ((text.match(/[\r\n]/g) ?? []).length > 2 * MAX_LINES) throw tooMany();
  const lines = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n");
  if (lines.length > MAX_LINES) throw tooMany();
  const beginning = text.slice(0, 200_000);
  for (const [mark, what] of [
    [/^[ \t]*_cell_length_a\b.*^[ \t]*_atom_site_/ms, "CIF"], [/^format\s+pdffit\b/im, ".stru"],
  ]) {
    if (mark.test(beginning)) {
      throw new PatternError(`this is a structure (${what}), not a measured PDF; it belongs into the ` +
        "folder of structures, resources/structures");
    }
  }
  const comma = text.includes(",") ? commaMeaning(lines) : " ";
  const rows = [], numbers = [], breaks = [], header = [];
  let broken = true;
  lines.forEach((line, number) => {
    const bare = strip(line);
    if (!bare) return;
    const row = STARTS.has(bare[0]) ? rowOf(line, comma) : null;
    if (row === null) {
      if (header.length < MAX_HEADER_LINES) header.push([number, bare.slice(0, MAX_LINE)]);
      broken ||= !COMMENTS.some((mark) => bare.startsWith(mark));
      return;
    }
    rows.push(row); numbers.push(number); breaks.push(broken);
    broken = false;
  });
  if (!rows.length) throw noTable(text, 0);
  const x = rows.map((row) => row[0]);
  let [start, stop] = longestRun(x, breaks);
  const [falling, end] = longestRun(x.map((v) => -v), breaks);
  const warnings = [];
  let turned = false;
  if (end - falling >= MIN_ROWS && MIN_ROWS > stop - start) {
    [start, stop, turned] = [falling, end, true];
    warnings.push("r falls from row to row in the file; the rows were turned round");
  }
  if (stop - start < MIN_ROWS) throw noTable(text, stop - start);
  const counts = (row, n, next) => row.length === 2 && next.length > 2 && n > MIN_ROWS && Math.abs(row[1] - n) <= 2;
  while (counts(rows[start], stop - start, rows[start + 1])) start++;
  while (counts(rows[stop - 1], stop - start, rows[stop - 2])) stop--;
  const block = rows.slice(start, stop);
  if (turned) block.reverse();
  const width = least(block.map((row) => row.length));
  const others = sum([start, rows.length - stop].filter((n) => n >= MIN_ROWS));
  if (others) {
    warnings.push(`${others} more rows of numbers stand outside the block of ${stop - start} rows that ` +
      `begins in line ${numbers[start] + 1}; they were not read`);
  }
  const first = numbers[start];
  return {
    columns: Array.from({ length: width }, (_, c) => Float64Array.from(block, (row) => row[c])),
    header: header.map(([, line]) => line),
    lead: header.filter(([number]) => number < first).map(([, line]) => line),
    ragged: block.some((row) => row.length !== width),
    commas: lines[first].includes(",") && comma === " ",
    warnings,
  };
}

function noTable(text, longest) {
  if (/<\s*(!doctype|html|body|div)\b/i.test(text.slice(0, 20_000))) {
    return new PatternError("this is a web page, not a data file; download the raw file (its own " +
      "link, not the page that shows it)");
  }
  const largest = longest ? `the longest has ${longest}` : "there is none";
  return new PatternError(`no block of at least ${MIN_ROWS} rows of numbers with an increasing first ` +
    `column (${largest}); expected a text file with the columns r (angstrom) and G(r)`);
}

/** The files in a zip archive by their names: [name, function that unpacks it]. */
function zipMembers(data) {
  const damaged = new PatternError("the zip archive is damaged or cut off; copy or make it again");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let end = data.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw damaged;
  const members = [];
  try {
    let place = view.getUint32(end + 16, true);
    for (let n = view.getUint16(end + 10, true); n > 0; n--) {
      if (view.getUint32(place, true) !== 0x02014b50) throw damaged;
      const field = (offset) => view.getUint16(place + offset, true);
      const size = (offset) => view.getUint32(place + offset, true);
      const nameBytes = data.subarray(place + 46, place + 46 + field(28));
      const name = field(8) & 0x800 ? new TextDecoder().decode(nameBytes) : latin1(nameBytes);
      members.push({ name, flags: field(8), method: field(10), packed: size(20), unpacked: size(24), place: size(42) });
      place += 46 + field(28) + field(30) + field(32);
    }
  } catch {
    throw damaged;
  }
  const clutter = (name) => name.split("/").includes("__MACOSX") ||
    /^(?:\._|\.DS_|Thumbs\.db$)/.test(last(name.split("/")));
  const files = members.filter(({ name }) => !name.endsWith("/") && !clutter(name));
  if (files.length > MAX_MEMBERS) {
    throw new PatternError(`the zip archive holds ${files.length} files; at most ${MAX_MEMBERS} are read: split it`);
  }
  if (!files.length) throw new PatternError("the zip archive holds no file; add files with G(r)");
  files.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  let left = MAX_UNPACKED;
  return files.map((file) => {
    const limit = Math.min(MAX_BYTES, left);
    if (file.unpacked <= limit) left -= file.unpacked;
    return [file.name, () => zipMember(data, view, file, limit)];
  });
}

async function zipMember(data, view, file, limit) {
  const { name, flags, method, packed, unpacked, place } = file;
  const parts = name.replaceAll("\\", "/").split("/");
  if (parts.includes("..") || /^[\/\\]/.test(name) || parts[0].includes(":")) {
    throw new PatternError("the path in the archive leads out of it; make the archive again");
  }
  if (flags & 1) throw new PatternError("the archive is encrypted; unpack it first");
  if (unpacked > limit) {
    throw new PatternError("too large when unpacked: the member is larger than 64 MiB, or the archive " +
      `than 512 MiB; split it. ${ONE_CURVE}`);
  }
  try {
    const start = place + 30 + view.getUint16(place + 26, true) + view.getUint16(place + 28, true);
    const content = data.subarray(start, start + packed);
    if (content.length !== packed || ![0, 8].includes(method)) throw new Error("cut off");
    return method ? await inflate(content, "deflate-raw") : content;
  } catch (error) {
    if (error instanceof PatternError) throw error;
    throw new PatternError("damaged member of the archive; make the archive again");
  }
}

// ------------------------------------------------------------ 2. header

const NUMBER = "([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eEdD][-+]?\\d+)?)";
const WORD_START = "(?<![A-Za-z0-9_])";
const keyValue = (names) => new RegExp(`${WORD_START}(?:${names})\\s*[=:]\\s*${NUMBER}`, "i");
// name: [pattern, smallest and largest value that can be meant]
const NUMERIC = {
  q_min: [keyValue("q[_ -]?min"), 0, 20],
  q_max: [keyValue("q[_ -]?max"), 2, 120],
  q_damp: [keyValue("q[_ -]?damp|qsig"), 0, 1],
  q_broad: [keyValue("q[_ -]?broad|qalp"), 0, 1],
  rho0: [keyValue("rho_?0|(?:number|atomic)[_ ]density"), 0.001, 0.3],
  wavelength: [keyValue("wavelength|wave_length|lambda"), 0.01, 10],
};
const COMMENTED = Object.fromEntries(["q_min", "q_max", "q_damp", "q_broad"].map((name) => [
  name, new RegExp(`^[#;!%\\s]+${name.replace("_", "[_-]?")}\\s+${NUMBER}\\s*$`, "i"),
]));
const TEMPERATURE = new RegExp(
  `${WORD_START}(?:[Tt]emperature|TEMPERATURE|[Tt]emp|TEMP|T)\\s*(?:\\(K\\))?\\s*[=:]\\s*${NUMBER}` +
  "\\s*(°\\s?C\\b|deg\\s?C\\b|C\\b)?");
const TEXTS = {
  composition: /^[#;!%\s]*(?:sample[_ ]?)?(?:composition|formula|chemical[_ ]formula)\s*[=:]\s*(.+)$/i,
  title: /^[#;!%\s]*(?:run|sample)?[_ ]?title\s*[=:]\s*(.+)$|runTitle=(.+)$/i,
};
const RADIATION = new RegExp(
  `${WORD_START}(?:mode|stype|radiation(?:[_ ]?type)?|scatter(?:ing|er)?(?:[_ ]?type)?|probe)` +
  "\\s*[=:]\\s*[\"']?(x[ -]?rays?|x|neutrons?|n)\\b", "i");
const NEUTRON = /\bneutrons?\b|pdfgetn|\bnpdf\b|\bnomad\b/i;
const XRAY = /\bx-?rays?\b|pdfgetx|get_xpdf|\bsynchrotron\b/i;
const GETX2_ATOM = new RegExp(`^[#\\s]*([A-Z][a-z]?)\\s+${NUMBER}\\s+${NUMBER}\\s+\\d+\\s`);
const GETN_ATOM = new RegExp(`^[#\\s]*([A-Z][a-z]?)\\s+${NUMBER}\\s+${NUMBER}\\s+${NUMBER}\\s`);

/** What the lines of a header say: hints and warnings. */
function readHints(header) {
  const lines = header.map((line) => line.slice(0, 1000));
  const hints = {}, warnings = [], decided = new Set();
  const value = (text) => {
    const number = Number(text.toLowerCase().replace("d", "e"));
    return Number.isFinite(number) ? number : -1;
  };
  for (const line of lines) {
    const ofTransform = /^[#\s]*S\(q\)\s/i.test(line);
    for (const [name, [pattern, low, high]] of Object.entries(NUMERIC)) {
      const match = pattern.exec(line) ?? COMMENTED[name]?.exec(line);
      if (!match || (decided.has(name) && !ofTransform)) continue;
      const number = value(match[1]);
      if (number >= low && number <= high) {
        hints[name] = number;
        if (ofTransform) decided.add(name);
      } else if (number !== 0) { // 0 is how several programs write "not set"
        warnings.push(`the header's ${name} = ${general(number)} is outside ${general(low)} to ` +
          `${general(high)}; not used`);
      }
    }
    const temperature = TEMPERATURE.exec(line);
    if (temperature) {
      const number = value(temperature[1]) + (temperature[2] ? 273.15 : 0);
      if (number > 0 && number < 5000) hints.temperature = number;
    }
    for (const [name, pattern] of Object.entries(TEXTS)) {
      const match = pattern.exec(line);
      const text = match ? splitBlank((match[1] ?? match[2]).replace(UNPRINTABLE, " ")).join(" ").slice(0, 200) : "";
      if (text) hints[name] = text;
    }
  }
  const radiation = radiationInText(lines);
  if (radiation) hints.radiation = radiation;
  if (!("composition" in hints)) {
    const formula = formulaOf(lines, value);
    if (formula) hints.composition = formula;
  }
  if (hints.q_min !== undefined && hints.q_max !== undefined && hints.q_min >= hints.q_max) {
    warnings.push(`the header's q_min = ${general(hints.q_min)} is not below q_max = ` +
      `${general(hints.q_max)}; not used`);
    delete hints.q_min;
  }
  return [hints, warnings];
}

function radiationInText(lines) {
  for (const line of lines) {
    const match = RADIATION.exec(line);
    if (match) return "xX".includes(match[1][0]) ? "xray" : "neutron";
  }
  const prose = lines.filter((line) => !/[\/\\]/.test(line)); // folders say where a file lay
  const neutron = prose.some((line) => NEUTRON.test(line));
  const xray = prose.some((line) => XRAY.test(line));
  return neutron === xray ? null : neutron ? "neutron" : "xray";
}

/** The formula in the tables of atoms that PDFgetX2 and PDFgetN write. */
function formulaOf(lines, value) {
  let pattern = null, group = 2;
  const amounts = new Map();
  for (const line of lines) {
    if (line.includes("symbol") && line.includes("fractions")) [pattern, group] = [GETX2_ATOM, 3];
    else if (line.includes("relAtomNum")) [pattern, group] = [GETN_ATOM, 2];
    else if (pattern) {
      const match = pattern.exec(`${line} `);
      if (!match) break;
      amounts.set(match[1], value(match[group]));
    }
  }
  const present = [...amounts].filter(([, amount]) => amount > 0);
  if (!present.length) return null;
  const smallest = least(present.map(([, amount]) => amount));
  let ratios = present.map(([symbol, amount]) => [symbol, amount / smallest]);
  if (ratios.some(([, n]) => Math.abs(n - Math.round(n)) > 0.02)) ratios = present;
  return ratios.map(([s, n]) => (Math.abs(n - 1) < 5e-5 ? s : s + general(n, 4))).join("");
}

// ------------------------------------------------------------ 3. function

// D. A. Keen, J. Appl. Cryst. 34 (2001) 172; P. F. Peterson et al., J. Appl. Cryst. 54 (2021) 317.
// name: [space, what it does below the first peak, what it does far out]
const FUNCTIONS = {
  "G": ["r", "line", "0"], "D(r)": ["r", "line", "0"],
  "RMCProfile G(r)": ["r", "plateau", "0"], "g(r) - 1": ["r", "plateau", "0"],
  "g(r)": ["r", "zero", "1"], "rho(r)": ["r", "zero", "constant"],
  "T(r)": ["r", "zero", "r"], "RDF": ["r", "zero", "r^2"],
  "F(Q)": ["Q", "line", "0"], "S(Q)": ["Q", "", "1"], "S(Q) - 1": ["Q", "plateau", "0"], "I": ["Q", "", ""],
};
const OF_R = "(?:\\(r\\)|of[rR])", OF_Q = "(?:\\([qQ]\\)|of[qQ])";
const LABELS = [
  [`G_?[Kk](?:een)?${OF_R}?(?![a-z])`, ["RMCProfile G(r)", "g(r) - 1"]],
  [`(?:[gG](?:${OF_R}|r)?-1|h${OF_R}?)(?![a-zA-Z0-9])`, ["g(r) - 1", "RMCProfile G(r)"]],
  [`(?:rho|\u03c1)${OF_R}(?![a-z])`, ["rho(r)", "g(r)"]],
  [`T${OF_R}?(?![a-zA-Z])`, ["T(r)"]],
  [`(?:R${OF_R}?|(?:RDF|rdf)(?:\\(r\\))?)(?![a-zA-Z])`, ["RDF", "g(r)"]],
  [`(?:D${OF_R}?|d${OF_R})(?![a-zA-Z])`, ["D(r)", "G"]],
  [`(?:g${OF_R}?)(?![a-zA-Z])`, ["g(r)", "g(r) - 1"]],
  [`(?:G${OF_R}|G_?(?:PDF|pdf)(?:\\(r\\))?|GR|Gr|gr|PDF|pdf|G_?obs|G)(?![a-z])`,
    ["G", "D(r)", "RMCProfile G(r)", "g(r) - 1"]],
  [`(?:[sS](?:${OF_Q}|[qQ])?-1|F_?K${OF_Q}?|[hH]\\([qQ]\\))(?![a-z0-9])`, ["S(Q) - 1"]],
  ["i(?:\\(Q\\)|ofQ)(?![a-z])", ["S(Q) - 1", "I"]],
  [`(?:[qQ]\\*?[\\[(]?(?:[sS]${OF_Q}?-1|i${OF_Q}|[iIfF]\\([qQ]\\)).*|[qQ]\\*?\\[[sS].*)`, ["F(Q)"]],
  [`(?:[fF](?:${OF_Q}|[qQ])?)(?![a-zA-Z])`, ["F(Q)", "S(Q) - 1"]],
  [`(?:[sS](?:${OF_Q}|[qQ])?)(?![a-zA-Z])`, ["S(Q)", "S(Q) - 1"]],
  ["(?:[iI]|[iI][qQ]|[iI]\\([qQ]\\)|[iI][nN][tT]\\w*|[cC][oO][uU][nN][tT][sS]?|[cC][pP][sS]|" +
    "[yY]_?[oO][bB][sS]|[dD][cC][sS])(?![a-zA-Z])", ["I", "S(Q) - 1"]],
].map(([pattern, names]) => [new RegExp(`^${pattern}`), names]);
const UNIT = /(?:[(\[][^()\[\]]*(?:\bA|\u00c5|[Aa]ng|nm|pm|barn|\bsr|\^|\d)[^()\[\]]*[)\]]|\/\s*(?:A|\u00c5|nm|pm|barn).*)$/g;

/** Which functions a column's label may name, the literal meaning first. */
function functionsOf(label) {
  const text = label.replace(/[$\\{}'"\s]|mathrm|\*/g, "").replaceAll("\u2212", "-").replace(UNIT, "");
  return LABELS.find(([pattern]) => pattern.test(text))?.[1] ?? [];
}

const X_LABEL = /^[#!%;\s]*(?:#?L\b\s*)?["']?\s*(?<x>2[\s_-]?theta|two[\s_-]?theta|2th|tth|q|r|radius|distance|energy|tof)(?<unit>[(\[\/_$\\][^\s,;"']*|\s\(?(?:nm|pm)\S*)?(?=$|[\s,;"'])/i;
const TOTAL_G = ["G", "D(r)", "RMCProfile G(r)", "g(r) - 1"];
const [F, S, SMALL_G] = [["F(Q)", "S(Q) - 1"], ["S(Q)", "S(Q) - 1"], ["g(r)", "g(r) - 1", ...TOTAL_G]];
const OUTPUTS = { iq: ["I"], sq: S, fq: ["F(Q)"], gr: ["G"] };
const ENDINGS = {
  ".gr": TOTAL_G, ".fgr": ["G"], ".cgr": ["G"],
  ".dofr": ["D(r)", "G"], ".dor": ["D(r)", "G"], ".mdor": ["D(r)", "G"],
  ".gor": ["g(r) - 1", "g(r)"], ".mgor": ["g(r) - 1", "g(r)"],
  ".gofr": ["g(r)", "g(r) - 1", "RMCProfile G(r)"], ".gkofr": ["RMCProfile G(r)", "g(r) - 1"],
  ".tofr": ["T(r)"], ".tor": ["T(r)"], ".rofr": ["RDF"], ".rdf": ["RDF", "g(r)"],
  ".fq": F, ".fofq": F, ".sq": S, ".soq": S, ".sofq": S,
  ".mint": ["S(Q) - 1", "S(Q)"], ".int": ["I?"],
  ".iq": ["I"], ".chi": ["I"], ".xrdml": ["I"], ".dcs": ["I"], ".mdcs": ["I"],
  ".xy": ["I?"], ".xye": ["I?"], ".raw": ["I?"],
};
const WORDS = {
  "fq": F, "f(q)": F, "fofq": F, "sq": S, "s(q)": S, "sofq": S, "soq": S,
  "gofr": SMALL_G, "g(r)": SMALL_G, "gkofr": ["RMCProfile G(r)", "g(r) - 1"],
  "tofr": ["T(r)"], "t(r)": ["T(r)"], "dofr": ["D(r)", "G"], "d(r)": ["D(r)", "G"], "rdf": ["RDF", "g(r)"],
};
const LAST_WORDS = { "iq": ["I"], "i(q)": ["I"], "i": ["I"], "f": F, "s": S };
const IN_PROSE = /(?<![\w(])(?:[qQ]\s*\[\s*[sS]\([qQ]\)\s*-\s*1\s*\]|[A-Za-z]_?[A-Za-z]{0,4}\([rqQ]\)(?:\s*-\s*1(?![.\d]))?)/g;
const PHRASES = [
  [/total correlation function/i, ["T(r)", "g(r) - 1"]],
  [/radial distribution function/i, ["RDF", "g(r)"]],
  [/(?:differential|reduced) (?:correlation|pair)/i, ["D(r)", "G"]],
  [/interference function/i, ["S(Q) - 1"]],
  [/structure factor/i, S],
  [/\bPDFFIT\b/, ["G"]],
];
const FILE_NAME = /[^\s"'=,;:<>]+\.[A-Za-z]\w{1,5}\b/g;

/** What a file says of its columns: x ("r", "Q", "angle" or ""), the unit of x, names. */
function columnLabels(table) {
  const width = table.columns.length;
  const spaceOfLabel = (match) =>
    ({ radius: "r", distance: "r", q: "Q", r: "r" })[match.groups.x.toLowerCase()] ?? "angle";
  const unitOf = (match) => strip(match.groups.unit ?? "").toLowerCase();
  const axes = {};
  for (const line of table.lead) {
    const match = /^@\s+([xy])axis\s+label\s+"([^"]*)"/i.exec(line);
    if (match) axes[match[1].toLowerCase()] = match[2];
  }
  const x = "x" in axes ? X_LABEL.exec(axes.x) : null; // Grace, as GROMACS writes it
  if (x) {
    const titles = table.lead.map((line) => /^@\s+title\s+"([^"]*)"/.exec(line)?.[1]).filter((t) => t !== undefined);
    const title = titles.length && last(titles).toLowerCase().includes("radial distribution") ? "g(r)" : "y";
    return { x: spaceOfLabel(x), unit: unitOf(x), names: [axes.x, axes.y || title] };
  }
  for (let line of table.lead.slice(-6).reverse()) {
    if (/^#\s*Row\s+c_\S+/i.test(line)) { // LAMMPS
      return { x: "r", unit: "", names: ["row", "r", "g(r)", "coordination", ...Array(Math.max(width - 4, 0)).fill("pair")] };
    }
    // Without the blanks inside a label, as in "G (1/A^2)" and "g(r) - 1".
    line = line.replace(/\s+(?=[(\[][^()\[\]]*[)\]])/g, "");
    line = line.replace(/(?<=[)\w])\s*[-\u2212]\s*1(?![\w.])/g, "-1");
    const match = X_LABEL.exec(line);
    if (!match) continue;
    const names = splitLabels(line.replace(/^[#!%;\s]*(?:#?L\b\s*)?/, ""), width);
    if (names.length < 2 || names.slice(1).some((label) => /^[-+.\d=:]/.test(label))) continue;
    if (names.length !== width && !functionsOf(names[1]).length) continue;
    return { x: spaceOfLabel(match), unit: unitOf(match), names };
  }
  return { x: "", unit: "", names: [] };
}

function splitLabels(line, width) {
  for (const pattern of [/[,;\t]/, /\s{2,}/, /\s+/]) {
    const names = strip(line).split(pattern).map((name) => name.replace(/^[ "']+|[ "']+$/g, ""));
    if (names.length === width) return names;
  }
  return splitBlank(line).map((name) => name.replace(/^[ "',;]+|[ "',;]+$/g, ""));
}

/** All that says which function a file holds, the weightiest first: {source, names}. */
function evidence(name, table, label) {
  const lead = table.lead.slice(0, 300).map((line) => line.slice(0, 300));
  const said = [{ source: `the label ${quoted(label)}`, names: functionsOf(label) }];
  for (const line of lead) {
    const match = /^[#\s]*output_?types?\s*=\s*(iq|sq|fq|gr)\s*$/i.exec(line);
    if (match) said.push({ source: "the header", names: OUTPUTS[match[1].toLowerCase()] });
  }
  said.push({ source: "the file's name", names: functionsOfName(...stemAndSuffix(name)) });
  const prose = functionsOfProse(lead);
  if (!label || prose.join() !== said[0].names.join()) said.push({ source: "the header's text", names: prose });
  const told = lead.flatMap((line) => line.match(FILE_NAME) ?? [])
    .map((file) => functionsOfName(...stemAndSuffix(file)))
    .filter((names) => names.length && !names[0].startsWith("I"));
  if (told.length) said.push({ source: "a file's name in the header", names: last(told) });
  return said.filter(({ names }) => names.length);
}

function stemAndSuffix(name) {
  let file = last(name.replaceAll("\\", "/").split("/").filter(Boolean)) ?? "";
  const cut = () => {
    const dot = file.lastIndexOf(".");
    return dot > 0 && dot < file.length - 1 ? dot : file.length;
  };
  const silent = [".gz", ".bz2", ".xz", ".txt", ".dat", ".csv", ".asc", ".zip"];
  while (silent.includes(file.slice(cut()).toLowerCase())) file = file.slice(0, cut());
  return [file.slice(0, cut()), file.slice(cut()).toLowerCase()];
}

function functionsOfName(stem, suffix) {
  if (/^\.int\d+$/.test(suffix)) return ["S(Q) - 1", "S(Q)"]; // Gudrun's, one file a detector group
  suffix = suffix.replace(/\d+$/, "");
  if (Object.hasOwn(ENDINGS, suffix)) return ENDINGS[suffix];
  const words = stem.toLowerCase().split(/[_\-. ]+/).filter(Boolean);
  if (words.length && Object.hasOwn(LAST_WORDS, last(words))) return LAST_WORDS[last(words)];
  return last(words.filter((word) => Object.hasOwn(WORDS, word)).map((word) => WORDS[word])) ?? [];
}

/** The function that the header's text speaks of; nothing where it speaks of several. */
function functionsOfProse(lines) {
  const spoken = new Map();
  for (const line of lines) {
    const texts = (line.match(IN_PROSE) ?? []).map(functionsOf);
    texts.push(...PHRASES.filter(([pattern]) => pattern.test(line)).map(([, names]) => names));
    for (const names of texts) {
      if (names.length && names[0] in FUNCTIONS && names[0] !== "I") spoken.set(names.join(), names);
    }
  }
  return spoken.size === 1 ? [...spoken.values()][0] : [];
}

/** The radiation that a file's ending stands for: Gudrun merges detectors of neutrons alone. */
const radiationOfName = (name) =>
  /^\.m(?:int|dcs|dor|gor)\d*$/.test(stemAndSuffix(name)[1]) ? "neutron" : null;

// How a curve begins and ends: {small, large, level}.

const LOW_R = [0.1, 1.2];
const FIRST_PEAKS = 8.0;
const LOW_Q = 0.8;
const FEW = 6;
const NO_MEAN = 0.15;
const [Q_EXTENT, R_EXTENT] = [10.5, 9.3];

function admits(shape, small, large) {
  if (small === "zero" && ["line", "plateau"].includes(shape.small)) return false;
  if (["line", "plateau"].includes(small) && ![small, "zero", ""].includes(shape.small)) return false;
  if (large === "constant") return ["constant", "1", ""].includes(shape.large);
  return !(large && shape.large) || large === shape.large;
}

function shapeOfR(r, y) {
  const beyond = y.filter((_, k) => r[k] > 1.2);
  const rms = rootMeanSquare(beyond.length ? beyond : y);
  const low = Array.from(r, (x) => x >= LOW_R[0] && x <= LOW_R[1]);
  const small = smallShape(select(r, low), select(y, low), rms);
  const start = r[0], end = last(r);
  const inMiddle = Array.from(r, (x) => x > start + 0.3 * (end - start) && x <= start + 0.65 * (end - start));
  const inLast = Array.from(r, (x) => x > start + 0.65 * (end - start));
  if (!inMiddle.includes(true) || !inLast.includes(true)) return { small, large: "", level: 0 };
  const means = [mean(select(y, inMiddle)), mean(select(y, inLast))];
  if (Math.min(...means) <= 0 || Math.max(...means) < NO_MEAN * rms) return { small, large: "0", level: means[1] };
  const power = Math.log(means[1] / means[0]) / Math.log(mean(select(r, inLast)) / mean(select(r, inMiddle)));
  if (Math.abs(power) < 0.35) {
    const level = (means[0] + means[1]) / 2;
    return { small, large: Math.abs(level - 1) < 0.2 ? "1" : "constant", level };
  }
  for (const [whole, large] of [[1, "r"], [2, "r^2"]]) {
    if (Math.abs(power - whole) < 0.35) return { small, large, level: means[1] };
  }
  return { small, large: "", level: means[1] };
}

function shapeOfQ(q, y) {
  const high = y.filter((_, k) => q[k] > q[0] + 0.7 * (last(q) - q[0]));
  const level = mean(high), spread = deviation(high);
  const among = y.filter((_, k) => q[k] < FIRST_PEAKS);
  const top = greatest(among) / 3;
  const peak = among.length ? q[Math.max(y.findIndex((v) => v > top), 0)] : 0;
  const low = Array.from(q, (x) => x > 0 && x < LOW_Q * peak);
  const small = smallShape(select(q, low), select(y, low), rootMeanSquare(y)) || baseLine(q, y);
  const large = Math.abs(level - 1) < 0.25 && spread < 1 ? "1" : Math.abs(level) < 0.25 ? "0" : "";
  return { small, large, level };
}

function smallShape(x, y, rms) {
  if (x.length < FEW) return "";
  const size = meanSquare(y);
  if (Math.sqrt(size) < 0.03 * rms) return "zero";
  const centre = mean(y);
  const slope = dot(x, y) / dot(x, x);
  const line = meanSquare(y.map((v, k) => v - slope * x[k]));
  const plateau = meanSquare(y.map((v) => v - centre));
  if (slope < 0 && line < 0.25 * size && line < 0.5 * plateau) return "line";
  if (centre < 0 && plateau < 0.25 * size && plateau < 0.5 * line) return "plateau";
  return "";
}

/** Line or plateau, of what lies between the sharp peaks of a crystal. */
function baseLine(q, y) {
  const edges = linspace(Math.max(q[0], 0.3), Math.min(last(q), 15), 16);
  if (last(edges) - edges[0] < 5) return "";
  const centres = [], base = [];
  for (let k = 0; k < 15; k++) {
    centres.push((edges[k] + edges[k + 1]) / 2);
    const part = y.filter((_, j) => q[j] >= edges[k] && q[j] < edges[k + 1]);
    base.push(part.length ? quantile(part, 0.25) : 0);
  }
  const size = dot(base, base);
  const rest = [1, 0].map((power) => least(Array.from(linspace(0, 0.05, 26), (u) => {
    const model = centres.map((c) => c ** power * Math.exp(-u * c * c));
    const scale = dot(model, base) / dot(model, model);
    return scale < 0 ? sum(base.map((b, k) => (b - scale * model[k]) ** 2)) : Infinity;
  })));
  const [best, other] = rest[0] <= rest[1] ? [rest[0], rest[1]] : [rest[1], rest[0]];
  return best < 0.1 * size && best < 0.45 * other ? (rest[0] <= rest[1] ? "line" : "plateau") : "";
}

/** Tell a function of Q of a crystal from one of r: "Q", "r", or "" where it may be either. */
function spaceOf(x, wave) {
  const inside = Array.from(x, (v) => v >= 1.2);
  x = select(x, inside); wave = select(wave, inside);
  if (x.length < 50 || last(x) < 12) return "";
  const even = linspace(x[0], last(x), x.length);
  wave = interpolate(even, x, wave);
  const centre = mean(wave);
  wave = wave.map((v) => v - centre);
  const power = cumulative(wave.map((v) => v * v));
  const total = last(power);
  if (!(total > 0 && total < Infinity) || greatest(wave.map((v) => v * v)) > 0.3 * total) return "";
  const half = even[searchSorted(power, 0.5 * total)];
  const conjugate = qBelow(even, wave, [0.5])[0];
  if (conjugate > Q_EXTENT && half > 3.5 && half < 15 && conjugate > 1.2 * half) return "Q";
  if (conjugate < half && half > R_EXTENT && conjugate < 10.5) return "r";
  return "";
}

/** The wave numbers below which these shares of an evenly spaced curve's power lie. */
function qBelow(x, wave, shares) {
  const n = x.length;
  const windowed = wave.map((v, k) => v * Math.sin((Math.PI * k) / (n - 1)));
  const power = cumulative(spectrumPower(windowed));
  return shares.map((share) => (2 * Math.PI * searchSorted(power, share * last(power))) / (n * (x[1] - x[0])));
}

// All of it weighed.

const CONVERT = "turn it into G(r) first, with PDFgetX3 or GudrunX for X-rays, PDFgetN3 or GudrunN for neutrons";
const NAME_IT = "name the columns in a line above them, such as '# r G(r)' or '# Q S(Q)'";
const DERIVED = /calc|fit|model|theor|diff|err|sig|std/i;
const OBSERVED = /(?:^|[^a-z])(?:expt|exp|obs|observed|experiment\w*|data|g_?obs)(?:$|[^a-z])/i;
const PREFERRED = ["G", "D(r)", "g(r) - 1", "RMCProfile G(r)", "g(r)", "T(r)", "RDF", "rho(r)", "F(Q)", "S(Q) - 1", "S(Q)"];
const BY_SHAPE_OF_R = ["G", "RMCProfile G(r)", "g(r)", "T(r)", "RDF", "rho(r)"];
const LATE_START = 0.25;
const MAX_OFFSET = 0.75;

const addColumns = (columns, chosen) =>
  columns[chosen[0]].map((v, k) => v + sum(chosen.slice(1).map((c) => columns[c][k])));

/** Decide what a table holds: {name, space, xColumn, yColumns, xFactor, yFactor, level, warnings}. */
function quantityOf(name, table, qMax) {
  const labels = columnLabels(table);
  if (labels.x === "angle") throw new PatternError(`scattered intensity against an angle or an energy; ${CONVERT}`);
  const [xColumn, yColumns, warnings] = chooseColumns(table, labels, stemAndSuffix(name)[1]);
  let x = table.columns[xColumn], y = addColumns(table.columns, yColumns);
  const finite = Array.from(x, (v, k) => Number.isFinite(v) && Number.isFinite(y[k]));
  if (!finite.includes(true)) throw new PatternError("the second column holds no number; export the PDF again");
  x = select(x, finite); y = select(y, finite);
  const label = labels.names[yColumns[0]] ?? "";
  const said = evidence(name, table, label);
  if (label && labels.names.some((title) => /^PDF.*RMC/i.test(title))) {
    said.unshift({ source: `the label ${quoted(label)}`, names: ["RMCProfile G(r)", "D(r)", "G"] });
  }
  if (said.length && said[0].names[0] === "I") {
    const shape = shapeOfQ(x, y);
    if (!(said[0].names.includes("S(Q) - 1") && shape.small === "plateau" && shape.large === "0")) {
      throw new PatternError(`scattered intensity, I(Q), not a PDF; ${CONVERT}`);
    }
  }
  const space = chooseSpace(labels, said, x, y, qMax);
  const unit = labels.unit.includes("nm") ? 10 : labels.unit.includes("pm") ? 0.01 : 1;
  const xFactor = space === "Q" ? 1 / unit : unit;
  if (xFactor !== 1) {
    const unitName = labels.unit.includes("nm") ? "nm" : "pm";
    warnings.push(`the first column is in ${unitName}${space === "Q" ? "^-1" : ""}; converted`);
  }
  const inSpace = said.filter(({ names }) => [space, ""].includes(FUNCTIONS[names[0]]?.[0] ?? ""));
  const rmcLayout = table.lead.length >= 1 && table.lead.length <= 4 && /^\d{1,7}$/.test(table.lead[0]);
  const scaled = x.map((v) => v * xFactor);
  let quantity, level = 1, notes;
  if (space === "Q") {
    let inside = Array.from(scaled, (v) => v <= (qMax || Infinity));
    if (inside.filter(Boolean).length < MIN_ROWS) inside = inside.map(() => true);
    [quantity, level, notes] = quantityOfQ(inSpace, rmcLayout, select(scaled, inside), select(y, inside));
  } else {
    const reduced = table.lead.some((line) => /PDFget/i.test(line)); // their G is the reduced one
    [quantity, notes] = quantityOfR(inSpace, rmcLayout, scaled, y, reduced);
  }
  for (const item of said) {
    if (!item.names.includes(quantity) && item.names[0] !== "I?") {
      notes.push(`${item.source} says ${item.names[0]}; by all else it is ${quantity}`);
    }
  }
  const seen = seenSpace(scaled, y);
  if (seen && seen !== space) {
    notes.push(`the curve looks like a function of ${seen}, though it was taken as ${quantity}: check its labels`);
  }
  let yFactor = 1;
  if (["G", "D(r)", "F(Q)"].includes(quantity) && /[nN]m|pm/.test(label)) yFactor = space === "Q" ? xFactor : xFactor ** -2;
  if (space === "r" && !labels.x && !said.length && !seenSpace(x, y) && x[0] > LATE_START && shapeOfR(x, y).small === "line") {
    notes.push("nothing says whether this is a function of r or Q: taken as G(r)");
  }
  return {
    name: quantity === "D(r)" ? "G" : quantity, space, xColumn, yColumns, xFactor, yFactor, level,
    warnings: [...warnings, ...notes],
  };
}

function chooseSpace(labels, said, x, y, qMax) {
  if (labels.x) return labels.x;
  const stated = said.map(({ names }) => FUNCTIONS[names[0]]?.[0]).find(Boolean);
  const seen = stated ?? seenSpace(x, y);
  if (seen) return seen;
  const step = (last(x) - x[0]) / Math.max(x.length - 1, 1);
  const endsAtQMax = qMax !== undefined && Math.abs(last(x) - qMax) <= 2 * step;
  if (endsAtQMax && x[0] > LATE_START && shapeOfQ(x, y).large) return "Q";
  const shape = shapeOfR(x, y);
  if (x[0] > LATE_START && (shape.small === "plateau" || shape.large === "1")) {
    throw new PatternError(`nothing says whether this is a function of r or Q, such as g(r) or S(Q); ${NAME_IT}`);
  }
  return "r";
}

function seenSpace(x, y) {
  const wave = waveOf(x, y);
  const first = spaceOf(x, wave);
  return first === "Q" || spaceOf(x, x.map((v, k) => v * y[k])) === "Q" ? "Q" : first;
}

/** The part of a curve that oscillates about 0, with the envelope of G(r) or of F(Q). */
function waveOf(x, y) {
  const shape = shapeOfR(x, y);
  if (shape.large === "r") {
    const slope = dot(x, y) / dot(x, x);
    return y.map((v, k) => v - x[k] * slope);
  }
  if (shape.large === "r^2") {
    const squares = x.map((v) => v * v);
    const slope = dot(x, y.map((v, k) => v * x[k])) / dot(squares, squares);
    return y.map((v, k) => v / Math.max(x[k], 0.1) - x[k] * slope);
  }
  const level = ["1", "constant"].includes(shape.large) ? shape.level : 0;
  return level !== 0 || shape.small === "plateau" ? y.map((v, k) => x[k] * (v - level)) : y;
}

/** The column of x and those of y, with warnings. */
function chooseColumns(table, labels, suffix) {
  const warnings = [], { columns } = table, { names } = labels, width = columns.length;
  let shift = 0;
  const [first, second] = columns;
  if (width >= 3 && [0, 1].includes(first[0]) && differences(first).every((d) => d === 1)) {
    const step = differences(second);
    if (step.every((d) => d > 0) && median(step) < 0.5) {
      warnings.push("the first column numbers the rows; r was taken from the second");
      shift = 1;
    }
  }
  const named = names.length === width;
  if (named) {
    const observed = [...names.keys()].filter((k) => k > shift && OBSERVED.test(names[k]));
    if (observed.length === 1) return [shift, observed, warnings];
  }
  if (width === 5 && (suffix === ".fgr" || (named && /^(?:g_?)?diff/i.test(last(names))))) {
    warnings.push("a fit of PDFgui: the measured G is the sum of Gcalc and Gdiff");
    return [0, [1, 4], warnings];
  }
  let chosen = 1 + shift;
  const preference = (label) => {
    const name = functionsOf(label)[0] ?? "";
    return labels.x && FUNCTIONS[name]?.[0] !== labels.x ? -1 : PREFERRED.indexOf(name);
  };
  const known = !named ? [] : [...names.keys()]
    .filter((k) => k > shift && !DERIVED.test(names[k]) && preference(names[k]) >= 0)
    .map((k) => [preference(names[k]), k])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (known.length) {
    const best = known[0][0];
    chosen = known[0][1];
    const others = known.filter(([rank]) => rank !== best).sort((a, b) => a[1] - b[1]).map(([, k]) => names[k]);
    if (others.length) {
      warnings.push(`the columns hold several functions: ${names[chosen]} was read, not ${others.join(" or ")}`);
    }
  }
  const more = named
    ? names.slice(chosen + 1).filter((n) => functionsOf(n)[0] === "G" && functionsOf(n).length && !DERIVED.test(n)).length
    : columns.slice(2 + shift).filter((c) => c.some((v) => v < 0) && c.some((v) => v > 0)).length;
  if (more) warnings.push(`${more + 1} columns of G; only the first was read: save one curve a file`);
  return [shift, [chosen], warnings];
}

function quantityOfR(said, rmcLayout, r, g, reduced) {
  let stated = said.length ? said[0].names : [];
  if (rmcLayout && (!stated.length || ["G", "I?"].includes(stated[0]))) stated = ["RMCProfile G(r)", "G"];
  const lowest = least(g);
  if (stated.join() === "I?" && mean(g) > 0.5 * deviation(g) && lowest >= 0) {
    throw new PatternError(`this looks like scattered intensity, not a PDF; ${CONVERT}`);
  }
  const shape = shapeOfR(r, g);
  if (reduced && [undefined, "G", "I?"].includes(stated[0])) shape.small = "";
  if (["T(r)", "RDF"].includes(stated[0]) && shape.large === "0") {
    throw new PatternError(`${said[0].source} says ${stated[0]}; T(r) and R(r) contain the density and ` +
      `grow with r, but this curve tends to 0. Is it G(r) or D(r)? Then ${NAME_IT}`);
  }
  const fits = (name) => {
    const [space, small, large] = FUNCTIONS[name];
    if (name === "rho(r)" && !stated.includes(name) && shape.small !== "zero") return false;
    return space === "r" && admits(shape, small, large);
  };
  let taken = [...stated, ...BY_SHAPE_OF_R].filter((name) => name in FUNCTIONS).find(fits) ?? "";
  const near = g.filter((_, k) => r[k] > 0.2 && r[k] < 1.2);
  if (taken === "g(r)" && !stated.includes(taken) && near.length && Math.abs(mean(near)) > 0.3) {
    throw new PatternError(`the curve tends to 1: g(r) or S(Q)? Name the file .sq, or ${NAME_IT}`);
  }
  if (!taken && !stated.length) {
    throw new PatternError("no function of total scattering looks like this curve, which is at " +
      `${general(shape.level, 3)} far out; ${NAME_IT}`);
  }
  const notes = [];
  if (!taken) {
    taken = stated[0];
    notes.push(`${said[0].source} says ${taken}, which this curve does not look like: it is at ` +
      `${general(shape.level, 3)} far out`);
  }
  if (["G", "D(r)"].includes(taken) && lowest >= 0) {
    if (!stated.includes(taken)) {
      throw new PatternError("the curve is never negative, as G(r) must be somewhere; if it is scattered " +
        `intensity, ${CONVERT}`);
    }
    notes.push("the curve is never negative, which is unusual for G(r)");
  }
  if (taken === "g(r)") notes.push("the curve tends to 1, so it is g(r); G = r (g - 1) was used");
  else if (taken === "rho(r)") {
    notes.push(`the curve tends to ${general(shape.level, 4)}: a g(r) that is not normalised to 1`);
  } else if (taken === "g(r) - 1") notes.push("a pair distribution less 1: G = r times its values was used");
  else if (taken === "RMCProfile G(r)") {
    const what = rmcLayout ? "a file in RMCProfile's layout: its" : "this is Keen's";
    notes.push(`${what} G(r) was multiplied by r (the scale is arbitrary)`);
  }
  return [taken, notes];
}

function quantityOfQ(said, rmcLayout, q, y) {
  const literal = said.length ? said[0].names[0] : "";
  const shape = shapeOfQ(q, y);
  const lowest = least(y), notes = [];
  let taken, level = 1;
  if (shape.large === "1" && (literal !== "F(Q)" || shape.small !== "line")) return ["S(Q)", level, notes];
  if (shape.large === "0" && shape.small && lowest < 0) taken = shape.small === "line" ? "F(Q)" : "S(Q) - 1";
  else if (shape.large === "0" && ["S(Q)", "S(Q) - 1"].includes(literal)) taken = "S(Q) - 1";
  else if (["S(Q)", "S(Q) - 1"].includes(literal)) {
    const offset = shape.level - (shape.level > 0.5 ? 1 : 0);
    const half = y.slice(Math.floor(y.length / 2));
    const third = half.slice(0, Math.ceil(half.length / 2)), rest = half.slice(Math.ceil(half.length / 2));
    if (Math.abs(offset) > MAX_OFFSET || !(Math.abs(mean(third) - mean(rest)) < 0.15)) {
      throw new PatternError(`S(Q) must tend to 1 at high Q, this curve is at ${general(shape.level, 3)} there; ` +
        "normalise it (PDFgetX3, GudrunX, GudrunN), or convert it to G(r)");
    }
    taken = "S(Q)";
    level = shape.level;
    notes.push(`S(Q) tends to ${general(level, 2)}, not to 1: this level was subtracted in place of 1`);
  } else {
    const high = y.filter((_, k) => q[k] > q[0] + 0.7 * (last(q) - q[0]));
    if (lowest >= 0 || (shape.large !== "0" && shape.level > deviation(high))) {
      throw new PatternError(`S(Q) must tend to 1 at high Q and F(Q) to 0, this curve is at ` +
        `${general(shape.level, 3)}; if it is scattered intensity, I(Q), ${CONVERT}`);
    }
    taken = "F(Q)";
    if (!literal) notes.push("the file does not say which function of Q it holds: taken as F(Q)");
  }
  if (taken === "S(Q) - 1" && literal === "S(Q)") {
    notes.push(`S(Q) tends to ${general(shape.level, 2)}, not to 1: taken as S(Q) - 1`);
  }
  if (["F(Q)", "S(Q) - 1"].includes(literal) && taken !== literal && shape.small) {
    notes.push(`${said[0].source} says ${literal}; the curve begins as a ${shape.small}, so it was taken as ${taken}`);
  }
  if (taken === "F(Q)" && rmcLayout && shape.small !== "line") {
    notes.push("a file in RMCProfile's layout: its F(Q) was multiplied by Q");
    taken = "S(Q) - 1";
  }
  return [taken, level, notes];
}

// ------------------------------------------------------------ 4. reader

const MIN_R_MAX = 5.0;
const MAX_R = 2000.0;
const MAX_STEP = 0.5;
const Q_LIMITS = [4.0, 14.0];
const TRANSFORM_R_MAX = 60.0;
const TRANSFORM_R_STEP = 0.01;
const MAX_Q_POINTS = 20_000;
const [LATEST_START, MIN_DENSITY_R] = [1.5, 8.0];

/** All files in a dropped one: [{name, pattern}] or [{name, reason}]. */
async function readFiles(name, data) {
  const attempt = async (member, bytes) => {
    try {
      return { name: member, pattern: parsePattern(member, decode(await unpack(await bytes()))) };
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return { name: member, reason: error.message };
    }
  };
  const office = ["[Content_Types].xml", "mimetypeapplication/vnd"];
  const isZip = startsWith(data, "PK\x03\x04") || startsWith(data, "PK\x05\x06");
  if (!isZip || office.some((mark) => latin1(data.subarray(0, 4096)).includes(mark))) {
    const content = () => {
      if (data.length > MAX_BYTES) throw tooLarge(`${(data.length / 2 ** 20).toFixed(0)} MiB`);
      return data;
    };
    return [await attempt(name, async () => content())];
  }
  let members;
  try {
    members = zipMembers(data);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return [{ name, reason: error.message }];
  }
  const seen = new Set(), results = [];
  for (const [member, bytes] of members) {
    if (seen.has(member)) {
      results.push({ name: member, reason: "the archive holds several members of this name; the first was read. Make the archive again" });
    } else results.push(await attempt(member, bytes));
    seen.add(member);
  }
  return results;
}

/** The text of a file -> {r, g, quantity, header, warnings}. */
function parsePattern(name, text) {
  const table = findTable(text);
  const x0 = table.columns[0];
  if (table.commas && table.columns.every((c) => c.every((v) => v === Math.floor(v))) &&
    differences(x0).filter((d) => d === 0).length > 0.1 * x0.length) {
    throw new PatternError("decimal commas cannot be told from the commas between the columns; export it " +
      "with decimal points, or with semicolons or tabs between the columns");
  }
  let [hints, said] = readHints(table.header);
  const warnings = [...table.warnings, ...said];
  if (table.ragged) warnings.push("rows have unequal numbers of columns; only the common ones were used");
  const quantity = quantityOf(name, table, hints.q_max);
  const radiation = radiationOfName(name);
  if (radiation) {
    if ((hints.radiation ?? radiation) !== radiation) {
      warnings.push(`the header says ${hints.radiation}, but Gudrun writes files of this name of neutrons alone`);
    }
    hints = { ...hints, radiation };
  }
  const [x, y, notes] = curveOf(table, quantity);
  if (greatest(y) - least(y) <= 1e-12 * greatest(y.map(Math.abs))) {
    throw new PatternError("G is the same everywhere; the second column must be G(r)");
  }
  warnings.push(...notes, ...quantity.warnings);
  if (quantity.space === "r") warnings.push(...checkRange(x.map((v) => v * quantity.xFactor)));
  const converted = toG(quantity, x, y, hints);
  warnings.push(...converted.warnings);
  if (quantity.space === "r" && quantity.xFactor === 1) {
    const [low, middle] = qBelowAll(converted.r, converted.g);
    if (low > Q_LIMITS[0] && middle > Q_LIMITS[1]) {
      warnings.push(`half of the curve lies beyond Q = ${middle.toFixed(0)} 1/A, as in no PDF: r may be in ` +
        "nm; if so, write the line '# r(nm) G' above the columns. Or it is a function of Q: then name it, as in '# Q F(Q)'");
    }
  }
  const scale = converted.g.some(Number.isNaN) ? NaN : greatest(converted.g.map(Math.abs));
  if (!Number.isFinite(scale) || scale > 1e30) {
    throw new PatternError(`G reaches ${scientific(scale)}, which no PDF does; export it again`);
  }
  return { r: converted.r, g: converted.g, quantity: quantity.name, header: converted.hints, warnings };
}

/** x and y from the table, finite and with x strictly increasing; with warnings. */
function curveOf(table, quantity) {
  const warnings = [];
  let x = table.columns[quantity.xColumn], y = addColumns(table.columns, quantity.yColumns);
  const good = [...x.keys()].filter((k) => Number.isFinite(x[k]) && Number.isFinite(y[k]));
  if (good.length < x.length) {
    if (good.length < MIN_ROWS) throw new PatternError("hardly any row has two finite numbers; export the PDF again");
    const [start, stop] = [good[0], last(good)];
    const inside = stop - start + 1 - good.length;
    if (inside) {
      const isGood = new Set(good);
      let row = start;
      while (isGood.has(row)) row++;
      throw new PatternError(`${inside} values between r = ${general(x[start])} and ${general(x[stop])} are not ` +
        `numbers, the first at row ${row + 1} of the table; export the PDF again`);
    }
    warnings.push(`${x.length - good.length} rows at the ends have no number and were left out`);
    x = x.slice(start, stop + 1); y = y.slice(start, stop + 1);
  }
  const below = x.filter((v) => v < 0).length;
  if (quantity.space === "r" && below > 0 && below < 0.05 * x.length) {
    x = x.slice(below); y = y.slice(below);
    warnings.push(`${below} rows with r below 0 were left out`);
  }
  const step = differences(x);
  if (step.some((d) => d < 0)) throw new PatternError("the column of r does not increase; sort the rows by r");
  const same = step.filter((d) => d === 0).length;
  if (same) {
    if (same > 0.1 * x.length) {
      throw new PatternError(`r repeats in ${same} of ${x.length} rows; export r with more digits, one curve a file`);
    }
    const unique = [], totals = [], counts = [];
    x.forEach((v, k) => {
      if (unique.length && last(unique) === v) { totals[totals.length - 1] += y[k]; counts[counts.length - 1]++; }
      else { unique.push(v); totals.push(y[k]); counts.push(1); }
    });
    x = Float64Array.from(unique); y = Float64Array.from(totals, (t, k) => t / counts[k]);
    warnings.push(`r repeats in ${same} rows; their values were averaged`);
  }
  if (x.length < MIN_ROWS) {
    throw new PatternError(`only ${x.length} rows of numbers, at least ${MIN_ROWS} are needed`);
  }
  return [x, y, warnings];
}

/** The Q below which 5 % and half of a curve's power lie; 0 for a short curve. */
function qBelowAll(r, g) {
  const inside = Array.from(r, (v) => v >= 1.2);
  r = select(r, inside); g = select(g, inside);
  if (r.length < 50) return [0, 0];
  const even = linspace(r[0], last(r), r.length);
  return qBelow(even, interpolate(even, r, g), [0.05, 0.5]);
}

/** Refuse distances that no PDF has; warn of a gap between them. */
function checkRange(r) {
  if (r[0] < 0) {
    throw new PatternError(`r begins at ${general(r[0])}; distances are not negative: r and G(r) expected`);
  }
  if (last(r) < MIN_R_MAX) {
    throw new PatternError(`r ends at ${general(last(r))} angstrom, too short to tell structures apart (at least ` +
      `${general(MIN_R_MAX)}); is the file cut off? Export G(r) to a larger r. Is r in nm? Write the line ` +
      "'# r(nm) G' above the columns");
  }
  if (last(r) > MAX_R) {
    throw new PatternError(`the first column ends at ${general(last(r))}, which is no distance in angstrom; ` +
      "expected the columns r and G(r)");
  }
  const steps = differences(r), step = median(steps);
  if (step > MAX_STEP) {
    throw new PatternError(`r goes in steps of ${general(step)} angstrom, too coarse for a PDF (at most ` +
      `${general(MAX_STEP)}); expected the columns r and G(r)`);
  }
  const widest = greatest(steps), gap = steps.indexOf(widest);
  if (widest > Math.max(5 * step, 0.3)) {
    return [`r jumps from ${general(r[gap])} to ${general(r[gap + 1])} angstrom; a part is missing`];
  }
  return [];
}

/** Convert columns to G(r): {r, g, hints, warnings}. */
function toG(quantity, x, y, hints) {
  const { name, space, xFactor, yFactor, level } = quantity;
  x = x.map((v) => v * xFactor); y = y.map((v) => v * yFactor);
  if (space === "Q") return fromQ(name, x, name === "S(Q)" ? y.map((v) => v - (level - 1)) : y, hints);
  if (["T(r)", "RDF", "rho(r)"].includes(name)) return lessDensity(name, x, y, hints);
  if (!["g(r)", "RMCProfile G(r)", "g(r) - 1"].includes(name)) return { r: x, g: y, hints, warnings: [] };
  let factor = 1;
  const warnings = [];
  if ("rho0" in hints) {
    factor = 4 * Math.PI * hints.rho0;
    warnings.push(`G was multiplied by 4 pi rho0, with rho0 = ${general(hints.rho0)} of the header`);
  }
  const less = name === "g(r)" ? 1 : 0;
  return { r: x, g: y.map((v, k) => factor * x[k] * (v - less)), hints, warnings };
}

/** G = T - 4 pi rho0 r; the density is found from the curve. */
function lessDensity(name, r, y, hints) {
  const power = { "rho(r)": 0, "T(r)": 1, "RDF": 2 }[name];
  const inside = Array.from(r, (v) => v > 0);
  y = select(y, inside); r = select(r, inside);
  const t = y.map((v, k) => v * r[k] ** (1 - power));
  const slope = meanSlope(r, t);
  const warnings = [`${name}: 4 pi rho0 = ${general(slope, 4)} on the file's scale, from the line about which ` +
    "T(r) oscillates; G = T - 4 pi rho0 r"];
  if ("rho0" in hints && Math.abs((4 * Math.PI * hints.rho0) / slope - 1) > 0.05) {
    warnings.push(`the header's rho0 = ${general(hints.rho0)} would give ${general(4 * Math.PI * hints.rho0, 4)}: ` +
      "the scale of the file is another");
  }
  return { r, g: t.map((v, k) => v - slope * r[k]), hints, warnings };
}

function meanSlope(r, t) {
  const end = last(r);
  if (end < MIN_DENSITY_R || r[0] > LATEST_START) {
    throw new PatternError(`T(r) or R(r) from ${general(r[0])} to ${general(end)} angstrom: the density that it ` +
      `contains can be found where it begins below ${general(LATEST_START)} and reaches ${general(MIN_DENSITY_R)}; ` +
      "export G(r) or D(r), from which the density is subtracted");
  }
  const moments = [], volumes = [];
  for (const length of linspace(0.6 * end, end, 25)) {
    const w = r.map((v) => Math.cos(0.5 * Math.PI * Math.min(v / length, 1)) ** 6 * v);
    let moment = 0, volume = 0;
    for (let k = 1; k < r.length; k++) {
      const half = (r[k] - r[k - 1]) / 2;
      moment += half * (w[k] * t[k] + w[k - 1] * t[k - 1]);
      volume += half * (w[k] * r[k] + w[k - 1] * r[k - 1]);
    }
    moments.push(moment); volumes.push(volume);
  }
  // A straight line through (volume, moment) by least squares; its slope.
  const [v, m] = [mean(volumes), mean(moments)];
  return sum(volumes.map((x, k) => (x - v) * (moments[k] - m))) / sum(volumes.map((x) => (x - v) ** 2));
}

/** The sine transform of F(Q) = Q (S - 1): Farrow and Billinge, Acta Cryst. A 65 (2009) 232, eq. 31. */
function fromQ(name, q, y, hints) {
  if (q[0] < 0) throw new PatternError(`Q begins at ${general(q[0])}; it cannot be negative`);
  if (!(last(q) >= 2 && last(q) <= 120)) {
    throw new PatternError(`Q ends at ${general(last(q))} 1/angstrom, expected 2 to 120; is the column in nm^-1 or ` +
      "an angle? Convert to 1/angstrom");
  }
  let f = name === "S(Q)" ? y.map((v, k) => q[k] * (v - 1)) : name === "S(Q) - 1" ? y.map((v, k) => q[k] * v) : y;
  let low = Math.max(q[0], hints.q_min ?? 0), high = Math.min(last(q), hints.q_max ?? Infinity);
  let inside = Array.from(q, (v) => v >= low - 1e-9 && v <= high + 1e-9);
  if (inside.filter(Boolean).length < 30) [low, high, inside] = [q[0], last(q), inside.map(() => true)];
  const cut = inside.includes(false);
  const n = q.length;
  const beyond = [["q_min", q[1] - q[0], low], ["q_max", q[n - 1] - q[n - 2], high]]
    .filter(([key, step, limit]) => key in hints && Math.abs(hints[key] - limit) > 2 * step)
    .map(([key]) => `${key} = ${general(hints[key])}`);
  f = select(f, inside); q = select(q, inside);
  if (q.length < 30) throw new PatternError(`only ${q.length} points in Q; at least 30 are needed`);
  const steps = differences(q);
  const rMax = Math.min(TRANSFORM_R_MAX, (0.9 * Math.PI) / median(steps));
  if (rMax < 5) {
    throw new PatternError(`Q goes in steps of ${general(greatest(steps))} 1/angstrom, too coarse for distances ` +
      `beyond ${rMax.toFixed(1)} angstrom; export it with steps of 0.05 or less`);
  }
  if (q.length > MAX_Q_POINTS) {
    const grid = linspace(q[0], last(q), MAX_Q_POINTS);
    f = interpolate(grid, q, f);
    q = grid;
  }
  const points = Math.floor(rMax / TRANSFORM_R_STEP + 1e-9) + 1;
  const r = Float64Array.from({ length: points }, (_, k) => TRANSFORM_R_STEP * k);
  const g = new Float64Array(points);
  for (let j = 0; j < q.length; j++) { // sin(Q r) from one r to the next by the angle's addition
    const weight = ((q[Math.min(j + 1, q.length - 1)] - q[Math.max(j - 1, 0)]) / 2) * f[j] * (2 / Math.PI);
    const c = Math.cos(q[j] * TRANSFORM_R_STEP), s = Math.sin(q[j] * TRANSFORM_R_STEP);
    let cosine = weight, sine = 0;
    for (let k = 0; k < points; k++) {
      g[k] += sine;
      [sine, cosine] = [sine * c + cosine * s, cosine * c - sine * s];
    }
  }
  let warning = `${name} was transformed to G(r) over Q = ${general(q[0], 3)} to ${general(last(q), 3)} 1/angstrom` +
    (cut ? " (the range in its header)" : " (all of the file)");
  if (beyond.length) warning += `; the header's ${beyond.join(" and ")} lies outside the file's range`;
  return { r, g, hints: { ...hints, q_min: q[0], q_max: last(q) }, warnings: [warning] };
}

// ------------------------------------------------------------ 5. observation

const R_LOW = [1.2, 2.0];
const BEFORE_FIRST = 0.8;
const USUAL = { q_min: 0.5, q_max: 25.0 };
const EDGE = 30.0;
const [LOWEST_Q_MAX, HIGHEST_Q_MAX] = [8.0, 60.0];
const HIGHEST_Q_MIN = 1.0;
const TRANSFORM_R = 60.0;
const SEARCH_R_MAX = 8.0;
const FIT_START_SHARE = 0.25;
const SCALING_SHARE = 0.4;

/** The index of the first local maximum that reaches a share of the highest value; -1 without one. */
function firstMaximum(g, share) {
  const top = share * greatest(g);
  for (let k = 1; k < g.length - 1; k++) {
    if (g[k] >= g[k - 1] && g[k] > g[k + 1] && g[k] >= top) return k;
  }
  return -1;
}

/** Where the Fourier transform of a measured curve ends, 1/angstrom; null without a sharp end. */
function transformEnd(r, g) {
  const inside = Array.from(r, (v) => v >= 1 && v <= TRANSFORM_R);
  g = select(g, inside); r = select(r, inside);
  const n = r.length;
  if (n < 50) return null;
  const step = (r[n - 1] - r[0]) / (n - 1);
  const even = Float64Array.from({ length: n }, (_, k) => r[0] + step * k);
  const windowed = interpolate(even, r, g).map((v, k) => v * Math.sin((Math.PI * k) / (n - 1)) ** 2);
  const size = Math.max(2 ** Math.ceil(Math.log2((2 * Math.PI) / (0.05 * step))), n);
  const dq = (2 * Math.PI) / (size * step);
  const power = spectrumPower(windowed, size);
  const width = Math.ceil(1 / dq);
  const total = new Float64Array(power.length + 1);
  total.set(cumulative(power), 1);
  const means = Float64Array.from({ length: total.length - width }, (_, k) => (total[k + width] - total[k]) / width);
  const above = means.slice();
  for (let k = above.length - 2; k >= 0; k--) above[k] = Math.max(above[k], above[k + 1]);
  const gap = Math.ceil(0.3 / dq); // the window's own width
  const count = Math.max(means.length - width - gap, 0);
  const ratios = Array.from({ length: count }, (_, k) => means[k] / Math.max(above[k + width + gap], 1e-300));
  const sharp = ratios.map((ratio, k) => [ratio, k]).filter(([ratio, k]) => {
    const q = (k + width) * dq;
    return q >= LOWEST_Q_MAX && q <= HIGHEST_Q_MAX && ratio > EDGE;
  });
  if (!sharp.length) return null;
  // The first such fall, at its steepest; then the last Q that still has a tenth of the power.
  const near = sharp.filter(([, k]) => k < sharp[0][1] + width);
  const best = near.reduce((a, b) => (b[0] > a[0] ? b : a))[1];
  const level = 0.1 * median(means.slice(Math.max(best - width, 0), best + 1));
  const narrow = Math.max(gap >> 1, 1);
  let end = best;
  for (let k = best; k < best + width + gap; k++) if ((total[k + narrow] - total[k]) / narrow >= level) end = k;
  return (end + 0.5 * narrow) * dq;
}

/** From where a curve is compared: 0.8 of its first peak, between 1.2 and 2 angstrom. */
function lowestR(r, g, rMax) {
  const inside = r.filter((v) => v >= R_LOW[0] && v <= rMax);
  if (inside.length < 10) return R_LOW[1];
  const low = Math.max(inside[0], R_LOW[0]), high = Math.min(last(inside), SEARCH_R_MAX);
  const n = Math.ceil((high - low) / 0.02);
  if (n < 3) return R_LOW[1];
  const step = low + 0.02 - low; // as numpy.arange rounds it
  const even = Float64Array.from({ length: n }, (_, k) => low + step * k);
  const index = firstMaximum(interpolate(even, r, g), FIT_START_SHARE);
  return index < 0 ? R_LOW[1] : clip(BEFORE_FIRST * even[index], ...R_LOW);
}

/** The part of a curve that is compared, {r, g, notes}; {error} where too little is left. */
function observe(pattern, rMax) {
  const { r, g, header } = pattern, notes = [];
  const end = transformEnd(r, g), stated = header.q_max > 0 ? header.q_max : null;
  let qMax;
  if (end !== null) {
    const agrees = stated !== null && Math.abs(end - stated) <= 1;
    qMax = agrees ? stated : end;
    if (stated !== null && !agrees) {
      notes.push(`the header says q_max ${general(stated)}, the curve itself ends at ${end.toFixed(1)} 1/A`);
    }
  } else if (stated !== null && stated >= LOWEST_Q_MAX && stated <= HIGHEST_Q_MAX) qMax = stated;
  else {
    qMax = USUAL.q_max;
    const why = stated === null ? "is not known" : `${general(stated)} of the header is outside ` +
      `${general(LOWEST_Q_MAX)} to ${general(HIGHEST_Q_MAX)} and not used`;
    notes.push(`q_max ${why}; ${general(USUAL.q_max)} 1/A was assumed`);
  }
  if (header.q_min > HIGHEST_Q_MIN) {
    notes.push(`the header says q_min ${general(header.q_min)}; ${general(HIGHEST_Q_MIN)} 1/A was used, since ` +
      "programs extrapolate to zero");
  }
  const low = lowestR(r, g, rMax);
  const inside = Array.from(r, (v) => v >= low && v <= rMax + 1e-6);
  const x = select(r, inside), y = select(g, inside);
  if (x.length < 20 || last(x) - x[0] < 3 || !y.some((v) => v !== 0)) {
    return { error: `only ${x.length} values between ${low.toFixed(1)} and ${general(rMax)} A; at least 20 over 3 A ` +
      "are needed for a refinement" };
  }
  // More points than twice what q_max asks for only cost time.
  const every = Math.max(1, Math.trunc(Math.PI / qMax / 2 / ((last(x) - x[0]) / (x.length - 1))));
  return { r: x.filter((_, k) => k % every === 0), g: y.filter((_, k) => k % every === 0), notes };
}

// ------------------------------------------------------------ 6. model

/** A measured curve on the study's grid by a cubic spline (not a knot); zero where it was not measured. */
function resample(r, g, grid) {
  const rounding = 1e-6 * (grid[1] - grid[0]);
  const inside = grid.filter((v) => v >= r[0] - rounding && v <= last(r) + rounding);
  const slopes = splineSlopes(r, g);
  const first = grid.findIndex((v) => v >= r[0] - rounding);
  const values = new Float64Array(grid.length);
  let k = 0;
  inside.forEach((at, j) => {
    while (k < r.length - 2 && r[k + 1] <= at) k++;
    const step = r[k + 1] - r[k], t = (at - r[k]) / step, secant = (g[k + 1] - g[k]) / step;
    const bend = (slopes[k] + slopes[k + 1] - 2 * secant) * step;
    values[first + j] = g[k] + t * step * slopes[k] + t ** 2 * ((secant - slopes[k]) * step - bend) + t ** 3 * bend;
  });
  return values;
}

function splineSlopes(x, y) {
  const n = x.length, h = differences(x);
  const secant = h.map((step, k) => (y[k + 1] - y[k]) / step);
  const start = x[2] - x[0], end = x[n - 1] - x[n - 3];
  const row = (k) => { // below, middle, above, right-hand side
    if (k === 0) return [0, h[1], start, ((h[0] + 2 * start) * h[1] * secant[0] + h[0] ** 2 * secant[1]) / start];
    if (k === n - 1) {
      const [a, b] = [h[n - 2], h[n - 3]];
      return [end, b, 0, ((a + 2 * end) * b * secant[n - 2] + a ** 2 * secant[n - 3]) / end];
    }
    return [h[k], 2 * (h[k - 1] + h[k]), h[k - 1], 3 * (h[k] * secant[k - 1] + h[k - 1] * secant[k])];
  };
  const ratios = new Float64Array(n), slopes = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const [below, middle, above, right] = row(k);
    const pivot = middle - below * (k ? ratios[k - 1] : 0);
    slopes[k] = (right - below * (k ? slopes[k - 1] : 0)) / pivot;
    ratios[k] = above / pivot;
  }
  for (let k = n - 2; k >= 0; k--) slopes[k] -= ratios[k] * slopes[k + 1];
  return slopes;
}

/** Divided by the root mean square. */
function normalise(values) {
  const scale = rootMeanSquare(values);
  return scale > 0 ? values.map((v) => v / scale) : values;
}

/** Position of the first peak, refined by a parabola. */
function firstPeak(r, g) {
  const near = g.filter((_, k) => r[k] <= SEARCH_R_MAX);
  let top = firstMaximum(near, SCALING_SHARE);
  if (top < 0) top = near.indexOf(greatest(near));
  top = clip(top, 1, near.length - 2);
  const [before, at, after] = near.slice(top - 1, top + 2);
  const bend = before - 2 * at + after;
  const shift = bend < 0 ? clip((0.5 * (before - after)) / bend, -0.5, 0.5) : 0;
  return r[top] + shift * (r[1] - r[0]);
}

/** Values at axis * factor by straight lines; zero beyond the ends. */
function sample(g, axis, factor, start, step) {
  const points = g.length, slope = factor / step, shift = start / step;
  return Float64Array.from(axis, (at) => {
    const position = at * slope - shift;
    if (position < -1e-6 || position > points - 1 + 1e-6) return 0;
    const left = clip(Math.trunc(position), 0, points - 2);
    return g[left] + (position - left) * (g[left + 1] - g[left]);
  });
}

/** What a network sees of a pattern (see dataset/representation.py). */
function represent(pattern, features, stretch) {
  const { representation, low, high, r_step: step, axis, log_axis: logAxis, magnitudes, padded } = features;
  const r = features.r.slice(low, high), g = normalise(pattern.slice(low, high));
  if (representation === "raw" && stretch === null) return g;
  let factor = 1 / (stretch ?? 1);
  if (["first_peak", "scale_free"].includes(representation)) factor *= firstPeak(r, g);
  const values = normalise(sample(g, axis, factor, r[0], step));
  if (representation !== "scale_free") return values;
  const curve = normalise(sample(g, logAxis, 1, r[0], step));
  const whole = new Float64Array(axis.length + magnitudes);
  whole.set(values);
  for (let k = 0; k < magnitudes; k++) {
    let re = 0, im = 0;
    for (let j = 0; j < curve.length; j++) {
      const angle = ((k * j) % padded) * ((2 * Math.PI) / padded);
      re += curve[j] * Math.cos(angle);
      im += curve[j] * Math.sin(angle);
    }
    whole[axis.length + k] = Math.log1p(Math.hypot(re, im));
  }
  return whole;
}

const ACTIVATIONS = {
  relu: (z) => (z > 0 ? z : 0), tanh: Math.tanh, logistic: (z) => 1 / (1 + Math.exp(-z)),
};

function softmax(scores) {
  const top = greatest(scores), powers = scores.map((s) => Math.exp(s - top)), total = sum(powers);
  return powers.map((p) => p / total);
}

const temper = (probabilities, temperature) =>
  temperature === 1 ? probabilities : softmax(probabilities.map((p) => Math.log(clip(p, 1e-12, 1)) / temperature));

const average = (rows) => rows[0].map((_, k) => mean(rows.map((row) => row[k])));

function forward(network, pattern, stretch) {
  let values = represent(pattern, network.features, stretch);
  values = values.map((v, k) => (v - network.mean[k]) / network.scale[k]);
  network.layers.forEach(({ weights, intercepts }, layer) => {
    const n = intercepts.length, next = Float64Array.from(intercepts);
    for (let i = 0; i < values.length; i++) {
      const v = values[i];
      if (v !== 0) for (let j = 0, w = i * n; j < n; j++, w++) next[j] += v * weights[w];
    }
    values = layer < network.layers.length - 1 ? next.map(ACTIVATIONS[network.activation]) : next;
  });
  return softmax(values);
}

/** Probabilities of a model's classes: of a network, of one with its classes summed, of an average. */
function classProbabilities(model, pattern) {
  if (model.kind === "network") {
    const looks = [null, ...model.stretches].map((stretch) => forward(model, pattern, stretch));
    return temper(average(looks), model.temperature);
  }
  if (model.kind === "sum") {
    const sums = new Float64Array(model.classes);
    classProbabilities(model.model, pattern).forEach((p, k) => { sums[model.codes[k]] += p; });
    return sums;
  }
  let shares = average(model.members.map((member) => classProbabilities(member, pattern)));
  if (model.weights) {
    shares = shares.map((p, k) => p * model.weights[k]);
    const total = sum(shares);
    shares = shares.map((p) => p / total);
  }
  return temper(shares, model.temperature);
}

/** Probabilities of structure types, the likeliest first: [type, probability]. */
function typeProbabilities(data, pattern, radiation) {
  if (!data.model) return [];
  const grid = data.grid;
  const onGrid = resample(pattern.r, pattern.g, grid).map(Math.fround);
  const types = new Map();
  classProbabilities(data.model, onGrid).forEach((p, k) => {
    const name = data.facts.classes[k];
    const shares = data.facts.class_types[radiation]?.[name] ?? { [name]: 1 };
    for (const [type, share] of Object.entries(shares)) types.set(type, (types.get(type) ?? 0) + p * share);
  });
  return [...types].sort((a, b) => b[1] - a[1]);
}

// ------------------------------------------------------------ 7. search

// On a logarithmic axis of r a stretch is a shift (identification/search.py). A first look takes every
// second shift and as many points as the curve needs. The best rows are looked at at every shift, and
// compared in full where they are most similar.
// Between points of the first look, angstrom: sums over them are right for products of curves up to
// Q = pi / 0.12 = 26 1/angstrom.
const FIRST_STEP = 0.12;
const NORM_EVERY = 10; // shifts between which norms are interpolated
const N_FULL = 40;
const N_LOOK_ALIKES = 8; // that are shown, one a type

/** The reference curves of one radiation on the extended logarithmic axis, weighted by sqrt(r). */
function references(data, radiation) {
  data.expanded ??= {};
  if (data.expanded[radiation]) return data.expanded[radiation];
  const { search } = data.facts, n = data.facts.structures.length;
  const axis = logAxis(search, -search.n_shifts, search.n_steps + search.n_shifts);
  const { start, step, points } = search.even;
  const left = axis.map((r) => Math.floor((r - start) / step));
  const curves = data.curves[radiation], rows = [];
  for (let row = 0; row < n; row++) {
    const packed = curves.subarray(row * points, (row + 1) * points);
    const values = new Float32Array(axis.length);
    if (packed.some((v) => v !== 0)) {
      for (let j = 0; j < axis.length; j++) {
        const k = left[j];
        if (k < 0 || k >= points - 1) continue;
        const share = (axis[j] - start) / step - k;
        values[j] = (packed[k] + share * (packed[k + 1] - packed[k])) * Math.sqrt(axis[j]);
      }
      rows.push(values);
    } else rows.push(null);
  }
  return (data.expanded[radiation] = rows);
}

const logAxis = (search, from, to) =>
  Float64Array.from({ length: to - from + 1 }, (_, k) => search.axis_r_min * Math.exp(search.log_r_step * (from + k)));

/** Shape function of a sphere (Kodama et al., Acta Cryst. A 62 (2006) 444); diameter null: bulk. */
function sphere(r, diameter) {
  const x = diameter === null ? 0 : Math.min(r / diameter, 1);
  return 1 - 1.5 * x + 0.5 * x ** 3;
}

/** The most similar structures, the best first: {row, similarity, stretch, diameter, merit}. */
function similarStructures(data, observation, radiation) {
  const { search } = data.facts, rows = references(data, radiation);
  const axis = logAxis(search, 0, search.n_steps);
  const first = axis.findIndex((r) => r >= observation.r[0]);
  const end = axis.findLastIndex((r) => r <= last(observation.r));
  const r = axis.slice(first, end + 1);
  const curve = interpolate(r, observation.r, observation.g).map((v, k) => v * Math.sqrt(r[k]));
  if (!(dot(curve, curve) > 0)) return [];
  const shapes = search.diameters.map((diameter) => Float64Array.from(r, (v) => sphere(v, diameter)));
  // A cluster has a size of its own, and its one metal stands for all: no shape, no stretch counts.
  const isCluster = (row) => data.facts.structures[row].cluster;
  const sizesOf = (row) => (isCluster(row) ? 1 : shapes.length);
  const merit = (row, match) =>
    match.similarity - (isCluster(row) ? 0 : search.stretch_weight * Math.abs(Math.log(match.stretch)));
  const few = [];
  for (let j = 0; j < r.length; j += last(few)[1]) {
    few.push([j, Math.max(1, Math.floor(FIRST_STEP / (search.log_r_step * r[j])))]);
  }
  const count = 2 * search.n_shifts;
  const firstLook = comparison(shapes, curve, few, search, first);
  const coarse = Array.from({ length: search.n_shifts + 1 }, (_, k) => 2 * k);
  const looks = [];
  rows.forEach((values, row) => {
    if (!values || !data.facts.structures[row].type) return;
    const match = firstLook(values, coarse, NORM_EVERY, sizesOf(row));
    looks.push({ row, merit: merit(row, match) });
  });
  looks.sort((a, b) => b.merit - a.merit);
  // The best rows, and the best one of each of the first types, so that all that is shown is exact.
  const types = new Set();
  const chosen = looks.filter(({ row }, k) => {
    const { type } = data.facts.structures[row];
    const isFirst = !types.has(type) && types.size < 2 * N_LOOK_ALIKES;
    types.add(type);
    return isFirst || k < N_FULL;
  });
  const inFull = comparison(shapes, curve, [...r.keys()].map((j) => [j, 1]), search, first);
  const shifts = Array.from({ length: count + 1 }, (_, k) => k);
  const matches = chosen.map(({ row }) => {
    const { shift } = firstLook(rows[row], shifts, NORM_EVERY, sizesOf(row));
    const near = shifts.slice(Math.max(shift - 2, 0), shift + 3);
    const match = inFull(rows[row], near, 1, sizesOf(row));
    return { row, ...match, merit: merit(row, match) };
  });
  return matches.sort((a, b) => b.merit - a.merit);
}

/**
 * A function that compares one row with a curve, at some shifts and for the first sizes of particles.
 * Points are [index, width]; norms are computed at every so many of the shifts.
 */
function comparison(shapes, curve, points, search, first) {
  const n = points.length, size = shapes.length;
  const places = Int32Array.from(points, ([j]) => j);
  // Three shapes at a time, which the processor does in one go.
  const padded = Math.ceil(size / 3) * 3;
  const column = (value) => Float32Array.from(points, ([j, width]) => value(j) * width);
  const curves = [], squares = [];
  for (let d = 0; d < padded; d++) {
    curves.push(column((j) => (d < size ? curve[j] * shapes[d][j] : 0)));
    squares.push(column((j) => (d < size ? shapes[d][j] ** 2 : 0)));
  }
  const whole = points.reduce((s, [j, width]) => s + curve[j] ** 2 * width, 0);
  const count = 2 * search.n_shifts;
  const sums = new Float64Array(padded), gathered = new Float32Array(n);
  const multiply = (tables) => {
    for (let d = 0; d < padded; d += 3) {
      const [a, b, c] = [tables[d], tables[d + 1], tables[d + 2]];
      let x = 0, y = 0, z = 0;
      for (let i = 0; i < n; i++) {
        const v = gathered[i];
        x += v * a[i]; y += v * b[i]; z += v * c[i];
      }
      sums[d] = x; sums[d + 1] = y; sums[d + 2] = z;
    }
  };
  const gather = (values, shift) => {
    const offset = first + count - shift;
    for (let i = 0; i < n; i++) gathered[i] = values[offset + places[i]];
  };
  const normsAt = (values, shift) => {
    gather(values, shift);
    for (let i = 0; i < n; i++) gathered[i] *= gathered[i];
    multiply(squares);
    return sums.slice(0, size);
  };
  return (values, shifts, every, sizes) => {
    let best = { similarity: -1, shift: 0, stretch: 1, diameter: null };
    let low = null, high = null, lowShift = 0, highShift = -1;
    for (const shift of shifts) {
      if (every === 1) low = high = normsAt(values, lowShift = highShift = shift);
      else if (shift > highShift) {
        lowShift = Math.max(highShift, 0);
        low = high ?? normsAt(values, 0);
        highShift = lowShift + every;
        high = normsAt(values, Math.min(highShift, count));
      }
      const share = highShift > lowShift ? (shift - lowShift) / (highShift - lowShift) : 0;
      gather(values, shift);
      multiply(curves);
      for (let d = 0; d < sizes; d++) {
        const norm = low[d] + share * (high[d] - low[d]);
        const similarity = sums[d] / Math.sqrt(Math.max(norm, 1e-30) * whole);
        if (similarity > best.similarity) {
          const stretch = Math.exp(search.log_r_step * (shift - search.n_shifts));
          best = { similarity, shift, stretch, diameter: search.diameters[d] };
        }
      }
    }
    return best;
  };
}

/** A look-alike's curve at some r, on the scale that fits an observation best. */
function lookAlike(data, observation, radiation, match, r) {
  const { start, step, points } = data.facts.search.even;
  const axis = Float64Array.from({ length: points }, (_, k) => match.stretch * (start + step * k));
  const packed = data.curves[radiation].subarray(match.row * points, (match.row + 1) * points);
  const curve = Float64Array.from(packed, (value, k) => value * sphere(axis[k], match.diameter));
  const there = resample(axis, curve, observation.r);
  const scale = dot(there, observation.g) / dot(there, there);
  return resample(axis, curve, r).map((v) => v * scale);
}

/** All that is said of one pattern, for a known radiation or for the one that is more similar. */
function answer(data, pattern, given = pattern.header.radiation ?? "") {
  const observation = observe(pattern, data.facts.search.r_max);
  const notes = [...pattern.warnings, ...(observation.notes ?? [])];
  const radiations = given ? [given] : ["xray", "neutron"];
  const compared = observation.error ? [] : radiations.map((radiation) => ({
    radiation, matches: similarStructures(data, observation, radiation),
  }));
  const best = compared.reduce((a, b) => (!a || (b.matches[0]?.merit ?? -2) > (a.matches[0]?.merit ?? -2) ? b : a), null);
  const radiation = best?.radiation ?? radiations[0];
  return {
    radiation, known: Boolean(given), observation, notes,
    types: typeProbabilities(data, pattern, radiation), matches: best?.matches ?? [],
  };
}

// ------------------------------------------------------------ the page's data

/** Facts and numbers of the page, with all arrays in place. */
function unpackData(factsText, numbersText) {
  const facts = JSON.parse(factsText);
  const binary = atob(numbersText.trim()), bytes = new Uint8Array(binary.length);
  for (let k = 0; k < binary.length; k++) bytes[k] = binary.charCodeAt(k);
  const kinds = { i1: Int8Array, f2: Uint16Array, f4: Float32Array, f8: Float64Array };
  const array = ({ at, length, type }) => {
    const values = new kinds[type](bytes.buffer, at, length);
    return type === "f2" ? Float32Array.from(values, halfPrecision) : values;
  };
  const fill = (value) => {
    if (value === null || typeof value !== "object") return value;
    if ("at" in value && "length" in value && "type" in value) return array(value);
    if (Array.isArray(value)) return value.map(fill);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fill(part)]));
  };
  const { r_min: start, r_step: step, points } = facts.grid;
  const grid = Float64Array.from({ length: points }, (_, k) => start + step * k);
  const model = fill(facts.model);
  const setGrid = (part) => {
    if (part.features) part.features.r = grid;
    for (const inner of part.members ?? [part.model].filter(Boolean)) setGrid(inner);
  };
  if (model) setGrid(model);
  return { facts, grid, model, curves: fill(facts.curves) };
}

/** A number of half precision, IEEE 754 binary16, from its bits. */
function halfPrecision(bits) {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023, sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

// ------------------------------------------------------------ 8. page

// Names and texts of files are put in as text alone, never as HTML.

const N_TYPES = 5;
const LEAST_PROBABILITY = 0.005;
const RADIATION_WORDS = { xray: "X-rays", neutron: "neutrons" };

/** An element with attributes and children; strings become text. */
function element(tag, attributes = {}, ...children) {
  const isDrawn = ["svg", "g", "path", "line", "text", "circle"].includes(tag);
  const made = isDrawn ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

let unpacked = null;
/** The page's data, decoded when they are first asked for. */
function pageData() {
  const block = (id) => document.getElementById(id).textContent;
  unpacked ??= unpackData(block("facts"), block("numbers"));
  return unpacked;
}

const pause = () => new Promise((resolve) => setTimeout(resolve));
const percent = (p) => (p > 0.995 ? "> 99 %" : p < 0.01 ? "< 1 %" : `${Math.round(100 * p)} %`);

/** The best match of each type, the most similar first. */
function bestOfTypes(data, matches) {
  const seen = new Set();
  return matches.filter(({ row }) => {
    const { type } = data.facts.structures[row];
    return !seen.has(type) && seen.add(type);
  }).slice(0, N_LOOK_ALIKES);
}

/** Lattice constants after a stretch, without those that symmetry repeats. */
function latticeWords(lattice, stretch) {
  if (!lattice) return "none: a cluster";
  const [a, b, c, ...angles] = lattice;
  const alike = (x, y) => Math.abs(x - y) < 5e-4 * x;
  const lengths = [["a", a]];
  if (!alike(a, b)) lengths.push(["b", b]);
  const isOneLength = alike(a, b) && alike(b, c) && alike(angles[0], angles[1]) && alike(angles[1], angles[2]);
  if (!isOneLength) lengths.push(["c", c]);
  const words = lengths.map(([name, value]) => `${name} = ${(value * stretch).toFixed(3)}`);
  const odd = ["\u03b1", "\u03b2", "\u03b3"].map((name, k) => [name, angles[k]])
    .filter(([, value]) => Math.abs(value - 90) > 0.05)
    .map(([name, value]) => `${name} = ${Number(value.toFixed(1))}\u00b0`);
  return `${words.join(", ")} \u00c5${odd.length ? `; ${odd.join(", ")}` : ""}`;
}

/** A table with a caption, heads and rows of cells (texts or elements). */
function tableOf(caption, heads, rows, numeric = []) {
  const cell = (tag, text, k, more = {}) => element(tag, { class: numeric.includes(k) ? "number" : null, ...more }, text);
  return element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption },
    element("table", {}, element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...heads.map((text, k) => cell("th", text, k, { scope: "col" })))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((text, k) => cell("td", text, k)))))));
}

function typesTable(types) {
  const rows = types.slice(0, N_TYPES).filter(([, p], k) => k === 0 || p >= LEAST_PROBABILITY).map(([type, p]) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${Math.max(100 * p, 0.5)}%`;
    return [type, percent(p), element("span", { class: "rail" }, bar)];
  });
  return tableOf("Likely structure types, by the model", ["type", "probability", "from 0 to 100 %"], rows, [1]);
}

let answered = 0;
/** What is said of one file that was read. */
function answerCard(name, pattern) {
  const data = pageData(), id = `answer-${++answered}`;
  const content = element("div");
  const update = (given) => {
    const said = answer(data, pattern, given);
    const best = bestOfTypes(data, said.matches);
    const parts = [];
    if (said.types.length) parts.push(typesTable(said.types));
    if (best.length) parts.push(...lookAlikes(data, said, best, id, name, pattern));
    else parts.push(element("p", {}, `No structure was compared: ${said.observation.error ?? "the curve is flat"}.`));
    if (said.notes.length) {
      parts.push(element("details", { class: "notes", open: said.notes.length < 4 },
        element("summary", {}, `Notes on the file (${said.notes.length})`),
        element("ul", {}, ...said.notes.map((note) => element("li", {}, printable(note))))));
    }
    content.replaceChildren(...parts);
    return said;
  };
  const known = pattern.header.radiation ?? "";
  const choice = element("select", { onchange: () => update(choice.value) },
    ...["", "xray", "neutron"].map((value) =>
      element("option", { value, selected: value === known }, RADIATION_WORDS[value] ?? "not known: both are tried")));
  const said = update(known);
  const { r } = pattern;
  const what = pattern.quantity === "G" ? "G(r)" : `${pattern.quantity}, turned into G(r)`;
  const composition = pattern.header.composition ? `; its header says ${pattern.header.composition}` : "";
  const card = element("article", { "aria-labelledby": id },
    element("h2", { id }, printable(name)),
    element("p", { class: "note" }, `${what} at ${r.length} points from ${general(r[0], 4)} to ` +
      `${general(last(r), 4)} \u00c5${printable(composition)}.`),
    element("p", {}, element("label", {}, "Measured with ", choice)), content);
  return { card, id, said, best: bestOfTypes(data, said.matches)[0] };
}

/** The table of look-alikes, and the plot of the one that is chosen. */
function lookAlikes(data, said, best, id, name, pattern) {
  const figure = element("div", { class: "plot" });
  const caption = element("p", { class: "note", role: "status" });
  const curve = toDraw(pattern, said.observation);
  let shown = best[0];
  const draw = () => {
    const structure = data.facts.structures[shown.row];
    const calculated = lookAlike(data, said.observation, said.radiation, shown, curve.r);
    const rw = Math.sqrt(Math.max(1 - shown.similarity ** 2, 0));
    const words = `Measured G(r) of ${printable(name)} and the curve of ${structure.name} (${structure.type}) at a ` +
      `stretch of ${stretchWords(shown.stretch)}${shown.diameter ? `, as a particle of ${shown.diameter} \u00c5` : ""}.`;
    caption.textContent = `${words} They leave Rw ${rw.toFixed(2)}; a refinement would leave less.`;
    figure.replaceChildren(legend(structure.name), plot(curve, calculated, words, figure.clientWidth || 640));
  };
  const rows = best.map((match, k) => {
    const structure = data.facts.structures[match.row];
    const radio = element("input", { type: "radio", name: `${id}-shown`, checked: k === 0,
      onchange: () => { shown = match; draw(); } });
    return [
      element("label", { class: "choice" }, radio, structure.name), structure.type, match.similarity.toFixed(3),
      stretchWords(match.stretch), latticeWords(structure.lattice, match.stretch),
      structure.cluster ? "its own size" : match.diameter ? `${match.diameter} \u00c5` : "bulk",
    ];
  });
  const heads = ["structure", "type", "similarity", "stretch", "lattice constants at this stretch", "like a particle of"];
  const tried = said.known ? "" : `; the radiation is not known, and the curve is more like one of ${RADIATION_WORDS[said.radiation]}`;
  const table = tableOf(`Closest structures of the library, one a type (${RADIATION_WORDS[said.radiation]}${tried})`, heads, rows, [2, 3]);
  new ResizeObserver(() => { if (figure.isConnected) draw(); }).observe(figure);
  draw();
  return [table, figure, caption];
}

const stretchWords = (stretch) => {
  const change = 100 * (stretch - 1);
  return Math.abs(change) < 0.05 ? "0 %" : `${change > 0 ? "+" : "\u2212"}${Math.abs(change).toFixed(1)} %`;
};

function legend(name) {
  const mark = (kind, text) => {
    const line = kind === "measured"
      ? element("circle", { class: kind, cx: 12, cy: 6, r: 2.5 })
      : element("line", { class: kind, x1: 0, y1: 6, x2: 24, y2: 6 });
    return element("span", {}, element("svg", { width: 24, height: 12, "aria-hidden": "true" }, line), ` ${text}`);
  };
  return element("p", { class: "legend" }, mark("measured", "measured"), mark("calculated", name), mark("difference", "difference"));
}

/** The measured curve in the range that was compared, with no more points than can be seen. */
function toDraw(pattern, observation) {
  const [low, high] = [observation.r[0], last(observation.r)];
  const within = Array.from(pattern.r, (v) => v >= low && v <= high);
  const every = Math.ceil(within.filter(Boolean).length / 2000);
  const thin = (values) => select(values, within).filter((_, k) => k % every === 0);
  return { r: thin(pattern.r), g: thin(pattern.g) };
}

/** Round steps for the ticks of an axis. */
function ticks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) values.push(k * step);
  return values;
}

/** A drawing of a measured curve, a calculated one over it, and their difference below. */
function plot({ r, g }, calculated, words, width) {
  const height = 340, left = 62, right = 12, top = 10, bottom = 46;
  const difference = g.map((v, k) => v - calculated[k]);
  const high = Math.max(greatest(g), greatest(calculated)), low = Math.min(least(g), least(calculated));
  const margin = 0.06 * (high - low), zero = low - margin - greatest(difference);
  const range = [zero + least(difference) - margin, high + margin];
  const x = (v) => left + ((v - r[0]) / (last(r) - r[0])) * (width - left - right);
  const y = (v) => height - bottom - ((v - range[0]) / (range[1] - range[0])) * (height - top - bottom);
  const pathOf = (values, offset = 0) =>
    Array.from(values, (v, k) => `${k ? "L" : "M"}${x(r[k]).toFixed(1)} ${y(v + offset).toFixed(1)}`).join("");
  const parts = [];
  const line = (name, x1, y1, x2, y2) => parts.push(element("line", { class: name, x1, y1, x2, y2 }));
  const text = (at, words, attributes) => parts.push(element("text", { x: at[0], y: at[1], ...attributes }, words));
  const number = (v) => general(Math.abs(v) < 1e-12 ? 0 : v, 4).replace("-", "\u2212");
  for (const v of ticks(r[0], last(r), width < 480 ? 5 : 9)) {
    line("tick", x(v), height - bottom, x(v), height - bottom + 5);
    text([x(v), height - bottom + 19], number(v), { "text-anchor": "middle" });
  }
  for (const v of ticks(Math.max(low, range[0]), range[1], 5)) {
    line("grid", left, y(v), width - right, y(v));
    text([left - 7, y(v) + 4], number(v), { "text-anchor": "end" });
  }
  line("tick", left, height - bottom, width - right, height - bottom);
  line("tick", left, top, left, height - bottom);
  line("grid", left, y(zero), width - right, y(zero));
  text([(left + width - right) / 2, height - 6], "r (\u00c5)", { "text-anchor": "middle" });
  const middle = (top + height - bottom) / 2;
  text([14, middle], "G(r) (\u00c5\u207b\u00b2, the file's scale)", { "text-anchor": "middle", transform: `rotate(-90 14 ${middle})` });
  parts.push(element("path", { class: "difference", d: pathOf(difference, zero) }));
  const dots = Array.from(r, (v, k) => `M${x(v).toFixed(1)} ${y(g[k]).toFixed(1)}h0`).join("");
  parts.push(element("path", { class: "measured-dots", d: dots }), element("path", { class: "calculated", d: pathOf(calculated) }));
  return element("svg", { role: "img", "aria-label": words, viewBox: `0 0 ${width} ${height}`, width, height }, ...parts);
}

function errorCard(name, reason) {
  const id = `answer-${++answered}`;
  const card = element("article", { class: "refused", "aria-labelledby": id },
    element("h2", { id }, printable(name)),
    element("p", {}, element("strong", {}, "Not used: "), printable(reason), "."));
  return { card, id, reason };
}

/** One line for each file, where there are several. */
const overviewRows = [];
function showOverview(name, { id, said, best, reason }) {
  const link = element("a", { href: `#${id}` }, printable(name));
  const type = said?.types[0];
  overviewRows.push(reason ? [link, "not used", "", "", ""] : [
    link, type ? type[0] : "", type ? percent(type[1]) : "",
    best ? pageData().facts.structures[best.row].name : "none", best ? best.similarity.toFixed(3) : "",
  ]);
  if (overviewRows.length < 2) return;
  const heads = ["file", "likeliest type", "probability", "closest structure", "similarity"];
  document.getElementById("overview").replaceChildren(
    tableOf(`All ${overviewRows.length} files`, heads, overviewRows, [2, 4]));
}

async function readAll(file) {
  try {
    if (file.size > MAX_BYTES) throw tooLarge(`${(file.size / 2 ** 20).toFixed(0)} MiB`);
    return await readFiles(file.name, new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    if (error instanceof PatternError) return [{ name: file.name, reason: error.message }];
    return [{ name: file.name, reason: "the file cannot be read; is it a folder? Drop the files in it, or copy it again" }];
  }
}

let queue = Promise.resolve();
/** Answer files one after the other. */
function takeFiles(files) {
  const status = document.getElementById("status");
  queue = queue.then(async () => {
    let done = 0;
    for (const file of files) {
      status.textContent = `Reading ${printable(file.name)} (${done + 1} of ${files.length})`;
      await pause(); // the browser shows it
      for (const { name, pattern, reason } of await readAll(file)) {
        const shown = name === file.name ? name : `${file.name}/${name}`;
        let result;
        try {
          result = pattern ? answerCard(shown, pattern) : errorCard(shown, reason);
        } catch (error) {
          console.error(error);
          result = errorCard(shown, `this page failed on it (${error.message}); please report this, with the file`);
        }
        document.getElementById("answers").append(result.card);
        showOverview(shown, result);
        await pause();
      }
      done++;
    }
    status.textContent = files.length === 1 ? `Done: ${printable(files[0].name)}` : `Done: ${files.length} files`;
  });
  return queue;
}

function startPage() {
  const chooser = document.getElementById("chooser"), zone = document.getElementById("zone");
  chooser.addEventListener("change", () => {
    takeFiles([...chooser.files]);
    chooser.value = ""; // so that the same file can be chosen again
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); });
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    takeFiles([...event.dataTransfer.files]);
  });
}

if (typeof document !== "undefined") startPage();
