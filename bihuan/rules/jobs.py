"""What rules do by themselves: they look at everybody each morning at seven."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from bihuan.base.jobs import Missed, every_day, job
from bihuan.org.models import Tenant
from bihuan.rules import actions


@every_day(hour=7, missed=Missed.EACH)
@job("rules.evaluate", title=_("Judge the rules of the morning"), lock="rules.evaluate")
def evaluate(*, tenant: int, on: str) -> None:
    """Judge every rule that looks that morning; a morning that was missed is made up for."""
    company = Tenant.objects.get(pk=tenant)
    actions.evaluate_rules(tenant=company, on=date.fromisoformat(on))
    actions.respond(tenant=company)
