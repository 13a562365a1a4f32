"""Who may open which fact, against an oracle that knows nothing of paths or queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.facts.access import FactMissing, fact_seen
from bihuan.facts.models import Fact
from bihuan.facts.queries import FactFilter, every_fact, page_of_facts
from bihuan.org import actions
from bihuan.org.access import scope_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from tests.make import make_fact, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
JAN = date(2026, 1, 1)
ROLES = [Role.REP, Role.MANAGER, Role.HRBP, Role.QUALITY_OFFICER, Role.ADMIN, Role.CLERK]


@dataclass(frozen=True)
class Seat:
    """Who sits where: numbers into the lists of units and people of one company."""

    person: int
    unit: int
    role: Role
    day: int
    length: int | None


@dataclass(frozen=True)
class Company:
    parents: list[int]
    """The parent of each unit but the first, as a number below its own."""
    seats: list[Seat]
    facts: list[tuple[int, int]]
    """Person and day of each fact."""


@st.composite
def companies(draw: st.DrawFn) -> Company:
    count = draw(st.integers(1, 6))
    parents = [draw(st.integers(0, number)) for number in range(count - 1)]
    seats = draw(
        st.lists(
            st.builds(
                Seat,
                person=st.integers(0, 3),
                unit=st.integers(0, count - 1),
                role=st.sampled_from(ROLES),
                day=st.integers(0, 300),
                length=st.none() | st.integers(1, 300),
            ),
            max_size=6,
            unique_by=lambda seat: seat.person,
        )
    )
    facts = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400)), max_size=6))
    return Company(parents, seats, facts)


def built(code: str, company: Company) -> tuple[Tenant, list[Unit], list[Person]]:
    tenant = make_tenant(code)
    units = [actions.root_of(tenant)]
    for number, parent in enumerate(company.parents):
        units.append(make_unit(f"u{number}", under=units[parent]))
    people = [make_person(f"p{number}", tenant=tenant, role=None) for number in range(4)]
    robot = actions.robot_of(tenant)
    for seat in company.seats:
        held = actions.Seat(
            unit_id=units[seat.unit].pk,
            role=seat.role,
            valid_from=JAN + timedelta(days=seat.day),
            valid_to=None if seat.length is None else JAN + timedelta(days=seat.day + seat.length),
        )
        actions.place_people(tenant=tenant, seats={people[seat.person].pk: [held]}, by=robot)
    for number, (person, day) in enumerate(company.facts):
        make_fact(people[person], on=JAN + timedelta(days=day), ref=str(number))
    return tenant, units, people


def may_open(company: Company, viewer: int, fact: tuple[int, int], today: date) -> bool:
    """Say by hand who may open a fact today."""
    person, day = fact
    if person == viewer:
        return True
    for seat in company.seats:
        if seat.person != viewer or not sits(seat, (today - JAN).days):
            continue
        if seat.role in (Role.ADMIN, Role.QUALITY_OFFICER):
            return True
        if seat.role is Role.MANAGER:
            earned_in = unit_on(company, person, day)
            if earned_in is not None and seat.unit in chain(company, earned_in):
                return True
    return False


def sits(seat: Seat, day: int) -> bool:
    return seat.day <= day and (seat.length is None or day < seat.day + seat.length)


def unit_on(company: Company, person: int, day: int) -> int | None:
    """Return where a person earned on a day: only who sells has a seat that earns."""
    for seat in company.seats:
        earns = seat.role in (Role.REP, Role.MANAGER, Role.CLERK)
        if seat.person == person and earns and sits(seat, day):
            return seat.unit
    return None


def chain(company: Company, unit: int) -> list[int]:
    """Return a unit and everything above it."""
    above = [unit]
    while above[-1] > 0:
        above.append(company.parents[above[-1] - 1])
    return above


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ours=companies(), theirs=companies(), day=st.integers(0, 400))
def test_everyone_sees_exactly_what_the_oracle_says(
    ours: Company, theirs: Company, day: int
) -> None:
    today = JAN + timedelta(days=day)
    with transaction.atomic():
        for code, company in (("ours", ours), ("theirs", theirs)):
            built(code, company)
        for code, company in (("ours", ours), ("theirs", theirs)):
            check(code, company, today)
        transaction.set_rollback(True)


def check(code: str, company: Company, today: date) -> None:
    tenant = Tenant.objects.get(code=code)
    refs = {fact.source_ref: fact for fact in Fact.objects.filter(tenant=tenant)}
    for viewer in range(4):
        scope = scope_of(Person.objects.get(tenant=tenant, code=f"p{viewer}"), today)
        expected = {
            str(number)
            for number, fact in enumerate(company.facts)
            if may_open(company, viewer, fact, today)
        }
        visible = Fact.objects.visible_to(scope)
        assert {fact.source_ref for fact in visible} == expected
        assert visible.count() == len(expected), "each once"
        assert {fact.source_ref for fact in every_fact(scope, FactFilter())} == expected
        assert page_of_facts(scope, FactFilter()).count == len(expected)
        for ref, fact in refs.items():
            if ref in expected:
                assert fact_seen(fact.seq, scope) == fact
            else:
                with pytest.raises(FactMissing):
                    fact_seen(fact.seq, scope)
