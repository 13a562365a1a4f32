"""How a good engineer brings new facts out of PostgreSQL: COPY, in the replica's columns."""

from __future__ import annotations

from typing import Any

import psycopg

from bihuan.demo.bench.world import World

_SCALED = ("amount", "quantity", "list_amount", "minutes")
_PLAIN = ("kind", "business_on", "person_id", "unit_id", "account_id", "opportunity_id")
_TEXTS = ("product_line", "region", "tier", "channel", "outcome", "category")
COLUMNS = (
    *("seq", *_PLAIN, *_TEXTS, *_SCALED),
    *("opened_on", "due_on", "reverses_seq"),
)
"""What the ten metrics and the breakdowns of the bench could need of a fact."""


def export(server: psycopg.Connection[Any], world: World, *, after: int) -> bytes:
    """Return the facts after a number as text with commas."""
    columns = ", ".join(
        [
            *("f.seq", *(f"f.{name}" for name in (*_PLAIN, *_TEXTS))),
            *(f"(f.{name} * 10000)::bigint" for name in _SCALED),
            *("f.opened_on", "f.due_on", "r.seq"),
        ]
    )
    statement = (
        f"COPY (SELECT {columns} FROM facts_fact f LEFT JOIN facts_fact r ON r.id = f.reverses_id"
        f" WHERE f.tenant_id = {world.tenant_id} AND f.seq > {after} ORDER BY f.seq)"
        " TO STDOUT (FORMAT csv, NULL '\\N')"
    )
    with server.cursor().copy(statement) as copy:
        return b"".join(bytes(block) for block in copy)
