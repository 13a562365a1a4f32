"""Which metrics there are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.domain.name import initials
from bihuan.org.models import Tenant

GROUP_LABELS = {
    "signing": _("Signing and payment"),
    "deals": _("Deals"),
    "orders": _("Orders"),
    "customers": _("Customers"),
    "activity": _("Activity"),
    "leads": _("Leads"),
}
UNIT_LABELS = {
    "money": _("Money"),
    "count": _("Count"),
    "ratio": _("Ratio"),
    "days": _("Days"),
    "quantity": _("Quantity"),
    "minutes": _("Minutes"),
}


def metrics_of(tenant: Tenant) -> list[MetricDefinition]:
    """Return every metric of a tenant as it is in force today, in the order of the catalogue."""
    catalogue = catalogue_of(tenant)
    found = (catalogue.current(key) for key in catalogue.versions)
    return [metric for metric in found if metric is not None]


def metrics_found(tenant: Tenant, text: str) -> list[tuple[str, list[MetricDefinition]]]:
    """Return the metrics that answer to a text, by group; every metric when there is none.

    A text is part of a name or of the key, or the initials of the Chinese name.
    """
    wanted = text.strip().lower()
    groups: dict[str, list[MetricDefinition]] = {}
    for metric in metrics_of(tenant):
        names = (metric.key, metric.name_zh, metric.name_en.lower(), initials(metric.name_zh))
        if any(wanted in name for name in names):
            groups.setdefault(metric.group, []).append(metric)
    return list(groups.items())
