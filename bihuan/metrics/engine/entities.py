"""Accounts as the customers they belong to: those that are merged away count as another."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from bihuan.metrics.domain.figure import KeyValue
from bihuan.metrics.engine.tables import ENTITIES

CUSTOMER = "customer_id"
"""An account is counted by the customer it belongs to; conditions read it as the fact says it."""


def _entities(as_of_seq: int | None) -> ir.Table:
    """Return the customer of each account that was merged away, as of a number."""
    if as_of_seq is None:
        standing = ENTITIES.filter(ENTITIES.until_seq.isnull())
    else:
        is_still = ENTITIES.until_seq.isnull() | (ENTITIES.until_seq > as_of_seq)
        standing = ENTITIES.filter((ENTITIES.since_seq <= as_of_seq) & is_still)
    return standing.select("member_key", "entity_id")


def with_customers(table: ir.Table, as_of_seq: int | None) -> ir.Table:
    """Return facts with the customer that their account belongs to: mostly itself."""
    entities = _entities(as_of_seq)
    joined = table.left_join(entities, table.account_id == entities.member_key)
    customer = ibis.coalesce(joined.entity_id, joined.account_id)
    return joined.mutate(**{CUSTOMER: customer}).drop("member_key", "entity_id")


def entity_of(account: KeyValue, as_of_seq: int | None) -> ir.Value:
    """Return the customer of one account, which may be merged away."""
    entities = _entities(as_of_seq)
    found = entities.filter(entities.member_key == account).entity_id.max().as_scalar()
    return ibis.coalesce(found, ibis.literal(account, type="int64"))
