"""Landings: where people and units will stand at the end of the period that runs.

Whoever is shown is projected from what may be seen of them; the ways and errors of
projecting come from everybody of their kind, and tell nobody's figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.advice.domain.glimpse import Glimpse
from bihuan.advice.domain.landing import Calibration, Landing, TooLittle, calibrated, land
from bihuan.advice.domain.outlook import Outlook, outlook
from bihuan.advice.domain.projection import Way, rounds_of, ways
from bihuan.advice.queries.asking import Question
from bihuan.advice.queries.keeping import kept
from bihuan.advice.queries.seeing import WITH_HAND, Kind, nothing_yet, past, present
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.plan import Plan, plans_of, sees_figures
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, Tenant, Unit

PEERS_AT_MOST = 400
"""A person is held against those of the highest unit above that has no more people."""
LEVELS_LENT = 2
"""From so many levels below a unit borrows errors, where its own are too few; then of people."""


@dataclass(frozen=True, slots=True)
class LandingView:
    """Where one person or unit will stand, against what is asked."""

    asked: Question
    metric: MetricDefinition
    person: Person | None
    unit: Unit | None
    target: Decimal | None
    now: Glimpse
    landed: Landing | TooLittle
    by: Calibration

    @property
    def name(self) -> str:
        return str(self.person if self.person is not None else self.unit)

    @property
    def landing(self) -> Landing | None:
        return self.landed if isinstance(self.landed, Landing) else None

    @property
    def lack(self) -> TooLittle | None:
        return self.landed if isinstance(self.landed, TooLittle) else None

    @property
    def outlook(self) -> Outlook | None:
        return outlook(self.landed, self.target) if isinstance(self.landed, Landing) else None

    @property
    def is_off(self) -> bool:
        found = self.outlook
        return found is not None and found.verdict.is_off

    @property
    def gap(self) -> Decimal:
        found = self.outlook
        return found.gap if found is not None else Decimal(0)

    @property
    def subject(self) -> dict[str, int]:
        """Return who it is, as the address of a cell names it."""
        if self.person is not None:
            return {"person": self.person.pk}
        assert self.unit is not None, "a landing is of a person or of a unit"
        return {"unit": self.unit.pk}


def peers_of(tenant: Tenant, path: str) -> tuple[int, ...]:
    """Return who is projected together with the people of a unit, themselves among them."""
    seats = Assignment.objects.filter(tenant=tenant).at_home()
    steps = path.strip("/").split("/")
    found: tuple[int, ...] = ()
    for count in range(len(steps), 0, -1):
        above = f"/{'/'.join(steps[:count])}/"
        inside = seats.filter(unit__path__startswith=above).values_list("person_id", flat=True)
        people = tuple(sorted(set(inside)))
        if found and len(people) > PEERS_AT_MOST:
            break
        found = people
    return found


def calibrations(asked: Question, kind: Kind) -> dict[str, Calibration]:
    """Return how to project everybody of a kind, by metric."""
    return kept(asked, kind, _reckoned)


def _reckoned(asked: Question, kind: Kind) -> dict[str, Calibration]:
    seen = past(asked, kind)
    return {key: calibrated(seen[key], ways_for(asked, key, seen[key])) for key in asked.keys}


def ways_for(asked: Question, metric: str, seen: Sequence[Glimpse]) -> Iterable[Way]:
    periods = len({each.place for each in seen})
    return ways(rounds=rounds_of(asked.grain, periods), with_hand=metric in WITH_HAND)


def landings_of_people(
    asked: Question,
    people: Sequence[Person],
    scope: Scope,
    peers: Sequence[int],
    *,
    is_named: bool = False,
) -> list[LandingView]:
    """Return the landing of each person in each metric they have a target of, or anything.

    Who was asked for by name is told of without either.
    """
    kind = Kind(people=tuple(sorted({*peers, *(each.pk for each in people)})))
    known = calibrations(asked, kind)
    shown = Kind(people=tuple(sorted(each.pk for each in people)))
    now = present(asked, shown, scope)
    plans = _plans(asked, people=shown.people)
    found = []
    for metric in asked.metrics:
        plan = plans[metric.key]
        for person in people:
            quotas = plan.of_person(person.pk, sees_figures(scope, person.pk))
            target = plan.target(quotas, _span(asked))
            seen = now[metric.key].get(person.pk)
            if target is None and seen is None and not is_named:
                continue
            seen = seen or nothing_yet(asked, person.pk)
            by = known[metric.key]
            found.append(LandingView(asked, metric, person, None, target, seen, land(seen, by), by))
    return found


def landings_of_units(
    asked: Question, units: Sequence[Unit], scope: Scope, *, is_named: bool = False
) -> list[LandingView]:
    """Return the landing of units of one level in each metric that they are asked for."""
    depth = units[0].depth
    now = present(asked, Kind(depth=depth), scope)
    known = calibrations(asked, Kind(depth=depth))
    deepest = depth + LEVELS_LENT
    while depth < deepest and not all(each.is_enough for each in known.values()):
        depth += 1
        below = calibrations(asked, Kind(depth=depth))
        known = {key: each.borrowing(below[key]) for key, each in known.items()}
    if not all(each.is_enough for each in known.values()):
        of_people = calibrations(asked, Kind(people=peers_of(asked.tenant, units[0].path)))
        known = {key: each.borrowing(of_people[key]) for key, each in known.items()}
    plans = _plans(asked)
    found = []
    for metric in asked.metrics:
        for unit in units:
            target = _target_of(plans[metric.key], unit, asked)
            seen = now[metric.key].get(unit.pk)
            if target is None and seen is None and not is_named:
                continue
            seen = seen or nothing_yet(asked, unit.pk)
            by = known[metric.key]
            found.append(LandingView(asked, metric, None, unit, target, seen, land(seen, by), by))
    return found


def _target_of(plan: Plan, unit: Unit, asked: Question) -> Decimal | None:
    return plan.target(plan.total(unit.path), _span(asked))


def _plans(asked: Question, *, people: Sequence[int] = ()) -> Mapping[str, Plan]:
    return plans_of(asked.tenant, asked.metrics, _span(asked), people=people)


def _span(asked: Question) -> Span:
    return Span(asked.period.start, asked.period.end)
