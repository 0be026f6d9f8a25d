/* Grids of an entry screen: moving by arrow and Enter, and filling what is blank. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-crf]");
  if (!form) return;
  const CELL = ".crf-grid .input";

  function below(cell, step) {
    const place = cell.closest("td").cellIndex;
    const rows = [...cell.closest("fieldset").querySelectorAll("tbody tr:not(.cell-notes)")];
    for (let at = rows.indexOf(cell.closest("tr")) + step; rows[at]; at += step) {
      const found = rows[at].cells[place]?.querySelector(".input");
      if (found) return found;
    }
    return null;
  }

  form.addEventListener("keydown", (event) => {
    if (!event.target.matches(CELL) || event.target.tagName === "SELECT") return;
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = below(event.target, step);
    next?.focus();
    next?.select?.();
  });

  form.addEventListener("focusin", (event) => {
    if (event.target.matches(CELL)) event.target.select?.();
  });

  form.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]");
    if (!fill) return;
    const blank = [...fill.closest("fieldset").querySelectorAll(`${CELL}:is(input)`)].filter((cell) => !cell.value.trim());
    for (const cell of blank) cell.value = fill.dataset.fill;
    blank.at(-1)?.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
