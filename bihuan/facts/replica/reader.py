"""Reading the replica: the newest file, and the facts since, in this process's memory.

A question is put under a lock, so threads take turns; DuckDB itself uses two.
What a process inherited through a fork belongs to its parent and is never
touched: each process opens its own.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa
from django.db import connection, connections

from bihuan.facts.replica.builder import catch_up, discard, open_file, step_after
from bihuan.facts.replica.columns import SCHEMA, read_facts
from bihuan.facts.replica.manifest import Manifest, folder_of, head_of, read_manifest
from bihuan.org.models import Tenant

T = TypeVar("T")
KEPT = 16
"""How many tenants a process keeps open."""

DAMAGED = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
)


class Reading:
    """What a question sees: a table ``facts``, and side tables that the asker keeps there."""

    def __init__(self, replica: _Replica) -> None:
        self._replica = replica

    @property
    def upto(self) -> int:
        """Return the number of the last fact that is seen."""
        return self._replica.upto

    def keep(self, name: str, stamp: Hashable, make: Callable[[], pa.Table]) -> None:
        """Keep a side table until its stamp changes."""
        self._replica.keep(name, stamp, make)

    def rows(
        self, sql: str, tables: Mapping[str, pa.Table] | None = None
    ) -> Sequence[tuple[object, ...]]:
        """Return what a statement gives, with tables that only this statement sees."""
        with ExitStack() as stack:
            con = self._replica.con
            for name, table in (tables or {}).items():
                con.register(name, table)
                stack.callback(con.unregister, name)
            found: Sequence[tuple[object, ...]] = con.execute(sql).fetchall()
            return found

    def table(self, sql: str) -> pa.Table:
        """Return what a statement gives, as an Arrow table."""
        return self._replica.con.execute(sql).to_arrow_table()


class _Replica:
    """One tenant's replica as this process has it open.

    What came after the base is kept as Arrow has read it: DuckDB scans it where
    it lies, and a thousand facts cost nothing to take in.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self._open()

    def _open(self) -> None:
        self.con = open_file(":memory:")
        self._kept: dict[str, Hashable] = {}
        self._attached = 0
        self.trying: Manifest | None = None
        self.base: Manifest | None = None
        self.upto, self.last_fact = 0, ""
        self._delta = SCHEMA.empty_table()
        self._show()

    def _take(self, base: Manifest | None) -> None:
        """Read from another base from now on; what it holds leaves the memory."""
        before, old = f"base_{self._attached}", self.base
        self.trying = base
        if base is not None:
            path = str(self.folder / base.file).replace("'", "''")
            self.con.execute(f"ATTACH '{path}' AS base_{self._attached + 1} (READ_ONLY)")
            self._attached += 1
        is_ahead = base is not None and self.upto > base.upto
        if base is None or not is_ahead or (old and base.upto < old.upto):
            self._delta = SCHEMA.empty_table()
            self.upto, self.last_fact = (base.upto, base.last_fact) if base else (0, "")
        else:
            kept = self.upto - base.upto
            self._delta = self._delta.slice(self._delta.num_rows - kept).combine_chunks()
        self.base = base
        self._show()
        if old is not None:
            self.con.execute(f"DETACH {before}")

    def _show(self) -> None:
        """Make ``facts`` the base and what came after it."""
        self.con.register("delta", self._delta)
        parts = [f"SELECT * FROM base_{self._attached}.facts"] if self.base is not None else []
        if self._delta.num_rows or not parts:
            parts.append("SELECT * FROM delta")
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW facts AS {' UNION ALL '.join(parts)}")

    def keep(self, name: str, stamp: Hashable, make: Callable[[], pa.Table]) -> None:
        if name in self._kept and self._kept[name] == stamp:
            return
        self.con.register("made", make())
        self.con.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM made')
        self.con.unregister("made")
        self._kept[name] = stamp

    def refresh(self, tenant: Tenant) -> None:
        """See the newest base and every fact after it."""
        newest = read_manifest(self.folder, tenant)
        if newest != self.base:
            self._take(newest)
        head = head_of(tenant, self.base.upto if self.base else 0, self.upto)
        if self.base is not None and head.named[0] != self.base.last_fact:
            # The base is of another ledger: a restored or a rolled-back one.
            discard(tenant)
            self._take(None)
        elif head.named[1] != self.last_fact:
            # What was read was never committed.
            self._forget_delta()
        is_far = self.base is None and head.last - self.upto >= step_after(None)
        if is_far and (made := catch_up(tenant, wait=True)) is not None:
            self._take(made)
            head = head_of(tenant)
        if head.last > self.upto:
            new = read_facts(tenant, after=self.upto, upto=head.last)
            self._delta = pa.concat_tables([self._delta, *new])
            self.upto, self.last_fact = head.last, head.last_fact
            self._show()

    def _forget_delta(self) -> None:
        self._delta = SCHEMA.empty_table()
        self.upto = self.base.upto if self.base else 0
        self.last_fact = self.base.last_fact if self.base else ""
        self._show()

    def begin_anew(self, tenant: Tenant) -> None:
        """Open everything again; the file that could not be read is thrown away.

        Another base that was published meanwhile is left alone.
        """
        if self.trying is None or read_manifest(self.folder, tenant) == self.trying:
            discard(tenant)
        self.con.close()
        self._open()


_OPEN: OrderedDict[tuple[int, Path], _Replica] = OrderedDict()
_OPEN_LOCK = threading.Lock()
_INHERITED: list[object] = []


def _after_fork() -> None:
    """Put what the parent had open out of reach, without closing it: it is the parent's."""
    global _OPEN, _OPEN_LOCK
    _INHERITED.append(_OPEN)
    _OPEN, _OPEN_LOCK = OrderedDict(), threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def _open(tenant: Tenant) -> _Replica:
    folder = folder_of(tenant)
    key = (os.getpid(), folder)
    with _OPEN_LOCK:
        if key not in _OPEN:
            _OPEN[key] = _Replica(folder)
        _OPEN.move_to_end(key)
        while len(_OPEN) > KEPT:
            _OPEN.popitem(last=False)
        return _OPEN[key]


def answer(tenant: Tenant, question: Callable[[Reading], T]) -> T:
    """Put a question to the replica, with every committed fact in it.

    A damaged file is thrown away and the question put again. When many facts
    have come since the file was built, the next one is built behind the answer.
    """
    replica = _open(tenant)
    with replica.lock:
        try:
            found = _ask(replica, tenant, question)
        except DAMAGED:
            replica.begin_anew(tenant)
            found = _ask(replica, tenant, question)
        is_long = replica.upto - (replica.base.upto if replica.base else 0) >= step_after(
            replica.base
        )
    if is_long and not connection.in_atomic_block:
        threading.Thread(target=_catch_up_behind, args=[tenant], name="replica-builder").start()
    return found


def _ask(replica: _Replica, tenant: Tenant, question: Callable[[Reading], T]) -> T:
    replica.refresh(tenant)
    return question(Reading(replica))


def _catch_up_behind(tenant: Tenant) -> None:
    try:
        catch_up(tenant)
    finally:
        connections.close_all()
