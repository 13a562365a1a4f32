"""An instant as the outside gives it: with its offset, kept in UTC, in years that all can hold.

Python, PostgreSQL and the standard disagree about what an offset may be and in which year time
begins: what is one instant to the first is an error to the second, or a row that can be written
and never be read again. So whatever comes in is an instant of UTC between two years first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

FIRST_YEAR, LAST_YEAR = 1900, 9998
"""A day is left at either end for offsets; nothing that a company tells of is older."""
EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)


def in_reach(given: datetime) -> datetime:
    """Return an instant in UTC; one without an offset stays a time of somebody's own clock.

    >>> in_reach(datetime.fromisoformat("2026-03-03T16:30:00+21:19")).isoformat()
    '2026-03-02T19:11:00+00:00'
    """
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return given if given.tzinfo is None else given.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(in_reach)]
"""An instant with its offset."""
Moment = Annotated[datetime, AfterValidator(in_reach)]
"""An instant with its offset, or a time of the company's own clock."""
