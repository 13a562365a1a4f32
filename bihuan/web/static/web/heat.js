// The company overview: thousands of cells on a canvas, of which a window is drawn.
(function () {
  "use strict";
  var root = document.documentElement;

  function token(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  function palette() {
    return [0, 1, 2, 3, 4, 5, 6].map(function (bin) {
      return { back: token("--b" + bin), ink: token("--b" + bin + "-ink") };
    });
  }

  function points(data, colours, muted) {
    return data.cells.map(function (cell) {
      var bin = cell[2];
      var known = bin !== null;
      return {
        value: [cell[0], cell[1], known ? bin : "-"],
        text: cell[3],
        url: cell[4],
        itemStyle: { color: known ? colours[bin].back : "transparent" },
        label: { color: known ? colours[bin].ink : muted },
      };
    });
  }

  function option(data, width) {
    var ink = token("--bs-body-color");
    var muted = token("--bs-secondary-color");
    var surface = token("--surface");
    var narrow = width < 560;
    var rows = Math.min(data.rows.length, narrow ? 12 : 16);
    var columns = Math.min(data.columns.length, narrow ? 6 : 26);
    var cells = points(data, palette(), muted);
    var sideways = data.columns.length > columns;
    return {
      animation: false,
      textStyle: { fontFamily: token("--bs-font-sans-serif") },
      grid: { left: narrow ? 84 : 132, right: 36, top: 30, bottom: sideways ? 34 : 8 },
      tooltip: {
        renderMode: "richText", // The HTML one writes style attributes, which the CSP forbids.
        confine: true,
        backgroundColor: surface,
        borderColor: token("--bs-border-color"),
        textStyle: { color: ink, fontSize: 13 },
        formatter: function (point) {
          var at = point.data.value;
          return data.rows[at[1]] + "  " + data.columns[at[0]] + "\n" + (point.data.text || data.noData);
        },
      },
      xAxis: {
        type: "category", data: data.columns, position: "top",
        axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: muted, fontSize: 12 },
      },
      yAxis: {
        type: "category", data: data.rows, inverse: true,
        axisLine: { show: false }, axisTick: { show: false },
        axisLabel: { color: ink, fontSize: 13, width: narrow ? 72 : 118, overflow: "truncate" },
      },
      dataZoom: zooms(data, rows, columns, sideways),
      series: [{
        type: "heatmap",
        data: cells,
        progressive: 0, // A drawing in slices took five seconds where this takes half of one.
        label: { show: !narrow || columns <= 6, fontSize: 12, formatter: function (point) { return point.data.text || ""; } },
        itemStyle: { borderWidth: 2, borderColor: surface, borderRadius: 4 },
        emphasis: { itemStyle: { color: "inherit", borderColor: ink, borderWidth: 2 } },
      }],
    };
  }

  function zooms(data, rows, columns, sideways) {
    var slider = {
      type: "slider", brushSelect: false, showDetail: false, showDataShadow: false,
      borderColor: token("--bs-border-color"), fillerColor: token("--hover"),
      handleStyle: { color: token("--surface"), borderColor: token("--line-strong") },
      moveHandleStyle: { color: token("--line-strong") },
    };
    var found = [
      { type: "inside", yAxisIndex: 0, startValue: 0, endValue: rows - 1, zoomOnMouseWheel: false, moveOnMouseWheel: true },
      Object.assign({ yAxisIndex: 0, startValue: 0, endValue: rows - 1, right: 8, width: 16 }, slider),
    ];
    if (sideways) {
      var last = data.columns.length - 1;
      found.push(Object.assign({ xAxisIndex: 0, startValue: last - columns + 1, endValue: last, bottom: 6, height: 16 }, slider));
    }
    return found;
  }

  function open(element, data, point) {
    var at = point.data.value;
    var url = point.data.url;
    if (!url && data.cellUrl) {
      url = data.cellUrl.replace("{row}", data.rowKeys[at[1]]).replace("{col}", data.colKeys[at[0]]);
    }
    if (url) window.htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML", source: element });
  }

  function draw(element) {
    var data = JSON.parse(document.querySelector(element.dataset.heatCanvas).textContent);
    var chart = window.echarts.init(element, null, { renderer: "canvas" });
    var width = 0;
    function again() { chart.setOption(option(data, element.clientWidth), true); }
    new ResizeObserver(function () {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      chart.resize();
      again();
    }).observe(element);
    document.addEventListener("bihuan:theme", again);
    chart.on("click", function (point) { open(element, data, point); });
    element.dataset.drawn = "true";
  }

  document.querySelectorAll("[data-heat-canvas]").forEach(draw);
})();
