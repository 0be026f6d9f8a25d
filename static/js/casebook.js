// On a narrow screen each visit folds under its heading; the present one is open. Without this script all stay open.
(() => {
  const narrow = matchMedia("(max-width: 44rem)");
  const visits = [...document.querySelectorAll(".cb-visit")];

  const open = (visit, shown) => {
    visit.classList.toggle("is-open", shown);
    visit.querySelector(".cb-toggle")?.setAttribute("aria-expanded", String(shown));
  };

  const fold = () => {
    for (const visit of visits) {
      const heading = visit.querySelector("h2, h3");
      const button = heading.querySelector(".cb-toggle");
      if (narrow.matches && !button) {
        const made = document.createElement("button");
        made.type = "button";
        made.className = "cb-toggle";
        made.append(...heading.childNodes);
        made.setAttribute("aria-controls", heading.id + "-forms");
        made.addEventListener("click", () => open(visit, !visit.classList.contains("is-open")));
        heading.append(made);
        open(visit, visit.classList.contains("is-now"));
      } else if (!narrow.matches && button) {
        heading.replaceChildren(...button.childNodes);
        visit.classList.remove("is-open");
      }
    }
  };

  const unfoldTarget = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const visit = target && target.closest(".cb-visit");
    if (visit && narrow.matches) open(visit, true);
  };

  fold();
  unfoldTarget();
  narrow.addEventListener("change", fold);
  addEventListener("hashchange", unfoldTarget);
  document.querySelector(".cb-jump")?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const visit = link && document.getElementById(link.hash.slice(1))?.closest(".cb-visit");
    if (visit) open(visit, true);
  });
})();
