"""Asking for a job, and what an operator may do with one that failed.

Everything here is done on the connection of the caller: a job that is asked for in a
transaction is there when that commits, and was never there when it does not.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from procrastinate import sql
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from bihuan.base import clock
from bihuan.base.jobs.registry import known_jobs
from bihuan.kernel.errors import Conflict, gettext_noop

FORGET_NOTES = """
    DELETE FROM base_jobnote note
    WHERE NOT EXISTS (SELECT FROM procrastinate_jobs job WHERE job.id = note.job_id)
"""


class JobNotFailed(Conflict):
    code = "base.job_not_failed"
    says = gettext_noop("Only a job that failed can be tried again or discarded.")


def later(
    name: str,
    /,
    *,
    at: datetime | None = None,
    queue: str | None = None,
    lock: str | None = None,
    queueing_lock: str | None = None,
    **ids: str | int | bool | None,
) -> int | None:
    """Ask for a job by its name, and return its number.

    ``at`` is the instant before which it does not run. Jobs with one ``lock`` run one
    at a time. Of those with one ``queueing_lock`` no more than one waits: a second
    is not asked for, and the answer is ``None``. Give ``tenant`` among the ids,
    or no administrator will see the job; ``by`` is the person who may watch it.
    """
    job = known_jobs()[name]
    asked = app.configure_task(
        name,
        queue=queue or job.queue,
        lock=lock or job.lock,
        queueing_lock=queueing_lock,
        schedule_at=at,
    )
    if queueing_lock is None:
        return asked.defer(**ids)
    try:
        with transaction.atomic():  # A doubled key must not break the caller's transaction.
            return asked.defer(**ids)
    except AlreadyEnqueued:
        return None


def retry(job: ProcrastinateJob) -> None:
    """Have a job that failed run again, with all its attempts before it."""
    _require_failed(job)
    app.job_manager.retry_job_by_id(job.pk, retry_at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 0 WHERE id = %s", [job.pk])


def discard(job: ProcrastinateJob) -> None:
    """Remove a job that failed."""
    _require_failed(job)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        cursor.execute("DELETE FROM base_jobnote WHERE job_id = %s", [job.pk])


def _require_failed(job: ProcrastinateJob) -> None:
    """Lock a job and refuse when it has not failed, or not any more."""
    held = ProcrastinateJob.objects.select_for_update().filter(pk=job.pk, status="failed")
    if not held.exists():
        raise JobNotFailed()


def forget_finished(*, days: int, failed_days: int) -> None:
    """Remove jobs that were done so many days ago, and those that failed so long ago."""
    kept = ((days, ["succeeded", "cancelled"]), (failed_days, ["failed", "aborted"]))
    with connection.cursor() as cursor:
        for least, states in kept:
            asked = {"nb_hours": 24 * least, "queue": None, "statuses": states}
            cursor.execute(sql.queries["delete_old_jobs"], asked)
        cursor.execute(FORGET_NOTES)
