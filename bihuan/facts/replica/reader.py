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
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeVar

import duckdb
import pyarrow as pa
from django.db import connection, connections

from bihuan.base.onelook import seen_once
from bihuan.facts.replica.builder import catch_up, discard, open_file, step_after
from bihuan.facts.replica.columns import TABLE, read_facts
from bihuan.facts.replica.derived import Derived, read_derived
from bihuan.facts.replica.kept import Answers
from bihuan.facts.replica.manifest import Manifest, folder_of, head_of, read_manifest
from bihuan.org.models import Tenant

T = TypeVar("T")
KEPT = 16
"""How many tenants a process keeps open."""
GIVEN_AT_MOST = 8
"""How many tables of one name stay written beside the facts."""

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
    def base_upto(self) -> int:
        """Return the number of the last fact of the base."""
        return self._replica.base.upto if self._replica.base else 0

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
        """Return what a statement gives, with further tables that it needs."""
        found: Sequence[tuple[object, ...]] = self._run(sql, tables).fetchall()
        return found

    def kept_rows(self, sql: str, tables: Mapping[str, pa.Table]) -> Sequence[tuple[object, ...]]:
        """Return the same for a statement that only reads, kept until there is anything new."""
        return self._replica.answers.rows(sql, tables, lambda: self.rows(sql, tables))

    def table(self, sql: str, tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
        """Return what a statement gives, as an Arrow table."""
        return self._run(sql, tables).to_arrow_table()

    def _run(self, sql: str, tables: Mapping[str, pa.Table] | None) -> duckdb.DuckDBPyConnection:
        for name, table in (tables or {}).items():
            self._replica.give(name, table)
        return self._replica.con.execute(sql)

    def attach(self, name: str) -> Derived | None:
        """Have the newest derived file of a name, if there is one of this very ledger.

        Its tables are then there as ``name_table``, and the facts that came after
        it as ``after_name``.
        """
        return self._replica.attach(name)


class _Given(NamedTuple):
    """A table that was given, and the name under which it was written."""

    name: str
    table: pa.Table


class _Replica:
    """One tenant's replica as this process has it open.

    What came after the base lies in a table in memory. Scanning it as Arrow would
    save writing it there, but DuckDB refuses some of the filters that it makes of
    joins when it comes to Arrow, whatever stands between.
    """

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.folder = folder_of(tenant)
        self.lock = threading.RLock()
        self._open()

    def _open(self) -> None:
        self.con = open_file(":memory:")
        self.opening = next(_OPENINGS)
        self._kept: dict[str, Hashable] = {}
        self._given: dict[str, OrderedDict[int, _Given]] = {}
        self._numbers = count()
        self._attached = 0
        self._beside: dict[str, Derived] = {}
        self._proved: set[Derived] = set()
        self.answers = Answers()
        self.trying: Manifest | None = None
        self.base: Manifest | None = None
        self.upto, self.last_fact = 0, ""
        self.con.execute(f"CREATE TABLE delta ({TABLE})")
        self._show()

    def _take(self, base: Manifest | None) -> None:
        """Read from another base from now on; what it holds leaves the memory."""
        self.answers.forget()
        before, old = f"base_{self._attached}", self.base
        self.trying = base
        if base is not None:
            path = str(self.folder / base.file).replace("'", "''")
            self.con.execute(f"ATTACH '{path}' AS base_{self._attached + 1} (READ_ONLY)")
            self._attached += 1
        self.con.execute("BEGIN")
        if base is None or self.upto <= base.upto or (old and base.upto < old.upto):
            self.con.execute("DELETE FROM delta")
            self.upto, self.last_fact = (base.upto, base.last_fact) if base else (0, "")
        else:
            self.con.execute(f"DELETE FROM delta WHERE seq <= {base.upto}")
        self.base = base
        self._proved.clear()
        self._show()
        self.con.execute("COMMIT")
        if old is not None:
            self.con.execute(f"DETACH {before}")

    def _show(self) -> None:
        """Make ``facts`` the base and what came after it."""
        base = f"SELECT * FROM base_{self._attached}.facts UNION ALL " if self.base else ""
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW facts AS {base}SELECT * FROM delta")

    def give(self, name: str, table: pa.Table) -> None:
        """Have a table that a statement needs; those that were needed last are there already.

        A page needs two calendars by turns, and to show another one is a tenth of writing it.
        """
        given = self._given.setdefault(name, OrderedDict())
        if given and next(reversed(given.values())).table is table:
            return
        last = given.pop(id(table), None) or self._taken(name, table)
        given[id(table)] = last
        self.con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS SELECT * FROM "{last.name}"')
        if len(given) > GIVEN_AT_MOST:
            _, oldest = given.popitem(last=False)
            self.con.execute(f'DROP TABLE "{oldest.name}"')

    def _taken(self, name: str, table: pa.Table) -> _Given:
        taken = _Given(f"{name}_{next(self._numbers)}", table)
        self._write(taken.name, table)
        return taken

    def _write(self, name: str, table: pa.Table) -> None:
        self.con.register("made", table)
        self.con.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM made')
        self.con.unregister("made")

    def keep(self, name: str, stamp: Hashable, make: Callable[[], pa.Table]) -> None:
        if name in self._kept and self._kept[name] == stamp:
            return
        self.answers.forget()
        self._write(name, make())
        self._kept[name] = stamp

    def attach(self, name: str) -> Derived | None:
        """Have a derived file beside the facts, unless it is missing or of another ledger."""
        found = seen_once(
            ("derived", self.tenant.pk, self.opening, name),
            lambda: read_derived(self.folder, name, self.tenant),
        )
        if found is None or found.upto > self.upto or not self._is_of_this_ledger(found):
            return None
        if self._beside.get(name) != found:
            self._attach(name, found)
        return found

    def _is_of_this_ledger(self, found: Derived) -> bool:
        """Tell whether the ledger still has the fact that a file ends with.

        The base is known to be of this ledger, so what was proved beside it stays so.
        """
        if found not in self._proved:
            [there] = head_of(self.tenant, found.upto).named
            if there != found.last_fact:
                return False
            self._proved.add(found)
        return True

    def _attach(self, name: str, found: Derived) -> None:
        self.answers.forget()
        alias = f"{name}_{found.file.rpartition('-')[2].removesuffix('.duckdb')}"
        old, self._beside[name] = self._beside.get(name), found
        path = str(self.folder / found.file).replace("'", "''")
        self.con.execute(f"ATTACH '{path}' AS {alias} (READ_ONLY)")
        tables = self.con.execute(
            f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{alias}'"
        ).fetchall()
        for (table,) in tables:
            self.con.execute(
                f"CREATE OR REPLACE TEMP VIEW {name}_{table} AS SELECT * FROM {alias}.{table}"
            )
        self.con.execute(
            f"CREATE OR REPLACE TEMP VIEW after_{name} AS"
            f" SELECT * FROM facts WHERE seq > {found.upto}"
        )
        if old is not None:
            before = old.file.rpartition("-")[2].removesuffix(".duckdb")
            self.con.execute(f"DETACH {name}_{before}")

    def refresh(self, tenant: Tenant) -> None:
        """See the newest base and every fact after it."""
        self.tenant = tenant
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
            self.answers.forget()
            for chunk in read_facts(tenant, after=self.upto, upto=head.last):
                self.con.register("chunk", chunk)
                self.con.execute("INSERT INTO delta SELECT * FROM chunk")
                self.con.unregister("chunk")
            self.upto, self.last_fact = head.last, head.last_fact

    def _forget_delta(self) -> None:
        self.answers.forget()
        self.con.execute("DELETE FROM delta")
        self.upto = self.base.upto if self.base else 0
        self.last_fact = self.base.last_fact if self.base else ""

    def drop_derived(self, tenant: Tenant) -> None:
        """Open everything again, without the derived files that were in use."""
        for name in self._beside:
            (self.folder / f"{name}.json").unlink(missing_ok=True)
        self.con.close()
        self._open()

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
_OPENINGS = count()
"""Numbers of what was opened: what is known of one connection says nothing of the next."""


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
            _OPEN[key] = _Replica(tenant)
        _OPEN.move_to_end(key)
        while len(_OPEN) > KEPT:
            _OPEN.popitem(last=False)
        return _OPEN[key]


def close_all() -> None:
    """Close every replica that this process has open, as before it forks servers."""
    with _OPEN_LOCK:
        while _OPEN:
            _, replica = _OPEN.popitem()
            with replica.lock:
                replica.con.close()


def answer(tenant: Tenant, question: Callable[[Reading], T]) -> T:
    """Put a question to the replica, with every committed fact in it.

    A damaged file is thrown away and the question put again. When many facts
    have come since the file was built, the next one is built behind the answer.
    """
    replica = _open(tenant)
    with replica.lock:
        found = _ask_until_whole(replica, tenant, question)
        is_long = replica.upto - (replica.base.upto if replica.base else 0) >= step_after(
            replica.base
        )
    if is_long and not connection.in_atomic_block:
        threading.Thread(target=_catch_up_behind, args=[tenant], name="replica-builder").start()
    return found


def _ask_until_whole(replica: _Replica, tenant: Tenant, question: Callable[[Reading], T]) -> T:
    """Put a question, and again without the files that could not be read: first what was
    derived from the base, then the base itself.
    """
    for heal in (replica.drop_derived, replica.begin_anew):
        try:
            return _ask(replica, tenant, question)
        except DAMAGED:
            heal(tenant)
    return _ask(replica, tenant, question)


def _ask(replica: _Replica, tenant: Tenant, question: Callable[[Reading], T]) -> T:
    seen_once(("ledger", tenant.pk, replica.opening), lambda: replica.refresh(tenant))
    return question(Reading(replica))


def _catch_up_behind(tenant: Tenant) -> None:
    try:
        catch_up(tenant)
    finally:
        connections.close_all()
