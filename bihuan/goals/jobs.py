"""What targets do by themselves: answers to market events that waited are carried out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.base.jobs import every_day, job
from bihuan.goals import actions
from bihuan.org.models import Tenant


@every_day(hour=6, minute=45)
@job("goals.carry_out_market_events", title=_("Carry out what was agreed to on market events"))
def carry_out_market_events(*, tenant: int, on: str) -> None:
    """Carry out what waited for a working copy that is published or taken back by now."""
    actions.carry_out_waiting(Tenant.objects.get(pk=tenant))
