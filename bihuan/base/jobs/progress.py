"""How far a job is, and why it failed: noted beside it, seen at once.

A job may do all its work in one transaction. What it tells of its progress must be
seen before that commits, so the worker writes notes on connections of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic_ns
from typing import Any

from django.db import connection

from bihuan.base import clock
from bihuan.kernel.errors import DomainError

NANOSECONDS_BETWEEN = 1_000_000_000
"""A job may tell of every row it does; no more than this often is it written down."""
LONGEST = 500

NOTE = """
    INSERT INTO base_jobnote (job_id, done, total, words, fault_code, fault, fault_params,
        noted_at)
    VALUES (%(job_id)s, %(done)s, %(total)s, %(words)s, %(fault_code)s, %(fault)s,
        %(fault_params)s::jsonb, %(noted_at)s)
    ON CONFLICT (job_id) DO UPDATE SET done = EXCLUDED.done, total = EXCLUDED.total,
        words = EXCLUDED.words, fault_code = EXCLUDED.fault_code, fault = EXCLUDED.fault,
        fault_params = EXCLUDED.fault_params, noted_at = EXCLUDED.noted_at
"""

Write = Callable[[str, dict[str, Any]], None]


def write_here(statement: str, values: dict[str, Any]) -> None:
    """Write on the connection of this thread: where no worker runs the job."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@dataclass(kw_only=True)
class Running:
    """The job that runs in this thread, and how notes of it are written."""

    job_id: int
    write: Write = write_here
    told_at: int | None = None

    def note(
        self, *, done: int = 0, of: int = 0, words: str = "", fault: BaseException | None = None
    ) -> None:
        """Write how far the job is, or why it failed."""
        self.write(
            NOTE,
            {
                "job_id": self.job_id,
                "done": done,
                "total": of,
                "words": words[:LONGEST],
                **_told(fault),
                "noted_at": clock.now(),
            },
        )


RUNNING: ContextVar[Running | None] = ContextVar("running", default=None)


def progress(*, done: int, of: int, words: str = "") -> None:
    """Tell how much of its work the running job has done; outside of a job, nothing happens."""
    running = RUNNING.get()
    if running is None:
        return
    told = running.told_at
    if done < of and told is not None and monotonic_ns() - told < NANOSECONDS_BETWEEN:
        return
    running.told_at = monotonic_ns()
    running.note(done=done, of=of, words=words)


def _told(fault: BaseException | None) -> dict[str, str | None]:
    """Return what is kept of a fault: a refusal can be said in any language later."""
    if isinstance(fault, DomainError):
        params = {
            name: value if isinstance(value, int) else str(value)
            for name, value in fault.params.items()
        }
        kept = json.dumps(params).replace("\\u0000", "")
        return {"fault_code": fault.code, "fault": fault.says, "fault_params": kept}
    code = type(fault).__name__ if fault else ""
    text = str(fault or "").replace("\0", "")[:LONGEST]
    return {"fault_code": code, "fault": text, "fault_params": None}
