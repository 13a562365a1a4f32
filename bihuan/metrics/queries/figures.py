"""Figures: a metric for people, units, products and spans of time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.domain.figure import MetricRow, Where
from bihuan.metrics.engine import Asked, Sums, ask, total_of
from bihuan.metrics.queries.catalogue import metric_named
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

NOWHERE = Where()


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
) -> list[MetricRow]:
    """Return the figures of a metric, one row per cell that has facts, and a total per span.

    Spans may overlap. ``scope`` limits the facts to what a person may see
    figures of; ``None`` is the system itself. ``as_of_seq`` gives the figures as
    the ledger stood after that fact. Rows come by span, the total of a span
    last; a span without facts has only a total, which is empty.
    """
    check_dimensions((*by, *where.without))
    definition = metric_named(tenant, metric)
    asked = Asked(
        definition=definition,
        where=where,
        paths=None if scope is None or scope.whole_tenant else scope.all_paths,
        own_id=_own(scope, tenant),
        as_of_seq=as_of_seq,
    )
    cells, totals = ask(tenant, asked, tuple(by), spans)
    rows = [
        (place, _row(definition, spans[place], dict(zip(by, keys, strict=True)), sums))
        for (keys, place), sums in cells.items()
        if by
    ]
    rows.sort(key=lambda row: row[0])
    if not with_total and by:
        return [row for _, row in rows]
    blank: dict[str, int | str | None] = dict.fromkeys(by)
    for place, span in enumerate(spans):
        sums = totals.get(((), place))
        rows.append((place, _row(definition, span, blank, sums, is_total=True)))
    rows.sort(key=lambda row: row[0])
    return [row for _, row in rows]


def check_dimensions(names: Sequence[str]) -> None:
    """Refuse what figures cannot be broken down by."""
    for name in names:
        if name not in DIMENSIONS:
            raise DimensionUnknown(dimension=name, known=", ".join(DIMENSIONS))


def _own(scope: Scope | None, tenant: Tenant) -> int | None:
    if scope is None:
        return None
    assert scope.tenant_id == tenant.pk, "a scope opens its own tenant only"
    return scope.person_id


def _row(
    definition: MetricDefinition,
    span: Period,
    keys: dict[str, int | str | None],
    sums: Sums | None,
    *,
    is_total: bool = False,
) -> MetricRow:
    if sums is None:
        numerator, denominator, value, facts = None, None, None, 0
    else:
        numerator, denominator = parts_of(definition, sums.terms)
        value, facts = definition.value_of(numerator, denominator), sums.facts
    return MetricRow(
        keys=keys,
        period=span,
        value=value,
        numerator=numerator,
        denominator=denominator,
        facts=facts,
        is_total=is_total,
    )


def parts_of(definition: MetricDefinition, sums: Sequence[int]) -> tuple[Decimal, Decimal | None]:
    """Return the exact upper and lower part that the sums of all terms give."""
    upper = len(definition.numerator)
    numerator = total_of(definition.numerator, sums[:upper])
    if not definition.is_ratio:
        return numerator, None
    return numerator, total_of(definition.denominator, sums[upper:])
