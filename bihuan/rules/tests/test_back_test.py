"""The back-test against the engine, day by day with what it kept, on public data."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from bihuan.base import clock
from bihuan.facts.actions import open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.goals import actions as goals
from bihuan.goals.actions import QuotaRow
from bihuan.kernel.period import Grain
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant
from bihuan.rules import actions
from bihuan.rules.commands import rule
from bihuan.rules.domain.definition import plain
from bihuan.rules.domain.replay import mornings
from bihuan.rules.models import Alert
from bihuan.rules.queries import SpanUnfit, back_test, built_in
from bihuan.rules.tests.team import (
    FIRST,
    Team,
    at,
    few_visits,
    in_force,
    make_team,
    monday,
    visit,
)
from tests.make import make_admin, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
MANAGERS = {"272", "290", "294"}
CENT = Decimal("0.0001")
START, END = date(2012, 1, 1), date(2013, 12, 1)


def rows_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


@pytest.fixture
def adventure_works(shared_data: Path) -> Tenant:
    """Seventeen people who sell, their quarterly quotas, and sixty thousand order lines."""
    folder = shared_data / "adventureworks_dw"
    tenant = make_tenant("aw", currency="USD")
    unit = make_unit("sales", tenant=tenant)
    dated: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in rows_of(folder, "FactSalesQuota"):
        amount = Decimal(row["SalesAmountQuota"])
        dated[row["EmployeeKey"]].append((date.fromisoformat(row["Date"]), amount))
    people = {
        key: make_person(key, unit=unit, role=Role.MANAGER if key in MANAGERS else Role.REP)
        for key in dated
    }
    make_admin("aw admin", tenant=tenant)
    _sell(folder, tenant, people)
    rows = [
        QuotaRow(metric="net_sales", person_id=people[key].pk, start=one, end=two, amount=amount)
        for key, quotas in dated.items()
        for (one, amount), (two, _) in pairwise([*sorted(quotas), (date(2013, 12, 28), Decimal())])
    ]
    goals.set_quotas(tenant=tenant, rows=rows, by=robot_of(tenant))
    return tenant


def _sell(folder: Path, tenant: Tenant, people: dict[str, Person]) -> None:
    drafts = [
        Draft(
            kind="order.placed",
            business_on=date.fromisoformat(row["OrderDate"]),
            person_id=people[row["EmployeeKey"]].pk,
            amount=Decimal(row["SalesAmount"]).quantize(CENT, ROUND_HALF_UP),
            source_ref=f"{row['SalesOrderNumber']}/{row['SalesOrderLineNumber']}",
        )
        for row in rows_of(folder, "FactResellerSales")
    ]
    source = open_source(tenant=tenant, code="aw")
    record_many(drafts=drafts, source=source, by=robot_of(tenant))


def test_adventure_works_replayed_day_by_day(adventure_works: Tenant, tmp_path: Path) -> None:
    """Two years of the early warning by months: here everybody's orders come once a month.

    By weeks it says nothing, rightly: three weeks of four nobody recorded anything.
    """
    raw = {**plain(built_in()["early_warning"]), "metrics": ["net_sales"], "every": "month"}
    weekly = back_test(adventure_works, few_visits(**raw), start=START, end=END)
    assert weekly.hits == []
    raw["when"] = {**cast("dict[str, object]", raw["when"]), "grain": "month"}
    draft = tmp_path / "rule.json"
    draft.write_text(json.dumps(raw))
    said = CliRunner().invoke(
        rule,
        ["backtest", "early_warning", "--draft", str(draft), "--from", str(START), "--to", str(END),
         "--tenant", "aw", "--json"],
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    found = json.loads(said.output)
    hits = {(each["code"], each["fired_on"], each["recovered_on"]) for each in found["hits"]}
    assert len(hits) == len(found["hits"]) > 20
    assert hits == _day_by_day(adventure_works, raw)
    assert sum(found["by_week"].values()) == len(hits)


def _day_by_day(tenant: Tenant, raw: dict[str, object]) -> set[tuple[str, str, str | None]]:
    """Let the engine look each day, keeping what it keeps, and return what came of it."""
    admin = Person.objects.get(tenant=tenant, code="aw admin")
    definition = few_visits(**raw)
    with at(START - timedelta(days=1)):
        version = actions.draft_rule(
            tenant=tenant, key="early_warning", definition=definition, by=admin, reason="test"
        )
        actions.put_in_force(version=version, valid_from=START - timedelta(days=1), by=admin)
    for on in mornings(START, END, Grain.DAY):
        with at(on):
            actions.evaluate_rules(tenant=tenant, on=on)
    return {
        (
            each.person.code if each.person else "",
            each.opened_on.isoformat(),
            each.ended_on.isoformat() if each.state == "recovered" and each.ended_on else None,
        )
        for each in Alert.objects.filter(tenant=tenant).select_related("person")
    }


@pytest.fixture
def team() -> Team:
    return make_team()


def test_load_falls_on_whom_it_would_have_been_addressed_to(team: Team) -> None:
    visit(team.lin, [1, 1, 5, 1, 1])
    visit(team.mate, [1, 1, 1, 1, 1])
    responses = [{"kind": "task", "to": "manager"}, {"kind": "task", "to": "hrbp"}]
    found = back_test(team.tenant, few_visits(responses=responses), start=FIRST, end=monday(6))
    assert [(each.person, each.fired_on, each.recovered_on) for each in found.hits] == [
        (team.lin, monday(2), monday(3)),
        (team.mate, monday(2), None),
        (team.lin, monday(5), None),
    ]
    assert (found.subjects, found.hit_subjects, found.recovered, found.median_days) == (2, 2, 1, 7)
    loads = [(each.person, each.kind, each.total, each.most) for each in found.loads]
    assert loads == [(team.boss, "task", 3, 2), (team.hrbp, "task", 3, 2)]


def test_as_known_then_reads_only_what_had_been_recorded(team: Team) -> None:
    with at(monday(2) - timedelta(days=1)):
        visit(team.lin, [1, 1])
        visit(team.mate, [5, 5])
    with at(monday(3)):
        visit(team.lin, [4], first=1)
    rule_ = few_visits()
    now = back_test(team.tenant, rule_, start=FIRST, end=monday(3))
    then = back_test(team.tenant, rule_, start=FIRST, end=monday(3), as_known_then=True)
    assert [each.fired_on for each in now.hits] == []
    assert [each.fired_on for each in then.hits] == [monday(2)]


@pytest.mark.parametrize("days", [0, -1, 801])
def test_a_span_has_its_limits(team: Team, days: int) -> None:
    with pytest.raises(SpanUnfit):
        back_test(team.tenant, few_visits(), start=FIRST, end=FIRST + timedelta(days=days))


def test_the_list_says_each_rule_in_a_sentence(team: Team) -> None:
    in_force(team, few_visits(), on=clock.today("Asia/Shanghai"))
    rows = json.loads(CliRunner().invoke(rule, ["list", "--json"]).output)
    assert {each["key"]: each["version"] for each in rows} == {
        "early_warning": 0,
        "silent_key_account": 0,
        "few_visits": 1,
    }
    assert all(each["sentence"] for each in rows)
