"""What is done with personal data later, once two have agreed to it, or each night."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.base import clock
from bihuan.base.jobs import every_day, job, progress
from bihuan.org.models import Person, Tenant
from bihuan.privacy import actions
from bihuan.privacy.domain.petition import State
from bihuan.privacy.models import Petition


@job("privacy.erase", title=_("Erase somebody"), queue="upkeep")
def erase(*, tenant: int, petition: int, by: int) -> None:
    """Erase the person a request is about; a job that was stopped is done from the start."""
    asked = Petition.objects.get(pk=petition, tenant_id=tenant)
    if asked.state == State.DONE.value:
        return
    decider = Person.objects.get(pk=by)
    actions.carry_out(petition=asked, by=decider)


@every_day(hour=2, minute=50)
@job("privacy.retain", title=_("Let go of what was kept long enough"), queue="upkeep")
def retain(*, tenant: int, on: str) -> None:
    company = Tenant.objects.get(pk=tenant)
    actions.forget_copies(company, clock.now())
    actions.let_go_of_the_old(company, clock.now())


@job("privacy.copy", title=_("Copy of somebody's data"), queue="upkeep", attempts=3)
def copy(*, tenant: int, petition: int, by: int) -> None:
    rows = Petition.objects.select_related("subject__person__login", "tenant")
    asked = rows.get(pk=petition, tenant_id=tenant)
    actions.make_copy(
        petition=asked,
        by=Person.objects.get(pk=by),
        tell=lambda done, of: progress(done=done, of=of),
    )
