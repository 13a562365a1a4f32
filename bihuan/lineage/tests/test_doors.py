"""Lineage through pages, the API and the command line, of the Maven files as they are brought."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.test import Client
from openpyxl import load_workbook
from pytest_django.plugin import DjangoDbBlocker

from bihuan.facts.models import Fact
from bihuan.goals.actions import QuotaRow, set_quotas
from bihuan.integrations.actions import claim_import, run_import
from bihuan.integrations.actions.bringing import begin_here
from bihuan.lineage.commands import metric as command
from bihuan.lineage.queries import ColumnUnknown, column_lineage
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Person, Tenant
from tests.make import make_admin, make_login

MAPPING = (Path(__file__).resolve().parents[3] / "docs/examples/maven_crm.yaml").read_text("utf-8")
ANNA = "Anna Snelling"


@pytest.fixture(scope="module")
def maven(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, shared_data: Path
) -> Iterator[Tenant]:
    """The Maven files, brought once, with a target for Anna's first quarter."""
    with django_db_blocker.unblock(), transaction.atomic():
        tenant = found_tenant(
            code="maven", name="Maven", currency="USD", time_zone="UTC", day_count="plain"
        )
        robot = robot_of(tenant)
        begun = begin_here(label="maven", mapping=MAPPING, by=robot)
        done = run_import(
            import_=claim_import(import_=begun, by=robot),
            path=shared_data / "maven_crm",
            by=robot,
        )
        assert done.state == "done", done.problems
        connection.check_constraints()  # Once; left open, each test would check every row.
        yield tenant
        transaction.set_rollback(True)


@pytest.fixture
def boss(maven: Tenant, db: None) -> Client:
    """Somebody who sees everything."""
    return client_of(make_admin("boss", tenant=maven))


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def a_sale(tenant: Tenant) -> Fact:
    """Return Anna's first deal won in March."""
    facts = Fact.objects.filter(
        tenant=tenant,
        kind="opportunity.won",
        person__code=ANNA,
        business_on__gte="2017-03-01",
        business_on__lt="2017-04-01",
    )
    return facts.select_related("source_row", "person").order_by("seq")[0]


def as_file_says(shared_data: Path, line: int) -> dict[str, str]:
    with (shared_data / "maven_crm/sales_pipeline.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))[line - 2]


def test_a_number_leads_down_to_the_lines_of_the_file(
    boss: Client, maven: Tenant, shared_data: Path
) -> None:
    anna = Person.objects.get(tenant=maven, code=ANNA)
    asked = f"metric=won_amount&period=2017-03&person={anna.pk}"
    told = boss.get(f"/api/v1/lineage/number?{asked}&size=200").json()
    rows = [as_file_says(shared_data, fact["line"]) for fact in told["facts"]]
    assert {fact["file"] for fact in told["facts"]} == {"sales_pipeline.csv"}
    assert {(row["sales_agent"], row["deal_stage"]) for row in rows} == {(ANNA, "Won")}
    assert {row["close_date"][:7] for row in rows} == {"2017-03"}
    assert told["value"] == "47208.00"
    assert sum(Decimal(row["close_value"]) for row in rows) == Decimal("47208")
    assert told["count"] == len(rows)
    roles = {(edge["role"], edge["target"].partition(":")[0]) for edge in told["edges"]}
    assert {("brought", "fact"), ("counts", "number"), ("defines", "metric")} <= roles

    page = boss.get(f"/lineage/number/?{asked}")
    assert page.status_code == 200
    assert "sales_pipeline.csv" in page.content.decode()
    book = load_workbook(BytesIO(boss.get(f"/lineage/number/facts.xlsx?{asked}").content))
    assert len(list(book.active.iter_rows())) == len(rows) + 1


def test_a_fact_leads_up_to_metrics_cells_and_targets(
    boss: Client, maven: Tenant, shared_data: Path
) -> None:
    fact = a_sale(maven)
    assert fact.person is not None
    row = QuotaRow(
        metric="won_amount",
        person_id=fact.person.pk,
        unit_id=None,
        start=fact.business_on.replace(day=1),
        end=fact.business_on.replace(month=4, day=1),
        amount=Decimal(50_000),
    )
    set_quotas(tenant=maven, rows=[row], by=robot_of(maven), origin="trial")
    told = boss.get(f"/api/v1/lineage/facts/{fact.seq}").json()
    by_metric = {each["metric"]: each for each in told["metrics"]}
    assert {"won_amount", "won_count", "win_rate", "avg_deal"} <= set(by_metric)
    assert "lost_count" not in by_metric
    [line] = by_metric["won_amount"]["lines"]
    assert line["role"] == "counts"
    assert Decimal(line["terms"]["measure[0]"]) == fact.amount
    periods = {cell["period"] for cell in line["cells"]}
    assert {"2017-03", "2017-Q1"} < periods
    assert len(periods) == 3
    names = [cell["name"] for cell in line["cells"]]
    assert names[0] == ANNA
    assert names[-1] == "Maven"
    [target] = by_metric["won_amount"]["targets"]
    assert (target["bearer"], target["start"]) == (ANNA, "2017-03-01")
    assert boss.get(target["cell"]).status_code == 200

    page = boss.get(f"/lineage/facts/{fact.seq}/").content.decode()
    assert fact.source_row is not None
    assert as_file_says(shared_data, fact.source_row.line)["close_value"] in page
    book = load_workbook(BytesIO(boss.get(f"/lineage/facts/{fact.seq}/cells.xlsx").content))
    cells = sum(len(line["cells"]) for each in told["metrics"] for line in each["lines"])
    assert len(list(book.active.iter_rows())) == cells + 1


def test_a_rep_sees_no_cell_of_the_team_and_no_fact_of_others(maven: Tenant, db: None) -> None:
    fact = a_sale(maven)
    assert fact.person is not None
    rep = client_of(fact.person)
    told = rep.get(f"/api/v1/lineage/facts/{fact.seq}").json()
    names = {
        cell["name"] for each in told["metrics"] for line in each["lines"] for cell in line["cells"]
    }
    assert names == {ANNA}
    other = Fact.objects.filter(tenant=maven).exclude(person=fact.person)[0]
    assert rep.get(f"/api/v1/lineage/facts/{other.seq}").status_code == 404
    assert rep.get("/api/v1/lineage/files").json() == []
    asked = "file=sales_pipeline.csv&column=close_value"
    assert rep.get(f"/api/v1/lineage/columns?{asked}").status_code == 404


def test_a_column_leads_across_to_the_metrics_that_read_it(boss: Client, maven: Tenant) -> None:
    asked = "file=sales_pipeline.csv&column=close_value"
    told = boss.get(f"/api/v1/lineage/columns?{asked}").json()
    assert {(feed["target"], feed["field"]) for feed in told["feeds"]} == {
        ("opportunity.won", "amount")
    }
    read = {(each["metric"], each["role"]) for each in told["metrics"]}
    assert read == {
        ("discount_rate", "value"),
        ("won_amount", "value"),
        ("avg_deal", "value"),
        ("big_deal_share", "value"),
        ("big_deal_share", "filter"),
    }
    assert boss.get(f"/lineage/columns/?{asked}").status_code == 200
    assert boss.get(f"/lineage/columns/metrics.xlsx?{asked}").status_code == 200
    back = boss.get("/api/v1/lineage/metrics/won_amount").json()
    assert ("sales_pipeline.csv", "close_value", "value") in {
        (each["file"], each["column"], each["role"]) for each in back["columns"]
    }
    assert ("sales_pipeline.csv", "deal_stage", "filter") in {
        (each["file"], each["column"], each["role"]) for each in back["columns"]
    }


@pytest.mark.parametrize("path", ["/lineage/", "/lineage/columns/", "/lineage/metrics/win_rate/"])
def test_pages_to_begin_at(boss: Client, path: str) -> None:
    assert boss.get(path).status_code == 200


def test_a_fact_number_that_is_typed_opens_its_lineage(boss: Client) -> None:
    answer = boss.get("/lineage/?seq=5")
    assert (answer.status_code, answer["Location"]) == (302, "/lineage/facts/5/")


def test_a_column_that_no_import_reads_is_refused(maven: Tenant, db: None) -> None:
    with pytest.raises(ColumnUnknown):
        column_lineage(tenant=maven, scope=None, file="sales_pipeline.csv", column="colour")


def run(*arguments: str) -> Any:
    answer = CliRunner().invoke(command, ["lineage", *arguments, "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_the_command_tells_what_the_api_tells(boss: Client, maven: Tenant) -> None:
    fact = a_sale(maven)
    assert run("--fact", str(fact.seq)) == boss.get(f"/api/v1/lineage/facts/{fact.seq}").json()
    asked = "file=sales_pipeline.csv&column=deal_stage"
    assert (
        run("--column", "sales_pipeline.csv:deal_stage")
        == boss.get(f"/api/v1/lineage/columns?{asked}").json()
    )
    told = run("won_amount", "--from", "2017-03-01", "--to", "2017-04-01", "--person", ANNA)
    assert (told["value"], told["count"]) == ("47208.00", 25)
    only = run("won_amount", "--fact", str(fact.seq))
    assert [each["metric"] for each in only["metrics"]] == ["won_amount"]


def test_the_check_finds_no_metric_that_reads_what_it_does_not_declare(
    maven: Tenant, db: None
) -> None:
    told = run("--check")
    assert told["differences"] == []
    assert told["checked"] >= 40
