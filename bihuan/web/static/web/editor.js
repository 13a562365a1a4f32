// The editor of definitions is drawn by the server. What somebody types while an answer is on its
// way would be lost when it comes; here it is kept and put into the form that was drawn anew.
(function () {
  "use strict";
  var sent = null;

  function fields() {
    return Array.from(document.querySelectorAll("#builder input[id], #builder textarea[id], #builder select[id]"));
  }
  function text(field) { return field.type === "checkbox" ? String(field.checked) : field.value; }
  function isBuilder(event) { return event.detail.target && event.detail.target.id === "builder"; }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (!isBuilder(event)) return;
    sent = new Map(fields().map(function (field) { return [field.id, text(field)]; }));
    // Rows that come or go have their places shifted: only a form of the same rows is filled again.
    if (event.detail.elt.tagName !== "SELECT") sent = null;
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!isBuilder(event) || !sent) return;
    var before = sent;
    var typed = fields().filter(function (field) {
      return before.has(field.id) && before.get(field.id) !== text(field);
    });
    sent = null;
    if (!typed.length) return;
    document.addEventListener("htmx:afterSwap", function () {
      typed.forEach(function (field) {
        var again = document.getElementById(field.id);
        if (!again || again.type !== field.type) return;
        if (field.type === "checkbox") again.checked = field.checked;
        else again.value = field.value;
      });
    }, { once: true });
  });
})();
