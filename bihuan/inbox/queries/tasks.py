"""Lists of tasks: what is most overdue first, what is put off last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When

from bihuan.inbox.access import words_to
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Task, TaskCopy, TaskEvent, TaskItem, TaskQuerySet
from bihuan.org.access import openings
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

HOME_AT_MOST = 5


class TasksShown(StrEnum):
    MINE = "mine"
    TEAM = "team"
    """Those of the people one leads."""
    COPIED = "copied"
    MADE = "made"
    """Those one gave to others."""
    DONE = "done"
    """One's own that are closed."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in a list: whether one has read it, and how much of its checklist is ticked off."""

    task: Task
    is_new: bool
    checked_count: int
    item_count: int
    read: Callable[[str], str]
    """How the reader is shown words of the task."""


@dataclass(frozen=True, slots=True)
class TaskNews:
    """What has become of a task that was given because of something."""

    task: Task
    read_at: datetime | None
    """When its owner saw it for the first time."""


def tasks(scope: Scope, which: TasksShown, today: date, *, kind: str = "") -> TaskQuerySet:
    """Return the tasks of a list, as far as a person may see them."""
    seen = Task.objects.visible_to(scope).select_related("owner", "made_by", "unit", "tenant")
    if kind:
        seen = seen.filter(kind=kind)
    if which is TasksShown.DONE:
        return (
            seen.filter(_shown(scope, which))
            .filter(closed_at__isnull=False)
            .order_by("-closed_at", "-pk")
        )
    off = When(snoozed_until__gt=today, then=Value(1))
    found = seen.filter(_shown(scope, which)).open()
    return found.order_by(Case(off, default=Value(0)), "due_on", "pk")


def _shown(scope: Scope, which: TasksShown) -> Q:
    own = Q(owner_id__in=[scope.person_id, *scope.stands_for])
    copied = TaskCopy.objects.filter(task=OuterRef("pk"), person_id=scope.person_id)
    match which:
        case TasksShown.MINE | TasksShown.DONE:
            return own
        case TasksShown.MADE:
            return Q(made_by_id=scope.person_id) & ~own
        case TasksShown.COPIED:
            return Q(Exists(copied)) & ~own
        case TasksShown.TEAM:
            return _of_team(scope) & ~own


def _of_team(scope: Scope) -> Q:
    """Return the condition that a task is of somebody one leads; of all where one sees all."""
    if scope.whole_tenant:
        return Q()
    led = Q(pk__in=[])
    for path in scope.unit_paths:
        led |= Q(unit__path__startswith=path)
    return led


def task_rows(found: Iterable[Task], scope: Scope) -> list[TaskRow]:
    """Return tasks as a list shows them, in the order given, in two statements."""
    found = list(found)
    keys = [task.pk for task in found]
    read = TaskEvent.objects.filter(task__in=keys).read_by(scope.person_id)
    known = set(read.values_list("task_id", flat=True))
    ticked = Count("pk", filter=Q(checked_at__isnull=False))
    items = TaskItem.objects.filter(task__in=keys).order_by().values("task_id")
    counts = {
        row["task_id"]: (row["done"], row["all"])
        for row in items.annotate(done=ticked, all=Count("pk"))
    }
    return [
        TaskRow(
            task, task.pk not in known, *counts.get(task.pk, (0, 0)), read=words_to(task, scope)
        )
        for task in found
    ]


def kinds_of_tasks(tenant: Tenant) -> list[str]:
    """Return the kinds of task that a company has."""
    found = Task.objects.filter(tenant=tenant).order_by("kind").values_list("kind", flat=True)
    return list(found.distinct())


def tasks_waiting(person: Person, today: date) -> TaskQuerySet:
    """Return what a person is to do now, also for whom they stand in, most overdue first."""
    owners = [person.pk, *openings(person).stands_for]
    own = Task.objects.filter(tenant_id=person.tenant_id, owner__in=owners).awake(today)
    return own.select_related("owner", "made_by", "unit", "tenant").order_by("due_on", "pk")


def tasks_about(*, tenant: Tenant, about: About) -> list[TaskNews]:
    """Return what has become of the tasks that were given about a thing, in their order."""
    found = list(
        Task.objects.about(tenant.pk, about)
        .select_related("owner", "made_by", "tenant")
        .order_by("pk")
    )
    read = TaskEvent.objects.what(Happened.READ).filter(task__in=found, by=F("task__owner"))
    first = dict(read.values_list("task_id", "at"))
    return [TaskNews(task, first.get(task.pk)) for task in found]
