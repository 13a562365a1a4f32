"""How often the plans were adjusted in the month, by whom, and how much that moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Count

from bihuan.goals.models import Edit, Revision
from bihuan.goals.queries.cascade.changes import Amounts, revision_amounts
from bihuan.reports.domain.content import EditsMade, GoalMoved, RevisionMade, UnitMoved
from bihuan.reports.domain.movement import moved_between
from bihuan.reports.queries.reckoning.then import Then

ByPerson = Mapping[int, Decimal]


def revisions_made(then: Then) -> list[RevisionMade]:
    """Return the revisions of the month, in the order they were published."""
    first, after = then.instants()
    rows = (
        Revision.objects.filter(
            cycle__tenant=then.tenant,
            published_at__gte=first,
            published_at__lt=after,
            published_at__lte=then.basis.as_of,
        )
        .select_related("cycle", "published_by")
        .order_by("published_at", "pk")
    )
    return [_made(then, revision) for revision in rows]


def _made(then: Then, revision: Revision) -> RevisionMade:
    person = then.people.get(revision.published_by_id)
    return RevisionMade(
        revision_id=revision.pk,
        cycle=revision.cycle.name,
        cycle_id=revision.cycle_id,
        number=revision.number,
        reason=revision.reason,
        by=revision.published_by_id,
        by_name="" if person is None else person.name,
        at=revision.published_at,
        goals=[] if revision.number == 1 else _moved(then, revision),
    )


def _moved(then: Then, revision: Revision) -> list[GoalMoved]:
    """Return what a revision moved against the one before it, goal by goal."""
    last = Revision.objects.select_related("cycle").get(
        cycle=revision.cycle_id, number=revision.number - 1
    )
    before, after = _by_goal(revision_amounts(last)), _by_goal(revision_amounts(revision))
    return [
        _goal(then, metric, before.get(metric, {}), after.get(metric, {}))
        for metric in {**before, **after}
        if before.get(metric) != after.get(metric)
    ]


def _by_goal(amounts: Amounts) -> dict[str, dict[int, Decimal]]:
    """Return what people are asked, by metric."""
    found: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for (metric, node), amount in amounts.items():
        if node.startswith("p"):
            found[metric][int(node[1:])] = amount
    return dict(found)


def _goal(then: Then, metric: str, before: ByPerson, after: ByPerson) -> GoalMoved:
    moved, asked, people = moved_between(before, after)
    return GoalMoved(
        metric=metric, moved=moved, asked=asked, people=people, units=_units(then, before, after)
    )


def _units(then: Then, before: ByPerson, after: ByPerson) -> list[UnitMoved]:
    """Return what was moved under each unit in which something was, in the order of the tree."""
    under: dict[int, list[int]] = defaultdict(list)
    for person in {**before, **after}:
        known = then.people.get(person)
        unit = None if known is None else known.unit
        while unit is not None and unit in then.units:
            under[unit].append(person)
            unit = then.units[unit].above
    found = []
    for unit_then in then.basis.units:
        own = under.get(unit_then.id, [])
        moved, asked, people = moved_between(
            {each: before[each] for each in own if each in before},
            {each: after[each] for each in own if each in after},
        )
        if moved:
            line = UnitMoved(
                unit=unit_then.id, name=unit_then.name, moved=moved, asked=asked, people=people
            )
            found.append(line)
    return found


def edits_made(then: Then) -> list[EditsMade]:
    """Return how often each person worked on each cycle in the month, the busiest first."""
    first, after = then.instants()
    counted = (
        Edit.objects.filter(
            cycle__tenant=then.tenant, at__gte=first, at__lt=after, at__lte=then.basis.as_of
        )
        .order_by()
        .values_list("cycle_id", "cycle__name", "by_id")
        .annotate(count=Count("pk"))
    )
    found = [
        EditsMade(
            cycle=name,
            cycle_id=cycle,
            by=by,
            by_name=then.people[by].name if by in then.people else "",
            count=count,
        )
        for cycle, name, by, count in counted
    ]
    return sorted(found, key=lambda each: (-each.count, each.cycle_id, each.by))
