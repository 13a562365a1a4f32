"""Standing in for somebody: what is lent, for which days, and never more or further."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.inbox.models import Notice
from bihuan.kernel.errors import DomainError
from bihuan.org import actions
from bihuan.org.access import lent_by, openings, roles_of, scope_of
from bihuan.org.domain.delegation import (
    EVERYTHING,
    AlreadyLent,
    Days,
    DelegationDays,
    DelegationOver,
    DelegationToOneself,
    Limits,
    NothingToLend,
    NotYoursToLend,
)
from bihuan.org.domain.role import Role
from bihuan.org.models import Delegation, Person, Unit
from tests.make import make_admin, make_person, make_unit

pytestmark = pytest.mark.django_db
FIRST, LAST, AFTER = date(2026, 10, 1), date(2026, 10, 8), date(2026, 10, 9)
HOLIDAY = Days(FIRST, AFTER)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


class World:
    """A region with two teams, who leads them, and somebody to stand in."""

    def __init__(self) -> None:
        self.east = make_unit("east", kind="region")
        self.team = make_unit("team", under=self.east)
        self.other = make_unit("other", under=self.east)
        self.lead = make_person("lead", unit=self.team, role=Role.MANAGER)
        self.deputy = make_person("deputy", unit=self.other)
        self.third = make_person("third", unit=self.other)
        self.admin = make_admin()

    def lend(self, **more: object) -> Delegation:
        given = {
            "lender": self.lead,
            "deputy": self.deputy,
            "days": HOLIDAY,
            "limits": EVERYTHING,
            "reason": "holiday",
            "by": self.lead,
            **more,
        }
        with clock.pretended(morning(date(2026, 9, 20))):
            return actions.lend(**given)  # type: ignore[arg-type]  # as each test wants it


@pytest.fixture
def world() -> World:
    return World()


def sees(person: Person, unit: Unit, day: date) -> bool:
    return scope_of(person, day).covers(unit.path)


def test_a_deputy_leads_for_those_days_and_no_other(world: World) -> None:
    world.lend()
    days = [FIRST - timedelta(days=1), FIRST, LAST, AFTER]
    assert [sees(world.deputy, world.team, day) for day in days] == [False, True, True, False]
    assert roles_of(world.deputy, FIRST) == {Role.REP, Role.MANAGER}
    assert roles_of(world.deputy, AFTER) == {Role.REP}
    assert openings(world.deputy, FIRST).stands_for == {world.lead.pk}


def test_both_are_told_and_it_is_journalled(world: World) -> None:
    made = world.lend()
    told = Notice.objects.filter(kind="org.delegation_begun").values_list("person_id", flat=True)
    assert set(told) == {world.lead.pk, world.deputy.pk}
    entry = JournalEntry.objects.get(verb="delegation.begun")
    assert (entry.actor_id, entry.subject) == (world.lead.pk, f"org.delegation:{made.pk}")


def test_it_ends_early_from_that_day_on(world: World) -> None:
    made = world.lend()
    with clock.pretended(morning(date(2026, 10, 3))):
        assert sees(world.deputy, world.team, date(2026, 10, 3))
        actions.end_delegation(delegation=made, by=world.deputy)
        assert not sees(world.deputy, world.team, date(2026, 10, 3))
        with pytest.raises(DelegationOver):
            actions.end_delegation(delegation=made, by=world.lead)
    assert sees(world.deputy, world.team, date(2026, 10, 2))


def test_nothing_is_passed_on(world: World) -> None:
    world.lend()
    with pytest.raises(NothingToLend):
        world.lend(lender=world.deputy, deputy=world.third, by=world.deputy)
    make_unit("far", under=world.team)
    assert not sees(world.third, world.team, FIRST)


def test_no_more_is_lent_than_is_held(world: World) -> None:
    make_person("boss", unit=world.east, role=Role.MANAGER)
    world.lend(limits=Limits(path=world.east.path))
    assert sees(world.deputy, world.team, FIRST)
    assert not sees(world.deputy, world.other, FIRST)
    with pytest.raises(NothingToLend):
        world.lend(limits=Limits(path=world.other.path))
    with pytest.raises(NothingToLend):
        world.lend(lender=world.admin, by=world.admin)


def test_what_the_lender_loses_the_deputy_loses(world: World) -> None:
    world.lend()
    seat = world.lead.assignments.get()
    actions.end_assignment(
        assignment=seat, on=date(2026, 10, 4), by=actions.robot_of(world.lead.tenant)
    )
    assert sees(world.deputy, world.team, date(2026, 10, 3))
    assert not sees(world.deputy, world.team, date(2026, 10, 4))


def test_who_left_lends_nothing(world: World) -> None:
    world.lend()
    Person.objects.filter(pk=world.lead.pk).update(ended_on=date(2026, 10, 2))
    assert [sees(world.deputy, world.team, date(2026, 10, day)) for day in (1, 2)] == [True, False]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"days": Days(date(2026, 9, 19), AFTER)}, DelegationDays),
        ({"days": Days(AFTER, AFTER)}, DelegationDays),
        ({"days": Days(FIRST, FIRST + timedelta(days=93))}, DelegationDays),
        ({"deputy": "lead"}, DelegationToOneself),
        ({"by": "third"}, DomainError),
        ({"lender": "third", "by": "third"}, NothingToLend),
    ],
)
def test_what_is_refused(
    world: World, given: dict[str, object], refusal: type[DomainError]
) -> None:
    named = {
        key: getattr(world, each) if isinstance(each, str) else each for key, each in given.items()
    }
    with pytest.raises(refusal):
        world.lend(**named)
    assert not Delegation.objects.exists()
    assert not JournalEntry.objects.filter(verb="delegation.begun").exists()


def test_the_same_is_lent_once(world: World) -> None:
    world.lend()
    with pytest.raises(AlreadyLent):
        world.lend(days=Days(LAST, AFTER + timedelta(days=5)))
    world.lend(days=Days(AFTER, AFTER + timedelta(days=5)))


def test_another_company_lends_nothing_here(world: World) -> None:
    from tests.make import make_tenant

    stranger = make_admin("stranger", tenant=make_tenant("other"))
    with pytest.raises(NotYoursToLend):
        world.lend(by=stranger)


def test_in_whose_place_one_acts(world: World) -> None:
    world.lend()
    with clock.pretended(morning(FIRST)):
        assert lent_by(world.deputy, world.team.path) == world.lead.pk
        assert lent_by(world.deputy, world.other.path) is None
        assert lent_by(world.lead, world.team.path) is None
