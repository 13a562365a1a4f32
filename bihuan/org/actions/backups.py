"""Asking for a backup, where an administrator looks after the whole installation."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import journal
from bihuan.base.jobs import later
from bihuan.kernel.errors import Conflict, Forbidden, gettext_noop
from bihuan.org.access import is_only_company, require_admin_of
from bihuan.org.models import Person
from bihuan.org.queries import BACKUP_JOB


class BackupNotYours(Forbidden):
    code = "org.backup_not_yours"
    says = gettext_noop(
        "Several companies share this installation, and a backup holds them all. "
        "Whoever runs it makes one with “bihuan backup”."
    )


class BackupUnderWay(Conflict):
    code = "org.backup_under_way"
    says = gettext_noop("A backup is asked for already.")


@transaction.atomic
def ask_for_backup(*, by: Person) -> int:
    """Have a backup made as soon as a worker is free, and return the number of the job."""
    require_admin_of(by, by.tenant_id)
    if not is_only_company(by.tenant):
        raise BackupNotYours()
    job = later(BACKUP_JOB, queueing_lock=BACKUP_JOB, tenant=by.tenant_id, by=by.pk)
    if job is None:
        raise BackupUnderWay()
    journal.record(by, "backup.asked", by.tenant)
    return job
