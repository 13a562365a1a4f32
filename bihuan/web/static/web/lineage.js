// Draws what hangs together from left to right: files and facts, metrics, cells and targets.
(function () {
  "use strict";
  var root = document.documentElement;
  var ROW = 34, BOX = 26, WIDEST = 184, GAP = 72, EDGE = 12;
  var TONES = {
    metric: 6, version: 6, number: 6,
    fact: 5, row: 4, cell_of_row: 4, column: 4, file: 4, source: 4,
    target: 2, targets: 2, cell: 2, page: 3, field: 3, term: 3,
  };

  function token(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  // The layer of a node is one more than the furthest of those that lead to it.
  function layers(data) {
    var depth = {};
    data.nodes.forEach(function (node) { depth[node.id] = 0; });
    for (var round = 0, moved = true; moved && round < data.nodes.length; round += 1) {
      moved = false;
      data.edges.forEach(function (edge) {
        if (depth[edge.target] <= depth[edge.source]) {
          depth[edge.target] = depth[edge.source] + 1;
          moved = true;
        }
      });
    }
    // A node that nothing leads to stands right before the first that it leads to.
    data.nodes.forEach(function (node) {
      var into = data.edges.some(function (edge) { return edge.target === node.id; });
      var out = data.edges.filter(function (edge) { return edge.source === node.id; });
      if (!into && out.length) {
        depth[node.id] = Math.min.apply(null, out.map(function (edge) { return depth[edge.target]; })) - 1;
      }
    });
    return depth;
  }

  // In a layer nodes stand at the height of what they hang on, so that few lines cross.
  function places(data) {
    var depth = layers(data);
    var columns = [];
    data.nodes.forEach(function (node) {
      (columns[depth[node.id]] = columns[depth[node.id]] || []).push(node.id);
    });
    columns = columns.filter(Boolean);
    // Never less than two each way: the library cannot place what has no width or no height.
    var tallest = Math.max.apply(null, [2].concat(columns.map(function (column) { return column.length; })));
    var at = {};
    columns.forEach(function (column, place) {
      var wanted = {};
      column.forEach(function (id, order) {
        var near = data.edges.filter(function (edge) { return edge.target === id && at[edge.source]; });
        var sum = near.reduce(function (total, edge) { return total + at[edge.source].y; }, 0);
        wanted[id] = near.length ? sum / near.length : order * ROW;
      });
      column.sort(function (one, other) { return wanted[one] - wanted[other]; });
      var top = (tallest - column.length) * ROW / 2;
      column.forEach(function (id, order) { at[id] = { x: place, y: top + order * ROW }; });
    });
    return { at: at, columns: Math.max(2, columns.length), rows: tallest };
  }

  // A box of its own, because a rounded one of the library's is stretched with its corners.
  function boxOf(width) {
    var r = 6;
    return "path://M" + r + ",0H" + (width - r) + "Q" + width + ",0," + width + "," + r + "V" + (BOX - r) +
      "Q" + width + "," + BOX + "," + (width - r) + "," + BOX + "H" + r + "Q0," + BOX + ",0," + (BOX - r) +
      "V" + r + "Q0,0," + r + ",0Z";
  }

  // Columns share the width there is, so that one step of the layout is one step on the screen.
  function option(data, drawn, width) {
    var room = width - 2 * EDGE;
    var box = Math.min(WIDEST, Math.max(96, room / drawn.columns - 28));
    var step = drawn.columns > 1 ? Math.min(box + GAP, (room - box) / (drawn.columns - 1)) : 0;
    var side = (width - step * (drawn.columns - 1)) / 2;
    var ink = token("--bs-body-color");
    var line = token("--line-strong");
    return {
      animation: false,
      textStyle: { fontFamily: token("--bs-font-sans-serif") },
      tooltip: {
        renderMode: "richText", // The HTML one writes style attributes, which the CSP forbids.
        confine: true,
        backgroundColor: token("--surface"),
        borderColor: token("--bs-border-color"),
        textStyle: { color: ink, fontSize: 13 },
        formatter: function (point) {
          if (point.dataType === "edge") return [point.data.says, point.data.note].filter(Boolean).join("\n");
          return [point.data.kind, point.data.full, point.data.detail].filter(Boolean).join("\n");
        },
      },
      series: [{
        type: "graph",
        layout: "none",
        roam: true,
        scaleLimit: { min: 0.3, max: 2 },
        left: side, right: side, top: ROW / 2 + EDGE, bottom: ROW / 2 + EDGE,
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 7,
        lineStyle: { color: line, opacity: 0.7, curveness: 0.08 },
        emphasis: { focus: "adjacency", lineStyle: { width: 2 } },
        data: data.nodes.map(function (node) {
          var tone = TONES[node.type] === undefined ? 3 : TONES[node.type];
          return {
            id: node.id, name: node.id, x: drawn.at[node.id].x * step, y: drawn.at[node.id].y,
            kind: node.kind, full: node.label, detail: node.detail, url: node.url,
            symbol: boxOf(box), symbolSize: [box, BOX],
            cursor: node.url ? "pointer" : "default",
            itemStyle: { color: token("--b" + tone), borderColor: line, borderWidth: tone === 3 ? 1 : 0 },
            label: {
              show: true, formatter: node.label, color: token("--b" + tone + "-ink"),
              fontSize: 12, width: box - 16, overflow: "truncate",
            },
          };
        }).concat(corners(drawn, step)),
        links: data.edges.map(function (edge) {
          return { source: edge.source, target: edge.target, says: edge.says, note: edge.label };
        }),
      }],
    };
  }

  // Two points that are not seen hold the corners, so that few nodes are not blown up.
  function corners(drawn, step) {
    return [[0, 0], [(drawn.columns - 1) * step, (drawn.rows - 1) * ROW]].map(function (point, number) {
      return {
        id: "corner-" + number, name: "corner-" + number, x: point[0], y: point[1], symbol: "none",
        label: { show: false }, tooltip: { show: false },
      };
    });
  }

  function draw(element) {
    var data = JSON.parse(document.querySelector(element.dataset.lineage).textContent);
    if (!data.nodes.length) return;
    var drawn = places(data);
    element.style.height = drawn.rows * ROW + 2 * EDGE + "px";
    var chart = null;
    var width = 0;
    function again() { if (chart) chart.setOption(option(data, drawn, width), true); }
    new ResizeObserver(function () {
      if (!element.clientWidth || element.clientWidth === width) return; // On a phone there is the list alone.
      width = element.clientWidth;
      if (!chart) {
        chart = window.echarts.init(element, null, { renderer: "canvas" });
        chart.on("click", function (point) { if (point.data.url) location.assign(point.data.url); });
        element.dataset.drawn = "true";
      }
      chart.resize();
      again();
    }).observe(element);
    document.addEventListener("bihuan:theme", again);
  }

  document.querySelectorAll("[data-lineage]").forEach(draw);
})();
