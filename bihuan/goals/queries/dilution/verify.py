"""Proof: whether every target that is handed down adds up to what lies below it.

A check is a function in ``CHECKS``. Each says how many parents it compared, which of
them do not hold, and what it could not compare, and why. A further kind of tree is
a further function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max, Min

from bihuan.goals.domain.carriage import Carriage
from bihuan.goals.domain.rollup import Rolled, climb
from bihuan.goals.domain.span import Span, overlap
from bihuan.goals.models import Cycle, Quota
from bihuan.goals.queries.cascade.agreement import shortfalls
from bihuan.goals.queries.cascade.changes import latest_revision
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.goals.queries.plan import Plan, plans_of
from bihuan.metrics.queries import metrics_of
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A parent whose children add up to something else."""

    check: str
    metric: str
    name: str
    span: Span
    asked: Decimal
    passed: Decimal
    quota: int | None = None
    """The target itself; none where a published plan says more than targets do."""

    @property
    def gap(self) -> Decimal:
        return self.passed - self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Parents that were not compared, and why: a code, and how many."""

    check: str
    metric: str
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found."""

    checked: int = 0
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def __add__(self, other: Verified) -> Verified:
        return Verified(
            self.checked + other.checked,
            [*self.problems, *other.problems],
            [*self.skipped, *other.skipped],
        )


class Scrutiny(NamedTuple):
    """What is to be checked: targets that share a day with a span, of one metric or all."""

    tenant: Tenant
    within: Span
    metric: str | None = None


Check = Callable[[Scrutiny], Verified]


def verify(asked: Scrutiny) -> Verified:
    """Return what all checks found together."""
    return sum((check(asked) for check in CHECKS), Verified())


def organisation(asked: Scrutiny) -> Verified:
    """Compare every target a unit carries with what is asked of its children on the same days."""
    carried = Quota.objects.live().filter(tenant=asked.tenant, unit__isnull=False)
    carried = carried.touching(asked.within)
    if asked.metric is not None:
        carried = carried.filter(metric=asked.metric)
    spans = carried.aggregate(start=Min("start"), end=Max("end"))
    if spans["start"] is None:
        return Verified()
    parents: dict[str, list[Quota]] = defaultdict(list)
    for quota in carried.select_related("unit").order_by("metric", "start", "unit__path"):
        parents[quota.metric].append(quota)
    metrics = [each for each in metrics_of(asked.tenant) if each.key in parents]
    plans = plans_of(asked.tenant, metrics, Span(spans["start"], spans["end"]))
    found = (_compare(plans[each.key], parents[each.key]) for each in metrics)
    return sum(found, Verified())


def _compare(plan: Plan, parents: Sequence[Quota]) -> Verified:
    metric, check = plan.metric.key, "organisation"
    if not plan.carriage.adds_up:
        why = Skipped(check=check, metric=metric, why="does_not_add_up", count=len(parents))
        return Verified(skipped=[why])
    below = _below(plan, parents)
    problems = []
    for quota in parents:
        sums = below.get(quota.pk)
        if sums is None or abs(sums.amount - quota.amount) <= sums.slack:
            continue
        problems.append(
            Problem(
                check=check,
                metric=metric,
                name=quota.bearer_name,
                span=quota.span,
                asked=quota.amount,
                passed=sums.amount,
                quota=quota.pk,
            )
        )
    alone = len(parents) - len(below)
    skipped = Skipped(check=check, metric=metric, why="nothing_below", count=alone)
    return Verified(len(below), problems, [skipped] if alone else [])


class _Sum(NamedTuple):
    """What lies below a target, and by how much rounding may have moved it."""

    amount: Decimal = Decimal(0)
    slack: Decimal = Decimal(0)


def _below(plan: Plan, parents: Iterable[Quota]) -> dict[int, _Sum]:
    """Return what comes up from below to each target, on its own days."""
    by_path: dict[str, list[Quota]] = defaultdict(list)
    for quota in parents:
        assert quota.unit is not None, "only units have children"
        by_path[quota.unit.path].append(quota)
    found: dict[int, _Sum] = {}
    for source, steps in zip(plan.sources, climb(plan.sources), strict=True):
        for step in steps:
            row = Rolled(source, step.path, step.comes)
            for quota in by_path.get(step.path, ()):
                if overlap(source.span, quota.span) is not None:
                    _add(found, plan, quota, row)
    return found


def _add(found: dict[int, _Sum], plan: Plan, quota: Quota, row: Rolled) -> None:
    for share in plan.shares([row], quota.span):
        so_far = found.get(quota.pk, _Sum())
        is_cut = share.days != share.quota.span and plan.carriage is Carriage.SPREAD
        slack = plan.quoted(share.quota).unit if is_cut else Decimal(0)
        found[quota.pk] = _Sum(so_far.amount + share.amount, so_far.slack + slack)


def published(asked: Scrutiny) -> Verified:
    """Reckon the plan in force of every cycle again: each tree of it, and the targets it set."""
    cycles = (
        Cycle.objects.of(asked.tenant.pk)
        .published()
        .filter(start__lt=asked.within.end, end__gt=asked.within.start)
    )
    newest = [latest_revision(cycle) for cycle in cycles.select_related("tenant", "root")]
    checked, found = shortfalls([each for each in newest if each is not None], metric=asked.metric)
    names = nodes_named({each.node for each in found})
    problems = [
        Problem(
            check=f"{each.cycle}: {each.tree}",
            metric=each.metric,
            name=names.get(each.node, each.node),
            span=each.span,
            asked=each.whole,
            passed=each.parts,
        )
        for each in found
    ]
    return Verified(checked, problems)


CHECKS: list[Check] = [organisation, published]
"""Every tree of targets there is."""
