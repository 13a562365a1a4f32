"""What a lineage server is told of the ledger and its replica."""

from __future__ import annotations

from django.conf import settings

from bihuan.base import openlineage
from bihuan.base.openlineage import Dataset, Flow, How
from bihuan.facts.replica.columns import COLUMN_TYPES
from bihuan.org.models import Tenant

POSTGRES = {"int64": "bigint", "string": "varchar", "date": "date"}
DERIVED = {"hour": "occurred_at", "reverses_seq": "reverses_id"}
"""Columns of the replica that are not those of the ledger, and what they are made of."""


def ledger_place() -> tuple[str, str]:
    """Return namespace and name of the table of facts, as OpenLineage names PostgreSQL."""
    database = settings.DATABASES["default"]
    host = database.get("HOST") or "localhost"
    host = "localhost" if str(host).startswith("/") else host
    place = f"postgres://{host}:{database.get('PORT') or 5432}"
    return place, f"{database['NAME']}.public.facts_fact"


def ledger(rows: int | None = None, flows: tuple[Flow, ...] = ()) -> Dataset:
    """Return the ledger as something read or written."""
    columns = tuple(
        (DERIVED.get(name, name), POSTGRES[type_]) for name, type_ in COLUMN_TYPES.items()
    )
    return Dataset(*ledger_place(), columns=columns, flows=flows, rows=rows)


def replica_place(tenant: Tenant) -> tuple[str, str]:
    """Return namespace and name of a tenant's replica."""
    return openlineage.namespace(), f"{tenant.code}.replica.facts"


def replica(tenant: Tenant, rows: int | None = None, *, is_output: bool = False) -> Dataset:
    """Return a tenant's replica as something read or written."""
    place, name = ledger_place()
    flows = tuple(
        Flow(
            place,
            name,
            DERIVED.get(column, column),
            How.TRANSFORMATION if column in DERIVED else How.IDENTITY,
            field=column,
        )
        for column in COLUMN_TYPES
    )
    return Dataset(
        *replica_place(tenant),
        columns=tuple(COLUMN_TYPES.items()),
        flows=flows if is_output else (),
        rows=rows,
    )
