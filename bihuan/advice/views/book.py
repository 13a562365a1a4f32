"""Landings in a workbook."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.advice.domain.line import Line
from bihuan.advice.templatetags.advice_words import verdict_name
from bihuan.base.spreadsheet import Value

HEADER = (
    _("Unit or person"),
    _("Metric"),
    _("Period"),
    _("Target"),
    _("So far"),
    _("Landing"),
    _("Lower bound"),
    _("Upper bound"),
    _("Of the target"),
    _("Gap"),
    _("Verdict"),
)
CENT = Decimal("0.01")


def row_of(line: Line) -> list[Value]:
    """Return a landing as a row of a sheet."""
    is_chinese = (get_language() or "zh-hans").startswith("zh")
    return [
        line.name,
        line.name_zh if is_chinese else line.name_en,
        line.period,
        line.target,
        line.done,
        _rounded(line.middle),
        _rounded(line.low),
        _rounded(line.high),
        line.attained,
        _rounded(line.gap),
        str(verdict_name(line.verdict)),
    ]


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(CENT, ROUND_HALF_UP)
