"""Block: a sealed run of facts, so that a change made behind the ledger's back is evident.

A fact is written as one line, its columns in the order of ``FORMS``, and hashed as
``kernel.chain`` says. Days and instants stand in ISO style, instants in UTC, amounts
with their four decimals.

    digest = SHA-256(line of form, tenant, number, first, last, root, previous, sealed at)

The first block follows sixty-four zeros. A change of one character in any
column changes the leaf, the root, the digest, and the digest of every block
after it.

>>> from bihuan.kernel.chain import GENESIS, leaf, root
>>> leaves = [leaf(line(["1", "visit.logged"])), leaf(line(["2", "visit.logged"]))]
>>> first = Seal(form=1, tenant_id=1, number=1, first_seq=1, last_seq=2,
...              root=root(leaves).hex(), previous=GENESIS, sealed_at="2026-03-02T01:00:00Z")
>>> first.digest[:16]
'065bfd4163cce171'

A column that is added to the ledger later gets a new form; blocks keep theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.kernel.chain import line

_FIRST = (
    *("seq", "id", "tenant_id", "kind", "business_on", "occurred_at", "recorded_at"),
    *("recorded_by_id", "person_id", "unit_id", "account_id", "opportunity_id", "product_id"),
    *("store_id", "product_line", "region", "tier", "amount", "currency", "quantity", "stage"),
    *("channel", "outcome", "category", "industry", "text_1", "text_2", "text_3", "text_4"),
    *("list_amount", "minutes", "number_1", "number_2", "number_3", "number_4", "opened_on"),
    *("due_on", "date_1", "date_2", "extra", "source_id", "source_ref", "part", "revision"),
    *("digest", "batch_id", "source_row_id", "reverses_id"),
)
FORMS: Mapping[int, tuple[str, ...]] = {1: _FIRST, 2: (*_FIRST, "contract")}
"""The columns that each form of seal covers, in order. A form is never changed."""

NEWEST_FORM = max(FORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a block says, without its own digest."""

    form: int
    tenant_id: int
    number: int
    first_seq: int
    last_seq: int
    root: str
    previous: str
    sealed_at: str

    @property
    def size(self) -> int:
        """Return how many facts the block holds."""
        return self.last_seq - self.first_seq + 1

    @property
    def digest(self) -> str:
        """Return the hash that the next block names as its previous one."""
        said = (self.form, self.tenant_id, self.number, self.first_seq, self.last_seq)
        texts = [*map(str, said), self.root, self.previous, self.sealed_at]
        return hashlib.sha256(line(texts)).hexdigest()
