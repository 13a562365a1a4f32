"""Attempt: when an event that was not taken is sent again, and when a webhook is switched off.

    after the 1st in vain 5 s, then 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; then given up

That is the rhythm which Standard Webhooks recommends, a little over three days. A receiver that
names a wait of its own (``Retry-After``) is heard. A webhook of which nothing was taken for
five days is switched off, and at once where the receiver says that it is gone (410). What is
given up, or lay while it was off, stays there and can be sent again.

>>> [wait_after(attempts=each) for each in (1, 2, 9)]
[5, 300, 86400]
>>> wait_after(attempts=10) is None
True
>>> wait_after(attempts=1, asked=120)
120
>>> from datetime import UTC
>>> began = datetime(2026, 11, 20, tzinfo=UTC)
>>> is_off(failing_since=began, now=began + DAYS_IN_VAIN, status=500)
True
>>> is_off(failing_since=began, now=began + timedelta(hours=1), status=500)
False
>>> is_off(failing_since=began, now=began, status=410)
True
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_ASKED = 86_400
"""A receiver may ask for a day of quiet, not for a year."""
MOST_QUIET = 900
"""After a fault nothing else is sent there for a while, but never longer than this by itself."""
DAYS_IN_VAIN = timedelta(days=5)
GONE = 410


class State(StrEnum):
    WAITING = "waiting"
    FAILED = "failed"
    TAKEN = "taken"
    DEAD = "dead"


OPEN = frozenset({State.WAITING, State.FAILED})
"""Those that are sent by themselves when their time comes."""


def wait_after(*, attempts: int, asked: int | None = None) -> int | None:
    """Return the seconds until the next attempt after so many in vain; none where it is given up.

    ``asked`` is what the receiver asked for.
    """
    if attempts > len(WAITS):
        return None
    own = WAITS[attempts - 1]
    return own if asked is None else max(own, min(asked, MOST_ASKED))


def quiet_for(*, attempts: int, asked: int | None = None) -> int:
    """Return for how many seconds nothing else is sent to a receiver that did not take something.

    >>> quiet_for(attempts=1), quiet_for(attempts=9), quiet_for(attempts=1, asked=3600)
    (5, 900, 3600)
    """
    own = WAITS[min(attempts, len(WAITS)) - 1]
    return max(min(own, MOST_QUIET), min(asked or 0, MOST_ASKED))


def next_attempt(
    *, due: datetime | None, quiet_until: datetime | None, is_on: bool
) -> datetime | None:
    """Return when an event is sent next: not while its receiver is left alone; if off, never.

    >>> from datetime import UTC
    >>> due = datetime(2026, 11, 20, 8, tzinfo=UTC)
    >>> next_attempt(due=due, quiet_until=due + timedelta(minutes=5), is_on=True).minute
    5
    >>> next_attempt(due=due, quiet_until=None, is_on=False) is None
    True
    """
    if due is None or not is_on:
        return None
    return due if quiet_until is None else max(due, quiet_until)


def is_off(*, failing_since: datetime, now: datetime, status: int | None) -> bool:
    """Return whether a webhook is switched off after an attempt in vain."""
    return status == GONE or now - failing_since >= DAYS_IN_VAIN
