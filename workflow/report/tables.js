"use strict";
// Tables of the report: sorting by any column, and which samples are shown.

for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => sortBy(table, head, column));
  });
}

/** Rows without a value stay last, whichever way is up. */
function sortBy(table, head, column) {
  const down = head.getAttribute("aria-sort") === "ascending";
  table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, text: row.cells[column].textContent.trim() }));
  const full = rows.filter(({ text }) => text !== "");
  const numbers = full.every(({ text }) => !Number.isNaN(parseFloat(text)));
  const order = new Intl.Collator("en");
  full.sort((a, b) => (numbers ? parseFloat(a.text) - parseFloat(b.text) : order.compare(a.text, b.text)));
  if (down) full.reverse();
  const empty = rows.filter(({ text }) => text === "");
  table.tBodies[0].append(...full.map(({ row }) => row), ...empty.map(({ row }) => row));
}

const wanted = document.getElementById("filter"), verdict = document.getElementById("verdict");

function filterSamples() {
  const rows = [...document.querySelectorAll("#samples tbody tr")];
  const text = wanted.value.toLowerCase();
  let shown = 0;
  for (const row of rows) {
    const fits = row.textContent.toLowerCase().includes(text);
    row.hidden = !fits || (verdict.value !== "" && row.dataset.verdict !== verdict.value);
    shown += !row.hidden;
  }
  document.getElementById("shown").textContent = `${shown} of ${rows.length} shown`;
}
wanted?.addEventListener("input", filterSamples);
verdict?.addEventListener("change", filterSamples);
