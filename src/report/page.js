"use strict";
// Sorts and filters the tables. Without scripts the page shows the same rows in the plan's order.
document.documentElement.classList.add("js");

const words = new Intl.Collator(undefined, {numeric: true});

function key(row, column) {
  const cell = row.cells[column];
  return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
}

// Missing numbers come last in both directions.
function order(x, y, down) {
  if (typeof x === "number") {
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
    return down ? y - x || 0 : x - y || 0;
  }
  return down ? words.compare(y, x) : words.compare(x, y);
}

function sort(table, head) {
  const down = head.getAttribute("aria-sort") === "ascending", body = table.tBodies[0];
  const column = head.cellIndex, rows = Array.from(body.rows, (row) => ({row, key: key(row, column)}));
  for (const h of table.tHead.rows[0].cells) h.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  rows.sort((a, b) => order(a.key, b.key, down));
  body.append(...rows.map((r) => r.row));
}

// Every word must occur somewhere in the row.
function filter(table, text, count) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean), rows = table.tBodies[0].rows;
  let shown = 0;
  for (const row of rows) {
    const hay = row.textContent.toLowerCase();
    row.hidden = !words.every((w) => hay.includes(w));
    shown += !row.hidden;
  }
  count.textContent = shown + " of " + rows.length + " rows";
}

for (const part of document.querySelectorAll(".sheet")) {
  const table = part.querySelector("table"), box = part.querySelector("input"), count = part.querySelector("output");
  for (const head of table.tHead.rows[0].cells)
    head.querySelector("button").addEventListener("click", () => sort(table, head));
  box.addEventListener("input", () => filter(table, box.value, count));
  count.textContent = table.tBodies[0].rows.length + " of " + table.tBodies[0].rows.length + " rows";
}

const closed = [];
addEventListener("beforeprint", () => {
  for (const d of document.querySelectorAll("details:not([open])")) {
    closed.push(d);
    d.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const d of closed.splice(0)) d.open = false;
});
