// Runs before the page is painted, so that a dark page never flashes white.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    var wanted = root.dataset.theme;
    var shown = wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted;
    root.setAttribute("data-bs-theme", shown);
    document.dispatchEvent(new CustomEvent("bihuan:theme", { detail: shown }));
  }

  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("beforeprint", function () { root.setAttribute("data-bs-theme", "light"); });
  window.addEventListener("afterprint", apply);
  window.bihuanTheme = { apply: apply };
})();
