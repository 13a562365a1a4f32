"""Laying files to tasks: kept outside the database, by what they hold."""

from __future__ import annotations

from django.db import connection, transaction

from bihuan.base import clock, journal
from bihuan.base.uploads import accept, keep
from bihuan.inbox.access import require_adds
from bihuan.inbox.actions.happening import held, note
from bihuan.inbox.domain.attachment import FILES_AT_MOST, FilesTooMany
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Task, TaskFile
from bihuan.org.actions import require_room_for_bytes
from bihuan.org.models import Person


@transaction.atomic
def attach(*, task: Task, name: str, content: bytes, by: Person) -> TaskFile:
    """Lay a file to a task; the same file under the same name is there once."""
    require_adds(task, by)
    given = accept(name, content)
    task = held(task)
    kept = task.files.filter(gone_at__isnull=True)
    there = kept.filter(digest=given.digest, name=given.name).first()
    if there is not None:
        return there
    if kept.count() >= FILES_AT_MOST:
        raise FilesTooMany(most=FILES_AT_MOST)
    require_room_for_bytes(by.tenant, asked=len(given.content))
    hold_content(given.digest)
    keep(given, TaskFile.FOLDER)  # Before the row: a row without its file would be a lie.
    made = TaskFile.objects.create(
        task=task,
        by=by,
        at=clock.now(),
        name=given.name,
        size=len(given.content),
        digest=given.digest,
    )
    note(task, Happened.FILED, by=by, text=given.name)
    journal.record(by, "task.filed", task, size=made.size)
    return made


def hold_content(digest: str) -> None:
    """Let nobody else lay this content to a task, or destroy it, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{TaskFile.FOLDER}/{digest}"]
        )
