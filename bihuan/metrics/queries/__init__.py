"""What is shown of metrics: the catalogue, figures, and the facts behind a figure."""

from __future__ import annotations

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.figure import FactLine, FactsBehind, MetricRow, Where
from bihuan.metrics.queries.behind import facts_behind
from bihuan.metrics.queries.catalogue import MetricUnknown, metric_named, metrics_of
from bihuan.metrics.queries.figures import DimensionUnknown, evaluate

__all__ = [
    "DimensionUnknown",
    "FactLine",
    "FactsBehind",
    "MetricDefinition",
    "MetricRow",
    "MetricUnknown",
    "Where",
    "evaluate",
    "facts_behind",
    "metric_named",
    "metrics_of",
]
