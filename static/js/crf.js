/* The entry screen: tells the server when a field was left, and shows what the server answers.
   No rule about any value stands here. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-crf]");
  if (!form) return;
  const left = form.elements.left;
  const kept = document.getElementById("kept");
  const TYPING_PAUSE_MS = 1500;
  let pause = 0;

  function send(name, quietly) {
    clearTimeout(pause);
    left.disabled = false;
    left.value = name;
    if (quietly) {
      // While somebody types, only keep; findings come when the field is left.
      const body = new FormData(form);
      body.set("quiet", "1");
      fetch(form.getAttribute("hx-post"), { method: "POST", body, headers: { "HX-Request": "true" } })
        .then((answer) => (answer.status === 204 ? showKept(new Date()) : showLost()))
        .catch(() => document.dispatchEvent(new CustomEvent("htmx:sendError")));
    } else {
      htmx.trigger(form, "crf:left");
    }
  }

  function showKept(when) {
    const time = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    kept.textContent = `Kept ${time}`;
  }

  function showLost() {
    kept.textContent = "Not kept yet. Sign in again in another tab, then go on here.";
  }

  /* An answer that the numbers suggest stands in the input until a person chooses or clears one. */
  const settled = form.elements.settled;
  const isSettled = (name) => settled.value.split(" ").includes(name);

  function settle(name) {
    if (settled && name && !isSettled(name)) settled.value = `${settled.value} ${name}`.trim();
  }

  function showSuggested(answers) {
    for (const [name, code] of Object.entries(answers)) {
      if (form.elements[name] && !isSettled(name)) form.elements[name].value = code;
    }
  }

  form.addEventListener("click", (event) => {
    const name = event.target.type === "radio" && event.target.name;
    if (!settled || !name || isSettled(name) || !document.querySelector(`#n-${name} .note-suggested`)) return;
    settle(name);
    send(name, false);
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "radio") settle(event.target.name);
    if (event.target.name && event.target.name !== "reason") send(event.target.name, false);
  });
  form.addEventListener("input", (event) => {
    if (!event.target.name) return;
    clearTimeout(pause);
    pause = setTimeout(() => send(event.target.name, true), TYPING_PAUSE_MS);
  });
  document.addEventListener("connection:back", () => send("", false));
  document.addEventListener("htmx:responseError", showLost);

  document.body.addEventListener("crf:checked", (event) => {
    const { hidden, classes, derived, computed, suggested, kept: moment } = event.detail;
    const hide = new Set(hidden);
    for (const field of form.querySelectorAll("[data-field]")) {
      const name = field.dataset.field;
      field.hidden = hide.has(name);
      field.classList.toggle("is-refused", classes[name]?.includes("is-refused") ?? false);
      field.classList.toggle("is-asked", classes[name]?.includes("is-asked") ?? false);
      const output = field.querySelector("output.derived");
      if (output) output.textContent = derived[name] ?? "";
    }
    for (const output of form.querySelectorAll("output[data-computed]")) {
      output.textContent = computed[output.dataset.computed] ?? "";
    }
    showSuggested(suggested);
    showKept(new Date(moment));
  });

  /* Repeating rows */
  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    if (add) {
      const section = add.closest("[data-section]");
      const rows = [...section.querySelectorAll("tbody tr")].map((row) => Number(row.dataset.row));
      const number = rows.length ? Math.max(...rows) + 1 : 0;
      const body = section.querySelector("tbody");
      body.insertAdjacentHTML("beforeend", section.querySelector("template").innerHTML.replaceAll("__N__", number));
      body.lastElementChild.querySelector("input, select")?.focus();
    }
    const remove = event.target.closest("[data-remove-row]");
    if (remove) {
      const row = remove.closest("tr");
      for (const input of row.querySelectorAll("input, select")) {
        if (input.type === "radio" || input.type === "checkbox") input.checked = false;
        else if (!input.name.endsWith("_UNIT")) input.value = "";
      }
      row.hidden = true;
      send("", false);
    }
  });

  document.querySelector("[data-focus]")?.focus();
})();
