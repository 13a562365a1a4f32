// The picture of dilution, drawn from the table beside it, and the branches of its tree.
(function () {
  "use strict";
  var root = document.documentElement;

  function token(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  // ---- Steps: a bar for each level, and above it what was there on the level before.
  function levels(table) {
    var rows = Array.from(table.querySelectorAll("tbody tr"));
    var grows = rows.every(function (row) { return row.dataset.growth !== ""; });
    return rows.map(function (row) {
      return {
        name: row.dataset.name,
        value: Number(grows ? row.dataset.growth : row.dataset.reach) * 100,
        text: row.dataset.text,
        lost: row.dataset.lost,
      };
    });
  }

  function option(steps, width) {
    var ink = token("--bs-body-color");
    var muted = token("--bs-secondary-color");
    var lostInk = token("--neg");
    var bar = token("--bs-primary");
    var low = token("--neg");
    var narrow = width < 420;
    return {
      animation: false,
      textStyle: { fontFamily: token("--bs-font-sans-serif") },
      grid: { left: 8, right: 8, top: 34, bottom: 30 },
      xAxis: {
        type: "category",
        data: steps.map(function (step) { return step.name; }),
        axisLine: { lineStyle: { color: token("--line-strong") } },
        axisTick: { show: false },
        axisLabel: { color: muted, fontSize: 13, interval: 0 },
      },
      yAxis: { type: "value", show: false },
      series: [
        {
          type: "bar", stack: "level", barWidth: "64%",
          data: steps.map(function (step, place) {
            var isLow = place > 0 && step.value < steps[0].value;
            return {
              value: step.value,
              itemStyle: { color: isLow && place === steps.length - 1 ? low : bar, borderRadius: 4 },
            };
          }),
          label: {
            show: true, position: "insideTop", distance: 8, fontSize: narrow ? 12 : 16, fontWeight: 600,
            color: token("--surface"),
            formatter: function (point) { return steps[point.dataIndex].text; },
          },
        },
        {
          type: "bar", stack: "level",
          data: steps.map(function (step, place) {
            var gone = place > 0 ? steps[place - 1].value - step.value : 0;
            return gone > 0 && step.value >= 0 ? gone : 0;
          }),
          itemStyle: { color: "transparent", borderColor: token("--line-strong"), borderType: "dashed", borderWidth: 1, borderRadius: 4 },
          label: {
            show: true, position: "top", color: lostInk, fontSize: narrow ? 11 : 13,
            formatter: function (point) { return point.value > 0 ? steps[point.dataIndex].lost : ""; },
          },
          emphasis: { disabled: true },
        },
      ],
      tooltip: { show: false },
      aria: { enabled: false },
      color: [ink],
    };
  }

  function draw(element) {
    var steps = levels(document.querySelector(element.dataset.steps));
    var chart = window.echarts.init(element, null, { renderer: "canvas" });
    var width = 0;
    function again() { chart.setOption(option(steps, element.clientWidth), true); }
    new ResizeObserver(function () {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      chart.resize();
      again();
    }).observe(element);
    document.addEventListener("bihuan:theme", again);
    element.dataset.drawn = "true";
  }

  // ---- Branches: htmx brings the rows of a branch once; after that they are shown and hidden.
  function below(row) {
    var found = [];
    var depth = Number(row.dataset.depth);
    for (var next = row.nextElementSibling; next && Number(next.dataset.depth) > depth; next = next.nextElementSibling) {
      found.push(next);
    }
    return found;
  }

  function toggle(button) {
    var row = button.closest("tr");
    var rows = below(row);
    if (!rows.length) { button.setAttribute("aria-expanded", "true"); return; }
    var opens = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(opens));
    var closedAt = Infinity;
    rows.forEach(function (each) {
      var depth = Number(each.dataset.depth);
      if (depth <= closedAt) closedAt = Infinity;
      each.hidden = !opens || depth > closedAt;
      var inner = each.querySelector(".branch-open");
      if (!each.hidden && inner && inner.getAttribute("aria-expanded") === "false") closedAt = depth;
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest(".branch-open");
    if (button) toggle(button);
  });
  document.querySelectorAll("[data-steps]").forEach(draw);
})();
