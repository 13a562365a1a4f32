"""What was seen, in the language of the reader: words and figures put together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, gettext

from bihuan.goals.domain.reason.said import Figure, Named, Param, Said
from bihuan.metrics.domain.definition import Unit

WAN = Decimal(10_000)


def sentence(said: Said) -> str:
    """Return a sentence in the language in force."""
    return gettext(said.says) % {name: _written(each) for name, each in said.params.items()}


def sentences(said: Iterable[Said]) -> str:
    """Return several sentences in a row."""
    between = "" if _is_chinese() else " "
    return between.join(sentence(each) for each in said)


def _is_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


def _written(param: Param) -> str:
    if isinstance(param, Named):
        return param.zh if _is_chinese() else param.en
    if isinstance(param, Figure):
        return _figure(param)
    if isinstance(param, date):
        return param.isoformat()
    return str(param)


def _figure(figure: Figure) -> str:
    if figure.unit == Unit.RATIO:
        return f"{_rounded(figure.value * 100, '0.1')}%"
    if figure.unit == Unit.MONEY:
        return _money(figure.value)
    return _rounded(figure.value, "0.1")


def _money(value: Decimal) -> str:
    """Return an amount for a glance: 38.6 万, 386,000."""
    if _is_chinese() and abs(value) >= WAN:
        return f"{_rounded(value / WAN, '0.1')} 万"
    return _rounded(value, "1")


def _rounded(value: Decimal, digits: str) -> str:
    shown = f"{value.quantize(Decimal(digits), ROUND_HALF_UP):,f}"
    return shown.removesuffix(".0")
