// The bell and what is new, as soon as it is there. Each page of a browser hears for itself
// while it is looked at; what one has shown already, it shows once.
(function () {
  "use strict";
  var address = document.currentScript.dataset.live;
  var shown = new Set();
  var source = null;
  var last = "";

  function bell(event) {
    var box = document.createElement("template");
    box.innerHTML = JSON.parse(event.data).html;
    var old = document.getElementById("bell");
    last = event.lastEventId || last;
    if (old && box.content.firstElementChild && old !== document.activeElement) {
      old.replaceWith(box.content.firstElementChild);
    }
  }

  function news(event) {
    var told = JSON.parse(event.data);
    if (shown.has(told.id)) return;
    shown.add(told.id);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: told.text, kind: "ok", link: told.link } }));
  }

  function hear() {
    if (source) return;
    source = new EventSource(address + (last ? "?last=" + encodeURIComponent(last) : ""));
    source.addEventListener("bell", bell);
    source.addEventListener("news", news);
  }

  function rest() {
    if (source) source.close();
    source = null;
  }

  function look() {
    if (document.hidden) rest(); else hear();
  }

  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", look);
  look();
}());
