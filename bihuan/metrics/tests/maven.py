"""The Maven pipeline, put straight into the ledger: the data that the oracle was reckoned on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bihuan.facts.actions import begin_batch, open_source, put_members, reconcile
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.domain.fact import Draft
from bihuan.org.actions.people import put_people
from bihuan.org.actions.seats import place_people
from bihuan.org.actions.tenants import found_tenant, robot_of
from bihuan.org.actions.units import put_unit
from bihuan.org.domain.assignment import Seat
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def oracle_of(folder: Path) -> dict[str, Any]:
    """Return the figures that were reckoned apart, exact."""
    text = (folder / "oracle.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def load(folder: Path) -> Tenant:
    """Return a tenant that holds the pipeline."""
    tenant = found_tenant(code="maven", name="Maven", currency="USD", day_count="weekdays")
    people = _people(tenant, rows_of(folder / "sales_teams.csv"))
    reconcile_pipeline(tenant, rows_of(folder / "sales_pipeline.csv"), folder, people)
    return tenant


def _people(tenant: Tenant, teams: list[Row]) -> dict[str, Person]:
    robot = robot_of(tenant)
    names = {row["sales_agent"] for row in teams} | {row["manager"] for row in teams}
    people = put_people(tenant=tenant, names={name: name for name in sorted(names)}, by=robot)
    offices = {
        office: put_unit(tenant=tenant, code=office, name=office, kind="region", by=robot)
        for office in sorted({row["regional_office"] for row in teams})
    }
    units = {
        row["manager"]: put_unit(
            tenant=tenant,
            code=row["manager"],
            name=row["manager"],
            parent=offices[row["regional_office"]],
            by=robot,
        )
        for row in teams
    }
    seats = {
        people[name].pk: [Seat(unit_id=unit.pk, role=Role.MANAGER)] for name, unit in units.items()
    }
    for row in teams:
        unit = units[row["manager"]]
        seats[people[row["sales_agent"]].pk] = [Seat(unit_id=unit.pk, role=Role.REP)]
    place_people(tenant=tenant, seats=seats, by=robot)
    return people


def reconcile_pipeline(
    tenant: Tenant, pipeline: list[Row], folder: Path, people: dict[str, Person]
) -> None:
    """Bring the ledger up to date with rows of the pipeline."""
    robot = robot_of(tenant)
    prices = {row["product"]: row["sales_price"] for row in rows_of(folder / "products.csv")}
    members = [NamedMember(dimension="product", code=name, name=name) for name in prices]
    for dimension, column in (("account", "account"), ("opportunity", "opportunity_id")):
        named = sorted({row[column] for row in pipeline} - {""})
        members += [NamedMember(dimension=dimension, code=name, name=name) for name in named]
    ids = put_members(tenant=tenant, members=members)
    drafts = [draft for row in pipeline for draft in _drafts(row, people, ids, prices)]
    batch = begin_batch(source=open_source(tenant=tenant, code="pipeline"), label="", by=robot)
    refs = [row["opportunity_id"] for row in pipeline]
    reconcile(drafts=drafts, row_refs=refs, batch=batch, by=robot)


def _drafts(
    row: Row,
    people: dict[str, Person],
    ids: dict[tuple[str, str], int],
    prices: dict[str, str],
) -> Iterator[Draft]:
    product = "GTX Pro" if row["product"] == "GTXPro" else row["product"]
    shared: dict[str, Any] = {
        "source_ref": row["opportunity_id"],
        "person_id": people[row["sales_agent"]].pk,
        "opportunity_id": ids["opportunity", row["opportunity_id"]],
        "account_id": ids.get(("account", row["account"])),
        "product_id": ids["product", product],
    }
    listed = Decimal(prices[product])
    if row["engage_date"]:
        yield Draft(
            kind="opportunity.opened",
            part="opened",
            business_on=date.fromisoformat(row["engage_date"]),
            attributes={"list_amount": listed},
            **shared,
        )
    if row["deal_stage"] in ("Won", "Lost"):
        is_won = row["deal_stage"] == "Won"
        yield Draft(
            kind="opportunity.won" if is_won else "opportunity.lost",
            part="closed",
            business_on=date.fromisoformat(row["close_date"]),
            amount=Decimal(row["close_value"]) if is_won else None,
            attributes={"list_amount": listed, "opened_on": row["engage_date"]},
            **shared,
        )
