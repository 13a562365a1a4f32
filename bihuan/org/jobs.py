"""What the house does by itself at night: a backup, and forgetting what nobody needs any more."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from bihuan.base.backup import Kind, Shelf, make_backup, usual_secret
from bihuan.base.backup.checking import check
from bihuan.base.idempotency import forget_answers
from bihuan.base.jobs import every_day, job, progress
from bihuan.base.jobs.queue import forget_finished
from bihuan.base.wall import as_owner
from bihuan.org.actions.usage import forget_usage
from bihuan.org.queries import BACKUP_JOB

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
    forget_answers()
    forget_usage()


@every_day(hour=3, minute=25, for_each_tenant=False)
@job("org.back_up", title=_("Nightly backup"), queue="upkeep", lock="backup", attempts=3)
def back_up(*, on: str) -> None:
    """Write a backup and read it through; then let go of those that are old enough."""
    if settings.BACKUP_NIGHTLY:
        _make(Kind.NIGHTLY)
        Shelf.usual().clear_out()


@job(BACKUP_JOB, title=_("Backup"), queue="upkeep", lock="backup", attempts=1, runs_always=True)
@as_owner("a backup holds every company")
def back_up_now(*, tenant: int, by: int) -> None:
    _make(Kind.MANUAL)


def _make(kind: Kind) -> None:
    shelf, secret = Shelf.usual(), usual_secret()
    made = make_backup(shelf=shelf, kind=kind, secret=secret, tell=_tell)
    check(shelf.folder / made.name, secret=secret)
    shelf.checked(made)


def _tell(done: int, of: int) -> None:
    progress(done=done, of=of + 1)  # It is read through before it is done.
