"""Dilution through the API and the command line: the same numbers as on the page."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from bihuan.base import clock
from bihuan.goals import actions
from bihuan.goals.actions import QuotaRow
from bihuan.goals.commands import goals
from bihuan.goals.tests.company import Q3, Company, make_company
from bihuan.org.actions import robot_of
from bihuan.org.models import Person
from tests.make import make_admin, make_fact, make_login

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(clock, "today", lambda zone: date(2026, 9, 16))
    made = make_company()
    for unit, amount in ((made.root, 2_440_000), (made.east, 1_200_000), (made.west, 850_000)):
        row = QuotaRow(
            metric="signed_amount",
            unit_id=unit.pk,
            start=Q3[0],
            end=Q3[1],
            amount=Decimal(amount),
        )
        actions.set_quota(row=row, by=robot_of(made.tenant))
    for person in made.people:
        make_fact(person, on=date(2025, 8, 1), amount="400000")
    return made


def read(client: Client, person: Person, path: str) -> Any:
    client.force_login(make_login(person))
    answer = client.get(f"/api/v1/goals/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def run(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(goals, words)
    return answer.exit_code, answer.output


def test_the_api_tells_levels_leaks_and_who_has_no_target(client: Client, company: Company) -> None:
    told = read(client, company.boss, f"dilution/units/{company.root.pk}?metric=signed_amount")
    assert (told["start"], told["end"]) == ("2026-07-01", "2026-10-01")
    assert [(each["kind"], each["growth"], each["reach"]) for each in told["levels"]] == [
        ("company", "0.2200", "1.0000"),
        ("region", "0.0250", "0.8402"),
        ("person", "0.0500", "0.8607"),
    ]
    assert [(each["name"], each["gap"]) for each in told["leaks"]] == [
        ("company acme", "-390000.0000")
    ]
    states = {each["name"]: each["state"] for each in told["below"]}
    assert states == {"east": "even", "west": "buffer"}
    assert told["without_target"] == []


def test_the_api_tells_a_rep_names_and_shares_above_and_no_amounts(
    client: Client, company: Company
) -> None:
    wang = company.people[1]
    [line] = read(client, wang, f"dilution/people/{wang.pk}?period=2026-Q3")
    assert line["amount"] == "200000.0000"
    assert line["growth"] == "0.2200"
    assert [(each["name"], each["amount"], each["share"]) for each in line["links"]] == [
        ("north", None, "0.8250"),
        ("east", None, "0.2020"),
        ("company acme", None, "0.4918"),
    ]


def test_the_proof_is_the_same_by_api_and_by_command(client: Client, company: Company) -> None:
    told = read(client, make_admin(), "verify")
    code, output = run("verify", "--json")
    assert code == 1
    assert json.loads(output) == told
    assert told["checked"] == 3
    assert [(each["unit"], each["gap"]) for each in told["problems"]] == [
        ("company acme", "-390000.0000"),
        ("west", "50000.0000"),
    ]


def test_the_proof_is_for_those_who_see_the_whole_company(client: Client, company: Company) -> None:
    client.force_login(make_login(company.boss))
    assert client.get("/api/v1/goals/verify").status_code == 403


def test_a_proof_without_problems_ends_well(company: Company) -> None:
    assert run("verify", "--period", "2027-Q1")[0] == 0
    code, output = run("verify", "--metric", "visits", "--json")
    assert code == 0
    assert json.loads(output) == {"checked": 0, "problems": [], "not_checked": []}


def test_the_command_tells_the_levels_and_the_first_leak(company: Company) -> None:
    code, output = run("dilution", "--metric", "signed_amount", "--period", "2026-Q3", "--json")
    told = json.loads(output)
    assert code == 0
    assert told["reach"] == "0.8607"
    assert told["first_leak"]["name"] == "company acme"
    assert [each["growth"] for each in told["levels"]] == ["0.2200", "0.0250", "0.0500"]
    code, output = run("dilution", "--metric", "signed_amount", "--unit", "east")
    lines = output.splitlines()
    assert code == 0
    assert len(lines) == 4
    assert lines[1].split("\t") == ["region", "1", "1,200,000.00", "+0.0%", "100.0%"]


def test_days_of_a_cycle_may_be_given_as_a_run(company: Company) -> None:
    days = "2026-07-01..2026-10-01"
    _, by_days = run("dilution", "--metric", "signed_amount", "--period", days, "--json")
    _, by_name = run("dilution", "--metric", "signed_amount", "--period", "2026-Q3", "--json")
    assert json.loads(by_days) == json.loads(by_name)
