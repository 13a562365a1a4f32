"""Figures: a metric for people, units, products and spans of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Period
from bihuan.metrics.domain.closing import in_groups
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import DIMENSIONS, unscaled
from bihuan.metrics.domain.figure import KeyValue, MetricRow, Where
from bihuan.metrics.engine import Asked, Cell, Totals, ask, is_scaled, joined, total_of
from bihuan.metrics.queries.closings import pieces_of
from bihuan.metrics.queries.cubes import keep_cube
from bihuan.metrics.queries.runs import tell_run
from bihuan.metrics.queries.versions import Defined, metric_as
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

NOWHERE = Where()
NAMES_CUSTOMERS = frozenset({"account", "opportunity", "contract"})


class DimensionUnknown(Invalid):
    code = "metrics.dimension_unknown"
    says = gettext_noop("Figures cannot be broken down by “%(dimension)s”. There are: %(known)s.")


def evaluate(  # noqa: PLR0913 - what a figure depends on, each by name
    *,
    tenant: Tenant,
    metric: str,
    spans: Sequence[Period],
    scope: Scope | None,
    by: Sequence[str] = (),
    where: Where = NOWHERE,
    as_of_seq: int | None = None,
    with_total: bool = True,
    defined: Defined = Defined.THEN,
    trial: MetricDefinition | None = None,
) -> list[MetricRow]:
    """Return the figures of a metric, one row per cell that has facts, and a total per span.

    Spans may overlap. ``scope`` limits the facts to what a person may see
    figures of; ``None`` is the system itself. ``as_of_seq`` gives the figures as
    the ledger stood after that fact; without it, closed days are read as the ledger
    stood when they were closed. ``defined`` says by which versions of the metric
    past facts are read, and ``trial`` is a definition to try in their place. Rows
    come by span, the total of a span last; a span without facts has only a total,
    which is empty.
    """
    check_dimensions((*by, *where.without))
    definition = trial or metric_as(tenant, metric, defined)
    asked = asked_of(tenant, definition, where, scope, tuple(by), as_of_seq)
    if as_of_seq is not None or defined is Defined.NOW:
        cells, totals = ask(tenant, asked, tuple(by), tuple(spans))
    else:
        cells, totals = _ask_closed(tenant, asked, tuple(by), spans)
    keep_cube(tenant)
    tell_run(tenant, definition, "system" if scope is None else "person")
    return rows_of(definition, by, spans, (cells, totals), with_total=with_total)


def asked_of(
    tenant: Tenant,
    definition: MetricDefinition,
    where: Where,
    scope: Scope | None,
    by: tuple[str, ...],
    as_of_seq: int | None,
) -> Asked:
    """Return what is asked of a metric, and what of it may be seen."""
    return Asked(
        definition=definition,
        where=where,
        paths=_paths(scope, (*by, *where.dimensions)),
        own_id=_own(scope, tenant),
        as_of_seq=as_of_seq,
    )


def rows_of(
    definition: MetricDefinition,
    by: Sequence[str],
    spans: Sequence[Period],
    answer: tuple[list[Cell], Totals],
    *,
    with_total: bool = True,
) -> list[MetricRow]:
    """Return the figures that the cells and totals of an answer give."""
    cells, totals = answer
    reckon = reckoner(definition)
    rows: list[list[MetricRow]] = [[] for _ in spans]
    for keys, place, sums, facts in cells if by else ():
        named = dict(zip(by, keys, strict=True))
        rows[place].append(MetricRow(named, spans[place], *reckon(sums), facts))
    if with_total or not by:
        for place, span in enumerate(spans):
            rows[place].append(_total(by, span, totals.get(place), reckon))
    return [row for of_span in rows for row in of_span]


def _ask_closed(
    tenant: Tenant, asked: Asked, by: tuple[str, ...], spans: Sequence[Period]
) -> tuple[list[Cell], Totals]:
    """Return cells and totals, those of closed days as the ledger stood at their closing."""
    cells: list[Cell] = []
    totals: list[Cell] = []
    groups = list(in_groups(pieces_of(tenant, asked.definition, spans)))
    for seq, pieces in groups:
        as_of = asked if seq is None else replace(asked, as_of_seq=seq)
        found, sums = ask(tenant, as_of, by, tuple(piece.span for piece in pieces))
        if len(groups) == 1 and len(pieces) == len(spans):
            return found, sums
        cells += [cell._replace(place=pieces[cell.place].place) for cell in found]
        totals += [cell._replace(place=pieces[cell.place].place) for cell in sums.values()]
    return joined(cells), {cell.place: cell for cell in joined(totals, keyless=True)}


Reckoned = tuple[Decimal | None, Decimal, Decimal | None]


def reckoner(definition: MetricDefinition) -> Callable[[Sequence[int]], Reckoned]:
    """Return what makes value, upper and lower part of the sums of a metric's terms."""

    def reckon(sums: Sequence[int]) -> Reckoned:
        numerator, denominator = parts_of(definition, sums)
        return definition.value_of(numerator, denominator), numerator, denominator

    def take(sums: Sequence[int]) -> Reckoned:
        value = kept(sums[0])
        return value, value, None

    terms = definition.terms
    is_plain_sum = not definition.is_ratio and len(terms) == 1 and terms[0].sign == 1
    kept = unscaled if is_scaled(terms[0]) else Decimal
    return take if is_plain_sum else reckon


def _total(
    by: Sequence[str],
    span: Period,
    cell: Cell | None,
    reckon: Callable[[Sequence[int]], Reckoned],
) -> MetricRow:
    blank: dict[str, KeyValue] = dict.fromkeys(by)
    if cell is None:
        return MetricRow(blank, span, None, None, None, 0, is_total=True)
    return MetricRow(blank, span, *reckon(cell.sums), cell.facts, is_total=True)


def check_dimensions(names: Sequence[str]) -> None:
    """Refuse what figures cannot be broken down by."""
    for name in names:
        if name not in DIMENSIONS:
            raise DimensionUnknown(dimension=name, known=", ".join(DIMENSIONS))


def _paths(scope: Scope | None, dimensions: Sequence[str]) -> tuple[str, ...] | None:
    """Return the parts of the tree whose figures may be seen; ``None`` for all of it.

    Who sees figures of a unit and not its rows is not told its customers either.
    """
    if scope is None or scope.whole_tenant:
        return None
    return scope.unit_paths if NAMES_CUSTOMERS & set(dimensions) else scope.all_paths


def _own(scope: Scope | None, tenant: Tenant) -> int | None:
    if scope is None:
        return None
    assert scope.tenant_id == tenant.pk, "a scope opens its own tenant only"
    return scope.person_id


def parts_of(definition: MetricDefinition, sums: Sequence[int]) -> tuple[Decimal, Decimal | None]:
    """Return the exact upper and lower part that the sums of all terms give."""
    if definition.ratio is None:
        return total_of(definition.numerator, sums), None
    upper = len(definition.ratio.of)
    return (
        total_of(definition.ratio.of, sums[:upper]),
        total_of(definition.ratio.to, sums[upper:]),
    )
