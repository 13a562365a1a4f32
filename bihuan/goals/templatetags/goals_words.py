"""How metrics and the days of a target are named."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.domain.reason.probe import PARAMETERS, Probe
from bihuan.goals.domain.reason.said import Said
from bihuan.goals.domain.spreading import PERIOD
from bihuan.goals.models.cycle import GRAIN_LABELS, ORG, SEASONALITY_LABELS, WEIGHTS
from bihuan.goals.models.revision import REASON_LABELS
from bihuan.goals.queries.reasons import Finding, Word, sentence, sentences
from bihuan.metrics.domain.definition import Unit
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import MetricDefinition
from bihuan.org.models import Unit as OrgUnit

register = template.Library()

DEEDS: Mapping[str, Promise] = {
    "goal_added": _("added a target"),
    "goal_dropped": _("dropped a target"),
    "goal_changed": _("changed a target"),
    "reweighed": _("shared out"),
    "weighed": _("weighed the goals"),
    "seasons_set": _("set the periods"),
    "filled": _("took a sheet"),
    "split_by_even": _("split evenly"),
    "split_by_history": _("split as last year"),
    "split_by_potential": _("split by potential"),
    "profile_applied": _("applied a profile"),
    "reconciled": _("reconciled"),
    "market_event": _("carried out a market event"),
    "organisation_followed": _("followed the organisation"),
    "undone": _("undid"),
    "restored": _("restored a revision"),
}
FIELDS: Mapping[str, Promise] = {
    "amount": _("Target"),
    "floor_ratio": _("Floor"),
    "stretch_ratio": _("Stretch"),
    "strategy": _("What it serves"),
    "seasonality": _("Over the periods"),
    "period_weights": _("Weights of the periods"),
    "depths": _("Depth of the split"),
    "is_on": _("Asked for"),
}


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
def said(seen: Said) -> str:
    """Return what was seen, in the language in force."""
    return sentence(seen)


@register.filter
def diagnosis_name(diagnosis: Diagnosis) -> str:
    """Return the tag of a reason in the language in force."""
    return diagnosis.name(get_language() or "zh-hans")


@register.filter
def diagnosis_about(diagnosis: Diagnosis) -> str:
    """Return what a reason means in the language in force."""
    return diagnosis.about(get_language() or "zh-hans")


@register.filter
def diagnosis_called(code: str, diagnoses: Mapping[str, Diagnosis]) -> str:
    """Return the tag of a reason by its code; one that is gone is called by its code."""
    return diagnosis_name(diagnoses[code]) if code in diagnoses else code


@register.filter
def word_on(words: Mapping[str, Word], code: str) -> Word | None:
    """Return what was said of a reason in a cell, if anything was."""
    return words.get(code)


@register.filter
def parameter_label(name: str, probe: Probe) -> str:
    """Return what a parameter of a probe is called."""
    labels = {each.name: each.label for each in PARAMETERS[probe]}
    return str(_(labels.get(name, name)))


@register.filter
def parameter_value(value: str | list[str], names: Mapping[str, str]) -> str:
    """Return the value of a parameter: what it names, or several texts in a row."""
    return names.get(value, value) if isinstance(value, str) else "、".join(value)


@register.filter
def told(finding: Finding) -> str:
    """Return everything that was seen for a reason, in the language in force."""
    return sentences([finding.seen.said, *finding.more])


@register.filter
def axis_name(axis: str) -> str:
    """Return what a target is shared along: the organisation, a dimension, or the goals."""
    if axis == ORG:
        return str(_("Organisation"))
    if axis == WEIGHTS:
        return str(_("Weights of the goals"))
    if axis == PERIOD:
        return str(_("Periods"))
    dimension = DIMENSIONS.get(axis)
    if dimension is None:
        return axis
    is_chinese = (get_language() or "zh-hans").startswith("zh")
    return dimension.label_zh if is_chinese else dimension.label_en


@register.filter
def deed_name(deed: str) -> str:
    """Return what an edit did, in words."""
    return str(DEEDS.get(deed, deed))


@register.filter
def field_name(name: str) -> str:
    return str(FIELDS.get(name, name))


@register.filter
def reason_name(code: str) -> str:
    return str(REASON_LABELS.get(code, code))


@register.filter
def grain_name(grain: str) -> str:
    return str(GRAIN_LABELS.get(grain, grain))


@register.filter
def season_name(code: str) -> str:
    return str(SEASONALITY_LABELS.get(code, code))


@register.filter
def exact(amount: Decimal, digits: int) -> str:
    """Write an amount with exactly its digits, as it is typed: 1,234.50."""
    return f"{amount:,.{digits}f}"


@register.filter
def plain(value: Decimal | None) -> str:
    """Write a number for a program to read."""
    return "" if value is None else f"{value:f}"


@register.filter
def kind_called(kind: str) -> str:
    """Return what the nodes of a tree of targets are: a kind of unit, or people."""
    return str(_("Person")) if kind == "person" else str(OrgUnit.Kind(kind).label)


@register.filter
def signed_ratio(value: Decimal | None) -> str:
    """Write a growth in percent with its sign: +12.0%, −3.1%."""
    if value is None:
        return "–"
    percent = (abs(value) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    sign = "" if not percent else "+" if value > 0 else "−"
    return f"{sign}{percent}%"


@register.filter
def metric_of(key: str, metrics: Mapping[str, MetricDefinition]) -> MetricDefinition | None:
    """Return a metric by its key, where it still exists."""
    return metrics.get(key)
