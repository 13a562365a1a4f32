"""Whose the files of tasks are, and which of them somebody brought."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from django.urls import reverse

from bihuan.inbox.models import TaskFile
from bihuan.org.models import Person
from bihuan.privacy.channels import Owned


def whose_file(place: PurePath) -> Owned | None:
    """Return whose a file is that was laid to tasks: of whoever laid it to one."""
    rows = list(TaskFile.objects.filter(digest=place.name).select_related("task"))
    if not rows:
        return None
    return Owned(
        tenants=frozenset(each.task.tenant_id for each in rows),
        people=frozenset(each.by_id for each in rows),
        page=reverse("inbox:task", args=[rows[0].task_id]),
    )


def files_brought(person: Person) -> Iterator[tuple[str, bytes]]:
    """Yield the files that somebody laid to tasks, for the copy of their data."""
    for each in TaskFile.objects.filter(by=person).order_by("pk"):
        if each.path.exists():
            yield each.name, each.path.read_bytes()
