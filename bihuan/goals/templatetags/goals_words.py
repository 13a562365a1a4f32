"""How metrics and the days of a target are named."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.domain.reason.probe import PARAMETERS, Probe
from bihuan.goals.domain.reason.said import Said
from bihuan.goals.queries.reasons import Finding, Word, sentence, sentences
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
    return _(labels.get(name, name))


@register.filter
def parameter_value(value: str | list[str], names: Mapping[str, str]) -> str:
    """Return the value of a parameter: what it names, or several texts in a row."""
    return names.get(value, value) if isinstance(value, str) else "、".join(value)


@register.filter
def told(finding: Finding) -> str:
    """Return everything that was seen for a reason, in the language in force."""
    return sentences([finding.seen.said, *finding.more])


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
