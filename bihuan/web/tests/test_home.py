"""The home page says how one stands, what is off, and agrees with the heat map."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from bihuan.base import clock
from bihuan.goals.actions import QuotaRow, set_quotas
from bihuan.org import actions
from bihuan.org.access import scope_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.web.queries.homing import Standing, home
from tests.make import make_fact, make_login, make_person, make_unit

pytestmark = pytest.mark.django_db

START, END = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def team() -> tuple[Person, Person, Person]:
    """A manager and two people in March: one far behind, one ahead."""
    unit = make_unit("苏州一组")
    boss = make_person("王总", unit=unit, role=Role.MANAGER)
    lin, zhao = make_person("林一", unit=unit), make_person("赵二", unit=unit)
    robot = actions.robot_of(boss.tenant)
    rows = [
        QuotaRow(
            metric="signed_amount", start=START, end=END, amount=Decimal(1000), person_id=each.pk
        )
        for each in (lin, zhao)
    ]
    set_quotas(tenant=boss.tenant, rows=rows, by=robot)
    make_fact(lin, on=date(2026, 3, 5), amount="250")
    make_fact(zhao, on=date(2026, 3, 6), amount="1250")
    return boss, lin, zhao


@pytest.fixture(autouse=True)
def _in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda zone: date(2026, 5, 20))


def standing_of(person: Person) -> Standing:
    found = home(person, scope_of(person)).standing
    assert found is not None
    return found


def test_a_manager_sees_the_unit_and_who_in_it_is_behind(
    team: tuple[Person, Person, Person],
) -> None:
    boss, lin, _ = team
    standing = standing_of(boss)
    assert standing.period.key == "2026-03"
    assert not standing.is_running
    (tile,) = standing.tiles
    assert (tile.cell.actual, tile.cell.target) == (Decimal(1500), Decimal(2000))
    assert (tile.share, tile.tone) == (75, "neg")
    assert [(off.row.name, off.cell.actual) for off in standing.off] == [(lin.name, Decimal(250))]


def test_everybody_else_sees_their_own_metrics(team: tuple[Person, Person, Person]) -> None:
    _, lin, zhao = team
    (tile,) = standing_of(zhao).tiles
    assert (tile.cell.actual, tile.share, tile.tone) == (Decimal(1250), 100, "pos")
    assert standing_of(zhao).off == ()
    assert [off.row.name for off in standing_of(lin).off] == ["signed_amount"]


def test_the_page_opens_to_the_cell(client: Client, team: tuple[Person, Person, Person]) -> None:
    boss, lin, _ = team
    client.force_login(make_login(boss))
    page = client.get("/").content.decode()
    assert "签约额" in page
    assert "−75%" in page
    assert lin.name in page
    assert "月" in page
    assert 'hx-target="#drawer"' in page


def test_without_targets_the_page_says_no_figure(client: Client) -> None:
    wang = make_person("王二")
    make_fact(wang, on=date(2026, 3, 5))
    assert home(wang, scope_of(wang)).standing is None
    client.force_login(make_login(wang))
    page = client.get("/").content.decode()
    assert "2026 年 3 月 5 日" in page
    assert "还没有与你有关的记录" not in page


def test_what_came_in_is_for_those_who_see_the_whole_company(
    team: tuple[Person, Person, Person],
) -> None:
    boss, *_ = team
    assert home(boss, scope_of(boss)).batches == ()
