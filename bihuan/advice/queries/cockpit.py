"""The cockpit of a unit's morning: who will miss what, what is under way, what to decide.

A bounded number of statements, however many people: two lengths of period, people and
units of one level, past and present of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.advice.domain.outlook import Verdict
from bihuan.advice.queries.asking import Question, questions
from bihuan.advice.queries.landing import (
    PEERS_AT_MOST,
    LandingView,
    landings_of_people,
    landings_of_units,
    peers_of,
)
from bihuan.advice.queries.under_way import Deed, to_decide, under_way
from bihuan.kernel.calendar import DayCount, is_working_day
from bihuan.metrics.domain.definition import Unit as Measured
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, Unit

SHOWN_AT_MOST = 12
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cockpit:
    """What a manager looks at in the morning."""

    unit: Unit
    morning: date
    own: tuple[LandingView, ...]
    """The landings of the unit itself."""
    off: tuple[LandingView, ...]
    """What will be missed below it, the most money first."""
    landings: tuple[LandingView, ...]
    """Every landing below it that has a target."""
    under_way: tuple[Deed, ...]
    to_decide: tuple[Deed, ...]
    is_too_many: bool
    """Whether there are too many people to be shown one by one."""
    is_day_off: bool

    @property
    def shown(self) -> tuple[LandingView, ...]:
        return self.off[:SHOWN_AT_MOST]

    @property
    def more(self) -> int:
        return max(0, len(self.off) - SHOWN_AT_MOST)

    @property
    def known(self) -> int:
        """Return how many landings below could be projected."""
        return sum(view.landing is not None for view in self.landings)

    @property
    def sure(self) -> int:
        """Return how many of them reach their target even at their lower bound."""
        found = [view.outlook for view in self.landings]
        return sum(each is not None and each.verdict is Verdict.SAFE for each in found)


def cockpit(unit: Unit, person: Person, scope: Scope, morning: date) -> Cockpit:
    """Return the cockpit of a unit that somebody sees."""
    own, below, is_too_many = landings_under(unit, scope, morning)
    return Cockpit(
        unit=unit,
        morning=morning,
        own=tuple(own),
        off=tuple(most_missed(below)),
        landings=tuple(below),
        under_way=tuple(under_way(person, scope, morning)),
        to_decide=tuple(to_decide(person, morning)),
        is_too_many=is_too_many,
        is_day_off=_is_day_off(unit, morning),
    )


def landings_under(
    unit: Unit, scope: Scope, morning: date, *, as_of_seq: int | None = None
) -> tuple[list[LandingView], list[LandingView], bool]:
    """Return the landings of a unit, and those of its child units and of its people."""
    people = people_of(unit, morning)
    children = list(Unit.objects.filter(parent=unit).order_by("pinyin", "name", "pk"))
    is_too_many = len(people) > PEERS_AT_MOST
    own: list[LandingView] = []
    below: list[LandingView] = []
    for asked in questions(unit.tenant, morning, as_of_seq=as_of_seq):
        own += _asked_for(landings_of_units(asked, [unit], scope))
        if children:
            below += _asked_for(landings_of_units(asked, children, scope))
        if people and not is_too_many:
            below += _asked_for(_of_people(asked, people, unit, scope))
    return own, below, is_too_many


def most_missed(views: Sequence[LandingView]) -> list[LandingView]:
    """Return what misses its target, money first and the largest gap first, people before units.

    A unit misses what its people miss, so it comes after them.
    """
    off = [view for view in views if view.is_off]
    return sorted(off, key=_by_gap)


def _by_gap(view: LandingView) -> tuple[bool, bool, Decimal, str]:
    is_money = view.metric.unit is Measured.MONEY
    share = view.outlook.attained if view.outlook is not None else ZERO
    return (not is_money, view.person is None, -view.gap if is_money else share, view.name)


def _of_people(
    asked: Question, people: Sequence[Person], unit: Unit, scope: Scope
) -> list[LandingView]:
    return landings_of_people(asked, people, scope, peers_of(unit.tenant, unit.path))


def _asked_for(views: Sequence[LandingView]) -> list[LandingView]:
    return [view for view in views if view.target]


def people_of(unit: Unit, morning: date) -> list[Person]:
    """Return who sits in a unit or below it on a day."""
    seats = Assignment.objects.filter(unit__path__startswith=unit.path).at_home().on(morning)
    people = Person.objects.filter(pk__in=seats.values("person_id"), is_robot=False)
    return list(people.order_by("pinyin", "name", "pk"))


def _is_day_off(unit: Unit, morning: date) -> bool:
    return not is_working_day(morning, calendar=DayCount(unit.tenant.day_count))
