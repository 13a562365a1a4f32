"""Which steps a company has set, and how the days of a task are counted towards the next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from bihuan.base import clock
from bihuan.inbox.domain.escalation import DEFAULT, Count, Counting, Ladder, Sleep, sleeps_told
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Escalation, Task
from bihuan.inbox.uses import task_kinds
from bihuan.kernel.calendar import DayCount
from bihuan.org.models import Tenant

PAUSES = (
    Happened.SNOOZED,
    Happened.WOKEN,
    Happened.HANDED_OVER,
    Happened.ESCALATED,
    Happened.DONE,
)
"""What begins a sleep, and everything that ends one."""


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """How one kind of task escalates, and whether that was said of it or of all."""

    kind: str
    name: Promise | None
    ladder: Ladder
    is_own: bool


def ladder_for(tenant: Tenant, kind: str) -> Ladder:
    """Return how tasks of a kind escalate in a company; no kind stands for all others."""
    said = _said(tenant)
    return said.get(kind) or said.get("") or DEFAULT


def _said(tenant: Tenant) -> dict[str, Ladder]:
    return {each.kind: each.climb for each in Escalation.objects.filter(tenant=tenant)}


def escalations(tenant: Tenant) -> list[EscalationRow]:
    """Return how each kind of task escalates, first those for which nothing else is said."""
    said = _said(tenant)
    usual = said.get("") or DEFAULT
    rows = [EscalationRow("", None, usual, "" in said)]
    for kind in task_kinds():
        ladder = said.get(kind.code)
        rows.append(EscalationRow(kind.code, kind.name, ladder or usual, ladder is not None))
    return rows


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
