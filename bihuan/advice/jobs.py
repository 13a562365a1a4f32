"""Weekly reports that are made by themselves, on Mondays at eight."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from bihuan.advice import actions
from bihuan.base.jobs import every_week, job
from bihuan.org.models import Tenant, Unit


@every_week(weekday=1, hour=8)
@job("advice.weekly", title=_("Weekly reports"))
def weekly(*, tenant: int, on: str) -> None:
    """Ask for the report of every unit that somebody leads."""
    company = Tenant.objects.get(pk=tenant)
    actions.ask_for_weekly(tenant=company, on=date.fromisoformat(on))


@job("advice.weekly_of_unit", title=_("Weekly report of a unit"))
def weekly_of_unit(*, tenant: int, unit: int, on: str) -> None:
    """Make the report of one unit and tell those who lead it; once."""
    found = Unit.objects.select_related("tenant", "parent").get(pk=unit, tenant_id=tenant)
    actions.tell_weekly(unit=found, on=date.fromisoformat(on))
