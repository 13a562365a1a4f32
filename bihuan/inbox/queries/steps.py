"""How the days of a task are counted towards its next step."""

from __future__ import annotations

from bihuan.base import clock
from bihuan.inbox.domain.escalation import Count, Counting, Ladder, Sleep, sleeps_told
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Task
from bihuan.kernel.calendar import DayCount
from bihuan.org.models import Tenant

PAUSES = (Happened.SNOOZED, Happened.WOKEN)


def calendar_of(tenant: Tenant, ladder: Ladder) -> DayCount:
    """Return which days count for a ladder in a company."""
    is_working = ladder.counting is Counting.WORKING
    return DayCount(tenant.day_count) if is_working else DayCount.PLAIN


def count_of(task: Task) -> Count:
    """Return from when, by which calendar and with which pauses a task's days are counted."""
    return Count(
        since=task.counted_from,
        calendar=calendar_of(task.tenant, task.climb),
        sleeps=_sleeps(task),
        last_on=task.stepped_on,
    )


def _sleeps(task: Task) -> tuple[Sleep, ...]:
    zone = task.tenant.time_zone
    told = task.events.what(*PAUSES).order_by("pk").values_list("at", "until")
    return sleeps_told((clock.business_day(at, zone), until) for at, until in told)
