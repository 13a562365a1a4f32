"""Handing somebody a copy of what is kept of them: made on a request, fetched, and let go of."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.models import Person, Tenant
from bihuan.privacy.access import require_may_fetch
from bihuan.privacy.actions.asking import finish
from bihuan.privacy.actions.noting import note_read
from bihuan.privacy.domain.petition import State
from bihuan.privacy.domain.reading import Purpose, Reading
from bihuan.privacy.models import DataCopy, Petition, copy_path
from bihuan.privacy.queries.copying import pack

KEPT = timedelta(days=7)
Tell = Callable[[int, int], None]


class CopyGone(Conflict):
    code = "privacy.copy_gone"
    says = gettext_noop("This copy is removed: it lies here for seven days. Ask for a new one.")


def make_copy(*, petition: Petition, by: Person, tell: Tell = lambda done, of: None) -> Petition:
    """Write the copy that was asked for; a second time changes nothing."""
    if petition.state == State.DONE.value:
        return petition
    assert petition.subject is not None, "a copy is about somebody"
    path = copy_path(petition.tenant_id, petition.pk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    packed = pack(petition.subject, beside, tell=tell)
    beside.replace(path)  # Written beside it, so that what has the name is whole.
    now = clock.now()
    with transaction.atomic():
        DataCopy.objects.update_or_create(
            petition=petition,
            defaults={
                "made_at": now,
                "expires_at": now + KEPT,
                "size": path.stat().st_size,
                "sha256": _digest(path),
            },
        )
        result: dict[str, object] = {"rows": packed.rows, "their_files": packed.files}
        return finish(petition=petition, result=result, by=by)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def fetch_copy(*, petition: Petition, by: Person) -> Path:
    """Return where a copy lies, to who asked for it or is meant; it is written down."""
    require_may_fetch(by, petition)
    made = DataCopy.objects.filter(petition=petition, gone_at__isnull=True).first()
    if made is None or made.expires_at <= clock.now() or not made.path.exists():
        raise CopyGone()
    note_read(
        reading=Reading.HANDED_OUT,
        subject=petition.subject,
        purpose=Purpose.RIGHTS,
        by=by,
    )
    return made.path


def forget_copies(tenant: Tenant, now: datetime) -> int:
    """Remove copies that have expired."""
    old = DataCopy.objects.filter(
        petition__tenant=tenant, gone_at__isnull=True, expires_at__lte=now
    )
    return sum(_remove(each, now) for each in old.select_related("petition"))


@transaction.atomic
def _remove(copy: DataCopy, now: datetime) -> bool:
    copy.path.unlink(missing_ok=True)
    copy.gone_at = now
    copy.save(update_fields=["gone_at"])
    journal.record(copy.petition.asked_by, "copy.removed", copy.petition)
    return True
