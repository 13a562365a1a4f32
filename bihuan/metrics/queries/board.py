"""Boards: many metrics at once, for the same people, units and spans.

What adds up is reckoned in one statement and stays in columns of whole numbers;
a figure is made of them when it is shown. A board of ten metrics, ten thousand
people and eight weeks has eight hundred thousand figures, and a page shows fifty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from bihuan.kernel.period import Period
from bihuan.metrics.domain.closing import in_groups
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.figure import MetricRow, Where
from bihuan.metrics.engine import Cell, ask_added, ask_levels, is_added, joined, tallies_of
from bihuan.metrics.queries.closings import pieces_of
from bihuan.metrics.queries.cubes import keep_cube
from bihuan.metrics.queries.figures import NOWHERE, asked_of, check_dimensions, evaluate, rows_of
from bihuan.metrics.queries.versions import Defined, metric_as
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureBoard:
    """Figures of several metrics by the same dimensions and spans.

    ``table`` has a row for each cell in which any of the metrics that add up has
    facts: ``k_…`` for each dimension, ``span`` for the place of the span, and
    columns of whole numbers, which ``columns`` names for each of these metrics:
    one for each term, then one of the facts that went in. Money and numbers are in
    ten-thousandths. The other metrics have rows of their own.
    """

    by: tuple[str, ...]
    spans: tuple[Period, ...]
    definitions: Mapping[str, MetricDefinition]
    table: pa.Table
    columns: Mapping[str, tuple[str, ...]]
    others: Mapping[str, list[MetricRow]] = field(default_factory=dict)

    def rows(self, metric: str) -> list[MetricRow]:
        """Return the figures of a metric as ``evaluate`` gives them, with the totals of spans."""
        if metric in self.others:
            return self.others[metric]
        cells = list(self._cells(metric))
        totals = {cell.place: cell for cell in joined(cells, keyless=True)}
        return rows_of(self.definitions[metric], self.by, self.spans, (cells, totals))

    def _cells(self, metric: str) -> Iterator[Cell]:
        names = [*(f"k_{name}" for name in self.by), "span", *self.columns[metric]]
        width = len(self.by)
        for row in zip(*(_listed(self.table[name]) for name in names), strict=True):
            if row[-1]:
                yield Cell(row[:width], row[width], row[width + 1 : -1], row[-1])


def _listed(column: pa.ChunkedArray) -> list[int]:
    """Return the values of a column; whole numbers of more than 64 bits come as decimals."""
    is_wide = pa.types.is_decimal(column.type)
    values: list[int] = column.to_pylist()
    return [int(each) for each in values] if is_wide else values


def evaluate_many(  # noqa: PLR0913 - what figures depend on, each by name
    *,
    tenant: Tenant,
    metrics: Sequence[str],
    spans: Sequence[Period],
    scope: Scope | None,
    by: Sequence[str] = (),
    where: Where = NOWHERE,
    as_of_seq: int | None = None,
    defined: Defined = Defined.THEN,
) -> FigureBoard:
    """Return the figures of several metrics; each is what ``evaluate`` gives for it."""
    check_dimensions((*by, *where.without))
    definitions = {key: metric_as(tenant, key, defined) for key in metrics}
    adding = {key: each for key, each in definitions.items() if is_added(each)}
    is_open = as_of_seq is not None or defined is Defined.NOW
    if adding and not is_open and _touches_closed(tenant, next(iter(adding.values())), spans):
        adding = {}
    table = pa.table({})
    if adding:
        asked = asked_of(tenant, next(iter(adding.values())), where, scope, tuple(by), as_of_seq)
        table = ask_added(tenant, list(adding.values()), asked, tuple(by), tuple(spans))
        keep_cube(tenant)
    return FigureBoard(
        by=tuple(by),
        spans=tuple(spans),
        definitions=definitions,
        table=table,
        columns={
            key: tuple(tally.name for tally in tallies_of(each)) for key, each in adding.items()
        },
        others={
            key: evaluate(
                tenant=tenant,
                metric=key,
                spans=spans,
                scope=scope,
                by=by,
                where=where,
                as_of_seq=as_of_seq,
                defined=defined,
            )
            for key in definitions
            if key not in adding
        },
    )


def evaluate_levels(
    *,
    tenant: Tenant,
    metrics: Sequence[str],
    spans: Sequence[Period],
    scope: Scope | None,
    levels: Sequence[int],
) -> list[FigureBoard]:
    """Return a board by unit for each level of the tree, the root being 0, from one question.

    Each is what ``evaluate_many`` gives for its level. Metrics that do not add up,
    and days that are closed, are asked for level by level.
    """
    definitions = {key: metric_as(tenant, key, Defined.THEN) for key in metrics}
    first = next(iter(definitions.values()), None)
    adds_up = first is not None and all(map(is_added, definitions.values()))
    if first is None or not adds_up or _touches_closed(tenant, first, spans):
        return [
            evaluate_many(
                tenant=tenant,
                metrics=metrics,
                spans=spans,
                scope=scope,
                by=("unit",),
                where=Where(unit_depth=level),
            )
            for level in levels
        ]
    asked = asked_of(tenant, first, NOWHERE, scope, ("unit",), None)
    tables = ask_levels(tenant, list(definitions.values()), asked, levels, tuple(spans))
    keep_cube(tenant)
    columns = {
        key: tuple(tally.name for tally in tallies_of(each)) for key, each in definitions.items()
    }
    return [
        FigureBoard(
            by=("unit",),
            spans=tuple(spans),
            definitions=definitions,
            table=table,
            columns=columns,
        )
        for table in tables
    ]


def _touches_closed(tenant: Tenant, definition: MetricDefinition, spans: Sequence[Period]) -> bool:
    """Tell whether some days of the spans must be read as of a closing."""
    groups = in_groups(pieces_of(tenant, definition, spans))
    return any(seq is not None for seq, _ in groups)
