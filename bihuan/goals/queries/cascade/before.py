"""What was achieved a year before: beside each target, and of a whole metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bihuan.goals.domain.seasonality import year_before, year_earlier
from bihuan.goals.domain.spreading import PERIOD
from bihuan.goals.models import Cycle, Goal
from bihuan.goals.models.cycle import ORG
from bihuan.kernel.period import Period
from bihuan.metrics.queries import MetricRow, Where, evaluate
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Unit

GROWTH = Decimal("0.0001")


def growth(amount: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return by how much a target lies above what was achieved; nothing without either."""
    if amount is None or before is None or before <= 0:
        return None
    return (amount / before - 1).quantize(GROWTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Before:
    """What a node achieved a year before, and what each of those who share its target did."""

    span: Period
    whole: Decimal | None = None
    parts: Mapping[str, Decimal | None] = field(default_factory=dict)
    is_over: bool = True
    """Whether that span lies wholly behind: otherwise the figures still grow."""


def span_before(cycle: Cycle) -> Period:
    start, end = year_before(cycle.start), year_before(cycle.end)
    return Period(f"{start}..{end}", start, end)


def before_of(
    goal: Goal, axis: str, node: str, keys: Sequence[str], *, scope: Scope, today: date
) -> Before:
    """Return what a node and those on one level below it achieved a year before.

    Figures are those that the scope opens: of one who came from elsewhere, only what
    was earned where it may be seen.
    """
    span = span_before(goal.cycle)
    where = _inside(node)
    found = _Asking(goal, span, scope)
    if axis == ORG:
        unit_rows = found.by("unit", where)
        parts = {f"u{row.keys['unit']}": row.value for row in unit_rows if not row.is_total}
        people = tuple(int(key[1:]) for key in keys if key.startswith("p"))
        if people:
            rows = found.by("person", Where(person_ids=people))
            parts |= {f"p{row.keys['person']}": row.value for row in rows if not row.is_total}
        whole = next((row.value for row in unit_rows if row.is_total), None)
    elif axis == PERIOD:
        parts, whole = found.by_period(where)
    else:
        rows = found.by(axis, where)
        parts = {str(row.keys[axis]): row.value for row in rows if row.keys[axis]}
        whole = next((row.value for row in rows if row.is_total), None)
    return Before(span, whole, {key: parts.get(key) for key in keys}, span.end <= today)


def _inside(node: str) -> Where:
    """Return the narrowing to a node, units read one level below it."""
    if node.startswith("p"):
        return Where(person_ids=(int(node[1:]),))
    unit = Unit.objects.get(pk=int(node[1:]))
    return Where(unit_path=unit.path, unit_depth=unit.depth + 1)


@dataclass(frozen=True, slots=True)
class _Asking:
    goal: Goal
    span: Period
    scope: Scope

    def by_period(self, where: Where) -> tuple[dict[str, Decimal | None], Decimal | None]:
        """Return what was achieved in each of the cycle's periods a year before, and in all."""
        before = [year_earlier(each) for each in self.goal.cycle.periods]
        rows = evaluate(
            tenant=self.goal.cycle.tenant,
            metric=self.goal.metric,
            spans=[*before, self.span],
            where=where,
            scope=self.scope,
        )
        found = {row.period.key: row.value for row in rows if row.period is not None}
        return found, found.get(self.span.key)

    def by(self, dimension: str, where: Where) -> list[MetricRow]:
        return evaluate(
            tenant=self.goal.cycle.tenant,
            metric=self.goal.metric,
            by=(dimension,),
            spans=[self.span],
            where=where,
            scope=self.scope,
        )


def whole_before(cycle: Cycle, metric: str, scope: Scope) -> Decimal | None:
    """Return what the cycle's unit achieved of a metric a year before."""
    [row] = evaluate(
        tenant=cycle.tenant,
        metric=metric,
        spans=[span_before(cycle)],
        where=Where(unit_path=cycle.root.path),
        scope=scope,
    )
    return row.value
