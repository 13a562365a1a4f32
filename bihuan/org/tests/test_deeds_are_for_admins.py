"""Every deed on the organisation, by everyone: who may not changes nothing and leaves no entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from bihuan.base.models import JournalEntry
from bihuan.kernel.errors import DomainError
from bihuan.org import actions
from bihuan.org.access import NotYourRole
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Unit
from tests.digest import digest_of_tables
from tests.make import make_admin, make_login, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db

GOOD_PASSWORD = "zeven-appels-9"


@dataclass(frozen=True)
class Cast:
    """The people of the story, and what they quarrel about."""

    team: Unit
    sibling: Unit
    lin: Person
    seat: Assignment
    program: Person
    by: dict[str, Person]


@pytest.fixture
def people() -> Cast:
    tenant = make_tenant()
    other = make_tenant("other")
    team, sibling = make_unit("team"), make_unit("sibling")
    lin = make_person("lin", unit=team)
    make_login(lin)
    by = {
        "nobody": make_person("nobody", role=None),
        "stranger": make_admin("stranger", tenant=other),
        "stranger's robot": actions.robot_of(other),
        "owner": lin,
        "colleague": make_person("wang", unit=team),
        "manager": make_person("boss", unit=team, role=Role.MANAGER),
        "hrbp": make_person("hr", unit=team, role=Role.HRBP),
        "quality officer": make_person("qa", role=Role.QUALITY_OFFICER),
        "program": make_person("feed", role=Role.INTEGRATION),
        "former admin": make_person("former", role=Role.ADMIN, until=date(2020, 1, 1)),
        "future admin": make_person("future", role=Role.ADMIN, since=date(2999, 1, 1)),
        "admin who left": make_admin("gone"),
        "admin": make_admin(),
        "robot": actions.robot_of(tenant),
    }
    Person.objects.filter(pk=by["admin who left"].pk).update(ended_on=date(2020, 1, 1))
    by["admin who left"].refresh_from_db()
    seat = Assignment.objects.get(person=lin)
    return Cast(team=team, sibling=sibling, lin=lin, seat=seat, program=by["program"], by=by)


DEEDS: dict[str, Callable[[Cast, Person], object]] = {
    "put_unit": lambda c, by: actions.put_unit(
        tenant=c.team.tenant, code="team", name="changed", by=by
    ),
    "add_unit": lambda c, by: actions.add_unit(
        tenant=c.team.tenant, code="new", name="new", kind="team", by=by
    ),
    "put_person": lambda c, by: actions.put_person(
        tenant=c.team.tenant, code="lin", name="changed", by=by
    ),
    "put_people": lambda c, by: actions.put_people(
        tenant=c.team.tenant, names={"a": "a", "lin": "b"}, by=by
    ),
    "add_person": lambda c, by: actions.add_person(
        tenant=c.team.tenant,
        code="new",
        name="new",
        seat=actions.Seat(unit_id=c.team.pk, role=Role.REP),
        by=by,
    ),
    "assign": lambda c, by: actions.assign(person=c.lin, unit=c.sibling, role=Role.MANAGER, by=by),
    "place_people": lambda c, by: actions.place_people(
        tenant=c.team.tenant,
        seats={c.lin.pk: [actions.Seat(unit_id=c.sibling.pk, role=Role.ADMIN)]},
        by=by,
    ),
    "move_person": lambda c, by: actions.move_person(
        person=c.lin, to=c.sibling, on=date(2026, 7, 1), by=by
    ),
    "end_assignment": lambda c, by: actions.end_assignment(
        assignment=c.seat, on=date(2026, 7, 1), by=by
    ),
    "deactivate_person": lambda c, by: actions.deactivate_person(
        person=c.lin, on=date(2026, 7, 1), by=by
    ),
    "open_login": lambda c, by: actions.open_login(
        person=c.by["colleague"], username="wang", password=GOOD_PASSWORD, by=by
    ),
    "renew_password": lambda c, by: actions.renew_password(
        person=c.lin, password=GOOD_PASSWORD, by=by
    ),
    "set_tenant": lambda c, by: actions.set_tenant(
        tenant=c.team.tenant, fiscal_start_month=4, by=by
    ),
    "make_token for a program": lambda c, by: actions.make_token(
        person=c.program, name="feed", by=by
    ),
}
MAY = {"admin", "robot"}
ALSO = {"make_token for a program": {"program"}}
ACTORS = (
    "nobody",
    "stranger",
    "stranger's robot",
    "owner",
    "colleague",
    "manager",
    "hrbp",
    "quality officer",
    "program",
    "former admin",
    "future admin",
    "admin who left",
    "admin",
    "robot",
)


@pytest.mark.parametrize("deed", DEEDS)
def test_only_an_admin_of_the_tenant_may(people: Cast, deed: str) -> None:
    assert set(ACTORS) == set(people.by)
    may = MAY | ALSO.get(deed, set())
    for actor in [name for name in ACTORS if name not in may]:
        before = digest_of_tables()
        with pytest.raises(NotYourRole):
            DEEDS[deed](people, people.by[actor])
        assert digest_of_tables() == before, actor


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("actor", sorted(MAY))
def test_an_admin_may_and_the_journal_says_so(people: Cast, deed: str, actor: str) -> None:
    entries = JournalEntry.objects.count()
    DEEDS[deed](people, people.by[actor])
    fresh = JournalEntry.objects.order_by("pk")[entries:]
    assert fresh
    assert {entry.actor_id for entry in fresh} == {people.by[actor].pk}


FOREIGN: dict[str, Callable[[Cast, Person, Unit], object]] = {
    "a unit under a foreign one": lambda c, _, unit: actions.put_unit(
        tenant=c.team.tenant, code="team", name="team", parent=unit, by=c.by["admin"]
    ),
    "a new unit under a foreign one": lambda c, _, unit: actions.put_unit(
        tenant=c.team.tenant, code="x", name="x", parent=unit, by=c.by["admin"]
    ),
    "a person into a foreign unit": lambda c, _, unit: actions.assign(
        person=c.lin, unit=unit, role=Role.REP, by=c.by["admin"]
    ),
    "a foreign person into a unit": lambda c, person, _: actions.assign(
        person=person, unit=c.team, role=Role.REP, by=c.by["admin"]
    ),
    "many, one of them foreign": lambda c, person, _: actions.place_people(
        tenant=c.team.tenant,
        seats={
            c.lin.pk: [actions.Seat(unit_id=c.sibling.pk, role=Role.HRBP)],
            person.pk: [actions.Seat(unit_id=c.team.pk, role=Role.REP)],
        },
        by=c.by["admin"],
    ),
    "a move to a foreign unit": lambda c, _, unit: actions.move_person(
        person=c.lin, to=unit, on=date(2026, 7, 1), by=c.by["admin"]
    ),
    "a foreign person leaves": lambda c, person, _: actions.deactivate_person(
        person=person, on=date(2026, 7, 1), by=c.by["admin"]
    ),
    "a login for a foreign person": lambda c, person, _: actions.open_login(
        person=person, username="x", password=GOOD_PASSWORD, by=c.by["admin"]
    ),
    "a token for a foreign person": lambda c, person, _: actions.make_token(
        person=person, name="x", by=c.by["admin"]
    ),
}


@pytest.mark.parametrize("deed", FOREIGN)
def test_no_deed_reaches_into_another_tenant(people: Cast, deed: str) -> None:
    unit = make_unit("theirs", tenant=people.by["stranger"].tenant)
    person = make_person("their lin", unit=unit, role=Role.INTEGRATION)
    before = digest_of_tables()
    with pytest.raises(DomainError) as refusal:
        FOREIGN[deed](people, person, unit)
    assert refusal.value.status in (403, 404)
    assert digest_of_tables() == before
