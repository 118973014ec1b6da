"use strict";
// What is folded: opened for print, by a link that leads into it, or all at once.

const folds = () => [...document.querySelectorAll("main details")];

/** Open what holds the target of a link. */
function openTarget() {
  let name = "";
  try {
    name = decodeURIComponent(location.hash.slice(1));
  } catch {
    return; // no address of this page
  }
  const target = name ? document.getElementById(name) : null;
  const closed = target?.closest("details:not([open])");
  if (!closed) return;
  for (let block = closed; block; block = block.parentElement.closest("details")) block.open = true;
  target.scrollIntoView();
}

let openedForPrint = [];
addEventListener("beforeprint", () => {
  openedForPrint = folds().filter((block) => !block.open);
  for (const block of openedForPrint) block.open = true;
});
addEventListener("afterprint", () => {
  for (const block of openedForPrint) block.open = false;
  openedForPrint = [];
});
addEventListener("hashchange", openTarget);
openTarget();

const all = document.getElementById("all-folds");
all.hidden = false;
all.addEventListener("click", () => {
  const open = all.getAttribute("aria-pressed") !== "true";
  for (const block of folds()) block.open = open;
  all.setAttribute("aria-pressed", String(open));
});
