"""What is older than its period: how much of each class would go, and since when it lies there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from bihuan.org.models import Tenant
from bihuan.privacy.channels import Held, shelves
from bihuan.privacy.domain.retention import LEAST_DAYS, USUAL_DAYS, Kept, before, may_be_set
from bihuan.privacy.models import KEPT_LABELS, Hold, RetentionPeriod

Periods = Mapping[Kept, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A class, how long it is kept, and what of it would go now."""

    kept: Kept
    days: int | None
    before: datetime | None
    count: int = 0
    oldest: datetime | None = None

    @property
    def label(self) -> str:
        return str(KEPT_LABELS[self.kept.value])

    @property
    def usual(self) -> int | None:
        return USUAL_DAYS[self.kept]

    @property
    def least(self) -> int | None:
        return LEAST_DAYS.get(self.kept)

    @property
    def may_be_set(self) -> bool:
        return may_be_set(self.kept)

    def as_data(self) -> dict[str, object]:
        return {
            "class": self.kept.value,
            "days": self.days,
            "before": self.before.isoformat() if self.before else None,
            "count": self.count,
            "oldest": self.oldest.isoformat() if self.oldest else None,
        }


def periods_of(tenant: Tenant) -> Periods:
    """Return for how many days a company keeps each class; ``None`` where for ever."""
    said = RetentionPeriod.objects.filter(tenant=tenant).values_list("kept", "days")
    return {**USUAL_DAYS, **{Kept(kept): days for kept, days in said}}


def held_in(tenant: Tenant) -> Held:
    """Return who of a company is held: their data stays, whatever its age."""
    standing = Hold.objects.filter(tenant=tenant, lifted_at__isnull=True)
    rows = list(standing.values_list("subject_id", "subject__person_id"))
    people = frozenset(person for _, person in rows if person is not None)
    return Held(people=people, subjects=frozenset(subject for subject, _ in rows))


def due(tenant: Tenant, now: datetime, periods: Periods | None = None) -> list[Due]:
    """Return what of each class would go now, by the periods that hold or by others."""
    asked = periods if periods is not None else periods_of(tenant)
    held = held_in(tenant)
    return [_due(tenant, kept, asked[kept], now, held) for kept in Kept]


def _due(tenant: Tenant, kept: Kept, days: int | None, now: datetime, held: Held) -> Due:
    limit, shelf = before(days=days, now=now), shelves().get(kept)
    if limit is None or shelf is None:
        return Due(kept=kept, days=days, before=limit)
    rows = shelf.old(tenant, limit, held)
    oldest = rows.aggregate(oldest=Min(shelf.instant))["oldest"]
    return Due(kept=kept, days=days, before=limit, count=rows.count(), oldest=oldest)
