// What the pages need beyond htmx: drawer, toasts, questions, heat-map keys. No inline code anywhere.
(function () {
  "use strict";
  var root = document.documentElement;
  var drawer = document.getElementById("drawer");
  var toasts = document.getElementById("toasts");
  var loading = document.getElementById("loading");

  function one(selector, inside) { return (inside || document).querySelector(selector); }
  function all(selector, inside) { return Array.from((inside || document).querySelectorAll(selector)); }

  // ---- Theme: the button answers at once and tells the server afterwards.
  document.addEventListener("submit", function (event) {
    var form = event.target.closest("[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    var wanted = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.dataset.theme = wanted;
    window.bihuanTheme.apply();
    form.elements.theme.value = wanted;
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  });

  // ---- Toasts
  function toast(text, kind, link) {
    if (!toasts || !text) return;
    var copy = one("#toast-form").content.firstElementChild.cloneNode(true);
    copy.classList.add(kind || "ok");
    one("use", copy).setAttribute("href", toasts.dataset.icons + (kind && kind !== "ok" ? "#alert-triangle" : "#circle-check"));
    one("p", copy).textContent = text;
    if (link && link.charAt(0) === "/" && link.charAt(1) !== "/") {
      var there = document.createElement("a");
      there.href = link;
      there.textContent = text;
      one("p", copy).replaceChildren(there);
    }
    toasts.append(copy);
    fade(copy);
  }
  function fade(box) {
    if (box.classList.contains("ok")) setTimeout(function () { box.remove(); }, 6000);
  }
  if (toasts) all(".toast-msg", toasts).forEach(fade);
  document.addEventListener("click", function (event) {
    var close = event.target.closest("[data-dismiss-toast]");
    if (close) close.closest(".toast-msg").remove();
  });
  document.addEventListener("toast", function (event) { toast(event.detail.text, event.detail.kind, event.detail.link); });

  // ---- Drawer: opens what htmx puts into it; the focus goes back to where it came from.
  var opener = null;
  function offcanvas() { return window.bootstrap.Offcanvas.getOrCreateInstance(drawer); }

  function remember(element) {
    if (!element || drawer.contains(element)) return;
    opener = element;
    drawer.classList.toggle("drawer-wide", element.dataset.drawer === "wide");
  }
  function backToOpener() {
    drawer.replaceChildren();
    if (!opener) return;
    var again = opener;
    if (!document.contains(again) && again.getAttribute("hx-get")) {
      again = all("[hx-get]").find(function (each) {
        return each.getAttribute("hx-get") === opener.getAttribute("hx-get");
      });
    }
    if (again) again.focus();
    opener = null;
  }
  function openDrawer() {
    if (!one("[data-bs-dismiss]", drawer)) drawer.prepend(one("#drawer-bare").content.cloneNode(true));
    if (drawer.classList.contains("show")) {
      var title = one("h2", drawer);
      if (title) title.focus();
    } else {
      offcanvas().show();
    }
  }
  if (drawer) drawer.addEventListener("hidden.bs.offcanvas", backToOpener);

  // ---- Menu on narrow screens: a dialog while it is open, and a dialog has a name.
  var menu = document.getElementById("menu");
  if (menu) {
    menu.addEventListener("show.bs.offcanvas", function () { menu.setAttribute("aria-label", menu.dataset.dialogName); });
    menu.addEventListener("hidden.bs.offcanvas", function () { menu.removeAttribute("aria-label"); });
  }

  // ---- htmx
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (loading) loading.classList.add("on");
    if (drawer && event.detail.target === drawer) remember(event.detail.elt);
  });
  document.addEventListener("htmx:afterRequest", function () {
    if (loading) loading.classList.remove("on");
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var login = root.dataset.login;
    var answered = event.detail.xhr.responseURL ? new URL(event.detail.xhr.responseURL).pathname : "";
    if (login && answered === login && location.pathname !== login) {
      event.detail.shouldSwap = false;
      location.assign(login + "?next=" + encodeURIComponent(location.pathname + location.search));
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (drawer && event.detail.target === drawer) openDrawer();
    prepare(event.detail.target);
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    // What was swapped as a whole is gone itself; the event comes from what stands there now.
    var inside = document.contains(event.detail.target) ? event.detail.target : event.target;
    var alert = one("[data-focus]", inside);
    if (alert) alert.focus();
  });
  document.addEventListener("htmx:sendError", function () { toast(toasts.dataset.offline, "bad"); });
  document.addEventListener("htmx:responseError", function (event) {
    if (!event.detail.shouldSwap && event.detail.xhr.status !== 0) {
      var swapped = [403, 404, 409, 422].includes(event.detail.xhr.status);
      if (!swapped) toast(toasts.dataset.failed, "bad");
    }
  });

  // ---- Questions: <button data-confirm="…"> in a form, and hx-confirm, ask in a dialog of ours.
  function ask(question, yes) {
    var dialog = one("#ask");
    one("p", dialog).textContent = question;
    dialog.returnValue = "";
    dialog.onclose = function () { if (dialog.returnValue === "yes") yes(); };
    dialog.showModal();
  }
  document.addEventListener("submit", function (event) {
    var button = event.submitter;
    var question = (button && button.dataset.confirm) || event.target.dataset.confirm;
    if (!question || event.target.dataset.confirmed) return;
    event.preventDefault();
    event.stopPropagation();
    ask(question, function () {
      event.target.dataset.confirmed = "1";
      event.target.requestSubmit(button || undefined);
      delete event.target.dataset.confirmed;
    });
  }, true);
  document.addEventListener("htmx:confirm", function (event) {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, function () { event.detail.issueRequest(true); });
  });

  // ---- A form that was sent shows that it is on its way, and is not sent twice.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    if (loading) loading.classList.add("on");
    setTimeout(sendable, 10000); // An answer that is a file leaves the page as it is.
  });
  function sendable() {
    all("[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
    if (loading) loading.classList.remove("on");
  }
  window.addEventListener("pageshow", sendable);

  // ---- Small manners
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) return;
    var source = one(button.dataset.copy);
    navigator.clipboard.writeText(source.value || source.textContent.trim()).then(function () {
      toast(toasts.dataset.copied, "ok");
    });
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      var box = one(".top .search input");
      if (box && box.offsetParent) { event.preventDefault(); box.focus(); }
    }
  });

  // ---- Heat map: one cell is in the tab order, the arrow keys walk the others.
  function cells(row) { return all("td > button.c, td > a.c", row); }
  function prepare(inside) {
    all("table.hm", inside.parentElement || inside).forEach(function (table) {
      var now = table.querySelector("th.now");
      var frame = table.closest(".hm-wrap");
      if (now && frame && !frame.dataset.placed) { // On a phone the running period would be out of sight.
        frame.dataset.placed = "1";
        frame.scrollLeft = now.offsetLeft + now.offsetWidth - frame.clientWidth + 8;
      }
      var own = cells(table);
      if (!own.some(function (each) { return each.tabIndex === 0 && each.dataset.roving; })) {
        own.forEach(function (each, at) { each.tabIndex = at ? -1 : 0; each.dataset.roving = "1"; });
      }
      own.forEach(function (each) {
        if (!each.dataset.roving) { each.tabIndex = -1; each.dataset.roving = "1"; }
      });
    });
  }
  function column(cell) { return cell.closest("td").cellIndex; }
  function below(cell, step) {
    var row = cell.closest("tr");
    var rows = all("tbody tr", cell.closest("table"));
    for (var at = rows.indexOf(row) + step; at >= 0 && at < rows.length; at += step) {
      var met = cells(rows[at]).find(function (each) { return column(each) === column(cell); });
      if (met) return met;
    }
    return null;
  }
  function neighbour(cell, key, far) {
    var row = cells(cell.closest("tr"));
    var table = cells(cell.closest("table"));
    switch (key) {
      case "ArrowRight": return row[row.indexOf(cell) + 1];
      case "ArrowLeft": return row[row.indexOf(cell) - 1];
      case "ArrowDown": return below(cell, 1);
      case "ArrowUp": return below(cell, -1);
      case "Home": return far ? table[0] : row[0];
      case "End": return far ? table[table.length - 1] : row[row.length - 1];
      default: return null;
    }
  }
  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest("table.hm .c");
    if (!cell || event.altKey || event.metaKey || event.shiftKey) return;
    if (!["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    var next = neighbour(cell, event.key, event.ctrlKey);
    if (next) next.focus();
  });
  document.addEventListener("focusin", function (event) {
    var cell = event.target.closest("table.hm [data-roving]");
    if (!cell) return;
    all("[data-roving]", cell.closest("table")).forEach(function (each) { each.tabIndex = each === cell ? 0 : -1; });
  });
  prepare(document.body);
})();
