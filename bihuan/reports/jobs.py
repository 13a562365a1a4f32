"""The report that is made by itself, on the first of each month at eight."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from bihuan.base.jobs import Missed, every_month, job
from bihuan.org.models import Tenant
from bihuan.reports import actions


@every_month(day=1, hour=8, missed=Missed.EACH)
@job("reports.goal_health", title=_("Monthly goal health report"))
def goal_health(*, tenant: int, on: str) -> None:
    """Make the report of the month before; once, however often it is run."""
    company = Tenant.objects.get(pk=tenant)
    actions.make_monthly(tenant=company, on=date.fromisoformat(on))
