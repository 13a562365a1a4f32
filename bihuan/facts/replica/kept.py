"""What statements gave, kept until anything changes that they could have read.

A statement of a replica reads what lies in its connection: files that are never changed, only
followed by others, the facts since, and side tables. Whatever it gives is determined by its
text, the tables given with it and these, so an answer may be given again as long as none of
them was written to. Whoever writes there forgets all answers first; no time limit is needed,
and none would do.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

AT_MOST = 256
CELLS_AT_MOST = 100_000
"""Some five megabytes for each company that a process has open."""

Rows = Sequence[tuple[object, ...]]
Key = tuple[str, tuple[tuple[str, int], ...]]


class _Kept(NamedTuple):
    """Rows, how much they are, and the tables given: held, so that no other has their number."""

    rows: Rows
    cells: int
    tables: tuple[pa.Table, ...]


class Answers:
    """The answers that were given last, by the statement and the tables given with it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._cells = 0

    def forget(self) -> None:
        self._kept.clear()
        self._cells = 0

    def rows(self, sql: str, tables: Mapping[str, pa.Table], ask: Callable[[], Rows]) -> Rows:
        """Return what a statement gave, asked for if it was not since the last writing."""
        key = (sql, tuple((name, id(table)) for name, table in tables.items()))
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept.rows
        found = tuple(ask())
        self._keep(key, _Kept(found, sum(map(len, found)), tuple(tables.values())))
        return found

    def _keep(self, key: Key, kept: _Kept) -> None:
        self._kept[key] = kept
        self._cells += kept.cells
        while self._kept and (len(self._kept) > AT_MOST or self._cells > CELLS_AT_MOST):
            _, oldest = self._kept.popitem(last=False)
            self._cells -= oldest.cells
