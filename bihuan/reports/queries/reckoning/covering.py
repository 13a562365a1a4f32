"""How far the goals of the cycles in force reach, and how they thin out on their way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bihuan.goals.domain.dilution import Dilution, Node, dilution, year_before
from bihuan.goals.domain.span import Span
from bihuan.goals.domain.spreading import weighted
from bihuan.goals.models import Goal
from bihuan.goals.queries.cascade.drawn import frozen_goal
from bihuan.kernel.period import Period
from bihuan.metrics.queries.frozen import figures_then
from bihuan.reports.domain.basis import Basis
from bihuan.reports.domain.content import (
    GoalHealth,
    Leak,
    LevelGrowth,
    Orphan,
    PersonIn,
    UnitReach,
)
from bihuan.reports.domain.reach import SELLS, Below, below_units, idle_people
from bihuan.reports.queries.reckoning.then import Plan, Then

NOTHING = Decimal(0)
Amounts = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class _Window:
    """Some days of a cycle, and what is asked of one goal in them."""

    days: Span
    company: Decimal
    units: Amounts
    people: Amounts


def goals_health(then: Then) -> list[GoalHealth]:
    """Return every goal of every cycle in force, as its plan orders them."""
    return [
        _goal(then, plan, frozen_goal(plan.cycle, said))
        for plan in then.plans
        for said in plan.revision.plan["goals"]
    ]


def _goal(then: Then, plan: Plan, goal: Goal) -> GoalHealth:
    touched = plan.periods_in(then.month)
    window = _window(then, goal, touched)
    whole = _window(then, goal, plan.cycle.periods)
    basis = _under(then.basis, plan.cycle.root_id)
    below = below_units(basis, window.people)
    thinned = dilution(_nodes(basis, whole, *_before(then, basis, goal.metric, whole.days)))
    root = below[plan.cycle.root_id]
    return GoalHealth(
        cycle=plan.then.cycle,
        cycle_id=plan.then.cycle_id,
        revision=plan.then.number,
        metric=goal.metric,
        currency=goal.currency,
        start=window.days.start,
        end=window.days.end,
        asked=window.company,
        carried=root.carried,
        orphaned=root.orphaned,
        units=_unit_lines(basis, window, below, thinned),
        levels=_levels(thinned),
        leak=_leak(thinned, basis),
    )


def _under(basis: Basis, root: int) -> Basis:
    """Return the part of a company that a cycle is for."""
    inside = basis.below(root)
    units = [unit for unit in basis.units if unit.id in inside]
    people = [each for each in basis.people if each.unit in inside]
    return replace(basis, units=units, people=people)


def _window(then: Then, goal: Goal, touched: Sequence[Period]) -> _Window:
    """Return what is asked in some periods of a cycle, one after the other."""
    shared = weighted(goal.units, goal.weights)
    company = sum(shared[period.key].weight for period in touched)
    days = Span(touched[0].start, touched[-1].end)
    units: dict[int, Decimal] = {}
    people: dict[int, Decimal] = {}
    for target in then.targets:
        if target.metric != goal.metric or target.start < days.start or days.end < target.end:
            continue
        sums, key = (units, target.unit) if target.person is None else (people, target.person)
        sums[key or 0] = sums.get(key or 0, NOTHING) + target.amount
    return _Window(days, goal.as_amount(company), units, people)


def _before(
    then: Then, basis: Basis, metric: str, days: Span
) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Return what units, with all below them, and people achieved a year before."""
    definition = then.definitions.get(metric)
    if definition is None:
        return {}, {}
    base = year_before(days)
    spans = [Period(str(base), base.start, base.end)]
    found: list[dict[int, Decimal]] = []
    for dimension in ("unit", "person"):
        figures = figures_then(
            tenant=then.tenant, definition=definition, spans=spans, by=dimension, then=then.ledger
        )
        found.append(
            {
                int(key): cell.value
                for key, cell in figures.by_place[0].items()
                if key is not None and cell.value is not None
            }
        )
    return _rolled_up(basis, found[0]), found[1]


def _rolled_up(basis: Basis, of_units: Amounts) -> dict[int, Decimal]:
    """Return what was achieved in each unit and under it; the tree lists a unit before its own."""
    sums = {unit.id: of_units.get(unit.id) for unit in basis.units}
    for unit in reversed(basis.units):
        own = sums[unit.id]
        if own is not None and unit.above in sums:
            sums[unit.above] = (sums[unit.above] or NOTHING) + own
    return {key: value for key, value in sums.items() if value is not None}


def _nodes(basis: Basis, window: _Window, units: Amounts, people: Amounts) -> list[Node]:
    """Return the tree as dilution reads it: what live targets ask of units and people."""
    top = basis.units[0].id
    nodes = [
        Node(
            key=f"u{unit.id}",
            above=None if unit.id == top else f"u{unit.above}",
            asked=window.units.get(unit.id),
            before=units.get(unit.id),
        )
        for unit in basis.units
    ]
    nodes += [
        Node(
            key=f"p{each.id}",
            above=f"u{each.unit}",
            asked=window.people[each.id],
            before=people.get(each.id),
            is_person=True,
        )
        for each in basis.people
        if each.sits and each.id in window.people
    ]
    return nodes


def _unit_lines(
    basis: Basis, window: _Window, below: Mapping[int, Below], thinned: Dilution
) -> list[UnitReach]:
    depths: dict[int | None, int] = {}
    lines = []
    for unit in basis.units:
        depth = depths[unit.id] = depths.get(unit.above, -1) + 1
        here, asked = below[unit.id], window.units.get(unit.id)
        if asked is None and not here.carried and not here.orphaned:
            continue
        lines.append(
            UnitReach(
                unit=unit.id,
                name=unit.name,
                depth=depth,
                asked=asked,
                carried=here.carried,
                orphaned=here.orphaned,
                carriers=here.carriers,
                sellers=here.sellers,
                growth=thinned.nodes[f"u{unit.id}"].growth,
            )
        )
    return lines


def _levels(thinned: Dilution) -> list[LevelGrowth]:
    return [
        LevelGrowth(
            level=each.level,
            is_people=each.is_people,
            nodes=each.nodes,
            asked=each.asked,
            growth=each.growth,
            reach=each.reach,
        )
        for each in thinned.carried_levels
    ]


def _leak(thinned: Dilution, basis: Basis) -> Leak | None:
    first = thinned.first_leak
    if first is None or first.gap is None:
        return None
    unit = int(first.key[1:])
    name = next(each.name for each in basis.units if each.id == unit)
    return Leak(unit=unit, name=name, level=first.level, gap=first.gap)


def idle_of(then: Then) -> list[PersonIn]:
    """Return who sells without any target in the month."""
    with_target = {each.person for each in then.targets_of_month if each.person is not None}
    return [then.person_in(each.id) for each in idle_people(then.basis, with_target)]


def sellers_of(then: Then) -> Counter[int | None]:
    """Return how many who sell were there, by unit."""
    return Counter(each.unit for each in then.basis.people if each.sits and each.role in SELLS)


def deserted_units(then: Then) -> list[PersonIn]:
    """Return the units in which, and under which, nobody sits; the highest of each branch."""
    here = {each.unit for each in then.basis.people if each.sits}
    peopled = set()
    for unit in reversed(then.basis.units):
        if unit.id in here or unit.id in peopled:
            peopled.update({unit.id, unit.above})
    return [
        PersonIn(person=0, name="", unit=unit.id, unit_name=unit.name)
        for unit in then.basis.units
        if unit.id not in peopled and (unit.above in peopled or unit.above is None)
    ]


def orphans_of(then: Then) -> list[Orphan]:
    """Return the targets of the month of people who are not there, with what they are asked."""
    sums: dict[tuple[int, str], Decimal] = {}
    for each in then.targets_of_month:
        person = then.people.get(each.person or 0)
        if person is not None and not person.sits:
            key = (person.id, each.metric)
            sums[key] = sums.get(key, NOTHING) + each.amount
    found = [
        Orphan(who=then.person_in(person), metric=metric, amount=amount)
        for (person, metric), amount in sums.items()
    ]
    return sorted(found, key=lambda each: (then.place(each.who.unit), each.who.name, each.metric))
