"""Attainment on public data, against arithmetic done here straight from the files."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.facts.actions import open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.goals import actions
from bihuan.goals.actions import QuotaRow
from bihuan.goals.commands import goals
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from tests.make import make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
MANAGERS = {"272": "North America", "290": "Europe", "294": "Pacific"}
LAST = date(2013, 12, 28)
DIGITS = Decimal("0.0001")

Span = tuple[date, date]


def rows_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


@pytest.fixture
def folder(shared_data: Path) -> Path:
    return shared_data / "adventureworks_dw"


@pytest.fixture
def sellers(folder: Path) -> dict[str, str]:
    """Return each seller with the manager over them, by employee key."""
    people = {row["EmployeeKey"]: row for row in rows_of(folder, "DimEmployee")}
    keys = {row["EmployeeKey"] for row in rows_of(folder, "FactSalesQuota")}
    return {key: key if key in MANAGERS else people[key]["ParentEmployeeKey"] for key in keys}


@pytest.fixture
def asked(folder: Path) -> dict[str, list[tuple[Span, Decimal]]]:
    """Return the quotas of each seller: each runs to the next one's date."""
    dated: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in rows_of(folder, "FactSalesQuota"):
        amount = Decimal(row["SalesAmountQuota"])
        dated[row["EmployeeKey"]].append((date.fromisoformat(row["Date"]), amount))
    found = {}
    for key, rows in dated.items():
        edges = [*sorted(rows), (LAST, Decimal(0))]
        found[key] = [((one[0], two[0]), one[1]) for one, two in pairwise(edges)]
    return found


@pytest.fixture
def sold(folder: Path) -> dict[tuple[str, date], Decimal]:
    sums: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for row in rows_of(folder, "FactResellerSales"):
        sums[row["EmployeeKey"], date.fromisoformat(row["OrderDate"])] += _money(row)
    return sums


def _money(row: dict[str, str]) -> Decimal:
    return Decimal(row["SalesAmount"]).quantize(DIGITS, ROUND_HALF_UP)


@pytest.fixture
def people(folder: Path, sellers: dict[str, str]) -> dict[str, Person]:
    make_tenant("aw", currency="USD")
    tenant = make_tenant("aw")
    units = {key: make_unit(name, tenant=tenant) for key, name in MANAGERS.items()}
    return {
        key: make_person(key, unit=units[over], role=Role.MANAGER if key in MANAGERS else Role.REP)
        for key, over in sellers.items()
    }


def bring(
    folder: Path, people: dict[str, Person], asked: dict[str, list[tuple[Span, Decimal]]]
) -> None:
    sell(folder, people)
    rows = [
        QuotaRow(metric="net_sales", person_id=people[key].pk, start=start, end=end, amount=amount)
        for key, quotas in asked.items()
        for (start, end), amount in quotas
    ]
    tenant = next(iter(people.values())).tenant
    assert len(rows) == 163
    assert actions.set_quotas(tenant=tenant, rows=rows, by=robot_of(tenant)).new == 163


def sell(folder: Path, people: dict[str, Person]) -> None:
    tenant = next(iter(people.values())).tenant
    robot = robot_of(tenant)
    drafts = [
        Draft(
            kind="order.placed",
            business_on=date.fromisoformat(row["OrderDate"]),
            person_id=people[row["EmployeeKey"]].pk,
            amount=_money(row),
            source_ref=f"{row['SalesOrderNumber']}/{row['SalesOrderLineNumber']}",
        )
        for row in rows_of(folder, "FactResellerSales")
    ]
    assert len(drafts) == 60_855
    record_many(drafts=drafts, source=open_source(tenant=tenant, code="aw"), by=robot)


def in_span(sold: dict[tuple[str, date], Decimal], key: str, span: Span) -> Decimal:
    days = (amount for (who, on), amount in sold.items() if who == key and span[0] <= on < span[1])
    return sum(days, Decimal(0))


def printed(
    rows: list[dict[str, str]], bearer: str
) -> dict[tuple[str, str, str], tuple[Decimal, Decimal]]:
    """Return quota and actual, as the command said them, by bearer and span."""
    return {
        (row[bearer], row["start"], row["end"]): (
            Decimal(row["quota"]),
            Decimal(row["actual"] or 0),
        )
        for row in rows
        if bearer in row
    }


def test_attainment_of_all_quotas_and_of_each_manager(
    folder: Path,
    people: dict[str, Person],
    asked: dict[str, list[tuple[Span, Decimal]]],
    sold: dict[tuple[str, date], Decimal],
    sellers: dict[str, str],
) -> None:
    bring(folder, people, asked)
    answer = CliRunner().invoke(goals, ["attainment", "--metric", "net_sales", "--json"])
    rows = json.loads(answer.stdout)

    expected: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = {}
    units: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = defaultdict(
        lambda: (Decimal(0), Decimal(0))
    )
    for key, quotas in asked.items():
        for span, amount in quotas:
            days = (span[0].isoformat(), span[1].isoformat())
            done = in_span(sold, key, span)
            expected[key, *days] = (amount, done)
            for unit in (MANAGERS[sellers[key]], "company aw"):
                before = units[unit, *days]
                units[unit, *days] = (before[0] + amount, before[1] + done)

    found = printed(rows, "person")
    assert len(found) == 163
    assert found == expected
    assert printed(rows, "unit") == dict(units)
    assert {row["manager"] for row in rows if row.get("unit") in MANAGERS.values()} == set(MANAGERS)
    for row in rows:
        if row["actual"] is not None and Decimal(row["quota"]):
            share = Decimal(row["actual"]) / Decimal(row["quota"])
            assert Decimal(row["attainment"]) == share.quantize(DIGITS, ROUND_HALF_UP)
