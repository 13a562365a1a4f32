"""Laying files to tasks: kept outside the database, by what they hold."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.inbox.actions.happening import held, note
from bihuan.inbox.domain.attachment import FILES_AT_MOST, FilesTooMany, check_file, clean_name
from bihuan.inbox.domain.task import Happened
from bihuan.inbox.models import Task, TaskFile
from bihuan.org.actions import require_room_for_bytes
from bihuan.org.models import Person


@transaction.atomic
def attach(*, task: Task, name: str, content: bytes, by: Person) -> TaskFile:
    """Lay a file to a task; the same file under the same name is there once.

    Who may see the task, the caller has asked.
    """
    name = clean_name(name)
    check_file(name=name, size=len(content))
    task = held(task)
    digest = hashlib.sha256(content).hexdigest()
    there = task.files.filter(digest=digest, name=name).first()
    if there is not None:
        return there
    if task.files.count() >= FILES_AT_MOST:
        raise FilesTooMany(most=FILES_AT_MOST)
    require_room_for_bytes(by.tenant, asked=len(content))
    made = TaskFile(task=task, by=by, at=clock.now(), name=name, size=len(content), digest=digest)
    _keep(made.path, content)  # Before the row: a row without its file would be a lie.
    made.save()
    note(task, Happened.FILED, by=by, text=name)
    journal.record(by, "task.filed", task, size=len(content))
    return made


def _keep(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as beside:
        beside.write(content)
        beside.flush()
        os.fsync(beside.fileno())
    Path(beside.name).replace(path)
