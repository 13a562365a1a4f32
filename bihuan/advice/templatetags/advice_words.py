"""Says what a landing means in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from bihuan.advice.domain.line import Line
from bihuan.goals.domain.reason.said import Said
from bihuan.goals.queries.reasons.wording import sentence

register = template.Library()

VERDICTS: Mapping[str, Promise] = {
    "safe": _("Safe"),
    "likely": _("Likely"),
    "at_risk": _("At risk"),
    "out_of_reach": _("Out of reach at this pace"),
    "": _("Not projected"),
}
TONES = {"safe": "tag-pos", "likely": "tag-pos", "at_risk": "tag-warn", "out_of_reach": "tag-neg"}
FULL = 100
WIDEST = 150
"""A gauge ends at half as much again as is asked."""


@register.filter
def verdict_name(verdict: str) -> Promise:
    return VERDICTS[verdict]


@register.filter
def verdict_tone(verdict: str) -> str:
    """Return the class that colours a verdict; the words beside it say it too."""
    return TONES.get(verdict, "tag-quiet")


@register.filter
def line_metric(line: Line) -> str:
    """Write what the metric of a line is called."""
    return line.name_zh if (get_language() or "zh-hans").startswith("zh") else line.name_en


@register.filter
def words(said: Said) -> str:
    """Write a sentence with its figures; nothing says nothing."""
    return sentence(said) if said.says else ""


@register.filter
def kind_of_deed(kind: str) -> str:
    return gettext(kind)


@register.filter
def on_gauge(share: Decimal | None) -> int:
    """Return where a share of the target lies on a gauge, of its 150 parts."""
    percent = int(((share or Decimal(0)) * FULL).to_integral_value(ROUND_HALF_UP))
    return min(max(percent, 0), WIDEST)


@register.filter
def gauge_width(line: Line) -> int:
    """Return how wide the bounds are on a gauge; a narrow one can still be seen."""
    return max(2, on_gauge(line.high_ratio) - on_gauge(line.low_ratio))


@register.filter
def whole(value: Decimal | None) -> Decimal | None:
    """Return an amount without digits that say nothing of a projection."""
    return None if value is None else value.to_integral_value(ROUND_HALF_UP)
