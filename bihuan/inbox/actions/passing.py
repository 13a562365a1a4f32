"""Handing a task to somebody else, and calling one off that one made."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.inbox.access import (
    people_handed_to,
    require_may_call_off,
    require_may_hand_over,
)
from bihuan.inbox.actions.assigning import add_copies
from bihuan.inbox.actions.happening import TaskMoved, held_open, kept, note, released
from bihuan.inbox.actions.notices import notify
from bihuan.inbox.actions.working import news_of
from bihuan.inbox.domain.answer import check_reason, fit_reason
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Task
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.access import scope_of
from bihuan.org.models import Person
from bihuan.org.queries import home_of

HANDED = "inbox.task_handed_over"
CALLED_OFF = "inbox.task_called_off"


class TheirsAlready(Invalid):
    code = "inbox.theirs_already"
    says = gettext_noop("This is %(person)s’s task already.")


class NobodyToHandTo(Invalid):
    code = "inbox.nobody_to_hand_to"
    says = gettext_noop("You hand tasks to team mates, to your managers and to people you see.")


@transaction.atomic
def hand_over(*, task: Task, to: Person, reason: str, by: Person, had: int | None = None) -> Task:
    """Give a task to somebody else, who has all its days before them again.

    Who has had it so far goes on seeing it. ``had`` is whose task it was when the
    person decided; where it went elsewhere since then, it stays where it went.
    """
    was = had or task.owner_id
    task = held_open(task)
    if task.owner_id != was:
        raise TaskMoved(owner=task.owner.name)
    today = clock.today(task.tenant.time_zone)
    require_may_hand_over(task, by, scope_of(by, today))
    if to.pk == task.owner_id:
        raise TheirsAlready(person=to.name)
    if not people_handed_to(by, today).filter(pk=to.pk).exists():
        raise NobodyToHandTo()
    check_reason(reason)
    handed = note(task, Happened.HANDED_OVER, by=by, person=to, text=fit_reason(reason))
    given(task, to)
    task.counted_from, task.steps_taken, task.stepped_on = today, 0, None
    kept(task, *GIVEN, "counted_from", "steps_taken", "stepped_on")
    journal.record(by, "task.handed_over", task, to=to.pk)
    says = gettext_noop("%(who)s handed “%(title)s” to %(to)s.")
    people = {was, to.pk, task.made_by_id} - {by.pk}
    notify(draft=news_of(handed, HANDED, says, who=by.name, to=to.name), people=people, by=by)
    return task


GIVEN = ("owner", "unit", "snoozed_until")
"""What changes of a task that goes to somebody else."""


def given(task: Task, to: Person) -> None:
    """Make a task somebody else's; who had it sees a copy from now on."""
    before = task.owner_id
    task.owner, task.snoozed_until = to, None
    task.unit = home_of(to, clock.today(task.tenant.time_zone))
    add_copies(task, [before])


@transaction.atomic
def call_off(*, task: Task, reason: str, by: Person) -> Task:
    """Say of a task one made that it is no longer wanted."""
    require_may_call_off(task, by)
    task = held_open(task)
    check_reason(reason)
    released(task, by=by, text=fit_reason(reason))
    if task.owner_id != by.pk:
        says = gettext_noop("%(who)s called off “%(title)s”.")
        lapsed = task.events.what(Happened.LAPSED).order_by("-pk")[:1].get()
        draft = news_of(lapsed, CALLED_OFF, says, who=by.name)
        notify(draft=draft, people=[task.owner_id], by=by)
    return task
