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

from bihuan.facts.replica.builder import AFTER, catch_up, discard, open_file
from bihuan.facts.replica.columns import TABLE, read_facts
from bihuan.facts.replica.manifest import Manifest, folder_of, last_facts, read_manifest
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

    @property
    def last_fact(self) -> str:
        """Return what names the last fact that is seen."""
        return self._replica.last_fact

    @property
    def base(self) -> Manifest | None:
        """Return the base that is read, which holds what is committed for good."""
        return self._replica.base

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
    """One tenant's replica as this process has it open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self._open()

    def _open(self) -> None:
        self.con = open_file(":memory:")
        self.con.execute(f"CREATE TABLE delta ({TABLE})")
        self._kept: dict[str, Hashable] = {}
        self._attached = 0
        self.base: Manifest | None = None
        self.upto, self.last_fact = 0, ""
        self._take(None)

    def _take(self, base: Manifest | None) -> None:
        """Read from another base from now on; what it holds leaves the memory."""
        before = f"base_{self._attached}"
        old = self.base
        if base is not None:
            self._attached += 1
            path = str(self.folder / base.file).replace("'", "''")
            self.con.execute(f"ATTACH '{path}' AS base_{self._attached} (READ_ONLY)")
        source = f"SELECT * FROM base_{self._attached}.facts UNION ALL" if base else ""
        self.con.execute("BEGIN")
        self.con.execute(f"CREATE OR REPLACE VIEW facts AS {source} SELECT * FROM delta")
        if base is None or self.upto <= base.upto or (old and base.upto < old.upto):
            self.con.execute("DELETE FROM delta")
            self.upto, self.last_fact = (base.upto, base.last_fact) if base else (0, "")
        else:
            self.con.execute(f"DELETE FROM delta WHERE seq <= {base.upto}")
        self.con.execute("COMMIT")
        if old is not None:
            self.con.execute(f"DETACH {before}")
        self.base = base

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
        last, known = last_facts(tenant, self.base.upto if self.base else 0, self.upto)
        if self.base is not None and known[0] != self.base.last_fact:
            # The base is of another ledger: a restored or a rolled-back one.
            discard(tenant)
            self._take(None)
        elif known[1] != self.last_fact:
            # What was read was never committed.
            self._forget_delta()
        if (
            self.base is None
            and last - self.upto >= AFTER
            and catch_up(tenant, after=AFTER) is not None
        ):
            self._take(read_manifest(self.folder, tenant))
        self._read_on(tenant, last)

    def _forget_delta(self) -> None:
        self.con.execute("DELETE FROM delta")
        self.upto = self.base.upto if self.base else 0
        self.last_fact = self.base.last_fact if self.base else ""

    def _read_on(self, tenant: Tenant, last: int) -> None:
        if last <= self.upto:
            return
        for chunk in read_facts(tenant, after=self.upto, upto=last):
            self.con.register("chunk", chunk)
            self.con.execute("INSERT INTO delta SELECT * FROM chunk")
            self.con.unregister("chunk")
        _, [self.last_fact] = last_facts(tenant, last)
        self.upto = last

    def begin_anew(self, tenant: Tenant) -> None:
        """Throw away what cannot be read."""
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
        is_long = replica.upto - (replica.base.upto if replica.base else 0) >= AFTER
    if is_long and not connection.in_atomic_block:
        threading.Thread(target=_catch_up_behind, args=[tenant], name="replica-builder").start()
    return found


def _ask(replica: _Replica, tenant: Tenant, question: Callable[[Reading], T]) -> T:
    replica.refresh(tenant)
    return question(Reading(replica))


def _catch_up_behind(tenant: Tenant) -> None:
    try:
        catch_up(tenant, after=AFTER)
    finally:
        connections.close_all()
