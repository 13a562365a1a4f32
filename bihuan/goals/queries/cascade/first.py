"""How a target is first shared, before anybody weighs: by last year, by potential, or evenly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bihuan.base import clock
from bihuan.goals.domain.cycle import Method
from bihuan.goals.domain.seasonality import year_before
from bihuan.goals.domain.sharing import Level, Share, amounts
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Cycle, Goal
from bihuan.goals.queries.cascade.history import History, by_value, history_of
from bihuan.goals.queries.cascade.shape import OrgShape, carriers_of, shape_of
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.metrics.queries import metric_named

MOST_VALUES = 24


class NobodyToShare(Conflict):
    code = "goals.nobody_to_share"
    says = gettext_noop("There is nobody below %(unit)s to share a target with.")


class NoValues(Conflict):
    code = "goals.no_values"
    says = gettext_noop(
        "No fact says a %(dimension)s yet, so there is nothing to split by. Give the values."
    )


def shared_by(
    cycle: Cycle, goal: Goal, method: Method, potential: str = ""
) -> tuple[OrgShape, History | None]:
    """Return the organisation of a goal and the figures by which it is first shared."""
    before = Span(year_before(cycle.start), year_before(cycle.end))
    own = history_of(cycle.tenant, goal.metric, before)
    day = day_of(cycle)
    carriers = carriers_of(cycle.root, day, goal.metric, cycle.span, own.people)
    shape = shape_of(cycle.root, day, carriers)
    if not shape.below[shape.root]:
        raise NobodyToShare(unit=cycle.root.name)
    if method is Method.EVEN:
        return shape, None
    if method is Method.POTENTIAL:
        return shape, history_of(
            cycle.tenant, metric_named(cycle.tenant, potential or goal.metric).key, before
        )
    return shape, own


def day_of(cycle: Cycle) -> date:
    """Return the day whose organisation shares a cycle's targets: today, or its nearest day."""
    today = clock.today(cycle.tenant.time_zone)
    return min(max(cycle.start, today), cycle.end - timedelta(days=1))


def levels_of(shape: OrgShape, history: History | None) -> dict[str, Level]:
    """Return how each node's target is first shared: by figures, or evenly by head."""
    if history is not None:
        weights = history.weights(shape)
    else:
        heads = _heads(shape)
        weights = {node: [heads[key] for key in below] for node, below in shape.below.items()}
    return {
        node: {key: Share(weight) for key, weight in zip(below, weights[node], strict=True)}
        for node, below in shape.below.items()
        if below
    }


def _heads(shape: OrgShape) -> dict[str, int]:
    """Return how many people stand at and below each node: an even share is one by head."""
    heads = {f"p{pk}": 1 for pk in shape.people}
    for node in sorted(shape.below, key=lambda each: -shape.chains[each].count("/")):
        heads[node] = sum(heads[key] for key in shape.below[node])
    return heads


def first_mix(goal: Goal, dimension: str, values: Sequence[str]) -> Level:
    """Return the company's split along a dimension, as its facts of last year were."""
    cycle = goal.cycle
    before = Span(year_before(cycle.start), year_before(cycle.end))
    known = by_value(cycle.tenant, goal.metric, before, dimension)
    weights = {value: known.get(value, 0) for value in values} if values else known
    if not weights:
        raise NoValues(dimension=dimension)
    level = {value: Share(weight) for value, weight in list(weights.items())[:MOST_VALUES]}
    return {value: Share(amount) for value, amount in amounts(goal.units, level).items()}
