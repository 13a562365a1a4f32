"""Everything that writes to the ledger and to what it refers to."""

from __future__ import annotations

from bihuan.facts.actions.correcting import (
    MAY_REVERSE,
    REASON_LENGTH,
    reconcile,
    reverse,
    revert_batch,
    take_back,
)
from bihuan.facts.actions.naming import add_kind, begin_batch, keep_rows, open_source, put_members
from bihuan.facts.actions.receiving import Given, Named, receive
from bihuan.facts.actions.recording import lock_ledger, record, record_many
from bihuan.facts.actions.sealing import seal

__all__ = [
    "MAY_REVERSE",
    "REASON_LENGTH",
    "Given",
    "Named",
    "add_kind",
    "begin_batch",
    "keep_rows",
    "lock_ledger",
    "open_source",
    "put_members",
    "receive",
    "reconcile",
    "record",
    "record_many",
    "reverse",
    "revert_batch",
    "seal",
    "take_back",
]
