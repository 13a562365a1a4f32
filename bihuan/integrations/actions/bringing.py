"""Taking files in, and keeping how they are to be read."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction

from bihuan.base import clock, journal
from bihuan.base.uploads import FileKindRefused, clean_name
from bihuan.integrations.domain.fault import Origin
from bihuan.integrations.domain.mapping import load_mapping
from bihuan.integrations.domain.progress import State
from bihuan.integrations.models import Import
from bihuan.integrations.reader.child import HEAD_BYTES
from bihuan.integrations.reader.content import check_content
from bihuan.integrations.reader.limits import FileRefused
from bihuan.kernel.errors import Conflict, Invalid, ProblemsFound, gettext_noop
from bihuan.org.access import require_role
from bihuan.org.actions import require_room_for_bytes
from bihuan.org.domain.role import Role
from bihuan.org.models import Person

BRINGERS = (Role.ADMIN, Role.INTEGRATION)
"""Who may bring files; people and units among them still need an administrator."""

MAX_BYTES = 100 * 1024 * 1024
MAX_FILES = 40


class FileTooLarge(Invalid):
    code = "integrations.file_too_large"
    says = gettext_noop("“%(file)s” is larger than %(limit)s MB. Split it, or save it as CSV.")


class TooManyFiles(Invalid):
    code = "integrations.too_many_files"
    says = gettext_noop("%(count)s files at once are too many; bring at most %(limit)s.")


class NameTaken(Invalid):
    code = "integrations.name_taken"
    says = gettext_noop("Two of the files are called “%(file)s”. Rename one of them.")


class ImportUnderWay(Conflict):
    code = "integrations.import_under_way"
    says = gettext_noop("This import is running, or has run already.")


@transaction.atomic
def bring(*, files: Sequence[File[Any]], by: Person) -> Import:
    """Take files in and keep them for reading; nothing of them lands yet."""
    require_role(by, *BRINGERS)
    if len(files) > MAX_FILES:
        raise TooManyFiles(count=len(files), limit=MAX_FILES)
    names = [clean_name(each.name or "file") for each in files]
    for name, each in zip(names, files, strict=True):
        if not name:
            raise FileKindRefused(kind=(each.name or "")[:40])
        if (each.size or 0) > MAX_BYTES:
            raise FileTooLarge(file=name, limit=MAX_BYTES // 1024 // 1024)
        if [other.lower() for other in names].count(name.lower()) > 1:
            raise NameTaken(file=name)
        _check_content(name, each)
    require_room_for_bytes(by.tenant, asked=sum(each.size or 0 for each in files))
    label = names[0] if len(names) == 1 else f"{names[0]} … ({len(names)})"
    made = Import.objects.create(tenant=by.tenant, label=label[:200], by=by, began_at=clock.now())
    _keep(made.folder, dict(zip(names, files, strict=True)))
    journal.record(by, "import.brought", made, files=len(files))
    return made


def _check_content(name: str, file: File[Any]) -> None:
    """Refuse at once what the reader would refuse by its first bytes."""
    file.seek(0)
    try:
        check_content(Origin(name), bytes(file.read(HEAD_BYTES)))
    except FileRefused as refused:
        raise ProblemsFound([refused.problem]) from None
    file.seek(0)


def _keep(folder: Path, files: dict[str, File[Any]]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, upload in files.items():
        with (folder / name).open("wb") as kept:
            for chunk in upload.chunks():
                kept.write(chunk)


@transaction.atomic
def begin_here(*, label: str, mapping: str, by: Person) -> Import:
    """Begin an import of files that lie on this machine, with the mapping they are read by."""
    require_role(by, *BRINGERS)
    load_mapping(mapping)
    made = Import.objects.create(
        tenant=by.tenant, label=label[:200], by=by, began_at=clock.now(), mapping=mapping
    )
    journal.record(by, "import.begun", made)
    return made


@transaction.atomic
def set_mapping(*, import_: Import, text: str, by: Person) -> Import:
    """Keep how the files of an import are to be read; a mapping that cannot be read is refused."""
    require_role(by, *BRINGERS)
    load_mapping(text)
    locked = Import.objects.select_for_update().get(pk=import_.pk)
    if locked.state in (State.RUNNING.value, State.DONE.value, State.REVERTED.value):
        raise ImportUnderWay()
    locked.mapping = text
    locked.save(update_fields=["mapping"])
    journal.record(by, "import.mapped", locked)
    return locked


@transaction.atomic
def drop_import(*, import_: Import, by: Person) -> None:
    """Forget files that never landed."""
    require_role(by, *BRINGERS)
    locked = Import.objects.select_for_update().get(pk=import_.pk)
    if locked.batch_id is not None or locked.state == State.RUNNING.value:
        raise ImportUnderWay()
    journal.record(by, "import.dropped", locked)
    shutil.rmtree(locked.folder, ignore_errors=True)
    locked.delete()
