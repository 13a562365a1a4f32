"""How many facts a company has recorded since an instant, without reading them."""

from __future__ import annotations

from datetime import datetime

from bihuan.base import clock
from bihuan.facts.models import Fact, Ledger
from bihuan.org.models import Tenant


def recorded_since(tenant: Tenant, since: datetime) -> int:
    """Return how many facts were recorded at or after an instant.

    Numbers have no gap and were given in the order of recording, so the first fact since then is
    found by halving: two dozen looks into an index, however large the ledger is.
    """
    facts = Fact.objects.filter(tenant=tenant).order_by("seq").values_list("recorded_at", flat=True)
    head = Ledger.objects.filter(tenant=tenant).first()
    past = (head.last_seq if head else 0) + 1
    low, high = 1, past
    while low < high:
        middle = (low + high) // 2
        found = facts.filter(seq__gte=middle).first()
        if found is not None and found < since:
            low = middle + 1
        else:
            high = middle
    return past - low


def recorded_this_month(tenant: Tenant) -> int:
    """Return how many facts were recorded in the month it is now where the company works."""
    return recorded_since(tenant, month_begins(tenant))


def month_begins(tenant: Tenant) -> datetime:
    """Return the instant at which the month it is now began where the company works."""
    first = clock.today(tenant.time_zone).replace(day=1)
    return clock.instant_of(first, tenant.time_zone)
