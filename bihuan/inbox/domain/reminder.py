"""Reminder: when somebody is told again of what they were asked and have not done.

The first time is the last day on which it may be done in time; then every second
day, and five times at most: who does not answer to five will not answer to six.

>>> due = date(2026, 12, 4)
>>> is_due(due_on=due, today=date(2026, 12, 3), last_on=None, count=0)
False
>>> is_due(due_on=due, today=due, last_on=None, count=0)
True
>>> is_due(due_on=due, today=date(2026, 12, 5), last_on=due, count=1)
False
>>> is_due(due_on=due, today=date(2026, 12, 6), last_on=due, count=1)
True
>>> is_due(due_on=due, today=date(2026, 12, 31), last_on=date(2026, 12, 12), count=5)
False
"""

from __future__ import annotations

from datetime import date, timedelta

EVERY_DAYS = 2
MOST = 5


def is_due(*, due_on: date, today: date, last_on: date | None, count: int) -> bool:
    """Return whether to remind today of what was due on a day and is not done."""
    if today < due_on or count >= MOST:
        return False
    return last_on is None or last_on <= silent_since(today)


def silent_since(today: date) -> date:
    """Return the day since which nobody may have been reminded who is reminded today."""
    return today - timedelta(days=EVERY_DAYS)
