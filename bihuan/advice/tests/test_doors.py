"""Pages, API, commands and the Monday job: the same landings by many doors."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from bihuan.advice import actions, jobs
from bihuan.advice.commands import advice
from bihuan.advice.models import WeeklyReport
from bihuan.advice.queries import proof_of
from bihuan.advice.queries.keeping import forget_calibrations
from bihuan.advice.tests.company import MORNING, Company, at, signed
from bihuan.base import clock
from bihuan.inbox.models import Notice
from bihuan.org.access import NotYourRole
from bihuan.org.models import Person, Unit
from tests.make import make_login

HTMX = {"HX-Request": "true"}


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(make_login(person))
    return client


def run(company: Company, *arguments: str) -> str:
    found = CliRunner().invoke(advice, [*arguments, "--tenant", company.tenant.code])
    assert found.exit_code == 0, found.output
    return found.output


def region(company: Company) -> Unit:
    return Unit.objects.select_related("tenant", "parent").get(pk=company.region.pk)


def test_page_api_and_command_say_the_same(company: Company, client: Client) -> None:
    fu = company.people["fu"]
    signed_in(client, company.boss)
    told = client.get(f"/api/v1/advice/landing?metric=signed_amount&person={fu.pk}").json()
    printed = json.loads(
        run(company, "landing", "--metric", "signed_amount", "--person", "fu", "--json")
    )
    assert (told["done"], told["target"]) == ("0", "21000.0000")
    for name in ("done", "landing", "low", "high", "gap", "verdict"):
        assert told[name] == printed[name]
    assert printed["attained"] == pytest.approx(float(told["attained"]))
    page = client.get(f"/advice/landing/?metric=signed_amount&person={fu.pk}").content.decode()
    assert told["message"] in page
    assert told["levers"][0]["message"] in page


def test_a_lever_s_figures_open_in_the_drill_down(company: Company, client: Client) -> None:
    fu = company.people["fu"]
    signed_in(client, company.boss)
    told = client.get(f"/api/v1/advice/landing?metric=signed_amount&person={fu.pk}").json()
    figures = told["levers"][0]["figures"]
    assert {each["metric"] for each in figures} == {"visits", "contracts_count", "signed_amount"}
    for each in figures:
        cell = client.get(each["url"].replace("/goals/", "/api/v1/goals/").rstrip("/"))
        opened = client.get(each["url"])
        assert opened.status_code == 200
        assert cell.status_code in (200, 404)
        assert f"{Decimal(each['value']):,.0f}" in opened.content.decode()


def test_the_cockpit_names_who_will_miss_and_why(company: Company, client: Client) -> None:
    signed_in(client, company.boss)
    page = client.get("/advice/").content.decode()
    assert "晨会驾驶舱" in page
    first = page.index("fu</a>")
    assert all(first < page.index(f"{name}</a>") for name in ("an", "bo") if f"{name}</a>" in page)
    fu = company.people["fu"]
    part = client.get(f"/advice/why/?metric=signed_amount&person={fu.pk}", headers=HTMX)
    assert "缺口" in part.content.decode()
    assert client.get(f"/advice/why/?metric=signed_amount&person={fu.pk}").status_code == 302


def test_gauges_stand_on_one_s_own_targets(company: Company, client: Client) -> None:
    signed_in(client, company.people["an"])
    assert "/advice/gauges/" in client.get("/goals/mine/").content.decode()
    part = client.get("/advice/gauges/", headers=HTMX).content.decode()
    assert part.count('class="kpi"') == 2
    assert client.get("/advice/").status_code == 302
    assert client.get("/advice/landing/").headers["Location"].startswith("/advice/landing/?metric=")


def test_who_has_no_target_is_told_so(company: Company, client: Client) -> None:
    signed_in(client, company.stranger)
    assert "没有可推算的目标" in client.get("/advice/landing/").content.decode()
    fu = company.people["fu"]
    hidden = client.get(f"/advice/landing/?metric=signed_amount&person={fu.pk}")
    assert hidden.status_code == 404


def test_workbooks_hold_every_landing(company: Company, client: Client) -> None:
    signed_in(client, company.boss)
    book = load_workbook(
        io.BytesIO(client.get(f"/advice/units/{company.region.pk}/export.xlsx").content)
    )
    rows = list(book.active.iter_rows(values_only=True)) if book.active else []
    # Two metrics of the region, of its team and of six people.
    assert len(rows) == 1 + 2 * 8
    one = client.get("/advice/landing/export.xlsx?metric=visits&person=" + str(company.boss.pk))
    assert one.status_code == 200


def test_the_weekly_report_reads_the_same_whatever_comes_later(
    company: Company, client: Client
) -> None:
    made = actions.make_weekly(unit=region(company), morning=MORNING, by=company.boss)
    signed_in(client, company.boss)
    before = client.get(f"/advice/weekly/{made.pk}/").content.decode()
    assert "周报：region" in before
    company.tell([signed(company.people["fu"], date(2026, 11, 10), Decimal(500_000))])
    forget_calibrations()
    again = actions.make_weekly(unit=region(company), morning=MORNING, by=company.boss)
    assert again.pk == made.pk
    assert WeeklyReport.objects.get(pk=made.pk).content == made.content
    after = client.get(f"/advice/weekly/{made.pk}/").content.decode()
    assert _table(after) == _table(before)


def test_a_weekly_report_proves_itself_and_names_what_a_new_target_changes(
    company: Company, client: Client
) -> None:
    made = actions.make_weekly(unit=region(company), morning=MORNING, by=company.boss)
    company.tell([signed(company.people["an"], date(2026, 11, 10), Decimal(500_000))])
    forget_calibrations()
    proof = proof_of(made)
    assert (proof.is_same, list(proof.differing)) == (True, [])
    signed_in(client, company.boss)
    assert "完全一致" in client.get(f"/advice/weekly/{made.pk}/?prove=1").content.decode()
    told = client.get(f"/api/v1/advice/weekly/{made.pk}/proof").json()
    assert (told["is_same"], told["digest_then"]) == (True, told["digest_now"])
    arguments = ["weekly", "--unit", "region", "--tenant", company.tenant.code, "--verify"]
    assert CliRunner().invoke(advice, arguments).exit_code == 0
    company.ask("visits", {"an": 42})
    forget_calibrations()
    proof = proof_of(made)
    changed = {each.path: (each.then, each.now) for each in proof.differing}
    assert not proof.is_same
    assert ("126", "147") in {
        (str(int(Decimal(then))), str(int(Decimal(now))))
        for path, (then, now) in changed.items()
        if path.endswith("/target") and then and now
    }
    assert "moved/1/2" not in changed
    assert "不一致" in client.get(f"/advice/weekly/{made.pk}/?prove=1").content.decode()
    assert CliRunner().invoke(advice, arguments).exit_code == 1


def _table(page: str) -> str:
    return page[page.index("<table") : page.rindex("</table>")]


def test_what_the_last_week_brought_is_its_facts(company: Company) -> None:
    made = actions.make_weekly(unit=region(company), morning=MORNING, by=company.boss)
    moved = {metric: (came, before) for metric, came, before in made.content["moved"]}
    # Five people on five weekdays; fu had stopped the week before already.
    assert moved["visits"] == ("25", "25")
    assert made.week == "2026-W46"


def test_monday_s_job_makes_one_report_and_tells_its_leader_once(company: Company) -> None:
    for _ in range(2):
        jobs.weekly_of_unit(
            tenant=company.tenant.pk, unit=company.region.pk, on=MORNING.isoformat()
        )
    assert WeeklyReport.objects.filter(unit=company.region).count() == 1
    told = Notice.objects.filter(person=company.boss, kind="advice.weekly")
    assert told.count() == 1


def test_a_rep_makes_no_weekly_report(company: Company, client: Client) -> None:
    with pytest.raises(NotYourRole):
        actions.make_weekly(unit=region(company), morning=MORNING, by=company.people["an"])
    assert not WeeklyReport.objects.filter(unit=company.region).exists()
    signed_in(client, company.people["an"])
    assert client.post("/advice/weekly/").status_code == 403


def test_commands_print_for_people_and_programs(company: Company) -> None:
    told = json.loads(run(company, "cockpit", "--unit", "region", "--json"))
    assert told["off"][0]["person"] == "fu"
    assert "fu" in run(company, "cockpit", "--unit", "region")
    assert json.loads(run(company, "weekly", "--unit", "region", "--json"))["week"] == "2026-W46"
    with clock.pretended(at(date(2026, 11, 1))):
        scored = json.loads(run(company, "backtest", "--metric", "visits", "--json"))
    assert scored["interval"] == 0.8
    people = [line for line in scored["lines"] if line["of"] == "people"]
    assert scored["n"] == sum(line["n"] for line in people) > 0
    held = sum(round(line["coverage"] * line["n"]) for line in people)
    assert scored["coverage"] == pytest.approx(held / scored["n"], abs=0.0001)
