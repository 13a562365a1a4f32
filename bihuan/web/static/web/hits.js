// How many alerts a rule would have opened in each week, drawn from the table beside it.
(function () {
  "use strict";
  var root = document.documentElement;

  function token(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  function series(rows, name, key, colour) {
    return {
      name: name, type: "bar", barMaxWidth: 28, barGap: "10%",
      itemStyle: { color: colour, borderRadius: [3, 3, 0, 0] },
      label: {
        show: rows.length <= 30, position: "top", color: token("--bs-body-color"),
        formatter: function (point) { return point.value ? String(point.value) : ""; },
      },
      data: rows.map(function (row) { return Number(row.dataset[key] || 0); }),
    };
  }

  function option(element) {
    var table = document.querySelector(element.dataset.hits);
    var rows = Array.from(table.querySelectorAll("tbody tr"));
    var muted = token("--bs-secondary-color");
    var drawn = [series(rows, element.dataset.mine, "mine", token("--bs-primary"))];
    if (element.dataset.base) drawn.push(series(rows, element.dataset.base, "base", token("--line-strong")));
    return {
      animation: false,
      textStyle: { fontFamily: token("--bs-font-sans-serif") },
      grid: { left: 36, right: 8, top: drawn.length > 1 ? 40 : 24, bottom: 30 },
      legend: { show: drawn.length > 1, top: 0, left: 36, textStyle: { color: muted } },
      xAxis: {
        type: "category",
        data: rows.map(function (row) { return row.dataset.name; }),
        axisLine: { lineStyle: { color: token("--line-strong") } },
        axisTick: { show: false },
        axisLabel: { color: muted, hideOverlap: true },
      },
      yAxis: {
        type: "value", minInterval: 1,
        axisLabel: { color: muted },
        splitLine: { lineStyle: { color: token("--bs-border-color") } },
      },
      series: drawn,
      tooltip: { show: false },
      aria: { enabled: false },
    };
  }

  function draw(element) {
    var chart = window.echarts.init(element, null, { renderer: "canvas" });
    var width = 0;
    function again() { chart.setOption(option(element), true); }
    new ResizeObserver(function () {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      chart.resize();
      again();
    }).observe(element);
    document.addEventListener("bihuan:theme", again);
    element.dataset.drawn = "true";
  }

  document.querySelectorAll("[data-hits]").forEach(draw);
})();
