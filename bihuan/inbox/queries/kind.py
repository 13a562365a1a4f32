"""Tasks as things that can be shared, and of which one may ask who sees them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.inbox.access import words_to
from bihuan.inbox.models import TASK_SHARED, Task
from bihuan.inbox.queries.saying import said
from bihuan.kernel.errors import gettext_noop
from bihuan.org.domain.scope import Scope
from bihuan.org.uses import Basis, Thing, ThingKind

OWNER, MADE, COPIED = (
    gettext_noop("It is theirs to do."),
    gettext_noop("They made it."),
    gettext_noop("It is copied to them."),
)


def _seen(pk: int, scope: Scope) -> Thing | None:
    task = Task.objects.visible_to(scope).select_related("unit").filter(pk=pk).first()
    if task is None:
        return None
    url = reverse("inbox:task", args=[pk])
    return Thing(kind=TASK_SHARED, pk=pk, name=words_to(task, scope)(said(task.title)), url=url)


def _basis(pk: int) -> Basis:
    task = Task.objects.select_related("unit").get(pk=pk)
    copies = task.copies.values_list("person_id", flat=True)
    people = [(task.owner_id, OWNER), (task.made_by_id, MADE), *((each, COPIED) for each in copies)]
    return Basis(people=people, unit_paths=[task.unit.path] if task.unit else [])


def _shares(pk: int, scope: Scope) -> bool:
    """Its owner shares it, who made it, and who leads the owner."""
    task = Task.objects.select_related("unit").get(pk=pk)
    is_own = scope.person_id in (task.owner_id, task.made_by_id)
    return is_own or (task.unit is not None and scope.covers_as_manager(task.unit.path))


TASK = ThingKind(
    code=TASK_SHARED,
    name=_("Task"),
    seen=_seen,
    basis=_basis,
    rows=lambda scope: Task.objects.visible_to(scope),
    is_shareable=True,
    shares=_shares,
)
