"""The pages of targets and of the heat map."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.base import clock
from bihuan.goals import actions
from bihuan.goals.actions import QuotaRow
from bihuan.goals.models import Quota
from bihuan.goals.queries import Cell
from bihuan.goals.tests.company import Q3, Company, make_company
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from tests.make import make_login, make_person, make_unit

pytestmark = pytest.mark.django_db
Asked = dict[str, str | int]
MONTH: Asked = {"metric": "signed_amount", "grain": "month", "period": "2026-09"}


READINGS: list[Callable[[Cell], Decimal | None]] = [
    lambda cell: cell.judged.deviation,
    lambda cell: cell.actual,
    lambda cell: cell.due,
    lambda cell: cell.target,
]


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(clock, "today", lambda zone: date(2026, 9, 16))
    return make_company()


def sign_in(client: Client, person: Person) -> None:
    client.force_login(make_login(person))


def test_the_team_map_opens_on_the_highest_unit(client: Client, company: Company) -> None:
    sign_in(client, company.boss)
    page = client.get(reverse("goals:team"), MONTH)
    assert page.status_code == 200
    assert page.context["unit"] == company.root
    text = page.content.decode()
    assert [row.name for row in page.context["shown"].rows if row.kind == "unit"]
    assert text.count('<table class="hm') == 1
    assert text.count('<button type="button" class="c ') == 13 * (
        page.context["shown"].row_count + 1
    )
    assert 'style="' not in text


def test_a_rep_lands_on_their_own_map(client: Client, company: Company) -> None:
    sign_in(client, company.people[3])
    answer = client.get(reverse("goals:team"))
    assert answer["Location"] == reverse("goals:person", args=[company.people[3].pk])
    assert client.get(answer["Location"]).status_code == 200


def test_a_hidden_unit_looks_like_one_that_is_not_there(client: Client, company: Company) -> None:
    sign_in(client, company.lead)
    for unit_id in (company.west.pk, 999_999):
        assert client.get(reverse("goals:unit", args=[unit_id])).status_code == 404
        cell: Asked = {"metric": "signed_amount", "period": "2026-08", "unit": unit_id}
        assert client.get(reverse("goals:cell"), cell).status_code == 404
        assert client.get(reverse("goals:cell_facts"), cell).status_code == 404
    qian: Asked = {"metric": "signed_amount", "period": "2026-08", "person": company.people[3].pk}
    assert client.get(reverse("goals:cell"), qian).status_code == 404
    mine: Asked = {**qian, "unit": company.east.pk}
    assert client.get(reverse("goals:cell"), mine).status_code == 404


def test_every_button_of_a_map_opens(client: Client, company: Company) -> None:
    sign_in(client, company.boss)
    page = client.get(reverse("goals:unit", args=[company.east.pk]), MONTH).content.decode()
    links = {
        found.replace("&amp;", "&") for found in re.findall(r'hx-get="([^"]*cell[^"]*)"', page)
    }
    assert len(links) > 20
    for link in sorted(links)[::3]:
        answer = client.get(link, headers={"HX-Request": "true"})
        assert answer.status_code == 200, link
        assert "drawer-h" in answer.content.decode()


def test_the_drawer_tells_where_the_target_comes_from(client: Client, company: Company) -> None:
    sign_in(client, company.boss)
    asked: Asked = {"metric": "signed_amount", "period": "2026-08", "unit": company.west.pk}
    page = client.get(reverse("goals:cell"), asked)
    shares = page.context["view"].shares
    assert [(s.quota.bearer_name, s.counted.gone, s.counted.whole) for s in shares] == [
        ("sun", 21, 66),
        ("qian", 21, 66),
    ]
    assert "plan" in page.content.decode()


def test_facts_are_paged_and_link_to_the_ledger(client: Client, company: Company) -> None:
    sign_in(client, company.boss)
    asked: Asked = {
        "metric": "signed_amount",
        "period": "2026-07-01..2026-10-01",
        "unit": company.east.pk,
    }
    first = client.get(reverse("goals:cell_facts"), asked, headers={"HX-Request": "true"})
    last = client.get(reverse("goals:cell_facts"), {**asked, "page": 2})
    assert len(first.context["facts"].lines) == 20
    seq = first.context["facts"].lines[0].fact.seq
    assert reverse("facts:fact", args=[seq]) in first.content.decode()
    assert first.context["facts"].lines[0] != last.context["facts"].lines[0]


def test_an_hrbp_is_told_that_facts_stay_closed(client: Client, company: Company) -> None:
    sign_in(client, make_person("hrbp", unit=company.east, role=Role.HRBP))
    asked: Asked = {"metric": "signed_amount", "period": "2026-08", "unit": company.east.pk}
    page = client.get(reverse("goals:cell"), asked)
    assert page.status_code == 200
    assert page.context["view"].facts is None
    assert client.get(reverse("goals:cell_facts"), asked).status_code == 404


def test_the_workbook_holds_exactly_what_is_shown(client: Client, company: Company) -> None:
    company.people[3].name = "=cmd()"
    company.people[3].save(update_fields=["name"])
    sign_in(client, company.boss)
    address = reverse("goals:unit_export", args=[company.west.pk])
    page = client.get(reverse("goals:unit", args=[company.west.pk]), MONTH)
    book = load_workbook(BytesIO(client.get(address, MONTH).content))
    rows = [*page.context["shown"].rows, page.context["shown"].total]
    for sheet, reading in zip(book.worksheets, READINGS, strict=True):
        for line, row in enumerate(rows, start=2):
            for column, cell in enumerate((*row.cells, row.whole), start=2):
                value = sheet.cell(line, column).value
                expected = reading(cell)
                if expected is not None:
                    assert Decimal(str(value)) == expected
                else:
                    assert value is None or isinstance(value, str)
    names = [book.worksheets[0].cell(line, 1).value for line in range(2, 2 + len(rows))]
    assert "'=cmd()" in names
    assert "=cmd()" not in names


def test_the_overview_has_everybody(client: Client, company: Company) -> None:
    sign_in(client, company.boss)
    page = client.get(reverse("goals:overview"), MONTH)
    canvas = page.context["canvas"]
    assert sorted(canvas["rows"]) == ["lead", "lin", "qian", "sun", "wang", "zhao"]
    assert len(canvas["cells"]) == 6 * 12
    assert len(canvas["columns"]) == 12
    for column, row, place, text, _ in canvas["cells"]:
        cell = page.context["shown"].rows[row].cells[column]
        assert place == cell.judged.bin
        assert bool(text) == (cell.judged.deviation is not None)
    url = canvas["cellUrl"].replace("{row}", str(canvas["rowKeys"][0])).replace("{col}", "2026-08")
    assert client.get(url).status_code == 200


def test_a_person_s_map_has_a_row_for_each_metric(client: Client, company: Company) -> None:
    row = QuotaRow(
        metric="visits", person_id=company.people[3].pk, start=Q3[0], end=Q3[1], amount=Decimal(66)
    )
    actions.set_quota(row=row, by=robot_of(company.tenant))
    sign_in(client, company.boss)
    page = client.get(reverse("goals:person", args=[company.people[3].pk]), MONTH)
    assert [row.name for row in page.context["rows"]] == ["signed_amount", "visits"]
    book = client.get(reverse("goals:person_export", args=[company.people[3].pk]), MONTH)
    assert book.status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_empty_pages_say_what_to_do(client: Client, company: Company, language: str) -> None:
    newcomer = make_person("newcomer", unit=make_unit("empty"), role=Role.MANAGER)
    login = make_login(newcomer)
    login.language = language
    login.save(update_fields=["language"])
    client.force_login(login)
    words = {"en": "To the targets", "zh-hans": "去设目标"}
    assert words[language] in client.get(reverse("goals:team")).content.decode()
    assert client.get(reverse("goals:overview")).status_code == 200
    assert client.get(reverse("goals:quotas")).status_code == 200
    assert client.get(reverse("goals:person", args=[newcomer.pk])).status_code == 200


def quota_form(of: Person, /, **more: str) -> dict[str, str]:
    return {
        "metric": "visits",
        "person": str(of.pk),
        "start": "2026-07-01",
        "last_day": "2026-09-30",
        "amount": "120",
        "origin": "talk",
        **more,
    }


def test_a_manager_sets_changes_and_ends_a_target(client: Client, company: Company) -> None:
    sign_in(client, company.lead)
    wang = company.people[1]
    answer = client.post(reverse("goals:add_quota"), quota_form(wang))
    quota = Quota.objects.live().get(person=wang, metric="visits")
    assert answer["Location"] == reverse("goals:quota", args=[quota.pk])
    assert (quota.end, quota.origin) == (date(2026, 10, 1), "talk")
    assert quota.amount == 120
    client.post(reverse("goals:change_quota", args=[quota.pk]), {"amount": "150"})
    changed = Quota.objects.live().get(person=wang, metric="visits")
    assert changed.amount == 150
    assert changed.replaces_id == quota.pk
    page = client.get(reverse("goals:quota", args=[changed.pk]))
    assert [each.amount for each in page.context["history"]] == [150, 120]
    assert client.get(reverse("goals:change_quota", args=[changed.pk])).status_code == 200
    client.post(reverse("goals:end_quota", args=[changed.pk]))
    assert not Quota.objects.live().filter(person=wang, metric="visits").exists()
    assert client.get(reverse("goals:quotas"), {"when": "ended"}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-1"},
        {"amount": ""},
        {"last_day": "2026-06-01"},
        {"metric": "no_such"},
        {"person": ""},
        {"metric": "signed_amount", "start": "2026-08-01"},
    ],
)
def test_a_refused_form_says_so_in_place(
    client: Client, company: Company, wrong: dict[str, str]
) -> None:
    sign_in(client, company.lead)
    count = Quota.objects.count()
    answer = client.post(reverse("goals:add_quota"), quota_form(company.people[1], **wrong))
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert Quota.objects.count() == count


def test_others_may_not_set_targets(client: Client, company: Company) -> None:
    rep, quota = company.people[1], Quota.objects.get(person=company.people[1])
    sign_in(client, rep)
    assert client.get(reverse("goals:quota", args=[quota.pk])).status_code == 200
    assert client.get(reverse("goals:add_quota")).status_code == 403
    assert client.post(reverse("goals:change_quota", args=[quota.pk])).status_code == 403
    assert client.post(reverse("goals:end_quota", args=[quota.pk])).status_code == 403
    other = Quota.objects.get(person=company.people[3])
    assert client.get(reverse("goals:quota", args=[other.pk])).status_code == 404
    assert Quota.objects.live().count() == 6


def test_a_list_of_targets_is_searched(client: Client, company: Company) -> None:
    sign_in(client, company.boss)
    page = client.get(reverse("goals:quotas"), {"q": "lin", "metric": "signed_amount"})
    assert [quota.bearer_name for quota in page.context["page"]] == ["lin"]
    assert client.get(reverse("goals:quotas"), {"q": "nobody"}).status_code == 200
