/* What the server cannot do: notice a lost connection, open dialogs and menus, listen to keys.
   Pages work without it; nothing here decides anything about the study's data.

   data-dialog="ID"  opens <dialog id="ID">       data-close  closes the dialog it stands in
   data-once         a form that is sent once     data-go="p" the keys g p follow this link
     data-key="n"      the key n follows this link
   Events on document: "connection:lost", "connection:back". */
(() => {
  "use strict";

  /* Connection */
  const notice = document.querySelector("#lost .lost");
  const RETRY_MS = 4000;
  let retry = 0;

  function back() {
    if (notice.hidden) return;
    notice.hidden = true;
    clearTimeout(retry);
    document.dispatchEvent(new CustomEvent("connection:back"));
  }

  function lost() {
    if (notice.hidden) {
      notice.hidden = false;
      document.dispatchEvent(new CustomEvent("connection:lost"));
    }
    clearTimeout(retry);
    retry = setTimeout(ask, RETRY_MS);
  }

  function ask() {
    fetch(document.body.dataset.ping, { method: "HEAD", cache: "no-store" }).then(back, lost);
  }

  window.addEventListener("offline", lost);
  window.addEventListener("online", ask);
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  document.addEventListener("htmx:afterOnLoad", back);

  /* A session that ended: its answer is the page on which one signs in. It does not replace what was typed. */
  const { login, person } = document.body.dataset;
  const ended = document.getElementById("ended");

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!login || new URL(event.detail.xhr.responseURL).pathname !== login) return;
    event.detail.shouldSwap = false;
    ended.hidden = false;
  });

  const cutOff = () => !notice.hidden || !ended.hidden;

  /* The same person signed in again elsewhere: go on with the new session's token. */
  async function renew() {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (ended.hidden || page.body.dataset.person !== person) return;
    const headers = page.body.getAttribute("hx-headers");
    document.body.setAttribute("hx-headers", headers);
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
      input.value = JSON.parse(headers)["X-CSRFToken"];
    }
    ended.hidden = true;
    document.dispatchEvent(new CustomEvent("connection:back"));
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !ended.hidden) renew().catch(lost);
  });
  window.addEventListener("focus", () => {
    if (!ended.hidden) renew().catch(lost);
  });

  /* Dialogs and menus */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  /* Keys */
  const typing = (element) => element.closest("input, select, textarea, [contenteditable]");
  let prefix = 0;

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.form ?? event.target.closest("form");
      if (form) {
        event.preventDefault();
        form.requestSubmit(form.querySelector(".btn-primary"));
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") document.getElementById("keys")?.showModal();
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
    const followsG = prefix > 0 && event.timeStamp - prefix < 1500; // 0: no g yet
    prefix = event.key === "g" ? event.timeStamp : 0;
    if (/^[a-z]$/.test(event.key)) {
      document.querySelector(`[${followsG ? "data-go" : "data-key"}="${event.key}"]`)?.click();
    }
  });

  /* Forms */
  document.addEventListener("input", (event) => {
    event.target.form?.toggleAttribute("data-changed", true);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (cutOff()) {
      event.preventDefault(); // the browser would put its own error page in the place of what was typed
      return;
    }
    if (form.hasAttribute("data-once")) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      event.submitter?.setAttribute("aria-disabled", "true");
    }
    form.removeAttribute("data-changed");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (cutOff() && document.querySelector("form[data-changed]")) event.preventDefault();
  });
})();
