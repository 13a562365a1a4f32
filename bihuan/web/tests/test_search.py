"""The search finds by name, pinyin, initials and code, and only what one may see."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bihuan.customers.actions import merge_accounts
from bihuan.facts.models import Member
from bihuan.org.access import scope_of
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.web import queries
from tests.make import make_fact, make_login, make_member, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db


def met(person: Person, text: str) -> dict[str, list[str]]:
    groups = queries.search(text, tenant=person.tenant, scope=scope_of(person))
    return {group.icon: [row.title for row in group.rows] for group in groups}


@pytest.mark.parametrize("text", ["欧阳", "ouyang", "ou yang", "oyjw", "OYJW"])
def test_a_person_is_found_by_name_pinyin_and_initials(text: str) -> None:
    boss = make_person("boss", role=Role.ADMIN)
    make_person("欧阳靖雯")
    assert met(boss, text)["user"] == ["欧阳靖雯"]


def test_a_manager_finds_the_own_unit_only(client: Client) -> None:
    east, west = make_unit("华东"), make_unit("华西")
    boss = make_person("王总", unit=east, role=Role.MANAGER)
    make_person("林一", unit=east)
    make_person("林二", unit=west)
    assert met(boss, "林") == {"user": ["林一"]}
    assert met(boss, "华") == {"sitemap": ["华东"]}


def test_an_account_is_found_through_a_fact_one_may_see() -> None:
    lin, wang = make_person("林一"), make_person("王二")
    ours, theirs = make_member("汇川"), make_member("汇丰")
    make_member("汇流排", dimension="product")
    make_fact(lin, on=date(2026, 3, 1), account_id=ours.pk)
    make_fact(wang, on=date(2026, 3, 1), account_id=theirs.pk)
    assert met(lin, "汇") == {"building": ["汇川"], "package": ["汇流排"]}
    admin = make_person("admin", role=Role.ADMIN)
    assert sorted(met(admin, "汇")["building"]) == ["汇丰", "汇川"]


def test_a_customer_is_found_by_the_name_of_an_account_merged_into_it() -> None:
    lin, robot = make_person("林一"), robot_of(make_tenant())
    gone, kept = make_member("汇川"), make_member("新远")
    make_fact(lin, on=date(2026, 3, 1), account_id=gone.pk)
    merge_accounts(account=gone, into=kept, reason="改名", by=robot)
    assert met(lin, "汇川") == {"building": ["新远"]}


def test_another_company_is_never_searched() -> None:
    admin = make_person("admin", role=Role.ADMIN)
    other = make_tenant("other")
    make_person("林一", tenant=other)
    make_member("汇川", tenant=other)
    assert met(admin, "林") == {}
    assert met(admin, "汇") == {}


def test_a_metric_is_found_in_both_languages_and_by_its_letters() -> None:
    admin = make_person("boss", role=Role.ADMIN)
    for text in ("赢单率", "ydl", "win_rate", "Win rate"):
        assert "赢单率" in met(admin, text)["math-function"], text


def test_only_the_first_few_are_shown_and_said_so(client: Client) -> None:
    admin = make_person("boss", role=Role.ADMIN)
    tenant = admin.tenant
    Member.objects.bulk_create(
        Member(tenant=tenant, dimension="product", code=f"p{n}", name=f"泵 {n}") for n in range(9)
    )
    client.force_login(make_login(admin))
    page = client.get("/search/", {"q": "泵"}).content.decode()
    assert page.count("<small>p") == 8
    assert "还有更多结果" in page


@pytest.mark.parametrize("text", ["", "   ", "\0", "%", "没有的东西", "<b>x</b>", "x" * 500])
def test_strange_texts_are_harmless(client: Client, text: str) -> None:
    client.force_login(make_login(make_person("boss", role=Role.ADMIN)))
    answer = client.get("/search/", {"q": text})
    assert answer.status_code == 200
    assert "<b>x</b>" not in answer.content.decode()
