"""The reseller sales of AdventureWorks, put straight into the ledger."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from bihuan.facts.actions import open_source, put_members, record_many
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.domain.fact import Draft
from bihuan.org.actions import Seat, found_tenant, place_people, put_people, put_unit, robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant

DIGITS = Decimal("0.0001")
GROUPS = ("North America", "Europe", "Pacific")
LEADS = {"272": "North America", "290": "Europe", "294": "Pacific"}


def load(folder: Path) -> Tenant:
    """Return a tenant whose year starts in April, with 60,855 order lines."""
    tenant = found_tenant(
        code="aw",
        name="AdventureWorks",
        currency="USD",
        fiscal_start_month=4,
        time_zone="America/New_York",
    )
    people = _people(folder, tenant)
    territories = {row["SalesTerritoryKey"]: row for row in _rows(folder, "DimSalesTerritory")}
    products = {row["ProductKey"]: row for row in _rows(folder, "DimProduct")}
    lines = list(_rows(folder, "FactResellerSales"))
    names = [("product", row["ProductKey"]) for row in lines]
    names += [("account", row["ResellerKey"]) for row in lines]
    members = put_members(
        tenant=tenant,
        members=[NamedMember(dimension=d, code=c, name=c) for d, c in sorted(set(names))],
    )
    drafts = [
        Draft(
            kind="order.placed",
            business_on=date.fromisoformat(row["OrderDate"]),
            person_id=people[row["EmployeeKey"]].pk,
            product_id=members["product", row["ProductKey"]],
            account_id=members["account", row["ResellerKey"]],
            product_line=products[row["ProductKey"]]["ProductLine"],
            region=territories[row["SalesTerritoryKey"]]["SalesTerritoryRegion"],
            amount=_money(row["SalesAmount"]),
            quantity=Decimal(row["OrderQuantity"]),
            attributes={
                "list_amount": _money(row["ExtendedAmount"]),
                "due_on": date.fromisoformat(row["DueDate"]),
            },
            source_ref=f"{row['SalesOrderNumber']}/{row['SalesOrderLineNumber']}",
        )
        for row in lines
    ]
    record_many(drafts=drafts, source=open_source(tenant=tenant, code="aw"), by=robot_of(tenant))
    return tenant


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _money(text: str) -> Decimal:
    return Decimal(text).quantize(DIGITS, ROUND_HALF_UP)


def _people(folder: Path, tenant: Tenant) -> dict[str, Person]:
    """Return the sellers, each below the manager of the group of territories they report to."""
    robot = robot_of(tenant)
    known = {row["EmployeeKey"]: row for row in _rows(folder, "DimEmployee")}
    sellers = {row["EmployeeKey"] for row in _rows(folder, "FactSalesQuota")}
    units = {
        name: put_unit(tenant=tenant, code=name, name=name, kind="region", by=robot)
        for name in GROUPS
    }
    people = put_people(tenant=tenant, names={key: key for key in sorted(sellers)}, by=robot)
    seats = {}
    for key, person in people.items():
        is_lead = key in LEADS
        group = LEADS[key if is_lead else known[key]["ParentEmployeeKey"]]
        role = Role.MANAGER if is_lead else Role.REP
        seats[person.pk] = [Seat(unit_id=units[group].pk, role=role)]
    place_people(tenant=tenant, seats=seats, by=robot)
    return people
