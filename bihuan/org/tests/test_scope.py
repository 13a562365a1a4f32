"""Scope against an oracle that knows the tree and the dates, and nothing of the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.org import actions
from bihuan.org.access import (
    NotYours,
    people_visible_to,
    require_manager_of,
    roles_of,
    scope_of,
    seats_visible_to,
    units_visible_to,
)
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant, Unit
from tests.make import make_admin, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 1)
DAYS = 12
UNITS = 6
PEOPLE = 5


@dataclass(frozen=True)
class Row:
    """A dated assignment as it was dealt out."""

    person: int
    unit: int
    role: Role
    start: int
    length: int | None

    def holds(self, day: int) -> bool:
        return self.start <= day and (self.length is None or day < self.start + self.length)


rows = st.builds(
    Row,
    st.integers(0, PEOPLE - 1),
    st.integers(0, UNITS - 1),
    st.sampled_from([Role.REP, Role.CLERK, Role.MANAGER, Role.MANAGER, Role.HRBP, Role.ADMIN]),
    st.integers(0, DAYS),
    st.none() | st.integers(1, DAYS),
)
trees = st.tuples(*(st.integers(0, number) for number in range(UNITS - 1)))


class Oracle:
    """Who may see whom, by walking the tree parent by parent and day by day."""

    def __init__(self, parents: dict[int, int | None], held: list[Row], homes: list[Row]) -> None:
        self.parents, self.held, self.homes = parents, held, homes

    def under(self, unit: int | None, top: int) -> bool:
        while unit is not None:
            if unit == top:
                return True
            unit = self.parents[unit]
        return False

    def opened(self, person: int, day: int, roles: set[Role]) -> set[int]:
        tops = [
            r.unit for r in self.held if r.person == person and r.role in roles and r.holds(day)
        ]
        return {unit for unit in self.parents for top in tops if self.under(unit, top)}

    def sees_all(self, person: int, day: int) -> bool:
        wide = {Role.ADMIN, Role.QUALITY_OFFICER}
        return any(r.person == person and r.role in wide and r.holds(day) for r in self.held)

    def units(self, person: int, day: int) -> set[int]:
        if self.sees_all(person, day):
            return set(self.parents)
        own = {r.unit for r in self.held if r.person == person}
        return own | self.opened(person, day, {Role.MANAGER, Role.HRBP})

    def people(self, person: int, day: int) -> set[int]:
        if self.sees_all(person, day):
            return set(range(PEOPLE))
        inside = self.opened(person, day, {Role.MANAGER, Role.HRBP})
        return {person} | {row.person for row in self.homes if row.unit in inside}


def deal(tree: tuple[int, ...], wanted: list[Row]) -> tuple[list[Unit], list[Person], Oracle]:
    """Write a tree and its assignments; return them with an oracle that knows what was written."""
    tenant = fresh_tenant()
    robot = actions.robot_of(tenant)
    units = [actions.root_of(tenant)]
    for number, parent in enumerate(tree, start=1):
        units.append(make_unit(f"u{number}", under=units[parent]))
    people = [make_person(f"p{number}", role=None, tenant=tenant) for number in range(PEOPLE)]
    held, homes = [], []
    for row in wanted:
        start = FIRST + timedelta(days=row.start)
        seat = actions.Seat(
            unit_id=units[row.unit].pk,
            role=row.role,
            valid_from=start,
            valid_to=None if row.length is None else start + timedelta(days=row.length),
        )
        try:
            [made] = actions.place_people(
                tenant=tenant, seats={people[row.person].pk: [seat]}, by=robot
            )
        except actions.SeatTaken:
            continue
        held.append(row)
        homes += [row] if made.is_home else []
    parents = {0: None} | dict(enumerate(tree, start=1))
    return units, people, Oracle(parents, held, homes)


def fresh_tenant() -> Tenant:
    Assignment.objects.filter(tenant__code="random").delete()
    Unit.objects.filter(tenant__code="random").update(parent=None)
    tenant = make_tenant("random")
    Unit.objects.filter(tenant=tenant).exclude(code="root").delete()
    return tenant


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(trees, st.lists(rows, max_size=14), st.integers(-1, DAYS + 4))
def test_scope_is_what_walking_the_tree_says(
    tree: tuple[int, ...], wanted: list[Row], day: int
) -> None:
    units, people, oracle = deal(tree, wanted)
    at_unit = {unit.pk: number for number, unit in enumerate(units)}
    at_person = {person.pk: number for number, person in enumerate(people)}
    for unit in units:
        unit.refresh_from_db()
    for number, person in enumerate(people):
        scope = scope_of(person, FIRST + timedelta(days=day))
        seen_units = {at_unit[pk] for pk in units_visible_to(scope).values_list("pk", flat=True)}
        seen = {at_person[pk] for pk in people_visible_to(scope).values_list("pk", flat=True)}
        assert seen_units == oracle.units(number, day)
        assert seen == oracle.people(number, day)
        managed = oracle.opened(number, day, {Role.MANAGER})
        figures = managed | oracle.opened(number, day, {Role.HRBP})
        for place, unit in enumerate(units):
            assert scope.covers(unit.path) is (place in managed or oracle.sees_all(number, day))
            assert scope.covers_figures(unit.path) is (
                place in figures or oracle.sees_all(number, day)
            )


def test_a_manager_of_last_quarter_no_longer_sees() -> None:
    east = make_unit("east")
    lin = make_person("lin", unit=east)
    boss = make_person("boss", unit=east, role=Role.MANAGER, until=date(2026, 4, 1))
    then, now = scope_of(boss, date(2026, 3, 31)), scope_of(boss, date(2026, 4, 1))
    assert set(people_visible_to(then)) == {boss, lin}
    assert set(people_visible_to(now)) == {boss}
    assert not now.covers(east.path)


def test_a_manager_sees_who_sat_there_before_but_not_where_they_sit_now() -> None:
    east, west = make_unit("east"), make_unit("west")
    boss = make_person("boss", unit=east, role=Role.MANAGER)
    lin, admin = make_person("lin", unit=east, since=FIRST), make_admin()
    actions.move_person(person=lin, to=west, on=date(2026, 2, 1), by=admin)
    scope = scope_of(boss)
    assert lin in people_visible_to(scope)
    assert [seat.unit for seat in seats_visible_to(scope).filter(person=lin)] == [east]


def test_whoever_has_left_sees_and_may_nothing() -> None:
    admin = make_admin()
    admin.ended_on = date(2026, 3, 1)
    assert roles_of(admin, date(2026, 2, 28)) == {Role.ADMIN}
    assert roles_of(admin, date(2026, 3, 1)) == frozenset()
    assert not scope_of(admin, date(2026, 3, 1)).whole_tenant


def test_nobody_sees_another_tenant_nor_the_robot() -> None:
    make_person("theirs", tenant=make_tenant("other"))
    scope = scope_of(make_admin())
    assert [person.code for person in people_visible_to(scope)] == ["admin"]
    assert {unit.tenant.code for unit in units_visible_to(scope)} == {"acme"}


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("boss", True),
        ("boss above", True),
        ("boss beside", False),
        ("hr", False),
        ("lin", False),
        ("qa", False),
        ("admin", True),
        ("robot", True),
        ("stranger", False),
    ],
)
def test_a_unit_is_managed_from_above(*, who: str, may: bool) -> None:
    east = make_unit("east")
    team, beside = make_unit("team", under=east), make_unit("beside", under=east)
    people = {
        "boss": make_person("boss", unit=team, role=Role.MANAGER),
        "boss above": make_person("boss above", unit=east, role=Role.MANAGER),
        "boss beside": make_person("boss beside", unit=beside, role=Role.MANAGER),
        "hr": make_person("hr", unit=team, role=Role.HRBP),
        "lin": make_person("lin", unit=team),
        "qa": make_person("qa", role=Role.QUALITY_OFFICER),
        "admin": make_admin(),
        "robot": actions.robot_of(team.tenant),
        "stranger": make_admin(tenant=make_tenant("other")),
    }
    if may:
        require_manager_of(people[who], team.path)
        return
    with pytest.raises(NotYours):
        require_manager_of(people[who], team.path)
