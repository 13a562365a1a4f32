"""How metrics and the days of a target are named."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.metrics.domain.definition import Unit
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.models import Unit as OrgUnit

register = template.Library()


@register.filter
def metric_name(metric: MetricDefinition) -> str:
    """Return what a metric is called in the language in force."""
    return metric.name(get_language() or "zh-hans")


@register.filter
def is_run(key: str) -> bool:
    """Tell whether the key of a period is that of a run of days without a name."""
    return ".." in key


@register.filter
def metric_called(key: str, metrics: Mapping[str, MetricDefinition]) -> str:
    """Return the name of a metric by its key; one that is gone is called by its key."""
    return metric_name(metrics[key]) if key in metrics else key


@register.filter
def is_ratio(key: str, metrics: Mapping[str, MetricDefinition]) -> bool:
    """Tell whether the amounts of a metric are shares, written in percent."""
    return key in metrics and metrics[key].unit is Unit.RATIO


@register.filter
def kind_called(kind: str) -> str:
    """Return what the nodes of a tree of targets are: a kind of unit, or people."""
    return _("Person") if kind == "person" else str(OrgUnit.Kind(kind).label)


@register.filter
def signed_ratio(value: Decimal | None) -> str:
    """Write growth in percent with its sign: +22.0%, −4.1%."""
    if value is None:
        return "–"
    percent = (value * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{percent:+.1f}%".replace("-", "−")
