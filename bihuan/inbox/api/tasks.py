"""Tasks for programs: the same lists, the same deeds, the same refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpResponseBase
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile

from bihuan.ai.api import TextOut, text_out
from bihuan.base import clock
from bihuan.base.idempotency import idempotent
from bihuan.base.taking import require_may_take
from bihuan.base.uploads import handed_over
from bihuan.inbox import actions, queries
from bihuan.inbox.access import file_seen, people_given_to, people_handed_to, task_seen, words_to
from bihuan.inbox.actions import NobodyToHandTo
from bihuan.inbox.api.routes import Id, Limit, Page, PersonRef, next_page, person_ref
from bihuan.inbox.domain.answer import REASON_LENGTH
from bihuan.inbox.domain.evidence import Line
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.domain.task import (
    COMMENT_LENGTH,
    ITEMS_AT_MOST,
    RESULT_LENGTH,
    TITLE_LENGTH,
    Outcome,
    TaskState,
)
from bihuan.inbox.models import Task, TaskEvent
from bihuan.inbox.queries import TasksShown, TaskView, said
from bihuan.org.access import PersonMissing, PersonRequest

router = Router(tags=["inbox"])

Title = Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)]
Reason = Annotated[str, Field(min_length=1, max_length=REASON_LENGTH)]


class TaskOut(Schema):
    """Something one person is to do; ``made_by`` is null where the system made it."""

    id: int
    kind: str
    about: str
    title: str
    owner: PersonRef
    made_by: PersonRef | None
    made_at: datetime
    due_on: date
    state: TaskState
    is_overdue: bool
    snoozed_until: date | None
    closed_at: datetime | None
    outcome: Outcome | None
    result: str
    link: str


class TasksOut(Schema):
    count: int
    next: int | None
    items: list[TaskOut]


class SeenOut(Schema):
    """One thing that was seen when the task was made: a figure, a day or words."""

    name: str
    value: Decimal | None
    day: date | None
    words: str
    unit: str
    currency: str
    link: str


class ItemOut(Schema):
    place: int
    text: str
    checked_at: datetime | None


class EventOut(Schema):
    """Something that happened to a task."""

    what: str
    by: PersonRef | None
    at: datetime
    text: str
    to: PersonRef | None
    step: int | None
    until: date | None


class FileOut(Schema):
    id: int
    name: str
    size: int
    at: datetime
    by: PersonRef


class TaskFullOut(TaskOut):
    """A task with everything that was added to it."""

    words: list[str]
    seen: list[SeenOut]
    text: TextOut | None
    """What a machine wrote for whoever got the task: a proposal until they say a word of it."""
    checklist: list[ItemOut]
    copies: list[PersonRef]
    files: list[FileOut]
    events: list[EventOut]
    next_step_on: date | None


class TaskIn(Schema):
    """A task made by hand; the same ``key`` again is the same task."""

    title: Title
    text: Annotated[str, Field(max_length=COMMENT_LENGTH)] = ""
    owner: Id
    due_on: date
    checklist: Annotated[list[Title], Field(max_length=ITEMS_AT_MOST)] = []
    key: Annotated[int, Field(ge=0, lt=2**62)]


class CheckIn(Schema):
    is_checked: bool


class CommentIn(Schema):
    text: Annotated[str, Field(max_length=COMMENT_LENGTH)]


class SnoozeIn(Schema):
    until: date
    reason: Reason


class HandOverIn(Schema):
    """To whom a task goes; ``had`` is whose it was when that was decided."""

    to: Id
    reason: Reason
    had: Id | None = None


class FinishIn(Schema):
    outcome: Outcome
    result: Annotated[str, Field(max_length=RESULT_LENGTH)] = ""


class CallOffIn(Schema):
    reason: Reason


@router.get("/tasks", response=TasksOut)
def tasks(
    request: PersonRequest,
    which: TasksShown = TasksShown.MINE,
    kind: Annotated[str, Field(max_length=60)] = "",
    page: Page = 1,
    limit: Limit = queries.PAGE_SIZE,
) -> TasksOut:
    """Your tasks, or those of your team, copied to you, given by you or done by you."""
    today = clock.today(request.tenant.time_zone)
    found = queries.tasks(request.scope, which, today, kind=kind)
    count = found.count()
    shown = found[(page - 1) * limit : page * limit]
    items = [
        TaskOut.model_validate(_task(each, today, words_to(each, request.scope))) for each in shown
    ]
    return TasksOut(count=count, next=next_page(page, limit, count), items=items)


def _task(each: Task, today: date, read: Callable[[str], str]) -> dict[str, object]:
    return {
        "id": each.pk,
        "kind": each.kind,
        "about": each.about,
        "title": read(said(each.title)),
        "owner": person_ref(each.owner),
        "made_by": None if each.made_by.is_robot else person_ref(each.made_by),
        "made_at": each.made_at,
        "due_on": each.due_on,
        "state": each.state,
        "is_overdue": each.is_overdue(today),
        "snoozed_until": each.snoozed_until,
        "closed_at": each.closed_at,
        "outcome": each.outcome or None,
        "result": read(each.result),
        "link": each.link,
    }


@router.post("/tasks", response={201: TaskFullOut})
@idempotent
def make(request: PersonRequest, given: TaskIn) -> Status[TaskFullOut]:
    """Make a task for yourself, or for somebody you lead."""
    people = people_given_to(request.person, clock.today(request.tenant.time_zone))
    owner = people.select_related("tenant").filter(pk=given.owner).first()
    if owner is None:
        raise PersonMissing(person=given.owner)
    made = actions.make_task(
        title=given.title,
        body=given.text,
        due_on=given.due_on,
        checklist=given.checklist,
        owner=owner,
        by=request.person,
        key=given.key,
    )
    return Status(201, _full(request, made.pk))


@router.get("/tasks/{task_id}", response=TaskFullOut)
def task(request: PersonRequest, task_id: Id) -> TaskFullOut:
    """A task with what was seen when it was made and what happened since."""
    return _full(request, task_id)


def _full(request: PersonRequest, task_id: int) -> TaskFullOut:
    found = task_seen(task_id, request.scope)
    today = clock.today(request.tenant.time_zone)
    view = queries.task_view(
        found, person=request.person, scope=request.scope, now=clock.now(), today=today
    )
    return TaskFullOut.model_validate(
        {
            **_task(found, today, view.read),
            "words": [view.read(said(line)) for line in found.lines],
            "seen": [_seen(each, view) for each in view.evidence],
            "text": None if view.text is None else text_out(view.text),
            "checklist": [
                ItemOut(
                    place=each.place,
                    text=view.read(said(each.sentence)),
                    checked_at=each.checked_at,
                )
                for each in view.items
            ],
            "copies": [person_ref(each) for each in view.copies],
            "files": [
                FileOut(
                    id=each.pk, name=each.name, size=each.size, at=each.at, by=person_ref(each.by)
                )
                for each in view.files
            ],
            "events": _events(view),
            "next_step_on": found.next_step_on,
        }
    )


def _seen(line: Line, view: TaskView) -> SeenOut:
    value = line.value
    return SeenOut(
        name=said(line.name),
        value=value if isinstance(value, Decimal) else None,
        day=value if isinstance(value, date) else None,
        words=view.read(said(value)) if isinstance(value, Sentence) else "",
        unit=line.unit,
        currency=line.currency,
        link=line.link,
    )


def _events(view: TaskView) -> list[EventOut]:
    parts: Sequence[TaskEvent] = (*view.history, *view.comments, *view.readings)
    return [
        EventOut(
            what=each.what,
            by=None if each.by.is_robot else person_ref(each.by),
            at=each.at,
            text=view.read(each.text),
            to=None if each.person is None else person_ref(each.person),
            step=each.number,
            until=each.until,
        )
        for each in sorted(parts, key=lambda event: event.pk)
    ]


@router.post("/tasks/{task_id}/read", response=TaskFullOut)
def read(request: PersonRequest, task_id: Id) -> TaskFullOut:
    """Note that you have seen a task."""
    actions.read_task(task=task_seen(task_id, request.scope), by=request.person)
    return _full(request, task_id)


@router.post("/tasks/{task_id}/items/{place}", response=TaskFullOut)
def check(
    request: PersonRequest, task_id: Id, place: Annotated[int, Field(ge=1, le=500)], given: CheckIn
) -> TaskFullOut:
    """Tick a point of the checklist off, or take the tick away."""
    found = task_seen(task_id, request.scope)
    actions.check_item(task=found, place=place, is_checked=given.is_checked, by=request.person)
    return _full(request, task_id)


@router.post("/tasks/{task_id}/comments", response=TaskFullOut)
@idempotent
def comment(request: PersonRequest, task_id: Id, given: CommentIn) -> TaskFullOut:
    """Say something about a task."""
    found = task_seen(task_id, request.scope)
    actions.comment(task=found, text=given.text, by=request.person)
    return _full(request, task_id)


@router.post("/tasks/{task_id}/files", response=TaskFullOut)
def attach(request: PersonRequest, task_id: Id, file: File[UploadedFile]) -> TaskFullOut:
    """Lay a file to a task."""
    found = task_seen(task_id, request.scope)
    actions.attach(task=found, name=file.name or "", content=file.read(), by=request.person)
    return _full(request, task_id)


@router.get("/tasks/{task_id}/files/{file_id}")
def download(request: PersonRequest, task_id: Id, file_id: Id) -> HttpResponseBase:
    """A file of a task, as it was laid there."""
    found = file_seen(task_id, file_id, request.scope)
    require_may_take(0)
    return handed_over(found.name, found.path.open("rb"))


@router.post("/tasks/{task_id}/snooze", response=TaskFullOut)
def snooze(request: PersonRequest, task_id: Id, given: SnoozeIn) -> TaskFullOut:
    """Put your task off until a day."""
    found = task_seen(task_id, request.scope)
    actions.snooze(task=found, until=given.until, reason=given.reason, by=request.person)
    return _full(request, task_id)


@router.post("/tasks/{task_id}/wake", response=TaskFullOut)
def wake(request: PersonRequest, task_id: Id) -> TaskFullOut:
    """Take your task up again that was put off."""
    actions.wake(task=task_seen(task_id, request.scope), by=request.person)
    return _full(request, task_id)


@router.post("/tasks/{task_id}/hand-over", response=TaskFullOut)
def hand_over(request: PersonRequest, task_id: Id, given: HandOverIn) -> TaskFullOut:
    """Give a task to a team mate, to your manager or to somebody you see."""
    found = task_seen(task_id, request.scope)
    people = people_handed_to(request.person, clock.today(request.tenant.time_zone))
    to = people.select_related("tenant").filter(pk=given.to).first()
    if to is None:
        raise NobodyToHandTo()
    actions.hand_over(task=found, to=to, reason=given.reason, by=request.person, had=given.had)
    return _full(request, task_id)


@router.post("/tasks/{task_id}/finish", response=TaskFullOut)
def finish(request: PersonRequest, task_id: Id, given: FinishIn) -> TaskFullOut:
    """Say that your task is done, or how far it could be."""
    found = task_seen(task_id, request.scope)
    actions.finish(task=found, outcome=given.outcome, result=given.result, by=request.person)
    return _full(request, task_id)


@router.post("/tasks/{task_id}/reopen", response=TaskFullOut)
def reopen(request: PersonRequest, task_id: Id) -> TaskFullOut:
    """Take your task up again that was done, within a day."""
    actions.reopen(task=task_seen(task_id, request.scope), by=request.person)
    return _full(request, task_id)


@router.post("/tasks/{task_id}/call-off", response=TaskFullOut)
def call_off(request: PersonRequest, task_id: Id, given: CallOffIn) -> TaskFullOut:
    """Say of a task you made that it is no longer wanted."""
    found = task_seen(task_id, request.scope)
    actions.call_off(task=found, reason=given.reason, by=request.person)
    return _full(request, task_id)
