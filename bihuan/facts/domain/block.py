"""Block: a sealed run of facts, so that a change made behind the ledger's back is evident.

A fact is written as one line: its columns in the order of ``FORMS``, parted by
tabs, ``\\N`` for nothing, and backslash, tab and line breaks escaped by a
backslash. That is what PostgreSQL's COPY writes, so a million facts are hashed
as they come. Days and instants stand in ISO style, instants in UTC, amounts with
their four decimals.

    leaf(fact)  = SHA-256(00 · line)
    node(l, r)  = SHA-256(01 · l · r)
    root        = the leaves halved at the greatest power of two below their number
    digest      = SHA-256(line of form, tenant, number, first, last, root, previous, sealed at)

The first block follows sixty-four zeros. A change of one character in any
column changes the leaf, the root, the digest, and the digest of every block
after it. The prefixes 00 and 01 keep a node from passing for a fact.

>>> one = line(["1", "visit.logged", None, "two\\twords"])
>>> one
b'1\\tvisit.logged\\t\\\\N\\ttwo\\\\twords'
>>> leaves = [leaf(one), leaf(line(["2", "visit.logged", "", "x"]))]
>>> root(leaves).hex()[:16], root(leaves[::-1]).hex()[:16]
('5e4a0e83939c74fc', 'e532e215fc22318b')
>>> first = Seal(form=1, tenant_id=1, number=1, first_seq=1, last_seq=2,
...              root=root(leaves).hex(), previous=GENESIS, sealed_at="2026-03-02T01:00:00Z")
>>> first.digest[:16]
'065bfd4163cce171'

A column that is added to the ledger later gets a new form; blocks keep theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

GENESIS = "0" * 64
"""What stands in place of a previous digest in the first block."""

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

_ESCAPED = str.maketrans(
    {
        "\\": "\\\\",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
    }
)


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


def line(values: Iterable[str | None]) -> bytes:
    """Return values as one line that no other values have."""
    return "\t".join(r"\N" if v is None else v.translate(_ESCAPED) for v in values).encode()


def leaf(line: bytes) -> bytes:
    """Return the hash of one fact's line."""
    return hashlib.sha256(b"\x00" + line).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle root over hashes of facts, at least one.

    Pairing neighbours and letting an odd last one rise gives the same tree as
    halving at the greatest power of two.
    """
    assert leaves, "a block holds a fact"
    level = list(leaves)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [
            hashlib.sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ] + odd
    return level[0]
