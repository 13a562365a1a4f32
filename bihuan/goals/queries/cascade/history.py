"""What was achieved before, as weights to share a new target by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.span import Span
from bihuan.goals.queries.cascade.shape import OrgShape
from bihuan.kernel.period import Period
from bihuan.metrics.queries import evaluate
from bihuan.org.models import Tenant, Unit

SCALE = 10_000
"""Weights are figures in ten-thousandths: whole, as the ledger keeps them."""


@dataclass(frozen=True, slots=True)
class History:
    """Figures of people and of units over a span, as whole weights; never negative."""

    span: Span
    people: Mapping[int, int]
    units: Mapping[int, int]

    def weights(self, shape: OrgShape) -> dict[str, list[int]]:
        """Return a weight for each child of each node of a shape.

        Who has no figures yet counts like the average of those beside them, so that
        a newcomer is asked for something; where nobody has any, all count alike.
        """
        return {
            node: even_out([self._weight(child) for child in below])
            for node, below in shape.below.items()
        }

    def _weight(self, node: str) -> int:
        of = self.people if node.startswith("p") else self.units
        return of.get(int(node[1:]), 0)


def even_out(weights: list[int]) -> list[int]:
    """Return weights in which those without one count like the average of the others."""
    known = [weight for weight in weights if weight > 0]
    average = max(1, sum(known) // len(known)) if known else 1
    return [weight if weight > 0 else average for weight in weights]


def history_of(tenant: Tenant, metric: str, span: Span) -> History:
    """Return what people and units achieved of a metric over a span."""
    period = Period(str(span), span.start, span.end)
    people = _by(tenant, metric, period, "person")
    units = _by(tenant, metric, period, "unit")
    return History(span, people, _rolled_up(tenant, units))


def _by(tenant: Tenant, metric: str, period: Period, dimension: str) -> dict[int, int]:
    rows = evaluate(
        tenant=tenant, metric=metric, spans=[period], scope=None, by=(dimension,), with_total=False
    )
    return {
        int(key): _whole(row.value)
        for row in rows
        if (key := row.keys[dimension]) is not None and row.value is not None
    }


def by_value(tenant: Tenant, metric: str, span: Span, dimension: str) -> dict[str, int]:
    """Return what was achieved by each value of a dimension that has a name."""
    rows = evaluate(
        tenant=tenant,
        metric=metric,
        spans=[Period(str(span), span.start, span.end)],
        scope=None,
        by=(dimension,),
        with_total=False,
    )
    found = {str(row.keys[dimension]): _whole(row.value) for row in rows if row.keys[dimension]}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def by_period(tenant: Tenant, metric: str, periods: Sequence[Period]) -> list[int]:
    """Return what was achieved in each of these periods."""
    rows = evaluate(tenant=tenant, metric=metric, spans=periods, scope=None)
    found = {row.period.key: _whole(row.value) for row in rows if row.period is not None}
    return [found.get(period.key, 0) for period in periods]


def _whole(value: Decimal | None) -> int:
    return 0 if value is None else max(0, int(value * SCALE))


def _rolled_up(tenant: Tenant, units: Mapping[int, int]) -> dict[int, int]:
    """Add what was achieved in each unit to all above it."""
    paths = dict(Unit.objects.filter(tenant=tenant).values_list("pk", "path"))
    found: dict[int, int] = {}
    for unit, amount in units.items():
        for step in paths[unit].strip("/").split("/"):
            found[int(step)] = found.get(int(step), 0) + amount
    return found
