"""What the house does by itself at night: it forgets what nobody needs any more."""

from __future__ import annotations

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from bihuan.base.jobs import every_day, job
from bihuan.base.jobs.queue import forget_finished

KEPT_DAYS = 7
FAILED_KEPT_DAYS = 90
"""A job that failed stays for a quarter, unless somebody tries it again or discards it."""


@every_day(hour=3, minute=10, for_each_tenant=False)
@job("org.forget_finished_jobs", title=_("Forget finished jobs"), queue="upkeep")
def forget_finished_jobs(*, on: str) -> None:
    forget_finished(days=KEPT_DAYS, failed_days=FAILED_KEPT_DAYS)


@every_day(hour=3, minute=20, for_each_tenant=False)
@job("org.forget_sessions", title=_("Forget expired sessions"), queue="upkeep")
def forget_sessions(*, on: str) -> None:
    call_command("clearsessions", verbosity=0)
