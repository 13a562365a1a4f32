"""Around whom a reason is looked for: who the cell is of, and who they are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.goals.queries.behind import CellChoice
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, AssignmentQuerySet

SELLERS = (Role.REP.value, Role.CLERK.value)
PEOPLE_AT_MOST = 400
"""A unit with more people is looked at as a whole; its people are, one level further down."""
PEERS_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody who sells, and since when they have sat where they sit."""

    person_id: int
    name: str
    since: date


@dataclass(frozen=True, slots=True)
class Group:
    """The people whose figures are asked for: those in question, and all together."""

    focus: tuple[Seated, ...]
    everybody: tuple[Seated, ...]
    is_too_many: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(sorted({each.person_id for each in (*self.focus, *self.everybody)}))

    @property
    def focus_ids(self) -> tuple[int, ...]:
        return tuple(each.person_id for each in self.focus)


def group_of(choice: CellChoice) -> Group:
    """Return a person with their team, or the people of a unit, on the last day looked at."""
    day = choice.window.cut(choice.period).end - timedelta(days=1)
    if choice.person is None:
        unit = choice.unit
        assert unit is not None, "a cell is of a person or of a unit"
        seats = _sellers(day).filter(tenant=choice.tenant, unit__path__startswith=unit.path)
        found = tuple(_seated(seats[: PEOPLE_AT_MOST + 1]))
        return (
            Group((), (), is_too_many=True) if len(found) > PEOPLE_AT_MOST else Group(found, found)
        )
    home = (
        Assignment.objects.filter(tenant=choice.tenant, person=choice.person, is_home=True)
        .on(day)
        .select_related("unit")
        .first()
    )
    if home is None:
        alone = Seated(choice.person.pk, choice.person.name, date.min)
        return Group((alone,), (alone,))
    me = Seated(choice.person.pk, choice.person.name, home.valid_from)
    return Group((me,), tuple(_team(home, day)))


def _team(home: Assignment, day: date) -> list[Seated]:
    """Return those who do the same in the unit, or around it where they are too few."""
    above = "/".join(home.unit.path.rstrip("/").split("/")[:-1]) + "/"
    around = above if home.unit.depth > 1 else home.unit.path
    seats = _sellers(day).filter(
        tenant=home.tenant_id, role=home.role, unit__path__startswith=around
    )
    rows = list(seats[: PEOPLE_AT_MOST + 1])
    near = [row for row in rows if row.unit.path.startswith(home.unit.path)]
    return list(_seated(near if len(near) > PEERS_AT_LEAST else rows[:PEOPLE_AT_MOST]))


def _sellers(day: date) -> AssignmentQuerySet:
    seats = Assignment.objects.filter(is_home=True, role__in=SELLERS).on(day)
    return seats.select_related("person", "unit").order_by("person__pinyin", "person_id")


def _seated(seats: Iterable[Assignment]) -> Iterable[Seated]:
    for seat in seats:
        yield Seated(seat.person_id, seat.person.name, seat.valid_from)
