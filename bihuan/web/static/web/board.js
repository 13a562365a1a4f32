// The board of targets: sliders, numbers, locks and shares carried from one to another. Whatever is
// changed, the rows add up to their parent at every moment; nothing is sent before it is saved.
(function () {
  "use strict";
  var sharing = window.bihuanSharing;
  var states = new WeakMap();

  function one(selector, inside) { return (inside || document).querySelector(selector); }
  function all(selector, inside) { return Array.from((inside || document).querySelectorAll(selector)); }
  function power(digits) { return 10n ** BigInt(digits); }
  function least(a, b) { return a < b ? a : b; }

  // ---- Numbers as they are typed and written
  function written(units, digits) {
    var text = String(units).padStart(digits + 1, "0");
    var whole = digits ? text.slice(0, -digits) : text;
    var rest = digits ? "." + text.slice(-digits) : "";
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + rest;
  }
  function typed(text, digits) {
    var plain = text.replace(/[,，\s]/g, "").replace(/．|。/g, ".");
    if (!/^\d+(\.\d*)?$/.test(plain)) return null;
    var parts = plain.split(".");
    var rest = (parts[1] || "").replace(/0+$/, "");
    if (rest.length > digits) return null;
    return BigInt(parts[0]) * power(digits) + BigInt((rest.padEnd(digits, "0")) || "0");
  }
  function rounded(upper, lower) { // Half away from zero, as the server writes it.
    var sign = upper < 0n ? -1n : 1n;
    return sign * ((2n * sign * upper + lower) / (2n * lower));
  }
  function tenth(number) {
    var sign = number < 0n ? "−" : "";
    var digits = String(number < 0n ? -number : number).padStart(2, "0");
    return sign + digits.slice(0, -1) + "." + digits.slice(-1);
  }
  function percent(units, whole) { return whole ? tenth(rounded(units * 1000n, whole)) + "%" : "–"; }
  function grown(units, digits, before) {
    if (before === null || before <= 0n) return "–";
    var ahead = units * power(4 - Math.min(digits, 4)) * 1000n;
    var number = rounded(ahead - before * 1000n, before);
    return (number > 0n ? "+" : "") + tenth(number) + "%";
  }

  // ---- What a form holds
  function stateOf(form) {
    if (!states.has(form)) states.set(form, read(form));
    return states.get(form);
  }
  function read(form) {
    var digits = Number(form.dataset.digits);
    var rows = all("[data-row]", form).map(function (row) {
      return {
        row: row, name: row.dataset.name,
        before: row.dataset.before ? typed4(row.dataset.before) : null,
        amount: one("[data-amount]", row), slide: one("[data-slide]", row), lock: one("[data-lock]", row),
        share: one("[data-share]", row), growth: one("[data-growth]", row), carry: one("[data-carry]", row),
      };
    });
    var free = all("[data-row]", form).some(function (row) {
      return row.dataset.locked !== "1" && row.dataset.units !== "0";
    });
    var level = rows.map(function (each) {
      var units = BigInt(each.row.dataset.units);
      return {
        weight: free ? units : BigInt(each.row.dataset.weight),
        held: each.row.dataset.locked === "1" ? units : null,
      };
    });
    var parent = BigInt(form.dataset.whole);
    return {
      form: form, digits: digits, rows: rows, parent: parent, level: level, first: level.slice(),
      whole: parent - BigInt(form.dataset.rest), base: null, from: null, isChanged: false,
    };
  }
  function typed4(text) {
    var parts = text.split(".");
    return BigInt(parts[0]) * 10000n + BigInt((parts[1] || "").padEnd(4, "0").slice(0, 4) || "0");
  }
  function now(state) { return sharing.amounts(state.whole, state.level); }

  // ---- Changing
  // The proportions of the others are those from before the hand was laid on a row: whoever goes to
  // the end and back finds them again.
  function baseFor(state, place) {
    if (state.from !== place) {
      state.base = state.level;
      state.from = place;
    }
    return state.base;
  }
  function letGo(state) { state.base = null; state.from = null; }

  function attempt(state, deed, except) {
    try {
      state.level = deed();
      state.isChanged = true;
      say(state, "");
    } catch (error) {
      if (!(error instanceof sharing.Refused)) throw error;
      say(state, state.form.dataset["said" + error.why.split("_").map(function (word) {
        return word[0].toUpperCase() + word.slice(1);
      }).join("")] || "");
    }
    paint(state, except);
  }
  function most(state, place) {
    var held = state.level.reduce(function (found, each, at) {
      return each.held === null || at === place ? found : found + each.held;
    }, 0n);
    return state.whole - held;
  }
  function put(state, place, units, except) {
    var base = baseFor(state, place);
    var wanted = least(units, most(state, place));
    attempt(state, function () { return sharing.setAmounts(state.whole, base, [[place, wanted]]); }, except);
  }

  function say(state, text) {
    var box = one("[data-said]", state.form);
    if (box && box.textContent !== text) box.textContent = text;
  }

  // ---- Painting
  function paint(state, except) {
    var amounts = now(state);
    var isAlone = state.level.filter(function (each) { return each.held === null; }).length < 2;
    state.rows.forEach(function (each, place) {
      var units = amounts[place];
      var isHeld = state.level[place].held !== null;
      if (each.amount !== except) each.amount.value = written(units, state.digits);
      each.amount.readOnly = isHeld;
      each.share.textContent = percent(units, state.parent);
      if (each.growth) each.growth.textContent = grown(units, state.digits, each.before);
      each.slide.value = String(state.parent ? rounded(units * 100n, state.parent) : 0n);
      each.slide.disabled = isHeld || isAlone;
      each.slide.setAttribute("aria-valuetext", percent(units, state.parent) + ", " + written(units, state.digits));
      each.lock.checked = isHeld;
      each.carry.disabled = isHeld || isAlone;
      each.row.classList.toggle("is-held", isHeld);
      each.row.classList.toggle("is-changed", String(units) !== each.row.dataset.units || isHeld !== (each.row.dataset.locked === "1"));
      if (each.band) each.band.style.flexGrow = String(state.parent ? Number(units * 10000n / state.parent) : 1);
    });
    var whole = one("[data-total]", state.form);
    if (whole) whole.textContent = written(amounts.reduce(function (a, b) { return a + b; }, 0n), state.digits);
    all("[data-unsaved]", state.form).forEach(function (each) { each.hidden = !state.isChanged; });
  }
  function bands(state) {
    var bar = one("[data-bands]", state.form);
    if (!bar) return;
    bar.replaceChildren();
    state.rows.forEach(function (each, place) {
      each.band = document.createElement("i");
      each.band.className = "band band-" + (place % 6);
      bar.append(each.band);
    });
  }

  // ---- Carrying share from one to another: by dragging the handle, or by its dialog
  var carrying = null;

  function places(state) {
    return state.rows.map(function (each, at) { return at; }).filter(function (at) { return state.level[at].held === null; });
  }
  function openCarry(state, source, target) {
    var dialog = one("#carry");
    var select = one("select", dialog);
    select.replaceChildren();
    places(state).forEach(function (at) {
      if (at === source) return;
      var option = document.createElement("option");
      option.value = String(at);
      option.textContent = state.rows[at].name;
      option.selected = at === target;
      select.append(option);
    });
    carrying = { state: state, source: source };
    one("[data-source]", dialog).textContent = state.rows[source].name;
    showCarry();
    dialog.returnValue = "";
    dialog.showModal();
    one("input", dialog).select();
  }
  function carryUnits() {
    var points = typed(one("#carry input").value, 2);
    if (points === null || !carrying) return null;
    return rounded(carrying.state.parent * points, 10000n);
  }
  function showCarry() {
    var units = carryUnits();
    one("#carry [data-worth]").textContent = units === null ? "–" : written(units, carrying.state.digits);
  }
  function doCarry() {
    var units = carryUnits();
    var target = Number(one("#carry select").value);
    var state = carrying.state, source = carrying.source;
    carrying = null;
    if (units === null) return;
    letGo(state);
    var given = least(units, now(state)[source]);
    attempt(state, function () { return sharing.moved(state.whole, state.level, source, target, given); });
    state.rows[source].carry.focus();
  }

  var dragged = null;
  function rowUnder(event) {
    var found = document.elementFromPoint(event.clientX, event.clientY);
    return found && found.closest("[data-row]");
  }
  function endDrag() {
    if (!dragged) return;
    all(".is-over", dragged.state.form).forEach(function (each) { each.classList.remove("is-over"); });
    dragged.state.rows[dragged.source].row.classList.remove("is-dragged");
    dragged = null;
  }

  // ---- Listening
  function placed(element) {
    var row = element.closest && element.closest("[data-row]");
    var form = row && row.closest("[data-weigh]");
    if (!form) return null;
    var state = stateOf(form);
    return { state: state, place: state.rows.findIndex(function (each) { return each.row === row; }) };
  }

  document.addEventListener("input", function (event) {
    if (event.target.closest("#carry")) return showCarry();
    var at = placed(event.target);
    if (!at) return;
    var state = at.state;
    if (event.target.matches("[data-slide]")) {
      put(state, at.place, rounded(state.parent * BigInt(event.target.value), 100n));
    } else if (event.target.matches("[data-amount]") && !event.target.readOnly) {
      var units = typed(event.target.value, state.digits);
      event.target.classList.toggle("is-invalid", units === null);
      if (units !== null) put(state, at.place, units, event.target);
    }
  });
  document.addEventListener("change", function (event) {
    var at = placed(event.target);
    if (!at) return;
    if (event.target.matches("[data-lock]")) {
      letGo(at.state);
      var wanted = event.target.checked;
      attempt(at.state, function () {
        return (wanted ? sharing.lock : sharing.unlock)(at.state.whole, at.state.level, at.place);
      });
    } else if (event.target.matches("[data-amount]")) {
      event.target.classList.remove("is-invalid");
      paint(at.state);
    }
  });
  document.addEventListener("focusout", function (event) {
    var at = placed(event.target);
    if (at && at.state.from === at.place) letGo(at.state);
  });
  document.addEventListener("click", function (event) {
    var handle = event.target.closest("[data-carry]");
    if (handle) {
      var at = placed(handle);
      return openCarry(at.state, at.place, null);
    }
    var form = event.target.closest("[data-weigh]");
    if (!form) return undefined;
    var state = stateOf(form);
    if (event.target.closest("[data-reset]")) {
      state.level = state.first.slice();
      state.isChanged = false;
      letGo(state);
      paint(state);
    }
    if (event.target.closest("[data-use-mine]")) useMine(state);
    return undefined;
  });
  function useMine(state) {
    var level = state.rows.map(function (each, place) {
      var mine = each.row.dataset.mine;
      var units = mine ? typed(mine, state.digits) : null;
      if (units === null) return state.level[place];
      return { weight: units, held: each.row.dataset.mineLocked === "1" ? units : null };
    });
    letGo(state);
    try {
      sharing.amounts(state.whole, level);
    } catch (error) {
      if (!(error instanceof sharing.Refused)) throw error;
      level = level.map(function (each) { return { weight: each.weight, held: null }; });
    }
    attempt(state, function () { return level; });
    var save = one("[data-save]", state.form);
    if (save) save.focus();
  }

  document.addEventListener("pointerdown", function (event) {
    var handle = event.target.closest("[data-carry]");
    if (!handle || handle.disabled || event.button) return;
    var at = placed(handle);
    dragged = { state: at.state, source: at.place, x: event.clientX, y: event.clientY, isFar: false };
  });
  document.addEventListener("pointermove", function (event) {
    if (!dragged) return;
    if (!dragged.isFar && Math.abs(event.clientY - dragged.y) + Math.abs(event.clientX - dragged.x) < 8) return;
    dragged.isFar = true;
    dragged.state.rows[dragged.source].row.classList.add("is-dragged");
    var row = rowUnder(event);
    all(".is-over", dragged.state.form).forEach(function (each) { if (each !== row) each.classList.remove("is-over"); });
    if (row && dragged.state.form.contains(row) && !row.classList.contains("is-held")) row.classList.add("is-over");
  });
  document.addEventListener("pointerup", function (event) {
    if (!dragged) return;
    var drag = dragged;
    var row = drag.isFar ? rowUnder(event) : null;
    endDrag();
    if (!row) return;
    var target = drag.state.rows.findIndex(function (each) { return each.row === row; });
    if (target < 0 || target === drag.source || drag.state.level[target].held !== null) return;
    openCarry(drag.state, drag.source, target);
  });
  document.addEventListener("pointercancel", endDrag);

  window.addEventListener("beforeunload", function (event) {
    var isLost = all("[data-weigh]").some(function (form) {
      return states.has(form) && states.get(form).isChanged && !form.dataset.sending;
    });
    if (isLost) event.preventDefault();
  });
  document.addEventListener("submit", function (event) {
    if (event.target.matches("[data-weigh]")) event.target.dataset.sending = "1";
    if (event.target.closest("#carry") && event.submitter && event.submitter.value === "yes") doCarry();
  });

  function wire() {
    all("[data-weigh]").forEach(function (form) {
      if (states.has(form)) return;
      var state = stateOf(form);
      one("[name=exact]", form).value = "1";
      bands(state);
      paint(state);
    });
  }
  document.addEventListener("htmx:afterSwap", wire);
  document.addEventListener("htmx:sendError", function () {
    all("[data-weigh]").forEach(function (form) { delete form.dataset.sending; });
  });
  wire();
})();
