"""What its owner does with a task, and what everybody who sees it may add."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from bihuan.base import clock, journal
from bihuan.inbox.access import require_adds, require_own
from bihuan.inbox.actions.happening import held, held_own, kept, note
from bihuan.inbox.actions.notices import notify
from bihuan.inbox.actions.recording import record_done, take_back_done
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.answer import check_reason, fit_reason
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.domain.task import (
    RESULT_LENGTH,
    TASK_EVENT,
    Happened,
    Outcome,
    TaskState,
    check_snooze,
    fit_words,
    may_reopen,
)
from bihuan.inbox.models import Notice, Task, TaskEvent, TaskItem
from bihuan.kernel.errors import Conflict, Missing, gettext_noop
from bihuan.org.models import Person

COMMENTED = "inbox.task_commented"
DONE = "inbox.task_done"


class ItemMissing(Missing):
    code = "inbox.item_missing"
    says = gettext_noop("The checklist has no such point.")


class ItemsLeft(Conflict):
    code = "inbox.items_left"
    says = gettext_noop(
        "Not everything on the checklist is ticked off: tick it off, or say that it is done in"
        " part."
    )


class NotDone(Conflict):
    code = "inbox.not_done"
    says = gettext_noop("Only a task that is done can be taken up again.")


class ReopenTooLate(Conflict):
    code = "inbox.reopen_too_late"
    says = gettext_noop("What is done can be taken up again within a day, not later.")


@transaction.atomic
def read_task(*, task: Task, by: Person) -> bool:
    """Note that a person has seen a task and what they were told of it; true the first time."""
    told = Notice.objects.visible_to(by).filter(link=page_of(task)).unread()
    told.update(read_at=clock.now())
    if task.events.read_by(by.pk).exists():
        return False
    task = held(task)  # Two windows of one person are one reading.
    if task.events.read_by(by.pk).exists():
        return False
    note(task, Happened.READ, by=by)
    return True


def page_of(task: Task) -> str:
    """Return the address of a task."""
    return reverse("inbox:task", args=[task.pk])


def news_of(event: TaskEvent, kind: str, says: str, **more: Sentence | str) -> NoticeDraft:
    """Return the notice that something has happened to a task."""
    return NoticeDraft(
        kind=kind,
        about=About(TASK_EVENT, event.pk),
        sentence=Sentence(says, {"title": event.task.title, **more}),
        link=page_of(event.task),
    )


@transaction.atomic
def comment(*, task: Task, text: str, by: Person) -> TaskEvent:
    """Say something about a task; who has to do with it is told."""
    require_adds(task, by)
    said = note(task, Happened.COMMENTED, by=by, text=fit_words(text))
    journal.record(by, "task.commented", task)
    spoke = task.events.what(Happened.COMMENTED).values_list("by_id", flat=True)
    people = {task.owner_id, task.made_by_id, *spoke} - {by.pk}
    says = gettext_noop("%(who)s commented on “%(title)s”.")
    notify(draft=news_of(said, COMMENTED, says, who=by.name), people=people, by=by)
    return said


@transaction.atomic
def check_item(*, task: Task, place: int, is_checked: bool, by: Person) -> TaskItem:
    """Tick a point of the checklist off, or take the tick away."""
    task = held_own(task, by)
    item = task.items.filter(place=place).first()
    if item is None:
        raise ItemMissing()
    if is_checked != (item.checked_at is not None):
        item.checked_at = clock.now() if is_checked else None
        item.checked_by = by if is_checked else None
        item.save(update_fields=["checked_at", "checked_by"])
        what = Happened.CHECKED if is_checked else Happened.UNCHECKED
        note(task, what, by=by, number=place)
        journal.record(by, f"task.item_{what.value}", task, place=place)
    return item


@transaction.atomic
def snooze(*, task: Task, until: date, reason: str, by: Person) -> Task:
    """Put a task off until a day, on which it comes back; until then its days do not count."""
    task = held_own(task, by)
    check_snooze(until=until, today=clock.today(task.tenant.time_zone))
    check_reason(reason)
    task.snoozed_until = until
    note(task, Happened.SNOOZED, by=by, text=fit_reason(reason), until=until)
    journal.record(by, "task.snoozed", task, until=str(until))
    return kept(task, "snoozed_until")


@transaction.atomic
def wake(*, task: Task, by: Person) -> Task:
    """Take a task up again that was put off; one that was not stays as it is."""
    task = held_own(task, by)
    if task.is_asleep(clock.today(task.tenant.time_zone)):
        task.snoozed_until = None
        note(task, Happened.WOKEN, by=by)
        journal.record(by, "task.woken", task)
        kept(task, "snoozed_until")
    return task


@transaction.atomic
def finish(*, task: Task, outcome: Outcome, result: str = "", by: Person) -> Task:
    """Say that a task is done, or how far it could be, and what came of it."""
    task = held_own(task, by)
    words = fit_words(result, limit=RESULT_LENGTH, is_needed=outcome is not Outcome.DONE)
    if outcome is Outcome.DONE and task.items.filter(checked_at__isnull=True).exists():
        raise ItemsLeft()
    task.state, task.closed_at = TaskState.DONE.value, clock.now()
    task.outcome, task.result, task.snoozed_until = outcome.value, words, None
    kept(task, "state", "closed_at", "outcome", "result", "snoozed_until")
    done = note(task, Happened.DONE, by=by, text=words, deed=outcome.value)
    journal.record(by, "task.done", task, kind=task.kind, about=task.about, outcome=outcome.value)
    if task.made_by_id != by.pk:
        says = gettext_noop("%(who)s has done “%(title)s”.")
        notify(draft=news_of(done, DONE, says, who=by.name), people=[task.made_by_id], by=by)
    record_done(done)
    return task


@transaction.atomic
def reopen(*, task: Task, by: Person) -> Task:
    """Take up a task again that one had said was done, within a day."""
    task = held(task)
    require_own(task, by)
    if task.state != TaskState.DONE.value or task.closed_at is None:
        raise NotDone()
    if not may_reopen(task.closed_at, now=clock.now()):
        raise ReopenTooLate()
    task.state, task.closed_at = TaskState.OPEN.value, None
    task.outcome = task.result = ""
    note(task, Happened.REOPENED, by=by)
    kept(task, "state", "closed_at", "outcome", "result")
    journal.record(by, "task.reopened", task)
    take_back_done(task, by)
    return task
