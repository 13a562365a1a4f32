"""What a company spends on a language service: claimed before a call, settled after it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest

from bihuan.ai.models import Spending
from bihuan.base import clock
from bihuan.org.models import Tenant
from bihuan.org.standing import tokens_allowed


def claim(tenant: Tenant, tokens: int) -> date | None:
    """Take one call and so many tokens from the budget of the day, if they are left.

    One statement looks and takes, so that callers at the same time never take more than
    there is. Called within a transaction it holds the company's budget until commit.
    """
    today = clock.today(tenant.time_zone)
    Spending.objects.get_or_create(tenant=tenant, on=today)
    left = Spending.objects.filter(
        tenant=tenant,
        on=today,
        calls__lt=settings.AI_CALLS_PER_DAY,
        tokens__lte=tokens_allowed(tenant) - tokens,
    )
    is_taken = left.update(calls=F("calls") + 1, tokens=F("tokens") + tokens)
    return today if is_taken else None


def settle(tenant: Tenant, on: date, *, claimed: int, used: int) -> None:
    """Count what a call used instead of what was claimed for it."""
    if used != claimed:
        spent = Spending.objects.filter(tenant=tenant, on=on)
        spent.update(tokens=Greatest(F("tokens") + used - claimed, 0))
