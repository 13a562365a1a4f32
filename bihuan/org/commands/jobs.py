"""``bihuan jobs``: what waits, runs and failed, for operators and for cron."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import click
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base import clock
from bihuan.base.jobs import queue
from bihuan.base.jobs.registry import schedules as registered_schedules
from bihuan.base.jobs.showing import (
    STATE_LABELS,
    STATES,
    JobMissing,
    job_lines,
    jobs_of,
    queue_lines,
    schedule_lines,
    workers_alive,
)
from bihuan.base.jobs.worker import work
from bihuan.org import actions
from bihuan.org.access import tenant_named
from bihuan.org.models import Person, Tenant

Deed = Callable[[ProcrastinateJob], None]
DeedOfTenant = Callable[..., None]


@click.group()
def jobs() -> None:
    """Jobs: work that is done later, and schedules that start it."""


@jobs.command(name="list")
@click.option("--tenant", help="Code of the company; all of them when left out.")
@click.option("--state", type=click.Choice([state.value for state in STATES]))
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def list_(*, tenant: str | None, state: str | None, as_json: bool) -> None:
    """List jobs, the newest first."""
    company = tenant_named(tenant).pk if tenant else None
    lines = job_lines(jobs_of(company), state=state or "")
    rows = [
        {
            "id": line.id,
            "job": line.name,
            "queue": line.queue,
            "state": line.state,
            "attempts": line.attempts,
            "due_at": line.due_at and line.due_at.isoformat(),
            "since": line.since and line.since.isoformat(),
            "done": line.done,
            "of": line.total,
            "ids": line.ids,
            "fault": line.fault,
        }
        for line in lines
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['id']:>6} {row['state']:<9} {row['job']} {row['fault']}".rstrip())
    if not rows:
        click.echo(_("There is no such job."))


@jobs.command()
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def schedules(*, tenant: str | None, as_json: bool) -> None:
    """List what starts by itself, and when next."""
    company = tenant_named(tenant)
    lines = schedule_lines(tenant_id=company.pk, zone=company.time_zone, now=clock.now())
    rows = [
        {
            "job": line.name,
            "zone": line.zone,
            "last_at": line.last_at and line.last_at.isoformat(),
            "next_at": line.next_at.isoformat(),
        }
        for line in lines
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['next_at']} {row['job']} ({row['zone']})")


@jobs.command()
@click.option("--tenant", help="Code of the company; all of them when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def status(*, tenant: str | None, as_json: bool) -> None:
    """Say how jobs stand: queues and their numbers, schedules, and workers that live."""
    company = tenant_named(tenant) if tenant else None
    own = jobs_of(company.pk if company else None)
    queues = {line.name: line.counts for line in queue_lines(own)}
    states = {state.value: 0 for state in STATES}
    for counts in queues.values():
        for state, number in counts.items():
            states[state] = states.get(state, 0) + number
    told = {
        "queues": queues,
        "waiting": states["todo"],
        "running": states["doing"],
        "failed": states["failed"],
        "done": states["succeeded"],
        "schedules": len(registered_schedules()),
        "workers": workers_alive(),
    }
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    for name, counts in queues.items():
        numbers = ", ".join(f"{STATE_LABELS[state]} {number}" for state, number in counts.items())
        click.echo(f"{name}: {numbers}")
    click.echo(_("Workers that live: %(count)s") % {"count": told["workers"]})


@jobs.command()
@click.argument("job_ids", metavar="ID...", nargs=-1, required=True, type=int)
def retry(*, job_ids: tuple[int, ...]) -> None:
    """Try jobs again that failed."""
    for job_id in job_ids:
        _do(job_id, for_tenant=actions.retry_job, for_house=queue.retry)
        click.echo(_("Job %(job)s is tried again.") % {"job": job_id})


@jobs.command()
@click.argument("job_ids", metavar="ID...", nargs=-1, required=True, type=int)
def discard(*, job_ids: tuple[int, ...]) -> None:
    """Give up jobs that failed."""
    for job_id in job_ids:
        _do(job_id, for_tenant=actions.discard_job, for_house=queue.discard)
        click.echo(_("Job %(job)s is given up.") % {"job": job_id})


def _do(job_id: int, *, for_tenant: DeedOfTenant, for_house: Deed) -> None:
    """Do it in the name of the company's robot; the house has none for its own jobs."""
    job = jobs_of(None).filter(pk=job_id).first()
    if job is None:
        raise JobMissing(job=job_id)
    robot = _robot(job)
    if robot is not None:
        for_tenant(job=job, by=robot)
        return
    with transaction.atomic():
        for_house(job)


def _robot(job: ProcrastinateJob) -> Person | None:
    tenant = Tenant.objects.filter(pk=job.args.get("tenant", 0)).first()
    return actions.robot_of(tenant) if tenant else None


@jobs.command(name="run-due")
@click.option("--now", "instant", help="As if it were this instant, in ISO 8601 with its offset.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of what was started.")
def run_due(*, instant: str | None, as_json: bool) -> None:
    """Start what is due, run what waits, and end: a worker for those who have cron."""
    started = actions.start_due_jobs(now=_instant(instant))
    work(tick=actions.start_due_jobs, keeps_on=False)
    rows = [
        {"job": each.name, "at": each.occurrence.at.isoformat(), "id": each.job_id}
        for each in started
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(f"{row['id']:>6} {row['job']} {row['at']}")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as fault:
        raise click.BadParameter(_("Write it such as 2026-11-01T08:00+08:00.")) from fault
    if instant.tzinfo is None:
        raise click.BadParameter(_("Write it such as 2026-11-01T08:00+08:00."))
    return instant
