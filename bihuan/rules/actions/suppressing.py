"""Letting one alert of each subject speak, and the others say by which they are suppressed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q

from bihuan.org.models import Person, Tenant
from bihuan.rules.actions.happening import Happening, note
from bihuan.rules.domain.priority import Claim, speaker
from bihuan.rules.domain.subject import Subject
from bihuan.rules.models import OF_NOTHING_HELD, Alert


def settle_priorities(
    tenant: Tenant, subjects: Sequence[tuple[str, int]], *, on: date, by: Person
) -> None:
    """Choose anew who speaks of each subject that something has happened to."""
    ids = {each.value: [pk for kind, pk in subjects if kind == each.value] for each in Subject}
    of_units = Q(unit__in=ids.pop(Subject.UNIT.value), person__isnull=True) & OF_NOTHING_HELD
    asked = reduce(or_, (Q(**{f"{kind}__in": found}) for kind, found in ids.items()), of_units)
    live: dict[tuple[str, int], list[Alert]] = defaultdict(list)
    for alert in Alert.objects.of(tenant.pk).live().filter(asked).order_by("pk"):
        live[alert.subject].append(alert)
    for alerts in live.values():
        chosen = speaker(map(_claim, alerts))
        for alert in alerts:
            above = None if chosen is None or chosen.id == alert.pk else chosen.id
            if alert.suppressed_by_id != above:
                _suppress(alert, above, on=on, by=by)


def _claim(alert: Alert) -> Claim:
    metrics = alert.rule.metrics
    place = metrics.index(alert.metric) if alert.metric in metrics else 0
    return Claim(id=alert.pk, priority=alert.rule.priority, place=place, opened_on=alert.opened_on)


def _suppress(alert: Alert, above: int | None, *, on: date, by: Person) -> None:
    alert.suppressed_by_id = above
    alert.save(update_fields=["suppressed_by"])
    if above is None:
        note(alert, Happening.RELEASED, on=on, by=by)
    else:
        note(alert, Happening.SUPPRESSED, on=on, by=by, above=above)
