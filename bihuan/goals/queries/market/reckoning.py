"""What the model makes of an event for one cycle: reckoned from the revision in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from bihuan.goals.domain.market import (
    Happening,
    Parameters,
    days_to_come,
    demand_change,
    touched,
)
from bihuan.goals.domain.recasting import changes_of, fork, recast
from bihuan.goals.domain.sharing import NotToBeShared
from bihuan.goals.domain.span import Span
from bihuan.goals.domain.spreading import by_period
from bihuan.goals.domain.tree import Mix, Tree, asked
from bihuan.goals.models import Cycle, CycleQuerySet, Goal, Revision
from bihuan.goals.queries.cascade import frozen_trees, latest_revision
from bihuan.goals.queries.cascade.drawn import frozen_goal
from bihuan.goals.queries.market.exposure import Cells, drawn_out, leaves_in, shares_in
from bihuan.goals.queries.market.words import (
    CONSENT,
    HANDLED,
    all_alike,
    days_said,
    goal_said,
    model_said,
    no_days,
    nobody_knows,
    nothing_there,
    refused,
    scope_said,
    units_named,
)
from bihuan.inbox.domain.sentence import Sentence
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.definition import Unit as Measured
from bihuan.metrics.queries import metric_named


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalReckoned:
    """What an event makes of one target of a cycle."""

    goal: Goal
    """As the revision says it."""
    metric: MetricDefinition
    tree: Tree
    whole: Mapping[str, int]
    spread: Mapping[str, Mix]
    """By node, its target by period."""
    ratios: Mapping[str, Fraction]
    """By period, which part of its days the event touches."""
    change: Fraction
    split: Mapping[str, Cells]
    hit: Mapping[str, int]
    after: Mapping[str, int]

    @property
    def fork(self) -> str:
        return fork(self.tree)

    @property
    def changed(self) -> dict[str, tuple[int, int]]:
        """Return every node whose target would be another: before and after."""
        return {
            node: (amount, self.after[node])
            for node, amount in self.whole.items()
            if self.after[node] != amount
        }

    @property
    def open_ratio(self) -> Fraction:
        """Return which part of the company's target lies in days that the event touches."""
        return _open(self.spread[self.tree.root], self.ratios)

    @property
    def effect(self) -> Fraction:
        """Return by which part demand changes the company's target."""
        total = self.whole[self.tree.root]
        return Fraction(sum(self.hit.values()), total) if total else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What an event makes of a cycle; ``remarks`` say what it leaves alone, and why."""

    cycle: Cycle
    base: Revision
    happening: Happening
    parameters: Parameters
    first_day: date
    days: Span | None
    goals: tuple[GoalReckoned, ...]
    remarks: tuple[Sentence, ...]

    @property
    def words(self) -> list[Sentence]:
        """Return the model in words, with the numbers of this cycle."""
        happening = self.happening
        change = demand_change(
            kind=happening.kind,
            size=happening.size,
            days=happening.span.days,
            parameters=self.parameters,
        )
        model = model_said(
            kind=happening.kind,
            size=happening.size,
            parameters=self.parameters,
            change=change,
            days=happening.span.days,
        )
        said = [model, scope_said(happening.where.values(), units_named(happening.units))]
        if self.days is not None:
            said.append(days_said(self.cycle, self.days))
        said += [
            goal_said(each.metric, open_ratio=each.open_ratio, change=change, effect=each.effect)
            for each in self.goals
        ]
        said += self.remarks
        if self.goals:
            said += [Sentence(HANDLED[happening.handling]), Sentence(CONSENT)]
        return said


def cycles_running(tenant_id: int, event: Span, first_day: date) -> CycleQuerySet:
    """Return the published cycles that have days of an event still to come."""
    found = Cycle.objects.of(tenant_id).published().filter(closed_at=None)
    days = found.filter(start__lt=event.end, end__gt=max(event.start, first_day))
    return days.select_related("tenant", "root").order_by("start", "pk")


def reckon(cycle: Cycle, happening: Happening, parameters: Parameters, first_day: date) -> Reckoned:
    """Return what an event would change in a cycle from a day on; nothing is changed."""
    base = latest_revision(cycle)
    assert base is not None, "only a published cycle is reckoned"
    days = days_to_come(happening.span, cycle.span, first_day)
    made = Reckoned(
        cycle=cycle,
        base=base,
        happening=happening,
        parameters=parameters,
        first_day=first_day,
        days=days,
        goals=(),
        remarks=(),
    )
    if days is None:
        return replace(made, remarks=(no_days(cycle),))
    ids = dict(cycle.goals.values_list("metric", "pk"))
    trees = frozen_trees(cycle, base.plan)
    goals: list[GoalReckoned] = []
    remarks: list[Sentence] = []
    for said in base.plan["goals"]:
        goal = frozen_goal(cycle, said)
        goal.pk = ids[goal.metric]
        metric = metric_named(cycle.tenant, goal.metric)
        if not _is_touched(happening, metric):
            continue
        found = _goal(made, goal, metric, trees[goal.metric])
        if isinstance(found, Sentence):
            remarks.append(found)
        else:
            goals.append(found)
    return replace(made, goals=tuple(goals), remarks=tuple(remarks))


def _is_touched(happening: Happening, metric: MetricDefinition) -> bool:
    if happening.metrics:
        return metric.key in happening.metrics
    return metric.unit is Measured.MONEY


def _goal(
    made: Reckoned, goal: Goal, metric: MetricDefinition, tree: Tree
) -> GoalReckoned | Sentence:
    """Return what an event makes of a target, or why it makes nothing of it."""
    assert made.days is not None, "a cycle without days to come is not reckoned"
    happening, days = made.happening, made.days
    whole = asked(tree)
    split = {}
    for dimension in happening.where:
        drawn = drawn_out(goal.cycle, goal.metric, tree, whole, dimension)
        if drawn is None:
            return nobody_knows(metric, dimension)
        split[dimension] = drawn
    keys = [period.key for period in goal.cycle.periods]
    spread = {
        node: dict(zip(keys, each, strict=True))
        for node, each in by_period(tree, goal.weights, whole).items()
    }
    ratios = {
        period.key: touched(Span(period.start, period.end), days) for period in goal.cycle.periods
    }
    leaves = leaves_in(goal.cycle, tree, happening.units)
    change = demand_change(
        kind=happening.kind,
        size=happening.size,
        days=happening.span.days,
        parameters=made.parameters,
    )
    hit = changes_of(
        tree,
        whole,
        shares=shares_in(whole, leaves, split, happening.where),
        open_ratios={node: _open(spread[node], ratios) for node in leaves},
        change=change,
    )
    if not hit:
        return nothing_there(metric)
    try:
        after = recast(tree, whole, hit, handling=happening.handling)
    except NotToBeShared as error:
        return refused(metric, error, goal.digits)
    if _is_noise(whole, after):
        return all_alike(metric)
    return GoalReckoned(
        goal=goal,
        metric=metric,
        tree=tree,
        whole=whole,
        spread=spread,
        ratios=ratios,
        change=change,
        split=split,
        hit=hit,
        after=after,
    )


FELT = 10_000
"""A change is felt that is at least one part in so many of what somebody has."""


def _is_noise(whole: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Return whether nothing but rounding moves: everybody was hit alike."""
    return all(
        abs(after[node] - amount) * FELT < amount for node, amount in whole.items() if amount
    )


def _open(periods: Mix, ratios: Mapping[str, Fraction]) -> Fraction:
    total = sum(periods.values())
    inside = sum(amount * ratios[key] for key, amount in periods.items())
    return Fraction(inside) / total if total else Fraction(0)
