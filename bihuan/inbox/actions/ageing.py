"""Letting go of notices, deliveries and files of tasks whose time is over.

What still asks for something stays until it is done or no longer wanted, and so does what
is still to be sent; a file stays as long as its task is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from bihuan.base import clock
from bihuan.base.append_only import redacting
from bihuan.base.wall import as_owner
from bihuan.inbox.actions.filing import hold_content
from bihuan.inbox.models import Delivery, Notice, Task, TaskFile
from bihuan.org.models import Person, Tenant
from bihuan.privacy.channels import Held, Shelf

WAITS = Q(asks__isnull=False, done_at__isnull=True, lapsed_at__isnull=True)


def _old_notices(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[Notice]:
    told = Notice.objects.filter(tenant=tenant, made_at__lt=limit)
    return told.exclude(WAITS).exclude(person__in=held.people)


def _end_notices(rows: Sequence[Model], by: Person) -> None:
    Notice.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _old_deliveries(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[Delivery]:
    """Return what was sent or given up; what went with a digest goes before the digest does."""
    over = Delivery.objects.filter(tenant=tenant, made_at__lt=limit, next_at__isnull=True)
    within = Delivery.objects.filter(digest=OuterRef("pk"))
    return over.exclude(person__in=held.people).filter(~Exists(within))


def _end_deliveries(rows: Sequence[Model], by: Person) -> None:
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _old_files(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[TaskFile]:
    """Return files of tasks closed before; nothing while anybody is held: a file names anybody."""
    if held.people or held.subjects:
        return TaskFile.objects.none()
    closed = Task.objects.filter(tenant=tenant, closed_at__lt=limit)
    return TaskFile.objects.filter(task__in=closed, at__lt=limit, gone_at__isnull=True)


def _end_files(rows: Sequence[Model], by: Person) -> None:
    """Destroy files, but for those whose content lies beside another task that keeps it."""
    ours = TaskFile.objects.filter(pk__in=[row.pk for row in rows])
    found = {file.digest: file.path for file in ours}
    for digest in sorted(found):
        hold_content(digest)
    with redacting(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_taskfile SET gone_at = %s WHERE id = ANY(%s)",
            [clock.now(), [row.pk for row in rows]],
        )
    with as_owner("another company may keep the same content"):
        needed = TaskFile.objects.filter(digest__in=found, gone_at__isnull=True)
        kept = set(needed.values_list("digest", flat=True))
    for digest in found.keys() - kept:
        found[digest].unlink(missing_ok=True)


NOTICES = Shelf(old=_old_notices, instant="made_at", let_go=_end_notices)
DELIVERIES = Shelf(old=_old_deliveries, instant="made_at", let_go=_end_deliveries)
FILES = Shelf(old=_old_files, instant="at", let_go=_end_files)
