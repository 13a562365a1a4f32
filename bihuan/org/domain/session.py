"""Session: how long somebody stays signed in, with and without doing anything.

    over  when  now − last deed ≥ 3 h  or  now − sign-in ≥ 12 h

>>> from datetime import datetime, UTC
>>> nine, noon = datetime(2026, 11, 26, 9, tzinfo=UTC), datetime(2026, 11, 26, 12, tzinfo=UTC)
>>> end_of(began=nine, seen=nine, now=noon), end_of(began=nine, seen=noon, now=noon)
(<End.IDLE: 'idle'>, None)
>>> end_of(began=nine, seen=nine + timedelta(hours=11), now=nine + timedelta(hours=12))
<End.LONG: 'long'>
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(hours=3)
LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last deed is noted: a page costs no writing more than once a minute."""


class End(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    LONG = "long"


def end_of(*, began: datetime, seen: datetime, now: datetime) -> End | None:
    """Return why a session is over, or nothing while it goes on."""
    if now - began >= LONGEST:
        return End.LONG
    return End.IDLE if now - seen >= IDLE else None
