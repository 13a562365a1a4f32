"""Progress: how far an import has come, and whether it is still alive.

An import is read, checked and landed; each step has its share of the bar. One
that says it is running but has shown no sign of life for a while has stopped:
its process is gone, and nothing of it has landed.

>>> percent(Step.CHECKING, done=30, of=60)
50
>>> began = datetime(2026, 3, 2, 9, 0)
>>> has_stopped(State.RUNNING, alive_at=began, now=datetime(2026, 3, 2, 9, 5))
True
>>> has_stopped(State.DONE, alive_at=began, now=datetime(2026, 3, 2, 9, 5))
False
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    UPLOADED = "uploaded"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"
    REVERTED = "reverted"


class Step(StrEnum):
    READING = "reading"
    CHECKING = "checking"
    LANDING = "landing"


SHARES = {Step.READING: (0, 30), Step.CHECKING: (30, 70), Step.LANDING: (70, 100)}
"""Where each step begins and ends on the bar, in percent."""

SILENCE = timedelta(minutes=2)


def percent(step: Step, *, done: int, of: int) -> int:
    """Return where the bar stands when ``done`` of ``of`` parts of a step are behind it."""
    start, end = SHARES[step]
    return start + (end - start) * min(done, of) // max(of, 1)


def has_stopped(state: State, *, alive_at: datetime | None, now: datetime) -> bool:
    """Return whether an import says it runs although its process is gone."""
    return state is State.RUNNING and (alive_at is None or now - alive_at > SILENCE)
