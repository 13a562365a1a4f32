"""What people and their programs took today."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce

from bihuan.base import clock
from bihuan.org.models import Meter, Person, Tenant, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageLine:
    """What one person took today by all their tokens and pages."""

    person: Person
    requests: int
    in_a_minute: int
    files: int
    rows: int


def usage_lines(tenant: Tenant) -> list[UsageLine]:
    """Return what each person took since the day began, whoever asked most first."""
    began = clock.instant_of(clock.today(tenant.time_zone), tenant.time_zone)
    today = Usage.objects.filter(person__tenant=tenant, began_at__gte=began)

    def total(meter: Meter) -> Coalesce:
        return Coalesce(Sum("count", filter=Q(meter=meter.value)), 0)

    most = Coalesce(Max("count", filter=Q(meter=Meter.MINUTE.value, token__isnull=True)), 0)
    counted = (
        today.order_by()
        .values("person")
        .annotate(
            asked=total(Meter.REQUESTS), most=most, files=total(Meter.FILES), rows=total(Meter.ROWS)
        )
    )
    rows = list(counted.order_by("-asked", "-files", "person"))
    people = Person.objects.in_bulk([each["person"] for each in rows])
    return [
        UsageLine(
            person=people[each["person"]],
            requests=each["asked"],
            in_a_minute=each["most"],
            files=each["files"],
            rows=each["rows"],
        )
        for each in rows
    ]
