"""What the inbox does by itself: it reminds, escalates, records, and closes what nobody answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.base import clock
from bihuan.base.jobs import every_day, job
from bihuan.inbox import actions


@every_day(hour=8, minute=30)
@job("inbox.remind", title=_("Remind people of what is due"))
def remind(*, tenant: int, on: str) -> None:
    actions.remind_overdue(clock.now(), tenant_id=tenant)


@every_day(hour=0, minute=15)
@job("inbox.close_proposals", title=_("Close proposals whose deadline has passed"))
def close_proposals(*, tenant: int, on: str = "") -> None:
    """Run at each deadline, and once a day for those whose last addressee has left."""
    actions.close_overdue(clock.now(), tenant_id=tenant)


@every_day(hour=8, minute=30)
@job("inbox.escalate", title=_("Take the next step with tasks that lie"))
def escalate(*, tenant: int, on: str) -> None:
    actions.escalate_due(clock.now(), tenant_id=tenant)


@every_day(hour=0, minute=40)
@job("inbox.record_tasks", title=_("Record what became of tasks"))
def record_tasks(*, tenant: int, on: str) -> None:
    """Bring what was made and has escalated to the ledger; what is done is there already."""
    actions.record_tasks(clock.now(), tenant_id=tenant)


@every_day(hour=6, minute=0)
@job(
    "inbox.send",
    title=_("Send what is due by mail and chat"),
    queue="deliveries",
    attempts=50,
    runs_always=True,  # What ends is told by mail, too.
)
def send(*, tenant: int, on: str = "") -> None:
    """Run after each commit that tells somebody something, and when a delivery falls due.

    Once a day for what was left behind. A worker that dies is only another attempt.
    """
    actions.send_due(tenant_id=tenant)
