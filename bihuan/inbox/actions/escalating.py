"""Taking the steps of tasks that lie, and setting which steps there are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from bihuan.base import clock, journal
from bihuan.base.jobs import once
from bihuan.inbox import uses
from bihuan.inbox.actions.assigning import add_copies
from bihuan.inbox.actions.happening import held, kept, note
from bihuan.inbox.actions.notices import companies, notify
from bihuan.inbox.actions.passing import GIVEN, given
from bihuan.inbox.actions.working import news_of
from bihuan.inbox.domain.escalation import Deed, Ladder, check_ladder, is_due
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Escalation, Task, TaskEvent
from bihuan.inbox.queries.steps import count_of
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.actions import robot_of
from bihuan.org.models import Assignment, Person, Tenant
from bihuan.org.queries import managers_of

ESCALATED = "inbox.task_escalated"
LEFT = "left"

logger = logging.getLogger(__name__)


class KindUnknown(Invalid):
    code = "inbox.kind_unknown"
    says = gettext_noop("There is no kind of task called “%(kind)s”.")


@transaction.atomic
def set_escalation(*, tenant: Tenant, kind: str = "", ladder: Ladder | None, by: Person) -> None:
    """Say how tasks of a kind escalate, or all for which nothing else is said.

    Without a ladder what was said is taken back. It holds for tasks made from now on.
    """
    require_admin_of(by, tenant.pk)
    if kind and kind not in {each.code for each in uses.task_kinds()}:
        raise KindUnknown(kind=kind)
    if ladder is None:
        Escalation.objects.filter(tenant=tenant, kind=kind).delete()
    else:
        check_ladder(ladder)
        Escalation.objects.update_or_create(
            tenant=tenant, kind=kind, defaults={"ladder": ladder.as_data()}
        )
    steps = "" if ladder is None else ",".join(f"{s.after}:{s.deed}" for s in ladder.steps)
    journal.record(by, "escalation.set", tenant, kind=kind, steps=steps)


def escalate_due(now: datetime, *, tenant_id: int | None = None) -> int:
    """Take every step that is due; returns how many were taken.

    Of one company, or of all. Run as often as one likes, and at once: a step is
    taken once, and of one task no more than one a day. Tasks of people who have
    left go to their managers.
    """
    return sum(_escalate(tenant, now) for tenant in companies(tenant_id))


def _escalate(tenant: Tenant, now: datetime) -> int:
    today = clock.business_day(now, tenant.time_zone)
    _follow_owners(tenant, today)
    open_ = Task.objects.filter(tenant=tenant).open().order_by("pk")
    left = open_.filter(owner__ended_on__lte=today)
    due = open_.filter(next_step_on__lte=today)
    with clock.pretended(now):
        taken = sum(_one(pk, today, _leave) for pk in list(left.values_list("pk", flat=True)))
        return taken + sum(_one(pk, today, _step) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _one(pk: int, today: date, deed: Callable[[Task, date], bool]) -> bool:
    """Do something to a task as it is now: it may have been done since it was found."""
    task = held(Task(pk=pk))
    return task.is_open and deed(task, today)


def _follow_owners(tenant: Tenant, today: date) -> None:
    """Have open tasks of people who moved seen by those who lead them now."""
    seat = Assignment.objects.filter(person=OuterRef("owner")).at_home().on(today)
    now = Subquery(seat.order_by("pk").values("unit")[:1])
    moved = Task.objects.filter(tenant=tenant).open().annotate(sits_in=now)
    moved = moved.filter(sits_in__isnull=False).exclude(unit=F("sits_in"))
    for unit in set(moved.order_by().values_list("sits_in", flat=True)):
        found = list(moved.filter(sits_in=unit).order_by("pk").values_list("pk", flat=True))
        Task.objects.filter(pk__in=found).update(unit=unit)


def _step(task: Task, today: date) -> bool:
    """Take the next step of a task if it is due and nobody has taken it."""
    ladder = task.climb
    if not is_due(ladder, taken=task.steps_taken, count=count_of(task), today=today):
        return False
    if not once(f"task-step/{task.pk}/{task.counted_from}/{task.steps_taken + 1}"):
        return False
    step = ladder.steps[task.steps_taken]
    task.steps_taken, task.stepped_on = task.steps_taken + 1, today
    DEEDS[step.deed](task, today)
    kept(task, *GIVEN, "steps_taken", "stepped_on")
    journal.record(robot_of(task.tenant), "task.escalated", task, step=task.steps_taken)
    return True


def _remind(task: Task, today: date) -> None:
    event = _escalated(task, Deed.REMIND)
    says = gettext_noop("Still to be done: “%(title)s”, due on %(due)s.")
    _tell(event, says, [task.owner_id])


def _copy(task: Task, today: date) -> None:
    managers = managers_of(task.owner, today)
    event = _escalated(task, Deed.COPY, to=managers[0] if managers else None)
    add_copies(task, [each.pk for each in managers])
    says = gettext_noop("Not done by %(owner)s yet: “%(title)s”, due on %(due)s.")
    _tell(event, says, [each.pk for each in managers])


def _reassign(task: Task, today: date) -> None:
    managers = managers_of(task.owner, today)
    event = _escalated(task, Deed.REASSIGN, to=managers[0] if managers else None)
    if managers:
        before = task.owner_id
        given(task, managers[0])
        says = gettext_noop("“%(title)s” has gone from %(owner)s to %(to)s: it was not done.")
        _tell(event, says, [before, managers[0].pk], to=managers[0].name)


DEEDS: dict[Deed, Callable[[Task, date], None]] = {
    Deed.REMIND: _remind,
    Deed.COPY: _copy,
    Deed.REASSIGN: _reassign,
}


def _escalated(task: Task, deed: Deed, *, to: Person | None = None) -> TaskEvent:
    by = robot_of(task.tenant)
    number = task.steps_taken
    return note(task, Happened.ESCALATED, by=by, person=to, number=number, deed=deed.value)


def _tell(event: TaskEvent, says: str, people: list[int], **more: str) -> None:
    words = {"owner": event.owner.name, "due": event.task.due_on.isoformat(), **more}
    draft = news_of(event, ESCALATED, says, **words)
    notify(draft=draft, people=people, by=event.by)


def _leave(task: Task, today: date) -> bool:
    """Give the task of somebody who has left to their manager, who has all its days."""
    managers = managers_of(task.owner, today)
    if not managers or task.owner.ended_on is None or task.owner.ended_on > today:
        return False
    by = robot_of(task.tenant)
    event = note(task, Happened.HANDED_OVER, by=by, person=managers[0], deed=LEFT)
    given(task, managers[0])
    task.counted_from, task.steps_taken, task.stepped_on = today, 0, None
    kept(task, *GIVEN, "counted_from", "steps_taken", "stepped_on")
    journal.record(by, "task.handed_over", task, to=managers[0].pk)
    says = gettext_noop("“%(title)s” is yours now: %(owner)s has left.")
    _tell(event, says, [managers[0].pk])
    return True
