"""Jobs and schedules for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Router, Schema, Status

from bihuan.base import clock
from bihuan.base.jobs.showing import (
    JobLine,
    job_line,
    job_lines,
    job_seen,
    jobs_of,
    schedule_lines,
)
from bihuan.org import actions
from bihuan.org.access import PersonRequest, job_watched, require_admin_of
from bihuan.org.api.schemas import Id

router = Router(tags=["jobs"])

State = Literal["todo", "doing", "failed", "succeeded"]


class ProgressOut(Schema):
    done: int
    of: int
    words: str


class FaultOut(Schema):
    code: str
    message: str


class JobOut(Schema):
    """A job: ``todo`` waits, ``doing`` runs, ``failed`` is over for good."""

    id: int
    job: str
    queue: str
    state: str
    attempts: int
    due_at: datetime | None
    since: datetime | None
    ids: dict[str, str | int | bool | None]
    progress: ProgressOut | None
    fault: FaultOut | None

    @classmethod
    def of(cls, line: JobLine) -> JobOut:
        progress = ProgressOut(done=line.done, of=line.total, words=line.words)
        fault = FaultOut(code=line.fault_code, message=line.fault)
        return cls(
            id=line.id,
            job=line.name,
            queue=line.queue,
            state=line.state,
            attempts=line.attempts,
            due_at=line.due_at,
            since=line.since,
            ids=line.ids,
            progress=progress if line.total else None,
            fault=fault if line.fault_code else None,
        )


class ScheduleOut(Schema):
    job: str
    every: str
    time_zone: str
    for_each_company: bool
    last_at: datetime | None
    next_at: datetime


@router.get("", response=list[JobOut])
def jobs(request: PersonRequest, state: State | None = None) -> list[JobOut]:
    """The newest 200 jobs of the company, for its administrators."""
    require_admin_of(request.person, request.tenant.pk)
    return [JobOut.of(line) for line in job_lines(jobs_of(request.tenant.pk), state=state or "")]


@router.get("/schedules", response=list[ScheduleOut])
def schedules(request: PersonRequest) -> list[ScheduleOut]:
    """What starts by itself, the next first."""
    require_admin_of(request.person, request.tenant.pk)
    lines = schedule_lines(
        tenant_id=request.tenant.pk, zone=request.tenant.time_zone, now=clock.now()
    )
    return [
        ScheduleOut(
            job=line.name,
            every=line.scheduled.schedule.every.value,
            time_zone=line.zone,
            for_each_company=line.scheduled.for_each_tenant,
            last_at=line.last_at,
            next_at=line.next_at,
        )
        for line in lines
    ]


@router.get("/{job_id}", response=JobOut)
def job(request: PersonRequest, job_id: Id) -> JobOut:
    """A job, for administrators and for whoever asked for it: how far it is."""
    return JobOut.of(job_line(job_watched(job_id, request.person)))


@router.post("/{job_id}/retry", response=JobOut)
def retry_job(request: PersonRequest, job_id: Id) -> JobOut:
    """Try a job again that failed."""
    require_admin_of(request.person, request.tenant.pk)
    found = job_seen(job_id, request.tenant.pk)
    actions.retry_job(job=found, by=request.person)
    return JobOut.of(job_line(found))


@router.delete("/{job_id}", response={204: None})
def discard_job(request: PersonRequest, job_id: Id) -> Status[None]:
    """Give up a job that failed."""
    require_admin_of(request.person, request.tenant.pk)
    actions.discard_job(job=job_seen(job_id, request.tenant.pk), by=request.person)
    return Status(204, None)
