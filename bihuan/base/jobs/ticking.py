"""Starting what is due, and taking over what a dead worker left.

Every worker ticks; a tick costs two questions when nothing is due. What is due in a
company is asked for under the lock of one row that says up to where it has been, so
any number of workers start each occurrence once. What fell due while nobody was
there is made up for as the schedule says.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from procrastinate import sql
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from bihuan.base import clock
from bihuan.base.jobs.effects import once
from bihuan.base.jobs.progress import Running
from bihuan.base.jobs.queue import later
from bihuan.base.jobs.registry import ATTEMPTS, Scheduled, known_jobs, schedules
from bihuan.base.jobs.schedule import Occurrence
from bihuan.base.models import ScheduleMark
from bihuan.kernel.errors import Conflict, gettext_noop

logger = logging.getLogger(__name__)

MOST_MISSED = 60
"""Five years of months, or two months of days: who was away longer starts anew."""
RESCUE = 0x7265736375
"""The letters “rescu” as a number: one worker at a time looks after the dead."""

Zones = Mapping[int, str]
"""The time zone of every company, by its id."""


class WorkerDied(Conflict):
    """What is noted of a job whose worker died at every attempt."""

    code = "base.worker_died"
    says = gettext_noop("The worker died while it did this, %(attempts)s times.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An occurrence for which a job has been asked."""

    name: str
    tenant_id: int | None
    occurrence: Occurrence
    job_id: int


def start_due(*, zones: Zones, now: datetime) -> list[Started]:
    """Ask for every job that fell due since the last tick, in every company."""
    marks = {(mark.name, mark.tenant_id): mark for mark in ScheduleMark.objects.iterator()}
    started: list[Started] = []
    for each in schedules():
        for tenant_id, zone in _places(each, zones):
            mark = marks.get((each.job.name, tenant_id))
            latest = each.schedule.latest(until=now, zone=zone)
            if mark is None:
                _begin(each, tenant_id, latest)
            elif latest.at > mark.reached_at:
                started += _start(each, mark, zone, now)
    return started


def _places(each: Scheduled, zones: Zones) -> list[tuple[int | None, str]]:
    """Return where a schedule falls: in every company, or once by the clock of the house."""
    if each.for_each_tenant:
        return list(zones.items())
    return [(None, settings.BUSINESS_TIME_ZONE)]


def _begin(each: Scheduled, tenant_id: int | None, latest: Occurrence) -> None:
    """Begin to count: what lies before a schedule was known was not missed."""
    mark = ScheduleMark(name=each.job.name, tenant_id=tenant_id, reached_at=latest.at)
    ScheduleMark.objects.bulk_create([mark], ignore_conflicts=True)


@transaction.atomic
def _start(each: Scheduled, seen: ScheduleMark, zone: str, now: datetime) -> list[Started]:
    """Ask for what is due in one place, unless another worker has just done so."""
    mark = ScheduleMark.objects.select_for_update().get(pk=seen.pk)
    due = each.schedule.due(since=mark.reached_at, now=now, zone=zone, most=MOST_MISSED)
    # By its day, so that a company that changes its zone does not have a day twice.
    key = f"schedule/{mark.name}/{mark.tenant_id or ''}"
    fresh = [occurrence for occurrence in due if once(f"{key}/{occurrence.on}")]
    started = [_asked(mark, occurrence) for occurrence in fresh]
    if due:
        mark.reached_at = due[-1].at
        mark.job_id = started[-1].job_id if started else mark.job_id
        mark.save(update_fields=["reached_at", "job_id"])
    return started


def _asked(mark: ScheduleMark, occurrence: Occurrence) -> Started:
    on = occurrence.on.isoformat()
    if mark.tenant_id is None:
        job_id = later(mark.name, on=on)
    else:
        job_id = later(mark.name, tenant=mark.tenant_id, on=on)
    assert job_id is not None, "no queueing lock was given"
    return Started(name=mark.name, tenant_id=mark.tenant_id, occurrence=occurrence, job_id=job_id)


@transaction.atomic
def take_over(*, silent_seconds: int) -> int:
    """Hand the jobs of workers that are gone to the living; return how many there were.

    A worker is gone when it has not been heard of for so long. An attempt that died
    counts as one, so a job that kills its workers ends among those that failed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [RESCUE])
        if not cursor.fetchone()[0]:
            return 0
    stalled = app.connector.get_sync_connector().execute_query_all(
        query=sql.queries["select_stalled_jobs_by_heartbeat"],
        queue=None,
        task_name=None,
        seconds_since_heartbeat=silent_seconds,
    )
    for row in stalled:
        _hand_on(row["id"], row["task_name"], row["attempts"] + 1)
    return len(stalled)


def _hand_on(job_id: int, name: str, attempts: int) -> None:
    known = known_jobs().get(name)
    if attempts < (known.attempts if known else ATTEMPTS):
        logger.warning("job %s (%s) lost its worker and is run again", job_id, name)
        app.job_manager.retry_job_by_id(job_id, retry_at=clock.now())
        return
    logger.error("job %s (%s) lost its worker %s times", job_id, name, attempts)
    app.connector.get_sync_connector().execute_query(
        query=sql.queries["finish_job"],
        job_id=job_id,
        status=Status.FAILED.value,
        delete_job=False,
    )
    Running(job_id=job_id).note(fault=WorkerDied(attempts=attempts))
