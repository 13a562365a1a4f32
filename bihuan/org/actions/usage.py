"""Saying how much programs and exports of a company may take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.org.access import require_admin_of
from bihuan.org.domain.usage import NAMES, allowance_of, check_allowance
from bihuan.org.models import Person, Tenant, Usage

KEPT_FOR = timedelta(days=30)


@transaction.atomic
def set_allowance(*, tenant: Tenant, said: Mapping[str, int], by: Person) -> Tenant:
    """Set how many requests and exports are allowed; what is not said stays."""
    require_admin_of(by, tenant.pk)
    held = Tenant.objects.select_for_update().get(pk=tenant.pk)
    before = allowance_of(held.allowance)
    held.allowance = {**held.allowance, **check_allowance(said)}
    held.save(update_fields=["allowance"])
    after = allowance_of(held.allowance)
    if after != before:
        told = [{name: getattr(each, name) for name in NAMES} for each in (before, after)]
        journal.record(by, "tenant.allowance_set", held, before=told[0], after=told[1])
    return held


def forget_usage() -> int:
    """Remove what was counted more than thirty days ago; returns how many counters."""
    return Usage.objects.filter(began_at__lt=clock.now() - KEPT_FOR).delete()[0]
