"""How findings, figures and lines of a report are written on a page."""

from __future__ import annotations

from decimal import Decimal

from django import template

from bihuan.reports.domain.content import Content, Correlated
from bihuan.reports.domain.dead_target import Sign
from bihuan.reports.domain.finding import Finding
from bihuan.reports.domain.headline import Figure
from bihuan.reports.queries import FIGURE_LABELS, advice_of, sentence_of
from bihuan.reports.queries.words import NO_FIGURE, SIGN_LABELS, metric_name

register = template.Library()


@register.filter
def called(key: str, content: Content) -> str:
    """Return what a metric was called."""
    return metric_name(content, key)


@register.filter
def measured(key: str, content: Content) -> str:
    """Return what a metric was measured in."""
    return content.metric(key).unit


@register.simple_tag
def finding_words(finding: Finding, metric: str, ratio: str, amount: str) -> str:
    """Write what is off, with numbers as the page writes them."""
    return sentence_of(finding, metric=metric, ratio=ratio, amount=amount)


@register.filter
def advice(finding: Finding) -> str:
    return advice_of(finding)


@register.filter
def figure_label(figure: Figure) -> str:
    return str(FIGURE_LABELS[figure.name])


@register.filter
def sign_label(sign: Sign) -> str:
    return str(SIGN_LABELS[sign])


@register.filter
def coefficient(value: Decimal | None) -> str:
    """Write a correlation: −0.23, 0.71."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


@register.filter
def points(value: Decimal) -> str:
    """Write a difference of ratios in points: +3.2, −0.4."""
    return f"{value * 100:+.1f}".replace("-", "−")


@register.filter
def why_none(found: Correlated) -> str:
    """Say why a correlation, or its interval, cannot be told."""
    return str(NO_FIGURE.get(found.reason, ""))


@register.filter
def percent_of_weight(weight: int) -> str:
    """Write a weight of ten-thousandths in percent."""
    return f"{Decimal(weight) / 100:.1f}%"


@register.filter
def is_long(lines: list[object], longest: int) -> bool:
    """Tell whether a list has more lines than are shown."""
    return len(lines) > longest
