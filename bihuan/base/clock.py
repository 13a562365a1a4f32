"""The only place that asks what time it is."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()


def today(zone: str) -> date:
    """Return the business day it is now in a time zone."""
    return business_day(now(), zone)


def business_day(instant: datetime, zone: str) -> date:
    """Return the business day on which an instant falls in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()
