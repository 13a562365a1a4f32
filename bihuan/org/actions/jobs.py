"""What can happen to jobs: those that are due start, one that failed is tried again or dropped."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base import clock, journal
from bihuan.base.jobs import queue
from bihuan.base.jobs.ticking import Started, start_due
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person, Tenant
from bihuan.org.standing import standing_on


def start_due_jobs(*, now: datetime | None = None) -> list[Started]:
    """Ask for every job that fell due in a company, by the clock of its zone.

    In a company whose term is over schedules pause; what they missed is made up for later.
    """
    zones = {
        tenant.pk: tenant.time_zone
        for tenant in Tenant.objects.order_by("pk")
        if not standing_on(tenant).is_read_only
    }
    return start_due(zones=zones, now=now or clock.now())


@transaction.atomic
def retry_job(*, job: ProcrastinateJob, by: Person) -> None:
    """Have a job that failed run again."""
    require_admin_of(by, job.args.get("tenant", 0))
    queue.retry(job)
    journal.record(by, "job.retried", job, name=job.task_name)


@transaction.atomic
def discard_job(*, job: ProcrastinateJob, by: Person) -> None:
    """Give up a job that failed."""
    require_admin_of(by, job.args.get("tenant", 0))
    queue.discard(job)
    journal.record(by, "job.discarded", job, name=job.task_name)
