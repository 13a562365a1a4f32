"""Giving people tasks, and taking back what is no longer wanted.

Deeds of other packages call ``assign_task`` and ``lapse_tasks`` within their own
transaction; who may do such a deed, they have asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse

from bihuan.base import clock, journal
from bihuan.inbox.access import has_left, require_may_give
from bihuan.inbox.actions.delivering import deliver
from bihuan.inbox.actions.happening import note, released
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.escalation import Count, next_step_on
from bihuan.inbox.domain.letter import TASK, Button, Letter
from bihuan.inbox.domain.sentence import Sentence, params_as_data, plain
from bihuan.inbox.domain.task import (
    COMMENT_LENGTH,
    OWN,
    TITLE_LENGTH,
    Happened,
    TaskDraft,
    fit_words,
)
from bihuan.inbox.models import Task, TaskCopy, TaskItem
from bihuan.inbox.queries.steps import calendar_of, ladder_for
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant
from bihuan.org.queries import home_of

KEY_BITS = 62
DONE = "done"
"""The button by which a task is done as asked, from within a message."""


class DueTooEarly(Invalid):
    code = "inbox.due_too_early"
    says = gettext_noop("A task is due today at the earliest.")


@transaction.atomic
def assign_task(*, draft: TaskDraft, owner: Person, by: Person) -> Task | None:
    """Give a person something to do; ``None`` where they were given that already, or have left.

    Given is once per owner, kind and thing, also when it was done or handed over since.
    """
    assert owner.tenant_id == by.tenant_id, "nobody of another company gets a task"
    for sentence in (draft.title, *draft.body, *draft.checklist):
        sentence.said(str, "en")  # A parameter that is missing is found now.
    now = clock.now()
    today = clock.business_day(now, owner.tenant.time_zone)
    if has_left(owner, today):
        return None
    ladder = draft.steps or ladder_for(owner.tenant, draft.kind)
    count = Count(since=today, calendar=calendar_of(owner.tenant, ladder))
    task, is_new = Task.objects.get_or_create(
        made_for=owner,
        kind=draft.kind,
        about=str(draft.about),
        defaults={
            "tenant_id": owner.tenant_id,
            "owner": owner,
            "unit": home_of(owner, today),
            "says": draft.title.says,
            "params": params_as_data(draft.title),
            "body": [each.as_data() for each in draft.body],
            "link": draft.link,
            "seen": dict(draft.seen),
            "made_by": by,
            "made_at": now,
            "due_on": draft.due_on,
            "ladder": ladder.as_data(),
            "counted_from": today,
            "next_step_on": next_step_on(ladder, taken=0, count=count),
        },
    )
    if not is_new:
        return None
    _add(task, draft)
    note(task, Happened.MADE, by=by)
    journal.record(by, "task.made", task, kind=draft.kind, about=task.about, owner=owner.pk)
    if owner.pk != by.pk:
        deliver(letter=_letter(task, draft), to={owner.pk: task.pk}, tenant=owner.tenant)
    return task


def _letter(task: Task, draft: TaskDraft) -> Letter:
    """Return what is brought to the owner; what has no checklist can be done from there."""
    done = Button(DONE, Sentence(gettext_noop("Done")))
    return Letter(
        what=TASK,
        kind=draft.kind,
        about=draft.about,
        title=draft.title,
        lines=draft.body,
        link=reverse("inbox:task", args=[task.pk]),
        due_on=draft.due_on,
        buttons=() if draft.checklist else (done,),
    )


def _add(task: Task, draft: TaskDraft) -> None:
    """Keep the checklist of a new task, and who sees a copy."""
    TaskItem.objects.bulk_create(
        TaskItem(task=task, place=place, says=each.says, params=params_as_data(each))
        for place, each in enumerate(draft.checklist, start=1)
    )
    add_copies(task, draft.copies)


def add_copies(task: Task, people: Collection[int]) -> list[int]:
    """Let people see a task who do not yet; returns who they are."""
    known = set(TaskCopy.objects.filter(task=task).values_list("person_id", flat=True))
    here = Person.objects.filter(tenant_id=task.tenant_id, is_robot=False, pk__in=set(people))
    fresh = sorted(set(here.values_list("pk", flat=True)) - known - {task.owner_id})
    now = clock.now()
    TaskCopy.objects.bulk_create(
        TaskCopy(task=task, person_id=each, added_at=now) for each in fresh
    )
    return fresh


def new_key() -> int:
    """Return what tells a task made by hand from every other, also when it is sent twice."""
    return secrets.randbits(KEY_BITS)


@transaction.atomic
def make_task(  # noqa: PLR0913  # what a form asks for
    *,
    title: str,
    body: str = "",
    due_on: date,
    checklist: Sequence[str] = (),
    owner: Person,
    by: Person,
    key: int,
) -> Task:
    """Make a task by hand for oneself or for somebody one leads; sent twice, it is one."""
    today = clock.today(by.tenant.time_zone)
    require_may_give(by, owner, today)
    if due_on < today:
        raise DueTooEarly()
    about = About(f"{OWN}.{by.pk}", key)
    words = fit_words(body, limit=COMMENT_LENGTH, is_needed=False)
    draft = TaskDraft(
        kind=OWN,
        about=about,
        title=plain(fit_words(title, limit=TITLE_LENGTH)),
        body=tuple(plain(each) for each in words.splitlines() if each.strip()),
        due_on=due_on,
        checklist=tuple(plain(fit_words(each, limit=TITLE_LENGTH)) for each in checklist),
    )
    made = assign_task(draft=draft, owner=owner, by=by)
    return made or Task.objects.about(by.tenant_id, about).get(made_for=owner)


@transaction.atomic
def lapse_tasks(*, tenant: Tenant, about: About, kind: str | None = None) -> int:
    """Note that what is open about a thing is no longer wanted; returns of how many tasks."""
    found = Task.objects.about(tenant.pk, about).open()
    if kind is not None:
        found = found.filter(kind=kind)
    by = robot_of(tenant)
    lapsed = 0
    for task in found.select_for_update(of=["self"]).order_by("pk"):
        released(task, by=by)
        lapsed += 1
    return lapsed
