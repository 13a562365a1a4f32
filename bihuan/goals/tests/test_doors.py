"""The same targets through the API and the command line."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.test import Client

from bihuan.base import clock
from bihuan.goals.commands import goals
from bihuan.goals.models import Quota
from bihuan.goals.tests.company import Company, make_company
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/goals"


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(clock, "today", lambda zone: date(2026, 9, 16))
    return make_company()


def sign_in(client: Client, person: Person) -> None:
    client.force_login(make_login(person))


def test_the_command_prints_people_first_and_then_units(company: Company) -> None:
    answer = CliRunner().invoke(goals, ["attainment", "--metric", "signed_amount", "--json"])
    rows = json.loads(answer.stdout)
    people = [row for row in rows if "person" in row]
    units = [row for row in rows if "unit" in row]
    assert rows == [*people, *units]
    assert [row["person"] for row in people] == ["lead", "lin", "qian", "sun", "wang", "zhao"]
    assert set(people[0]) == {"person", "start", "end", "quota", "actual", "attainment"}
    east = next(row for row in units if row["unit"] == "east")
    assert (east["manager"], east["start"], east["end"]) == ("lead", "2026-07-01", "2026-10-01")
    assert Decimal(east["quota"]) == 1_200_000
    # Lin moved within the region; Qian and Sun sit in the west.
    inside = [row for row in people if row["person"] in ("lead", "lin", "wang", "zhao")]
    assert Decimal(east["actual"]) == sum(Decimal(row["actual"]) for row in inside)
    share = (Decimal(east["actual"]) / Decimal(east["quota"])).quantize(Decimal("0.0001"))
    assert Decimal(east["attainment"]) == share
    sun = next(row for row in people if row["person"] == "sun")
    assert (sun["actual"], sun["attainment"]) == (None, None)


def test_the_command_prints_only_what_was_asked_for(company: Company) -> None:
    run = CliRunner().invoke
    asked = ["attainment", "--metric", "signed_amount", "--json"]
    only = json.loads(run(goals, [*asked, "--by", "unit"]).stdout)
    assert all("unit" in row for row in only)
    assert json.loads(run(goals, [*asked, "--from", "2026-10-01"]).stdout) == []
    assert len(json.loads(run(goals, [*asked, "--to", "2026-07-02"]).stdout)) == 11
    plain = run(goals, ["attainment", "--metric", "signed_amount"])
    assert plain.exit_code == 0
    assert "lin\t2026-07-01\t2026-10-01\t100,000.00" in plain.stdout


def test_the_api_says_what_the_command_says(client: Client, company: Company) -> None:
    sign_in(client, make_person("root", role=Role.ADMIN))
    said = client.get(f"{ROOT}/attainment?metric=signed_amount").json()
    printed = json.loads(
        CliRunner().invoke(goals, ["attainment", "--metric", "signed_amount", "--json"]).stdout
    )
    assert [
        {key: row[key] for key in like} for row, like in zip(said, printed, strict=True)
    ] == printed


def test_a_manager_sees_the_attainment_of_their_units_only(
    client: Client, company: Company
) -> None:
    sign_in(client, company.lead)
    rows = client.get(f"{ROOT}/attainment?metric=signed_amount").json()
    assert {row["person"] or row["unit"] for row in rows} == {
        *("lead", "lin", "wang", "zhao"),
        *("east", "north", "south"),
    }
    sign_in(client, company.people[3])
    rows = client.get(f"{ROOT}/attainment?metric=signed_amount").json()
    assert [row["person"] for row in rows] == ["qian"]


def test_a_program_sets_and_ends_a_target(client: Client, company: Company) -> None:
    sign_in(client, company.lead)
    body = {
        "metric": "visits",
        "person": company.people[1].pk,
        "start": "2026-07-01",
        "end": "2026-10-01",
        "amount": "12.5",
    }
    made = client.post(f"{ROOT}/quotas", body, content_type="application/json")
    assert made.status_code == 201
    assert (made.json()["amount"], made.json()["end"]) == ("12.5000", "2026-10-01")
    found = client.get(f"{ROOT}/quotas?metric=visits").json()
    assert [item["id"] for item in found["items"]] == [made.json()["id"]]
    ended = client.post(f"{ROOT}/quotas/{made.json()['id']}/end")
    assert ended.json()["ended_at"] is not None
    again = client.post(f"{ROOT}/quotas/{made.json()['id']}/end")
    assert (again.status_code, again.json()["code"]) == (409, "goals.quota_ended")


def test_others_are_refused(client: Client, company: Company) -> None:
    sign_in(client, company.people[1])
    body = {
        "metric": "visits",
        "person": company.people[1].pk,
        "start": "2026-07-01",
        "end": "2026-10-01",
        "amount": "1",
    }
    refused = client.post(f"{ROOT}/quotas", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "org.not_yours")
    other = Quota.objects.get(person=company.people[3])
    assert client.get(f"{ROOT}/quotas/{other.pk}").status_code == 404
    assert client.get(f"{ROOT}/heatmap/units/{company.east.pk}").status_code == 404
    assert client.get(f"{ROOT}/heatmap/people/{company.people[3].pk}").status_code == 404


def test_heat_maps_travel_as_data(client: Client, company: Company) -> None:
    sign_in(client, company.boss)
    asked = "metric=signed_amount&grain=month&period=2026-09"
    shown = client.get(f"{ROOT}/heatmap/units/{company.west.pk}?{asked}").json()
    assert shown["periods"][-1] == "2026-09"
    total = [Decimal(cell["actual"] or 0) for cell in shown["total"]["cells"]]
    rows = [[Decimal(cell["actual"] or 0) for cell in row["cells"]] for row in shown["rows"]]
    assert total == [sum(column) for column in zip(*rows, strict=True)]
    person = client.get(f"{ROOT}/heatmap/people/{company.people[3].pk}?{asked}").json()
    assert [row["name"] for row in person["rows"]] == ["signed_amount"]
    opened = client.get(
        f"{ROOT}/heatmap/cell?metric=signed_amount&period=2026-07&unit={company.west.pk}"
    ).json()
    assert opened["cell"] == shown["total"]["cells"][-3]
    assert opened["fact_count"] == opened["cell"]["facts"]
    assert sum(Decimal(share["amount"]) for share in opened["shares"]) == Decimal(
        opened["cell"]["target"]
    )
