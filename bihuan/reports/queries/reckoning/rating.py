"""What people said of the importance of their goals, and who could say something."""

from __future__ import annotations

from collections import defaultdict

from bihuan.goals.models import SelfRating
from bihuan.reports.domain.aligned import weights_of_own
from bihuan.reports.domain.content import PersonIn, Rated
from bihuan.reports.queries.reckoning.then import Plan, Then


def ratings_of(then: Then) -> tuple[list[tuple[PersonIn, list[Rated]]], list[PersonIn]]:
    """Return the last ratings of each person beside the set weights, and who could rate."""
    by_person: dict[int, list[Rated]] = defaultdict(list)
    could: set[int] = set()
    for plan in then.plans:
        carried = _carried(then, plan)
        could |= set(carried)
        for person, rated in _rated(then, plan, carried).items():
            by_person[person] += rated
    lines = [(then.person_in(person), rated) for person, rated in by_person.items()]
    lines.sort(key=lambda line: (then.place(line[0].unit), line[0].name, line[0].person))
    people = [then.person_in(person) for person in could]
    people.sort(key=lambda who: (then.place(who.unit), who.name, who.person))
    return lines, people


def _carried(then: Then, plan: Plan) -> dict[int, list[str]]:
    """Return which goals of a cycle each person who is there carries, by targets in force."""
    goals = [said["fields"]["metric"] for said in plan.revision.plan["goals"]]
    found: dict[int, set[str]] = defaultdict(set)
    for target in then.targets:
        person = then.people.get(target.person or 0)
        is_inside = plan.cycle.start <= target.start and target.end <= plan.cycle.end
        if person is not None and person.sits and is_inside and target.metric in goals:
            found[person.id].add(target.metric)
    return {person: [key for key in goals if key in own] for person, own in found.items()}


def _rated(then: Then, plan: Plan, carried: dict[int, list[str]]) -> dict[int, list[Rated]]:
    weights = {key: weight for key, weight, _ in plan.revision.plan["weights"]}
    rows = SelfRating.objects.filter(
        cycle_id=plan.then.cycle_id, rated_at__lte=then.basis.as_of
    ).order_by("pk")
    last = {
        (person, metric): rating
        for person, metric, rating in rows.values_list("person_id", "metric", "rating")
    }
    found: dict[int, list[Rated]] = {}
    for person, own in carried.items():
        set_weights = weights_of_own(weights, own)
        rated = [
            Rated(
                cycle_id=plan.then.cycle_id,
                metric=metric,
                rating=last[person, metric],
                weight=set_weights[metric],
            )
            for metric in own
            if (person, metric) in last and metric in set_weights
        ]
        if rated:
            found[person] = rated
    return found
