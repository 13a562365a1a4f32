"""The only place that asks what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

_PRETENDED: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _PRETENDED.get() or timezone.now()


@contextmanager
def pretended(instant: datetime) -> Iterator[None]:
    """Let it be another instant: for the past of the demo company, and for tests.

    Only what runs inside, in this thread, takes it for that time; what the database or
    another process notes is not touched.
    """
    token = _PRETENDED.set(instant)
    try:
        yield
    finally:
        _PRETENDED.reset(token)


def today(zone: str) -> date:
    """Return the business day it is now in a time zone."""
    return business_day(now(), zone)


def business_day(instant: datetime, zone: str) -> date:
    """Return the business day on which an instant falls in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def at_wall(said: datetime, zone: str) -> datetime:
    """Return the instant that a date and time mean which somebody read off a clock there."""
    return said.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def instant_of(day: date, zone: str) -> datetime:
    """Return the instant at which a business day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
