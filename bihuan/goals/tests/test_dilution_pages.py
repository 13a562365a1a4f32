"""The pages of dilution: the tree, its rows level by level, one person's line, the workbook."""

from __future__ import annotations

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
from bihuan.goals.models import Cycle, Goal
from bihuan.goals.tests.company import Q3, Company, make_company
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from tests.make import make_fact, make_login, make_person, make_unit

pytestmark = pytest.mark.django_db
ASKED = {"metric": "signed_amount", "period": "2026-Q3"}


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Company:
    """Return the company with targets of units above what its people are asked.

    The east's people are asked 1,200,000 together, the west's 900,000.
    """
    monkeypatch.setattr(clock, "today", lambda zone: date(2026, 9, 16))
    made = make_company()
    for unit, amount in ((made.root, 2_440_000), (made.east, 1_300_000), (made.west, 850_000)):
        ask(made, amount, unit=unit.pk)
    for person in made.people:
        make_fact(person, on=date(2025, 8, 1), amount="400000")
    return made


def ask(company: Company, amount: int, *, unit: int, metric: str = "signed_amount") -> None:
    row = QuotaRow(metric=metric, unit_id=unit, start=Q3[0], end=Q3[1], amount=Decimal(amount))
    actions.set_quota(row=row, by=robot_of(company.tenant))


def sign_in(client: Client, person: Person) -> None:
    client.force_login(make_login(person))


def test_the_page_says_what_arrives_and_where_it_leaks_first(
    client: Client, company: Company
) -> None:
    sign_in(client, company.boss)
    page = client.get(reverse("goals:dilution"), ASKED)
    text = page.content.decode()
    tree = page.context["tree"]
    assert page.status_code == 200
    assert [str(level.growth) for level, _ in tree.levels] == ["0.2200", "0.0750", "0.0500"]
    assert str(tree.found.reach) == "0.8607"
    assert "+22.0%" in text
    assert "86.1%" in text
    assert [line.named.name for line in tree.leaks] == ["company acme", "east"]
    assert tree.found.nodes[company.west.path].state.value == "buffer"
    assert text.count("data-depth") == 3


def test_a_branch_is_opened_one_level_at_a_time(client: Client, company: Company) -> None:
    sign_in(client, company.boss)
    answer = client.get(
        reverse("goals:dilution_rows", args=[company.east.pk]), {**ASKED, "depth": "1"}
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("<tr") == 3
    assert "north" in text
    assert "lead" in text
    assert "<html" not in text


def test_a_manager_sees_no_further_than_their_unit(client: Client, company: Company) -> None:
    sign_in(client, company.lead)
    page = client.get(reverse("goals:dilution"), ASKED)
    assert page.context["unit"] == company.east
    assert "west" not in page.content.decode()
    for name in ("unit_dilution", "dilution_rows", "dilution_export"):
        assert client.get(reverse(f"goals:{name}", args=[company.west.pk])).status_code == 404


def test_a_rep_is_shown_the_line_from_their_own_target(client: Client, company: Company) -> None:
    wang = company.people[1]
    sign_in(client, wang)
    page = client.get(reverse("goals:dilution"), ASKED, follow=True)
    assert page.redirect_chain == [(reverse("goals:chain", args=[wang.pk]), 302)]
    text = page.content.decode()
    [line] = page.context["lines"]
    # Of the north team's 242,424.24: Lin's 42,424.24 until she moved, and Wang's 200,000.
    assert [(link.name, link.asked, str(link.share)) for link in line.chain.links] == [
        ("north", None, "0.8250"),
        ("east", None, "0.1865"),
        ("company acme", None, "0.5328"),
    ]
    assert str(line.chain.growth) == "0.2200"
    assert "2,440,000" not in text
    assert "1,300,000" not in text


def test_who_sees_figures_is_told_amounts_in_the_line(client: Client, company: Company) -> None:
    sign_in(client, company.lead)
    page = client.get(reverse("goals:chain", args=[company.people[1].pk]), ASKED)
    [line] = page.context["lines"]
    asked = [link.asked for link in line.chain.links]
    assert asked == [Decimal("242424.24"), Decimal(1_300_000), None]


def test_who_moved_has_a_share_of_what_counts_in_the_new_unit(
    client: Client, company: Company
) -> None:
    sign_in(client, company.people[0])
    page = client.get(reverse("goals:chain", args=[company.people[0].pk]), ASKED)
    [line] = page.context["lines"]
    # 57,575.76 of the 100,000 count in the south, beside Zhao's 300,000.
    assert line.chain.asked == 100_000
    assert str(line.chain.links[0].share) == "0.1610"


def test_the_line_ends_with_the_words_of_the_published_cycle(
    client: Client, company: Company
) -> None:
    for number, (code, strategy, revision) in enumerate(
        (("2026", "设备翻新", 1), ("2026-draft", "还没有发布", 0))
    ):
        cycle = Cycle.objects.create(
            tenant=company.tenant,
            code=code,
            name=code,
            start=date(2026, 1 + number, 1),
            end=date(2027, 1, 1),
            grain="month",
            root=company.root,
            revision_number=revision,
            made_by=company.boss,
            made_at=clock.now(),
        )
        Goal.objects.create(
            cycle=cycle,
            metric="signed_amount",
            amount=Decimal(1),
            digits=2,
            strategy=strategy,
            is_on=True,
        )
    wang = company.people[1]
    sign_in(client, wang)
    text = client.get(reverse("goals:chain", args=[wang.pk]), ASKED).content.decode()
    assert "战略：设备翻新" in text
    assert "还没有发布" not in text


def test_the_workbook_has_every_node_in_the_order_of_the_tree(
    client: Client, company: Company
) -> None:
    sign_in(client, company.boss)
    answer = client.get(reverse("goals:dilution_export", args=[company.root.pk]), ASKED)
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].values)
    names = [row[2] for row in rows[1:]]
    assert names[0] == "company acme"
    assert set(names) >= {"east", "west", "north", "south", "lin", "wang", "zhao", "qian", "sun"}
    assert names.count("lin") == 2
    by_name = {row[2]: row for row in rows[1:]}
    assert [str(each) for each in by_name["east"][4:]] == [
        *("1300000", "1200000", "0.0833", "1200000", "-100000", "流失"),
    ]
    assert by_name["wang"][3] == "company acme → east → north → wang"


@pytest.mark.parametrize("metric", ["win_rate", "visits"])
def test_where_there_is_nothing_to_check_the_page_says_what_to_do(
    client: Client, company: Company, metric: str
) -> None:
    sign_in(client, company.boss)
    page = client.get(reverse("goals:dilution"), {"metric": metric, "period": "2026-Q3"})
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


def test_people_without_a_target_and_units_without_people_are_told(
    client: Client, company: Company
) -> None:
    make_person("newcomer", unit=company.west)
    empty = make_unit("empty", under=company.west)
    ask(company, 5, unit=empty.pk)
    sign_in(client, company.boss)
    page = client.get(reverse("goals:dilution"), ASKED)
    assert [each.named.name for each in page.context["idle"]] == ["newcomer"]
    assert [line.named.name for line in page.context["tree"].vacant] == ["empty"]


def test_without_being_told_the_page_takes_the_metric_and_period_that_are_handed_down(
    client: Client, company: Company
) -> None:
    sign_in(client, company.boss)
    page = client.get(reverse("goals:dilution"))
    assert page.context["asked"].metric.key == "signed_amount"
    assert page.context["asked"].period.key == "2026-Q3"
    year = client.get(reverse("goals:dilution"), {"period": "2026-Q3", "grain": "year"})
    assert year.context["asked"].period.key == "2026"


def test_an_hrbp_sees_the_figures_and_sets_nothing(client: Client, company: Company) -> None:
    sign_in(client, make_person("hrbp", unit=company.east, role=Role.HRBP))
    page = client.get(reverse("goals:dilution"), ASKED)
    assert page.status_code == 200
    assert reverse("goals:add_quota") not in page.content.decode()
