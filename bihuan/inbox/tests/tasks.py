"""Tasks as tests need them, and instants of the company's day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.domain.task import TaskDraft
from bihuan.inbox.models import Task
from bihuan.org.actions import robot_of
from bihuan.org.models import Person

ZONE = "Asia/Shanghai"
DUE = date(2026, 11, 9)


def draft(number: int = 1, *, kind: str = "test.task", **more: object) -> TaskDraft:
    """Return a task about a thing of tests; ``more`` are other fields of the draft."""
    given: dict[str, object] = {"due_on": DUE, "link": f"/metrics/?thing={number}", **more}
    return TaskDraft(
        kind=kind,
        about=About("test.thing", number),
        title=plain(f"See to thing {number}."),
        **given,  # type: ignore[arg-type]  # names of the draft's own fields
    )


def give(owner: Person, number: int = 1, *, on: datetime | None = None, **more: object) -> Task:
    """Give a person a task, at an instant if one is said."""
    asked = draft(number, **more)  # type: ignore[arg-type]  # names of the draft's own fields
    with clock.pretended(on or clock.now()):
        task = actions.assign_task(draft=asked, owner=owner, by=robot_of(owner.tenant))
    assert task is not None
    return task


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return an instant by the clock on the wall of the company."""
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(ZONE))
