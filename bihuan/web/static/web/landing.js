// The picture of a landing, drawn from the table beside it: what came, and where it leads.
(function () {
  "use strict";
  var root = document.documentElement;

  function token(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  function number(text) { return text === "" || text === undefined ? null : Number(text); }

  function known(table) {
    var given = table.dataset;
    var came = Array.from(table.querySelectorAll("tbody tr")).map(function (row) {
      return [row.dataset.day, Number(row.dataset.value)];
    });
    return {
      start: given.start,
      end: given.end,
      target: number(given.target),
      low: number(given.low),
      middle: number(given.middle),
      high: number(given.high),
      words: given.words.split("|"),
      came: [[given.start, 0]].concat(came),
    };
  }

  function short(value) {
    var chinese = root.lang.toLowerCase().startsWith("zh");
    if (chinese && value >= 10000) return (value / 10000).toLocaleString("zh-CN", { maximumFractionDigits: 0 }) + " 万";
    if (!chinese && value >= 1000000) return (value / 1000000).toLocaleString("en", { maximumFractionDigits: 1 }) + "M";
    return value.toLocaleString(chinese ? "zh-CN" : "en", { maximumFractionDigits: 0 });
  }

  function option(seen) {
    var muted = token("--bs-secondary-color");
    var brand = token("--bs-primary");
    var last = seen.came[seen.came.length - 1];
    var series = [{
      name: seen.words[0], type: "line", data: seen.came, symbol: "none", z: 3,
      lineStyle: { color: brand, width: 3 }, itemStyle: { color: brand },
    }];
    if (seen.target !== null) {
      series.push({
        name: seen.words[1], type: "line", data: [[seen.start, 0], [seen.end, seen.target]], symbol: "none",
        lineStyle: { color: muted, width: 1.5, type: "dashed" }, itemStyle: { color: muted },
      });
    }
    if (seen.middle !== null) {
      // The fan: a transparent floor, and on it the width of the bounds.
      series.push({
        type: "line", stack: "fan", symbol: "none", silent: true, lineStyle: { opacity: 0 },
        data: [[last[0], last[1]], [seen.end, seen.low]],
      });
      series.push({
        type: "line", stack: "fan", symbol: "none", silent: true, lineStyle: { opacity: 0 },
        areaStyle: { color: brand, opacity: 0.22 },
        data: [[last[0], 0], [seen.end, seen.high - seen.low]],
      });
      series.push({
        name: seen.words[2], type: "line", symbol: "none", z: 3,
        data: [[last[0], last[1]], [seen.end, seen.middle]],
        lineStyle: { color: brand, width: 2, type: "dotted" }, itemStyle: { color: brand },
      });
    }
    return {
      animation: false,
      textStyle: { fontFamily: token("--bs-font-sans-serif") },
      grid: { left: 8, right: 16, top: 34, bottom: 8, containLabel: true },
      legend: { top: 0, left: 8, textStyle: { color: muted }, data: seen.words },
      xAxis: {
        type: "time", min: seen.start, max: seen.end,
        axisLine: { lineStyle: { color: token("--line-strong") } },
        axisLabel: { color: muted, hideOverlap: true, formatter: "{M}/{d}" },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value", min: 0,
        axisLabel: { color: muted, formatter: short },
        splitLine: { lineStyle: { color: token("--bs-border-color") } },
      },
      series: series,
      tooltip: { show: false },
      aria: { enabled: false },
    };
  }

  function draw(element) {
    var seen = known(document.querySelector(element.dataset.landing));
    var chart = window.echarts.init(element, null, { renderer: "canvas" });
    var width = 0;
    function again() { chart.setOption(option(seen), true); }
    new ResizeObserver(function () {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      chart.resize();
      again();
    }).observe(element);
    document.addEventListener("bihuan:theme", again);
    element.dataset.drawn = "true";
  }

  document.querySelectorAll("[data-landing]").forEach(draw);
})();
