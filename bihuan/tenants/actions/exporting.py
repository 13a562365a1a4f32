"""Taking everything of a company along, at any time, also when its term is over."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.base.jobs import later
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person
from bihuan.tenants.models import Export
from bihuan.tenants.queries.taking import Taken, Tell, check_taken, take_everything

EXPORT_JOB = "tenants.export"
KEPT_DAYS = 7


class ExportUnderWay(Conflict):
    code = "tenants.export_under_way"
    says = gettext_noop("An export is being made already.")


@transaction.atomic
def ask_for_export(*, by: Person) -> Export:
    """Have everything of one's company written into a file as soon as a worker is free."""
    require_admin_of(by, by.tenant_id)
    made = Export.objects.create(tenant=by.tenant, by=by, asked_at=clock.now())
    lock = f"{EXPORT_JOB}/{by.tenant_id}"
    made.job_id = later(
        EXPORT_JOB, queueing_lock=lock, tenant=by.tenant_id, by=by.pk, export=made.pk
    )
    if made.job_id is None:
        raise ExportUnderWay()
    made.save(update_fields=["job_id"])
    journal.record(by, "export.asked", made)
    return made


def make_export(*, export: Export, tell: Tell = lambda done, of: None) -> Export:
    """Write the file, read it through, and say that it is there; a second time changes nothing."""
    if export.state != Export.State.WAITING:
        return export
    path = export.path
    taken = _written(export, path, tell)
    with transaction.atomic():
        export.state, export.finished_at = Export.State.DONE, clock.now()
        export.size, export.rows = path.stat().st_size, taken.row_count
        with path.open("rb") as file:
            export.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        export.save()
        journal.record(export.by, "export.made", export, rows=taken.row_count)
    return export


def _written(export: Export, path: Path, tell: Tell) -> Taken:
    """Write to a name beside it, so that what has the name is whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    taken = take_everything(export.tenant, beside, tell=tell)
    check_taken(beside)
    beside.replace(path)
    return taken


@transaction.atomic
def note_fetched(*, export: Export, by: Person) -> None:
    """Write down who fetched everything of a company."""
    require_admin_of(by, export.tenant_id)
    journal.record(by, "export.fetched", export)


def forget_exports() -> int:
    """Remove exports that lie here for a week; whoever needs one asks for a fresh one."""
    old = clock.now() - timedelta(days=KEPT_DAYS)
    gone = list(Export.objects.filter(state=Export.State.DONE, finished_at__lt=old))
    for export in gone:
        export.path.unlink(missing_ok=True)
        export.state = Export.State.GONE
        export.save(update_fields=["state"])
    return len(gone)
