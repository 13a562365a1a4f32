"""The ledger in the shape of the replica, read where it stands instead of copied.

What is selected here has the columns of the replica but for a reversal's: it
names what it takes back by id, with the id of each fact beside it, so that
PostgreSQL can look it up by index. What takes a fact back can be asked of the
fact too, which is quicker where there are few of them. Texts compare byte by byte, as they do in
every other engine, whatever the language of the database.
"""

from __future__ import annotations

from datetime import date

from bihuan.facts.replica.columns import COLUMN_TYPES, expression_of
from bihuan.org.models import Tenant

_TAKEN_BACK_BY = "(SELECT r.seq FROM facts_fact r WHERE r.reverses_id = f.id AND r.seq"


def facts_in_place(tenant: Tenant, *, upto: int, days: tuple[date, date] | None = None) -> str:
    """Return the query of a tenant's facts up to a number, of some days only where given.

    A reversal has the day of what it takes back.
    """
    zone = tenant.time_zone.replace("'", "''")
    columns = [
        f"{_expression(name, type_, zone)} AS {name}"
        for name, type_ in COLUMN_TYPES.items()
        if name != "reverses_seq"
    ]
    inside = f" AND f.business_on >= '{days[0]}' AND f.business_on < '{days[1]}'" if days else ""
    return (
        f"SELECT f.id, f.reverses_id, {_TAKEN_BACK_BY} <= {upto:d}) AS reversed_seq,"
        f" {', '.join(columns)} FROM facts_fact f"
        f" WHERE f.tenant_id = {tenant.pk:d} AND f.seq <= {upto:d}{inside}"
    )


def reversals_in_place(tenant: Tenant, *, upto: int) -> str:
    """Return the query of what a tenant's reversals up to a number take back, by id.

    The index of reversals is the one that serves here. Adding nothing hides the
    other columns from the planner, which without statistics would go through all
    facts of the tenant for each fact of it.
    """
    return (
        "SELECT r.reverses_id AS gone, r.seq + 0 AS seq FROM facts_fact r"
        f" WHERE r.reverses_id IS NOT NULL AND r.tenant_id + 0 = {tenant.pk:d}"
        f" AND r.seq + 0 <= {upto:d}"
    )


def _expression(name: str, type_: str, zone: str) -> str:
    if type_ == "date":
        return f"f.{name}"
    if type_ == "string":
        return f'f.{name} COLLATE "C"'
    return expression_of(name, type_).replace("%(zone)s", f"'{zone}'")
