"""The pages, the API and the commands of what is pending and what is closed."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from bihuan.facts.actions import record
from bihuan.facts.domain.fact import Draft
from bihuan.metrics.commands import closings as closings_command
from bihuan.metrics.commands import metric as metric_command
from bihuan.metrics.models import Closing
from bihuan.metrics.tests.office import KEY, Office
from tests.make import make_login

pytestmark = pytest.mark.django_db
RENEWALS = "effective_renewal_amount"
SIGNED = date(2026, 9, 3)


@pytest.fixture
def office() -> Office:
    return Office()


def client_of(office: Office, name: str) -> Client:
    client = Client()
    client.force_login(make_login(office.people[name], name))
    return client


def renew(office: Office, number: str, amount: str) -> None:
    draft = Draft(
        kind="contract.signed",
        business_on=SIGNED,
        source_ref=f"R-{number or 'none'}",
        person_id=office.people["lin"].pk,
        amount=Decimal(amount),
        attributes={"category": "续约", "contract": number},
    )
    record(draft=draft, source=office.source, by=office.robot)


def test_a_manager_reads_what_is_missing_and_takes_it_along(office: Office) -> None:
    renew(office, "XY-7", "386000")
    renew(office, "", "12.5")
    client = client_of(office, "boss")
    page = client.get("/metrics/pending/").content.decode()
    assert "XY-7" in page
    assert page.count("首付款到账") >= 2
    assert "没有合同编号" in page
    book = load_workbook(io.BytesIO(client.get("/metrics/pending/export.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["XY-7", None]
    assert [row[4] for row in rows[1:]] == [386000, 12.5]
    answer = client.get(f"/api/v1/metrics/{RENEWALS}/pending").json()
    assert (answer["count"], answer["value"]) == (2, "386012.5000")
    assert [lack["gate"] for lack in answer["rows"][0]["missing"]] == ["paid", "filed"]
    assert answer["rows"][0]["missing"][0]["owed_by"] == "lin"

    told = CliRunner().invoke(metric_command, ["pending", RENEWALS, "--json"])
    assert [row["contract"] for row in json.loads(told.output)] == ["XY-7", None]


def test_who_has_nothing_pending_is_told_so(office: Office) -> None:
    assert "没有待生效的金额" in client_of(office, "zhao").get("/metrics/pending/").content.decode()


def test_a_month_is_closed_proven_and_opened_again(office: Office) -> None:
    office.sign((date(2026, 9, 5), "新签", 100))
    client = client_of(office, "anna")
    client.post("/metrics/closings/", {"last": "2026-09-30", "reason": "九月月报"})
    closing = Closing.objects.get()
    assert closing.through == date(2026, 10, 1)
    office.sign((date(2026, 9, 6), "新签", 1))

    page = client.get(f"/metrics/closings/{closing.pk}/?prove=1").content.decode()
    assert "与结账时完全一致" in page
    assert "¥1.00" in page  # What came too late is listed.
    listed = client.get("/api/v1/closings").json()
    assert [(each["last_day"], each["late_facts"]) for each in listed] == [("2026-09-30", 1)]
    proof = {
        each["metric"]: each for each in client.get(f"/api/v1/closings/{closing.pk}/proof").json()
    }
    assert proof[KEY]["then"] == proof[KEY]["now"] == "100.00"

    told = CliRunner().invoke(closings_command, ["prove", "--json"])
    assert json.loads(told.output)["problems"] == []
    client.post(f"/metrics/closings/{closing.pk}/reopen/", {"reason": "补录合同"})
    closing.refresh_from_db()
    assert closing.reopened_reason == "补录合同"
    assert client.get("/api/v1/closings").json() == []


def test_a_figure_that_was_moved_behind_the_ledger_s_back_is_found(office: Office) -> None:
    office.sign((date(2026, 9, 5), "新签", 100))
    client = client_of(office, "anna")
    client.post("/metrics/closings/", {"last": "2026-09-30"})
    closing = Closing.objects.get()
    closing.digests[KEY]["digest"] = "0" * 24
    closing.save()
    told = CliRunner().invoke(closings_command, ["prove", "--json"])
    assert [row["metric"] for row in json.loads(told.output)["problems"]] == [KEY]
    assert told.exit_code == 1
    page = client.get(f"/metrics/closings/{closing.pk}/?prove=1").content.decode()
    assert "1 个指标与结账时不一致" in page


def test_the_day_of_a_closing_is_refused_with_a_reason(office: Office) -> None:
    client = client_of(office, "anna")
    later = date.today() + timedelta(days=400)  # noqa: DTZ011 - any day to come
    answer = client.post("/metrics/closings/", {"last": later.isoformat()})
    assert answer.status_code == 422
    assert Closing.objects.count() == 0
    assert client_of(office, "rex").get("/metrics/closings/").status_code == 403
