// Keys, the toast and small conveniences. Everything works without this file.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  let waitingForPage = false;

  const go = (name) => { const link = $(`a[data-key="${name}"]`); if (link) link.click(); };

  function rows() { return [...document.querySelectorAll("tr[data-row]")]; }

  function pick(step) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.classList.contains("picked"));
    const next = Math.min(Math.max(now + step, 0), all.length - 1);
    all.forEach((row) => row.classList.remove("picked"));
    all[next].classList.add("picked");
    all[next].scrollIntoView({ block: "nearest" });
    all[next].querySelector("a").focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter" && event.target.form) {
      event.target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape") {
      const menu = $("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
      const close = $("a[data-close]");
      if (close && !$("dialog[open]")) { event.preventDefault(); close.click(); }
      if (typing(event.target)) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (waitingForPage) { waitingForPage = false; go("g" + event.key); return; }
    switch (event.key) {
      case "/": { const search = $("#search"); if (search) { event.preventDefault(); search.focus(); search.select(); } break; }
      case "?": { const keys = $("#keys"); if (keys && keys.showModal && !keys.open) keys.showModal(); break; }
      case "g": waitingForPage = true; setTimeout(() => { waitingForPage = false; }, 1500); break;
      case "j": pick(1); break;
      case "k": pick(-1); break;
      case "n": case "p": case "f": go(event.key); break;
      default:
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-now]");
    if (form) form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-show-keys]")) { event.preventDefault(); const keys = $("#keys"); if (keys && keys.showModal) keys.showModal(); }
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // Where one came from, so that closing the panel leads back there.
  let opener = "";
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href*='#panel']");
    if (link) opener = link.getAttribute("href");
  }, true);

  // The picture's links are SVG: they swap the page in place as other links do.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("svg a");
    if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.htmx.ajax("GET", link.getAttribute("href").split("#")[0], { target: "#page", select: "#page", swap: "outerHTML show:none" });
  });

  function stays(toast) { return toast.matches(":hover") || toast.contains(document.activeElement); }

  function settle() {
    const toast = $(".toast-own");
    if (toast && !toast.dataset.seen) {
      toast.dataset.seen = "1";
      const say = $("#say");
      if (say) say.textContent = toast.querySelector("span").textContent;
      const leave = () => { if (stays(toast)) setTimeout(leave, 2000); else toast.remove(); };
      setTimeout(leave, Number(toast.dataset.seconds || 10) * 1000);
    }
    const form = $(".panel form.form-own");
    const first = form && form.querySelector("[data-first]");
    const panel = $("#panel");
    if (first) first.focus();
    else if (panel && !panel.contains(document.activeElement)) panel.focus({ preventScroll: true });
    else if (!panel && opener) {
      const back = [...document.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === opener);
      if (back) back.focus({ preventScroll: true });
      opener = "";
    }
  }
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("DOMContentLoaded", settle);
})();
