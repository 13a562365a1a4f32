"""Asking somebody to look into files that no program can look into, once a person is erased."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from bihuan.base import clock
from bihuan.inbox.actions.assigning import assign_task, new_key
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.domain.task import TaskDraft
from bihuan.kernel.errors import gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant
from bihuan.privacy.domain.petition import answer_by
from bihuan.privacy.domain.sight import Unlooked

TITLE = gettext_noop("Look into files for somebody who was erased")
BODY = gettext_noop(
    "Files that no program can look into: %(count)s. Open each, and destroy it where it tells of "
    "the person."
)


def ask_to_look(
    tenant: Tenant, person: Person | None, petition: int | None, files: Sequence[Unlooked]
) -> None:
    """Give who agreed to an erasure the task to look; administrators see it, or have it."""
    today = clock.today(tenant.time_zone)
    seats = Assignment.objects.filter(tenant=tenant, role=Role.ADMIN.value).on(today)
    admins = list(Person.objects.filter(pk__in=seats.values("person_id")).order_by("pk"))
    owner = person or next(iter(admins), None)
    if owner is None:
        return
    draft = TaskDraft(
        kind="privacy.look",
        about=About("privacy.petition", petition or new_key()),
        title=Sentence(TITLE, {}),
        body=(Sentence(BODY, {"count": len(files)}),),
        link=reverse("privacy:petition", args=[petition]) if petition else "/privacy/",
        due_on=answer_by(today),
        copies=tuple(each.pk for each in admins),
    )
    assign_task(draft=draft, owner=owner, by=robot_of(tenant))
