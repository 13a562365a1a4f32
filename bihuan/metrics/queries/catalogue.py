"""Which metrics there are."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
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


class MetricUnknown(Missing):
    code = "metrics.metric_unknown"
    says = gettext_noop("There is no metric called “%(metric)s”. There are: %(known)s.")


@cache
def built_in() -> dict[str, MetricDefinition]:
    """Return the metrics that come with the product, by key, in the order of the file."""
    text = resources.files("bihuan.metrics").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    read = (read_definition(raw) for raw in yaml.safe_load(text))
    return {definition.key: definition for definition in read}


def metrics_of(tenant: Tenant) -> list[MetricDefinition]:
    """Return every metric of a tenant, in the order of the catalogue."""
    return list(built_in().values())


def metric_named(tenant: Tenant, key: str) -> MetricDefinition:
    """Return a metric by its key."""
    found = built_in().get(key)
    if found is None:
        raise MetricUnknown(metric=key, known=", ".join(built_in()))
    return found


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
