"""Lists of targets, and what stood in the place of one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from bihuan.goals.models import Quota, QuotaQuerySet
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit
from bihuan.org.queries import named_like

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSearch:
    """Which targets a list shows."""

    metric: str = ""
    text: str = ""
    when: str = "now"
    """``now`` for those running or to come, ``past``, ``all``, or ``ended`` for the history."""


def quotas(scope: Scope, asked: QuotaSearch, today: date) -> QuotaQuerySet:
    """Return the visible targets that match: running ones first, of others the latest."""
    found = Quota.objects.visible_to(scope).select_related(
        "person", "unit", "set_by", "ended_by", "source_row"
    )
    found = found.filter(ended_at__isnull=asked.when != "ended")
    if asked.when == "now":
        found = found.filter(end__gt=today)
    if asked.when == "past":
        found = found.filter(end__lte=today)
    if asked.metric:
        found = found.filter(metric=asked.metric)
    if asked.text:
        people = Person.objects.filter(named_like(asked.text), tenant_id=scope.tenant_id)
        units = Unit.objects.filter(named_like(asked.text), tenant_id=scope.tenant_id)
        found = found.filter(Q(person__in=people.values("pk")) | Q(unit__in=units.values("pk")))
    by_day = "start" if asked.when == "now" else "-start"
    return found.order_by(by_day, "metric", "person__pinyin", "unit__pinyin", "pk")


def history(quota: Quota, scope: Scope) -> list[Quota]:
    """Return everything that ever stood for the same bearer, metric and span, newest first."""
    same = Quota.objects.visible_to(scope).filter(
        metric=quota.metric,
        person=quota.person,
        unit=quota.unit,
        start=quota.start,
        end=quota.end,
    )
    return list(same.select_related("set_by", "ended_by", "source_row").order_by("-set_at", "-pk"))
