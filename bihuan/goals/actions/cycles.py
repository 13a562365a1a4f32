"""Opening a cycle and saying what it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from bihuan.base import clock, journal
from bihuan.goals.access import SetsFor
from bihuan.goals.actions.working import (
    Change,
    GroupChange,
    check_tree,
    keep_change,
    locked,
    require_sets_whole,
    told_in,
    whole_tree,
)
from bihuan.goals.domain.cycle import Method, Seasonality, check_cuts, check_cycle
from bihuan.goals.domain.quota import LARGEST
from bihuan.goals.domain.sharing import Level, Share, amounts
from bihuan.goals.models import Cycle, Edit, Goal
from bihuan.goals.models.cycle import ORG, WEIGHTS
from bihuan.goals.queries.cascade.drawn import weights_of
from bihuan.goals.queries.cascade.first import first_mix, levels_of, shared_by
from bihuan.goals.queries.cascade.seasons import weights_of_periods
from bihuan.goals.queries.plan import carriage_of
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.kernel.money import MINOR_DIGITS
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.definition import Unit as Measured
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import metric_named
from bihuan.org.access import NotYours
from bihuan.org.models import Person, Unit

WHOLE_WEIGHT = 10_000
"""The weights of a cycle's goals add up to a hundred percent, kept to the hundredth."""
MOST_LEVELS = 12


class CycleCodeTaken(Conflict):
    code = "goals.cycle_code_taken"
    says = gettext_noop("There is a cycle with the code “%(code)s” already.")


class GoalTwice(Conflict):
    code = "goals.goal_twice"
    says = gettext_noop("This cycle has a target for “%(metric)s” already.")


class DoesNotAddUp(Invalid):
    code = "goals.does_not_add_up"
    says = gettext_noop(
        "“%(metric)s” does not add up over people, so it cannot be shared out. Set its targets"
        " one by one under Targets."
    )


class TooManyDigits(Invalid):
    code = "goals.too_many_digits"
    says = gettext_noop("A target of this metric has at most %(digits)s decimals: %(amount)s.")


class AmountOutOfReach(Invalid):
    code = "goals.amount_out_of_reach"
    says = gettext_noop("A target cannot be negative, nor as large as this: %(amount)s.")


class RatioOutOfReach(Invalid):
    code = "goals.ratio_out_of_reach"
    says = gettext_noop("A floor lies between 0 and 1 of the target, a stretch between 1 and 10.")


class DimensionNotSplit(Invalid):
    code = "goals.dimension_not_split"
    says = gettext_noop("A target cannot be split by “%(dimension)s”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalAsked:
    """What a cycle is to ask for, and how it is first shared."""

    metric: str
    amount: Decimal
    strategy: str = ""
    floor_ratio: Decimal | None = None
    stretch_ratio: Decimal | None = None
    seasonality: Seasonality = Seasonality.WORKING_DAYS
    period_weights: Sequence[int] = ()
    """The weights of the periods, where they are given by hand."""
    method: Method = Method.HISTORY
    potential: str = ""
    """The metric whose figures stand for potential."""
    depths: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The values of a dimension, where facts do not tell them."""


@transaction.atomic
def open_cycle(  # noqa: PLR0913 - a cycle's own values, each by name
    *,
    code: str,
    name: str,
    start: date,
    end: date,
    grain: str,
    root: Unit,
    by: Person,
    cuts: Sequence[date] = (),
) -> Cycle:
    """Open a cycle for a unit and all below it; it asks for nothing yet.

    ``cuts`` are the days between start and end at which one of its own spans ends and
    the next begins; they go with the grain "own".
    """
    if root.tenant_id != by.tenant_id or not SetsFor(by).covers_unit(root.path):
        raise NotYours()
    refused = check_cycle(start=start, end=end, grain=grain)
    if refused is None and grain == "own":
        refused = check_cuts([start, *cuts, end])
    if refused is not None:
        raise refused
    try:
        with transaction.atomic():
            cycle = Cycle.objects.create(
                tenant=by.tenant,
                code=code,
                name=name,
                start=start,
                end=end,
                grain=grain,
                cuts=[day.isoformat() for day in (start, *cuts, end)] if grain == "own" else [],
                root=root,
                made_by=by,
                made_at=clock.now(),
            )
    except IntegrityError as error:
        raise CycleCodeTaken(code=code) from error
    journal.record(by, "cycle.opened", cycle, code=code)
    return cycle


@transaction.atomic
def add_goal(*, cycle: Cycle, asked: GoalAsked, by: Person) -> Goal:
    """Ask for a metric: its target, shared down to every person who carries it."""
    cycle = locked(cycle)
    require_sets_whole(by, cycle)
    metric = metric_named(cycle.tenant, asked.metric)
    if not carriage_of(metric).adds_up:
        raise DoesNotAddUp(metric=metric.name_zh)
    before = cycle.goals.filter(metric=metric.key).first()
    if before is not None and before.is_on:
        raise GoalTwice(metric=metric.name_zh)
    check_ratios(asked.floor_ratio, asked.stretch_ratio)
    goal = _goal(cycle, metric, asked)
    check_amount(goal, asked.amount)
    goal.period_weights = _seasons(cycle, metric.key, asked.seasonality, asked.period_weights)
    goal.pk = None if before is None else before.pk
    goal.save()
    shape, history = shared_by(cycle, goal, asked.method, asked.potential)
    groups: list[GroupChange] = [
        (goal, ORG, node, level) for node, level in levels_of(shape, history).items()
    ]
    groups += [
        (goal, dimension, shape.root, first_mix(goal, dimension, asked.values.get(dimension, ())))
        for dimension in goal.depths
    ]
    gone = [] if before is None else list(before.siblings.values_list("axis", "node"))
    kept = {(axis, node) for _, axis, node, _ in groups}
    groups += [(goal, axis, node, None) for axis, node in gone if (axis, node) not in kept]
    change = Change(
        groups=[*groups, _with_weight(cycle, goal)], fields=[(goal, {"is_on": True})], reshapes=True
    )
    keep_change(cycle, change, deed="goal_added", by=by)
    return goal


@transaction.atomic
def drop_goal(*, goal: Goal, by: Person, note: str = "") -> Edit:
    """Ask for a metric no more; its targets end when the cycle is published."""
    cycle = locked(goal.cycle)
    require_sets_whole(by, cycle)
    goal = cycle.goals.select_related("cycle__tenant").get(pk=goal.pk)
    group = weights_of(cycle)
    groups: list[GroupChange] = []
    if group is not None:
        left = {key: share for key, share in group.level.items() if key != goal.metric}
        groups.append((None, WEIGHTS, "", _rounded_up(left)))
    change = Change(groups=groups, fields=[(goal, {"is_on": False})])
    return keep_change(cycle, change, deed="goal_dropped", by=by, note=note)


def _rounded_up(level: Level) -> Level:
    """Return weights that make a hundred percent again; locks open where they stand in the way."""
    if not level:
        return {}
    if all(share.held is not None for share in level.values()):
        level = {key: Share(share.weight) for key, share in level.items()}
    now = amounts(WHOLE_WEIGHT, level)
    return {key: Share(now[key], share.held) for key, share in level.items()}


def _goal(cycle: Cycle, metric: MetricDefinition, asked: GoalAsked) -> Goal:
    is_money = metric.unit is Measured.MONEY
    currency = cycle.tenant.currency if is_money else ""
    return Goal(
        cycle=cycle,
        metric=metric.key,
        amount=asked.amount,
        currency=currency,
        digits=MINOR_DIGITS[currency] if is_money else 0,
        floor_ratio=asked.floor_ratio,
        stretch_ratio=asked.stretch_ratio,
        strategy=asked.strategy,
        seasonality=asked.seasonality.value,
        depths=check_depths(asked.depths),
        position=cycle.goals.count() + 1,
    )


def check_amount(goal: Goal, amount: Decimal) -> None:
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        raise AmountOutOfReach(amount=amount)
    if amount != round(amount, goal.digits):
        raise TooManyDigits(digits=goal.digits, amount=amount)


def check_ratios(floor: Decimal | None, stretch: Decimal | None) -> None:
    if floor is not None and not 0 <= floor <= 1:
        raise RatioOutOfReach()
    if stretch is not None and not 1 <= stretch < 10:
        raise RatioOutOfReach()


def check_depths(depths: Mapping[str, int]) -> dict[str, int]:
    """Return how deep each dimension is split, refusing what is none."""
    for name, depth in depths.items():
        known = DIMENSIONS.get(name)
        if known is None or known.is_reference or not 0 <= depth <= MOST_LEVELS:
            raise DimensionNotSplit(dimension=name)
    return dict(depths)


def _with_weight(cycle: Cycle, goal: Goal) -> tuple[Goal | None, str, str, Level]:
    """Return the cycle's weights with room made for one more goal."""
    group = weights_of(cycle)
    level = {} if group is None else group.level
    now = amounts(WHOLE_WEIGHT, level) if level else {}
    average = WHOLE_WEIGHT // len(now) if now else WHOLE_WEIGHT
    fresh = {**{key: Share(weight, level[key].held) for key, weight in now.items()}}
    fresh[goal.metric] = Share(average)
    free = {key: share for key, share in fresh.items() if share.held is None}
    held = sum(share.held for share in fresh.values() if share.held is not None)
    shared = amounts(WHOLE_WEIGHT - held, free)
    return (
        None,
        WEIGHTS,
        "",
        {key: Share(shared.get(key, share.weight), share.held) for key, share in fresh.items()},
    )


@transaction.atomic
def change_goal(  # noqa: PLR0913 - what of a goal can change, each by name
    *,
    goal: Goal,
    by: Person,
    amount: Decimal | None = None,
    strategy: str | None = None,
    levels: tuple[Decimal | None, Decimal | None] | None = None,
    seasonality: Seasonality | None = None,
    period_weights: Sequence[int] | None = None,
    note: str = "",
) -> Edit:
    """Change what a goal asks for; everything below follows in its proportions.

    ``levels`` are floor and stretch as shares of the target.
    """
    cycle = locked(goal.cycle)
    require_sets_whole(by, cycle)
    goal = cycle.goals.select_related("cycle__tenant").get(pk=goal.pk)
    fields: dict[str, object] = {}
    if amount is not None:
        check_amount(goal, amount)
        fields["amount"] = amount
    if strategy is not None:
        fields["strategy"] = strategy
    if levels is not None:
        check_ratios(*levels)
        fields["floor_ratio"], fields["stretch_ratio"] = levels
    if seasonality is not None:
        fields["seasonality"] = seasonality.value
        fields["period_weights"] = _seasons(cycle, goal.metric, seasonality, period_weights or ())
    edit = keep_change(
        cycle, Change(fields=[(goal, fields)]), deed="goal_changed", by=by, note=note
    )
    with told_in(goal):
        check_tree(goal, whole_tree(goal, {}))
    return edit


class WeightsUnclear(Invalid):
    code = "goals.weights_unclear"
    says = gettext_noop(
        "Give a weight for each of the %(count)s periods, none negative, not all 0."
    )


def _seasons(
    cycle: Cycle, metric: str, seasonality: Seasonality, by_hand: Sequence[int]
) -> list[int]:
    if seasonality is Seasonality.BY_HAND:
        return checked_weights(cycle, by_hand)
    return weights_of_periods(cycle, metric, seasonality)


def checked_weights(cycle: Cycle, weights: Sequence[int]) -> list[int]:
    count = len(cycle.periods)
    if len(weights) != count or min(weights, default=-1) < 0 or not sum(weights):
        raise WeightsUnclear(count=count)
    return list(weights)


@transaction.atomic
def close_cycle(*, cycle: Cycle, by: Person) -> Cycle:
    """Close a cycle: what was published stays in force, nothing more can be changed."""
    cycle = locked(cycle)
    require_sets_whole(by, cycle)
    cycle.closed_at = clock.now()
    cycle.save(update_fields=["closed_at"])
    journal.record(by, "cycle.closed", cycle)
    return cycle
