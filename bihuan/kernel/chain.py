"""Chain: how rows are hashed so that a change made behind their back is evident.

A row is written as one line: its values parted by tabs, ``\\N`` for nothing, and
backslash, tab and line breaks escaped by a backslash. That is what PostgreSQL's COPY
writes, so a million rows are hashed as they come.

    leaf(row)   = SHA-256(00 · line)
    node(l, r)  = SHA-256(01 · l · r)
    root        = the leaves halved at the greatest power of two below their number

A change of one character in any value changes the leaf and the root. The prefixes 00
and 01 keep a node from passing for a row. What seals rows in blocks names in each
block the digest of the block before; the first follows sixty-four zeros.

>>> one = line(["1", "visit.logged", None, "two\\twords"])
>>> one
b'1\\tvisit.logged\\t\\\\N\\ttwo\\\\twords'
>>> leaves = [leaf(one), leaf(line(["2", "visit.logged", "", "x"]))]
>>> root(leaves).hex()[:16], root(leaves[::-1]).hex()[:16]
('5e4a0e83939c74fc', 'e532e215fc22318b')
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

GENESIS = "0" * 64
"""What stands in place of a previous digest in the first block."""

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


def line(values: Iterable[str | None]) -> bytes:
    """Return values as one line that no other values have."""
    return "\t".join(r"\N" if v is None else v.translate(_ESCAPED) for v in values).encode()


def leaf(line: bytes) -> bytes:
    """Return the hash of one row's line."""
    return hashlib.sha256(b"\x00" + line).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle root over hashes of rows, at least one.

    Pairing neighbours and letting an odd last one rise gives the same tree as
    halving at the greatest power of two.
    """
    assert leaves, "a block holds a row"
    level = list(leaves)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [
            hashlib.sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ] + odd
    return level[0]
