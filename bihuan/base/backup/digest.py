"""The digest of a table: its rows, in whatever order they come.

    digest = sum of SHA-256(row) for each row, modulo 2 ** 256

A row is a line of PostgreSQL's COPY, its columns in the order of their names. A sum
does not care for the order, so two servers that keep their rows in another order agree; unlike an
exclusive or it sees that a row is there twice.

>>> one, other = TableDigest(), TableDigest()
>>> one.add_lines(b"1\\tLin\\n2\\tWang\\n")
>>> other.add_lines(b"2\\tWang\\n1\\tLin\\n")
>>> one == other, one.rows
(True, 2)
>>> other.add(b"1\\tLin\\n")
>>> one == other
False
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

MODULUS = 2**256


@dataclass(slots=True)
class TableDigest:
    rows: int = 0
    total: int = 0

    def add(self, row: bytes) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(sha256(row).digest(), "big")) % MODULUS

    def add_lines(self, lines: bytes) -> None:
        """Add whole lines: COPY writes a line feed within a value as two other characters."""
        for row in lines.split(b"\n")[:-1]:
            self.add(row + b"\n")

    @property
    def digest(self) -> str:
        return f"{self.total:064x}"
