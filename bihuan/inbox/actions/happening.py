"""What every deed on a task does: hold it, note what happened, keep its next step right."""

from __future__ import annotations

from datetime import date

from bihuan.base import clock, journal
from bihuan.inbox import uses
from bihuan.inbox.access import is_theirs, require_own
from bihuan.inbox.domain.escalation import next_step_on
from bihuan.inbox.domain.task import Happened, TaskState
from bihuan.inbox.models import TASK_STATE_LABELS, Task, TaskEvent
from bihuan.inbox.queries.steps import count_of
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.models import Person


class TaskClosed(Conflict):
    code = "inbox.task_closed"
    says = gettext_noop("This task is closed: %(state)s.")


class TaskMoved(Conflict):
    code = "inbox.task_moved"
    says = gettext_noop("This task went to %(owner)s: it is theirs to do now.")


def held(task: Task) -> Task:
    """Return a task as it is now, held against everybody else.

    It is held before it is read: a row whose owner another deed changes while this
    one waits would not come back joined to the owner it had.
    """
    Task.objects.select_for_update().values_list("pk").get(pk=task.pk)
    found = Task.objects.select_related("tenant", "owner__tenant", "made_by", "unit")
    return found.get(pk=task.pk)


def held_open(task: Task) -> Task:
    """Return a task that is still to be done, held; refuse one that is closed."""
    found = held(task)
    if not found.is_open:
        raise TaskClosed(state=TASK_STATE_LABELS[found.state])
    return found


def held_own(task: Task, by: Person) -> Task:
    """Return a person's own open task, held.

    Who has it no longer is told where it went; who never had it, that it is not theirs.
    """
    found = held_open(task)
    had = found.made_for_id == by.pk or found.events.filter(owner=by).exists()
    if had and not is_theirs(found, by):
        raise TaskMoved(owner=found.owner.name)
    require_own(found, by)
    return found


def note(  # noqa: PLR0913  # the columns of an event
    task: Task,
    what: Happened,
    *,
    by: Person,
    text: str = "",
    person: Person | None = None,
    number: int | None = None,
    deed: str = "",
    until: date | None = None,
) -> TaskEvent:
    """Write down what happened to a task, and tell the package that made it."""
    event = TaskEvent.objects.create(
        task=task,
        what=what.value,
        by=by,
        at=clock.now(),
        text=text,
        owner_id=task.owner_id,
        person=person,
        number=number,
        deed=deed,
        until=until,
    )
    if what is not Happened.MADE:
        uses.tell(event)
    return event


def kept(task: Task, *fields: str) -> Task:
    """Keep what was changed of a task, with the day of its next step as it is now."""
    task.next_step_on = None
    if task.is_open:
        task.next_step_on = next_step_on(task.climb, taken=task.steps_taken, count=count_of(task))
    task.save(update_fields=[*fields, "next_step_on"])
    return task


def released(task: Task, *, by: Person, text: str = "") -> Task:
    """Note that a task is no longer wanted."""
    task.state, task.closed_at = TaskState.LAPSED.value, clock.now()
    task.snoozed_until = None
    note(task, Happened.LAPSED, by=by, text=text)
    kept(task, "state", "closed_at", "snoozed_until")
    journal.record(by, "task.lapsed", task, kind=task.kind, about=task.about)
    return task
