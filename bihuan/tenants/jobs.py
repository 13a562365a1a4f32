"""What happens to companies by itself: reminders, exports that were asked for, and their end."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.base.jobs import every_day, job, progress
from bihuan.tenants import actions
from bihuan.tenants.models import Export


@every_day(hour=8, minute=10, for_each_tenant=False)
@job("tenants.remind", title=_("Remind administrators of what ends"), queue="upkeep")
def remind(*, on: str) -> None:
    actions.remind_of_ends()


@every_day(hour=2, minute=30, for_each_tenant=False)
@job("tenants.delete_due", title=_("Delete companies whose day has come"), queue="upkeep")
def delete_due(*, on: str) -> None:
    actions.delete_due()


@every_day(hour=3, minute=30, for_each_tenant=False)
@job("tenants.tidy", title=_("Forget old exports and sign-ups"), queue="upkeep")
def tidy(*, on: str) -> None:
    actions.forget_exports()
    actions.forget_applications()


@job(
    actions.EXPORT_JOB,
    title=_("Export of everything"),
    queue="upkeep",
    attempts=3,
    runs_always=True,  # A company whose term is over takes its data along.
)
def export(*, tenant: int, by: int, export: int) -> None:
    asked = Export.objects.select_related("tenant", "by__tenant").get(pk=export, tenant=tenant)
    actions.make_export(export=asked, tell=lambda done, of: progress(done=done, of=of))
