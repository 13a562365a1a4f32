"""One task as somebody may see it: what is to be done, what was seen, what happened so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from bihuan.ai.models import AiText
from bihuan.inbox.access import may_call_off, may_hand_over, words_to
from bihuan.inbox.domain.escalation import Step
from bihuan.inbox.domain.evidence import Line, Source, sources_of, text_of
from bihuan.inbox.domain.task import REOPEN_WITHIN, Happened, TaskState, may_reopen
from bihuan.inbox.models import Task, TaskEvent, TaskFile, TaskItem
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person

TOLD_APART = (Happened.READ.value, Happened.COMMENTED.value)
"""What stands in a place of its own and not among what happened."""


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as one person may see it at a moment."""

    task: Task
    evidence: tuple[Line, ...]
    text: AiText | None
    """What a machine wrote for whoever got it, if it brings something like that."""
    text_from: tuple[Source, ...]
    items: tuple[TaskItem, ...]
    copies: tuple[Person, ...]
    files: tuple[TaskFile, ...]
    comments: tuple[TaskEvent, ...]
    readings: tuple[TaskEvent, ...]
    history: tuple[TaskEvent, ...]
    is_own: bool
    is_asleep: bool
    is_overdue: bool
    may_hand_over: bool
    may_call_off: bool
    read: Callable[[str], str]
    """How the reader is shown words of the task."""
    reopen_until: datetime | None
    """Until when its owner may take it up again; nothing where they may not."""

    @property
    def may_work(self) -> bool:
        """Return whether the person can tick, put off and finish it."""
        return self.is_own and self.task.is_open

    @property
    def checked_count(self) -> int:
        return sum(each.checked_at is not None for each in self.items)

    @property
    def next_step(self) -> Step | None:
        """Return what happens next if it goes on lying."""
        steps, taken = self.task.climb.steps, self.task.steps_taken
        return steps[taken] if self.task.next_step_on is not None else None


def task_view(task: Task, *, person: Person, scope: Scope, now: datetime, today: date) -> TaskView:
    """Return a task with everything that was added to it."""
    events = list(task.events.select_related("by", "person", "owner"))
    read = words_to(task, scope)
    is_own = task.owner_id == person.pk or task.owner_id in scope.stands_for
    return TaskView(
        task=task,
        evidence=task.evidence,
        text=_text(task, read),
        text_from=sources_of(task.seen),
        items=tuple(task.items.select_related("checked_by")),
        copies=tuple(each.person for each in task.copies.select_related("person")),
        files=tuple(task.files.select_related("by")),
        comments=tuple(each for each in events if each.what == Happened.COMMENTED.value),
        readings=tuple(each for each in events if each.what == Happened.READ.value),
        history=tuple(each for each in events if each.what not in TOLD_APART),
        is_own=is_own,
        is_asleep=task.is_asleep(today),
        is_overdue=task.is_overdue(today),
        may_hand_over=task.is_open and may_hand_over(task, person, scope),
        may_call_off=task.is_open and may_call_off(task, person),
        read=read,
        reopen_until=_reopen_until(task, now) if is_own else None,
    )


def _text(task: Task, read: Callable[[str], str]) -> AiText | None:
    """Return the text that a task brings: read by who sees the task, judged by whom it is for.

    It was made of words as its first reader was shown them: others read it as the task.
    """
    number = text_of(task.seen)
    if number is None:
        return None
    found = AiText.objects.filter(pk=number, tenant=task.tenant_id).first()
    if found is not None:
        found.text, found.adjusted = read(found.text), read(found.adjusted)
        found.parts = [{**part, "text": read(part["text"])} for part in found.parts]
    return found


def _reopen_until(task: Task, now: datetime) -> datetime | None:
    done_at = task.closed_at
    if task.state != TaskState.DONE.value or done_at is None or not may_reopen(done_at, now=now):
        return None
    return done_at + REOPEN_WITHIN
