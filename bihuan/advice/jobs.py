"""What is reckoned before people come, and the weekly reports of Mondays at eight."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from bihuan.advice import actions
from bihuan.advice.queries.cockpit import landings_under
from bihuan.advice.queries.weekly import units_led
from bihuan.base.jobs import every_day, every_week, job
from bihuan.org.actions import robot_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant, Unit


@every_day(hour=6, minute=15)
@job("advice.prepare", title=_("Prepare the cockpits of the morning"))
def prepare(*, tenant: int, on: str) -> None:
    """Project the landings of every unit that somebody leads, so that what it takes is kept."""
    company = Tenant.objects.get(pk=tenant)
    morning, robot = date.fromisoformat(on), robot_of(company)
    for unit in Unit.objects.select_related("tenant").filter(pk__in=units_led(company, morning)):
        scope = Scope(tenant_id=tenant, person_id=robot.pk, unit_paths=(unit.path,))
        landings_under(unit, scope, morning)


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
