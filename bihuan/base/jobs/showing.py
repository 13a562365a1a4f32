"""What is shown of jobs and schedules: to an administrator, their own company's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.jobs import Status

from bihuan.base import clock
from bihuan.base.jobs.registry import Scheduled, known_jobs, schedules
from bihuan.base.models import JobNote, ScheduleMark
from bihuan.kernel.errors import Missing, gettext_noop

STATES = (Status.DOING, Status.TODO, Status.FAILED, Status.SUCCEEDED)
"""The states that are shown, in this order."""
STATE_LABELS: dict[str, Promise] = {
    Status.TODO.value: _("waits"),
    Status.DOING.value: _("runs"),
    Status.FAILED.value: _("failed"),
    Status.SUCCEEDED.value: _("done"),
    Status.CANCELLED.value: _("cancelled"),
    Status.ABORTED.value: _("broken off"),
}
MOST = 200


class JobMissing(Missing):
    code = "base.job_missing"
    says = gettext_noop("There is no such job.")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A job as it is shown: what it is, how it stands and since when."""

    id: int
    name: str
    title: str | Promise
    queue: str
    state: str
    attempts: int
    due_at: datetime | None
    since: datetime | None
    ids: dict[str, str | int | bool | None]
    done: int = 0
    total: int = 0
    words: str = ""
    fault_code: str = ""
    fault: str = ""
    noted_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state not in (Status.DOING.value, Status.TODO.value)

    @property
    def has_failed(self) -> bool:
        return self.state == Status.FAILED.value

    @property
    def is_waiting(self) -> bool:
        return self.state == Status.TODO.value

    @property
    def subject(self) -> str:
        """Return what it is about, as it was asked for: the day alone where it has one."""
        named = {key: value for key, value in self.ids.items() if key not in ("by", "on")}
        told = [str(self.ids["on"])] if "on" in self.ids else []
        return ", ".join([*told, *(f"{key} {value}" for key, value in named.items())])


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleLine:
    """A schedule as it is shown: when it last fell and when it falls next, in its zone."""

    name: str
    title: Promise
    scheduled: Scheduled
    zone: str
    last_at: datetime | None
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """How many jobs of a queue are in each state."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)


def jobs_of(tenant_id: int | None) -> QuerySet[ProcrastinateJob]:
    """Return the jobs of a company; without one, every job there is."""
    jobs = ProcrastinateJob.objects.all()
    return jobs if tenant_id is None else jobs.filter(args__tenant=tenant_id)


def job_seen(job_id: int, tenant_id: int) -> ProcrastinateJob:
    """Return a job of a company; another's looks like one that is not there."""
    job = jobs_of(tenant_id).filter(pk=job_id).first()
    if job is None:
        raise JobMissing(job=job_id)
    return job


def job_line(job: ProcrastinateJob) -> JobLine:
    """Return one job as it is shown."""
    [line] = job_lines(ProcrastinateJob.objects.filter(pk=job.pk))
    return line


def job_lines(jobs: QuerySet[ProcrastinateJob], *, state: str = "") -> list[JobLine]:
    """Return jobs as they are shown, the newest first; no more than a page holds."""
    if state:
        jobs = jobs.filter(status=state)
    since = ProcrastinateEvent.objects.filter(job=OuterRef("pk")).exclude(type="scheduled")
    latest = since.order_by("-at", "-pk").values("at")[:1]
    found = list(jobs.annotate(since=Subquery(latest)).order_by("-pk")[:MOST])
    notes = JobNote.objects.in_bulk([job.pk for job in found])
    return [_line(job, notes.get(job.pk)) for job in found]


def _line(job: ProcrastinateJob, note: JobNote | None) -> JobLine:
    known = known_jobs().get(job.task_name)
    return JobLine(
        id=job.pk,
        name=job.task_name,
        title=known.title if known else job.task_name,
        queue=job.queue_name,
        state=job.status,
        attempts=job.attempts,
        due_at=job.scheduled_at,
        since=getattr(job, "since", None),
        ids={key: value for key, value in job.args.items() if key != "tenant"},
        done=note.done if note else 0,
        total=note.total if note else 0,
        words=note.words if note else "",
        fault_code=note.fault_code if note else "",
        fault=_sentence(note) if note else "",
        noted_at=note.noted_at if note else None,
    )


def _sentence(note: JobNote) -> str:
    """Return why a job failed, a refusal in the language in force."""
    if note.fault_params is None:
        return note.fault
    said: str = gettext(note.fault) % note.fault_params
    return said


def queue_lines(jobs: QuerySet[ProcrastinateJob]) -> list[QueueLine]:
    """Return how many jobs of each queue are in each state, by queue."""
    found: dict[str, QueueLine] = {}
    counted = jobs.order_by("queue_name").values_list("queue_name", "status")
    for name, state, number in counted.annotate(number=Count("pk")):
        found.setdefault(name, QueueLine(name=name)).counts[state] = number
    return list(found.values())


def schedule_lines(*, tenant_id: int, zone: str, now: datetime) -> list[ScheduleLine]:
    """Return every schedule that concerns a company: its own, and the installation's."""
    marks = {
        (mark.name, mark.tenant_id): mark
        for mark in ScheduleMark.objects.filter(tenant_id=tenant_id)
        | ScheduleMark.objects.filter(tenant__isnull=True)
    }
    lines = []
    for each in schedules():
        own_zone = zone if each.for_each_tenant else settings.BUSINESS_TIME_ZONE
        mark = marks.get((each.job.name, tenant_id if each.for_each_tenant else None))
        lines.append(
            ScheduleLine(
                name=each.job.name,
                title=each.job.title,
                scheduled=each,
                zone=own_zone,
                last_at=mark.reached_at if mark and mark.job_id is not None else None,
                next_at=each.schedule.next(after=now, zone=own_zone).at,
            )
        )
    return sorted(lines, key=lambda line: line.next_at)


def is_worked_on() -> bool:
    """Return whether a worker has been heard of within the last minute."""
    return workers_alive() > 0


def workers_alive() -> int:
    """Return how many workers have been heard of within the last minute."""
    since = clock.now() - timedelta(minutes=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [since]
        )
        (count,) = cursor.fetchone()
    return int(count)
