"""Through which door somebody acts, and on whose behalf: the door says it, the journal reads it.

A request, a command and a job each say so before anything else runs. Actions do not pass it on
from hand to hand: whatever they write to the journal, in whatever package, carries it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum


class Door(StrEnum):
    """How a deed came in."""

    PAGE = "page"
    API = "api"
    COMMAND = "command"
    JOB = "job"
    NONE = ""
    """Nobody said: a script, or a test that calls an action itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What the door says of a deed."""

    door: Door = Door.NONE
    number: str = ""
    """The number of the request, of the call of a command, or of the job."""
    on_behalf_of: int | None = None
    """The id of the person for whom somebody else acts."""


_NOBODY = Acting()
_ACTING: ContextVar[Acting] = ContextVar("acting", default=_NOBODY)


def acting() -> Acting:
    """Return what the door said."""
    return _ACTING.get()


@contextmanager
def through(door: Door, *, number: str, on_behalf_of: int | None = None) -> Iterator[None]:
    """Let what runs inside have come in through a door."""
    token = _ACTING.set(Acting(door=door, number=number, on_behalf_of=on_behalf_of))
    try:
        yield
    finally:
        _ACTING.reset(token)


@contextmanager
def on_behalf_of(person_id: int) -> Iterator[None]:
    """Let what runs inside be done for another person, through the door it came in by."""
    token = _ACTING.set(replace(_ACTING.get(), on_behalf_of=person_id))
    try:
        yield
    finally:
        _ACTING.reset(token)
