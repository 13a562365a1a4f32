from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.base.models import JournalEntry
from bihuan.org import actions
from bihuan.org.access import UnitMissing
from bihuan.org.actions.people import CodeReserved
from bihuan.org.domain.role import Role
from bihuan.org.domain.text import TextUnfit
from bihuan.org.models import Assignment, Person, Tenant
from tests.digest import digest_of_tables
from tests.make import make_admin, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db


def test_a_name_is_kept_with_what_it_sorts_and_is_found_by() -> None:
    shan = make_person("单雄信", role=None)
    assert (shan.pinyin, shan.initials) == ("shan xiong xin", "sxx")


def test_the_same_person_again_is_one_and_a_new_name_renames() -> None:
    tenant, admin = make_tenant(), make_admin()
    lin = actions.put_person(tenant=tenant, code="7", name="林一", by=admin)
    before = digest_of_tables()
    assert actions.put_person(tenant=tenant, code=" 7 ", name=" 林一 ", by=admin) == lin
    assert digest_of_tables() == before
    renamed = actions.put_person(tenant=tenant, code="7", name="林二", by=admin)
    assert (renamed.pk, renamed.name, renamed.initials) == (lin.pk, "林二", "le")
    verbs = JournalEntry.objects.filter(subject=f"org.person:{lin.pk}").values_list(
        "verb", flat=True
    )
    assert list(verbs) == ["person.added", "person.changed"]


def test_two_tenants_may_use_the_same_code() -> None:
    one = make_person("lin")
    two = make_person("lin", tenant=make_tenant("other"))
    assert one.pk != two.pk
    assert Person.objects.filter(code="lin").count() == 2


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\0b"])
def test_one_unfit_name_refuses_all(name: str) -> None:
    tenant, admin = make_tenant(), make_admin()
    before = digest_of_tables()
    with pytest.raises(TextUnfit):
        actions.put_people(tenant=tenant, names={"1": "林", "2": name}, by=admin)
    assert digest_of_tables() == before


def test_nobody_takes_the_name_of_the_system() -> None:
    tenant, admin = make_tenant(), make_admin()
    with pytest.raises(CodeReserved):
        actions.put_person(tenant=tenant, code="robot", name="me", by=admin)
    with pytest.raises(CodeReserved):
        actions.deactivate_person(person=actions.robot_of(tenant), on=date(2026, 1, 1), by=admin)


def test_adding_a_code_that_is_taken_is_refused_not_renamed() -> None:
    lin, admin = make_person("lin"), make_admin()
    seat = actions.Seat(unit_id=actions.root_of(lin.tenant).pk, role=Role.REP)
    before = digest_of_tables()
    with pytest.raises(actions.PersonCodeTaken):
        actions.add_person(tenant=lin.tenant, code="lin", name="wang", seat=seat, by=admin)
    assert digest_of_tables() == before


def test_a_person_is_added_with_a_seat_or_not_at_all() -> None:
    tenant, admin = make_tenant(), make_admin()
    elsewhere = make_unit("theirs", tenant=make_tenant("other"))
    before = digest_of_tables()
    seat = actions.Seat(unit_id=elsewhere.pk, role=Role.REP)
    with pytest.raises(UnitMissing):
        actions.add_person(tenant=tenant, code="lin", name="lin", seat=seat, by=admin)
    assert digest_of_tables() == before


def test_three_hundred_people_take_a_handful_of_statements_beside_the_journal(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    tenant = make_tenant()
    robot, unit = actions.robot_of(tenant), make_unit("east")
    names = {str(number): f"林{number}" for number in range(300)}
    # Each line of the journal asks whether the company is open.
    with django_assert_max_num_queries(2 * 300 + 13):
        people = actions.put_people(tenant=tenant, names=names, by=robot)
    seats = {
        person.pk: [actions.Seat(unit_id=unit.pk, role=Role.REP)] for person in people.values()
    }
    version = Tenant.objects.get().org_version
    with django_assert_max_num_queries(2 * 300 + 12):
        made = actions.place_people(tenant=tenant, seats=seats, by=robot)
    assert len(made) == Assignment.objects.filter(unit=unit, is_home=True).count() == 300
    assert Tenant.objects.get().org_version == version + 1
    before = digest_of_tables()
    assert actions.put_people(tenant=tenant, names=names, by=robot) == people
    assert actions.place_people(tenant=tenant, seats=seats, by=robot) == made
    assert digest_of_tables() == before
