"""What tasks are for, as the packages above tell it.

``inbox`` knows who is to do what until when. A package that gives people tasks says
here, once, when it is set up, what its kinds are called, and may ask to be told what
happens to them: that somebody has read one, say, or has done it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.inbox.domain.task import OWN
from bihuan.inbox.models import Task, TaskEvent

Happening = Callable[[Task, TaskEvent], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKind:
    """A package's part: the name of what it asks for, and who is told what happens to it."""

    code: str
    name: Promise
    happened: Happening | None = None
    """Told of each event after the task was made, within the transaction in which it happens."""


_KINDS: dict[str, TaskKind] = {OWN: TaskKind(code=OWN, name=_("Made by hand"))}


def register(kind: TaskKind) -> None:
    """Have a kind of task called by its name, and its package told what happens to it."""
    _KINDS[kind.code] = kind


def task_kinds() -> tuple[TaskKind, ...]:
    """Return every kind there is, in the order of their codes."""
    return tuple(_KINDS[code] for code in sorted(_KINDS))


def task_kind(code: str) -> TaskKind:
    """Return a kind; one that no package tells of any more is just a task."""
    return _KINDS.get(code) or TaskKind(code=code, name=_("Task"))


def tell(event: TaskEvent) -> None:
    """Tell the package that made a task what has happened to it."""
    happened = task_kind(event.task.kind).happened
    if happened is not None:
        happened(event.task, event)
