/* The page that shows a treatment: covered while nobody looks at it, emptied when it is left. */
(() => {
  "use strict";
  const secret = document.getElementById("treatment");
  const covered = document.querySelector(".ub-covered");

  function cover(hide) {
    secret.hidden = hide;
    covered.hidden = !hide || !secret.textContent.trim();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) cover(true);
  });
  covered.querySelector("button").addEventListener("click", () => cover(false));
  // A browser may keep a page that was left, to go back to it.
  window.addEventListener("pagehide", () => {
    secret.replaceChildren();
    cover(true);
  });
})();
