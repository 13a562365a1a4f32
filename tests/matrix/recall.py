"""Answering again what the database answered before, as long as nobody wrote anything.

Every request of the matrix is sent to the same two companies, and whatever one of them
changes is undone. So a statement that was asked before has the same answer now, and asking
the server again would cost most of the time there is. What is remembered belongs to a
statement with its parameters, word for word: a policy that changes asks something else.

From the first statement that may write until that is undone, or is known to have written
nothing, everything is asked of the server.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tests.digest import PASSING, writes_so_far

MOST = int(os.environ.get("BIHUAN_RECALL", 40_000))
"""How many answers are kept; after that it begins anew. With none, the server is always asked."""
READING = re.compile(r"\s*\(*(?:SELECT|WITH)\b")
FRAMING = re.compile(r"SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|SET CONSTRAINTS")
WRITING = re.compile(r"procrastinate_|nextval|setval|pg_notify|\b(?:INSERT|UPDATE|DELETE)\b")
"""What a statement that begins like a question says if it may do more than ask."""
PASSED = re.compile(rf"\bpg_|clock_timestamp|random\(|\bFOR SHARE|{'|'.join(sorted(PASSING))}")
"""What it says if the answer may be another one although no row of the business changed."""
PLAIN = (str, int, date, time, timedelta, Decimal, bytes, UUID, float, type(None))

Key = tuple[object, ...]
Rows = list[tuple[Any, ...]]
Answer = tuple[Rows, Any]


class Recall:
    """What was asked and answered so far, and whether the rows are still the same."""

    def __init__(self) -> None:
        self.answers: dict[Key, Answer] = {}
        self.is_changed = False
        self._written: object = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Stand before the database for as long as a test lasts, in a transaction of its own."""
        self.is_changed, self._written = False, writes_so_far()
        asked: Any = connection  # Django documents no way to put a cursor of one's own here.
        original = asked.make_cursor
        asked.make_cursor = lambda cursor: RecallingCursor(cursor, asked, self)
        try:
            yield
        finally:
            asked.make_cursor = original

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Go back to what is known now, after something that is undone in the end."""
        before = self.is_changed
        yield
        self.is_changed = before

    def touched(self) -> set[str]:
        """Return which tables were written since this was asked last, also if taken back."""
        if not self.is_changed:
            return set()
        before, self._written = self._written, writes_so_far()
        changed = set(self._written) ^ set(before)  # type: ignore[call-overload]  # both lists
        self.is_changed = bool(changed)
        return {str(each[0]) for each in changed}

    def keep(self, key: Key, answer: Answer) -> None:
        if len(self.answers) >= MOST:
            self.answers.clear()
        if MOST and all(isinstance(value, PLAIN) for row in answer[0] for value in row):
            self.answers[key] = answer

    def key_of(
        self, sql: str, params: Sequence[object] | Mapping[str, object] | None
    ) -> Key | None:
        """Return what an answer is remembered by; ``None`` where the server must be asked."""
        if self.is_changed or FRAMING.match(sql):
            return None
        if not READING.match(sql) or WRITING.search(sql):
            self.is_changed = True
            return None
        given = plain(params or ())
        return None if given is None or PASSED.search(sql) else (sql, given)


def plain(params: Sequence[object] | Mapping[str, object]) -> Key | None:
    """Return parameters with their types, as a key; ``None`` where one is no plain value."""
    if isinstance(params, Mapping):
        return plain([each for item in sorted(params.items()) for each in item])
    made: list[object] = []
    for each in params:
        value = plain(each) if isinstance(each, list | tuple) else each
        if value is None and each is not None:
            return None
        if not isinstance(value, (*PLAIN, tuple)):
            return None
        made += (type(each), value)
    return tuple(made)


class RecallingCursor(CursorWrapper):
    """A cursor that asks the server only what was not asked before."""

    def __init__(self, cursor: Any, db: Any, recall: Recall) -> None:
        self._real = cursor
        self._recall = recall
        self._told: Answer | None = None
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        super().__init__(cursor, db)

    @property
    def cursor(self) -> Any:
        """The cursor below, as asked for by whoever copies rows past this one."""
        self._recall.is_changed = True
        return self._real

    @cursor.setter
    def cursor(self, cursor: Any) -> None:
        self._real = cursor

    def execute(self, sql: Any, params: Any = None) -> Any:
        text = sql if isinstance(sql, str) else ""
        key = None if self.db.needs_rollback else self._recall.key_of(text, params)
        self._told = self._recall.answers.get(key) if key else None
        if self._told is None:
            self._ask(sql, params)
            if key is None:
                return
            self._told = (self._real.fetchall(), self._real.description)
            self._recall.keep(key, self._told)
        self._rows = iter(self._told[0])

    def _ask(self, sql: Any, params: Any) -> None:
        self.db.validate_no_broken_transaction()
        with self.db.wrap_database_errors:
            self._real.execute(sql, *([] if params is None else [params]))

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._real) if self._told is None else self._rows

    def __getattr__(self, name: str) -> Any:
        if self._told is None:
            found = getattr(self._real, name)
            is_wrapped = name in CursorWrapper.WRAP_ERROR_ATTRS
            return self.db.wrap_database_errors(found) if is_wrapped else found
        return self._known(name)

    def _known(self, name: str) -> Any:
        """Return what a cursor has, of an answer that is known."""
        assert self._told is not None
        rows, description = self._told
        known: dict[str, object] = {
            "description": description,
            "rowcount": len(rows),
            "fetchone": lambda: next(self._rows, None),
            "fetchmany": lambda size=1: list(islice(self._rows, size)),
            "fetchall": lambda: list(self._rows),
        }
        return known[name] if name in known else getattr(self._real, name)
