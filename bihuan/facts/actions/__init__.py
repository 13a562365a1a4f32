"""Everything that writes to the ledger and to what it refers to."""

from __future__ import annotations

from bihuan.facts.actions.correcting import reconcile, reverse, revert_batch
from bihuan.facts.actions.naming import add_kind, begin_batch, keep_rows, open_source, put_members
from bihuan.facts.actions.recording import record, record_many
from bihuan.facts.actions.sealing import seal

__all__ = [
    "add_kind",
    "begin_batch",
    "keep_rows",
    "open_source",
    "put_members",
    "reconcile",
    "record",
    "record_many",
    "reverse",
    "revert_batch",
    "seal",
]
