"""What is shown of metrics: the catalogue, figures, and the facts behind a figure."""

from __future__ import annotations

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.figure import FactLine, FactsBehind, MetricRow, Where
from bihuan.metrics.queries.behind import facts_behind
from bihuan.metrics.queries.board import FigureBoard, evaluate_levels, evaluate_many
from bihuan.metrics.queries.card import CardView, card_view
from bihuan.metrics.queries.catalogue import (
    GROUP_LABELS,
    UNIT_LABELS,
    metrics_found,
    metrics_of,
)
from bihuan.metrics.queries.cubes import build_cube
from bihuan.metrics.queries.figures import DimensionUnknown, evaluate
from bihuan.metrics.queries.picking import Picked, picked
from bihuan.metrics.queries.statement import reads_not_declared, statements_of
from bihuan.metrics.queries.table import (
    FigureTable,
    TableAsked,
    dimensions_known,
    figure_table,
    figures_for_cli,
    seq_at,
)
from bihuan.metrics.queries.tracing import (
    Counted,
    Effect,
    alike_in,
    effects_of,
    is_read_so,
)
from bihuan.metrics.queries.versions import (
    Defined,
    MetricUnknown,
    catalogue_of,
    forget_versions,
    has_history,
    metric_as,
    metric_named,
)

__all__ = [
    "GROUP_LABELS",
    "UNIT_LABELS",
    "CardView",
    "Counted",
    "Defined",
    "DimensionUnknown",
    "Effect",
    "FactLine",
    "FactsBehind",
    "FigureBoard",
    "FigureTable",
    "MetricDefinition",
    "MetricRow",
    "MetricUnknown",
    "Picked",
    "TableAsked",
    "Where",
    "alike_in",
    "build_cube",
    "card_view",
    "catalogue_of",
    "dimensions_known",
    "effects_of",
    "evaluate",
    "evaluate_levels",
    "evaluate_many",
    "facts_behind",
    "figure_table",
    "figures_for_cli",
    "forget_versions",
    "has_history",
    "is_read_so",
    "metric_as",
    "metric_named",
    "metrics_found",
    "metrics_of",
    "picked",
    "reads_not_declared",
    "seq_at",
    "statements_of",
]
