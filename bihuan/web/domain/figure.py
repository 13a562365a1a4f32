"""Figure: how an exact number is written for people, in Chinese and in English.

Nothing is reckoned here. A ``Decimal`` is rounded half-up (四舍五入) to the
digits shown, and only to show it; minus is the real sign, not a hyphen.

    amount      ¥1,286,400.00      every digit of the currency, three by three
    compact     ¥128.6 万 / ¥1.29M  as many digits as can be read in a glance
    ratio       75.0%              a share of one, shown in percent
    deviation   +9, −12, 0         the same in whole points, always with its sign

>>> amount(Decimal("1286400"), "CNY"), amount(Decimal("-0.125"), "CNY")
('¥1,286,400.00', '−¥0.13')
>>> compact(Decimal("12864000"), "CNY", "zh-hans").replace(NARROW, " ")
'¥1,286 万'
>>> compact(Decimal("1286400"), "USD", "en"), compact(Decimal("99999999"), "CNY", "en")
('US$1.29M', '¥100M')
>>> ratio(Decimal("0.75"), 1), deviation(Decimal("-0.1249")), deviation(Decimal("0.004"))
('75.0%', '−12', '0')
>>> number(Decimal("1286.5000"))
'1,286.5'

A compact amount moves to the next unit when rounding carries it there, so that
no one reads "10,000 万" where "1.00 亿" is meant:

>>> compact(Decimal("99996000"), "CNY", "zh-hans").replace(NARROW, " ")
'¥1.00 亿'
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from bihuan.kernel.money import MINOR_DIGITS

MINUS = "\N{MINUS SIGN}"
NARROW = "\N{NO-BREAK SPACE}"
"""Between a number and its unit, so that they stay on one line."""

SIGNS = {
    "CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$",
    "JPY": "JP¥", "KRW": "₩", "SGD": "S$", "AUD": "A$", "CAD": "CA$", "INR": "₹",
}  # fmt: skip

WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
"""Wide enough that no amount the tables can hold is refused or shortened."""


@dataclass(frozen=True, slots=True)
class Step:
    """From which size on an amount is written in which unit, with how many digits."""

    unit: int
    word: str
    places: int
    below: int | None


CHINESE = (
    Step(1, "", 0, 10_000),
    Step(10_000, NARROW + "万", 1, 1_000),
    Step(10_000, NARROW + "万", 0, 10_000),
    Step(100_000_000, NARROW + "亿", 2, 100),
    Step(100_000_000, NARROW + "亿", 1, 10_000),
    Step(100_000_000, NARROW + "亿", 0, None),
)
ENGLISH = (
    Step(1, "", 0, 1_000),
    Step(1_000, "K", 1, 100),
    Step(1_000, "K", 0, 1_000),
    Step(1_000_000, "M", 2, 10),
    Step(1_000_000, "M", 1, 100),
    Step(1_000_000, "M", 0, 1_000),
    Step(1_000_000_000, "B", 2, 10),
    Step(1_000_000_000, "B", 1, 100),
    Step(1_000_000_000, "B", 0, None),
)


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a value rounded half-up to so many digits."""
    return value.quantize(Decimal(1).scaleb(-places), context=WIDE)


def written(value: Decimal, places: int) -> str:
    """Return a value with its digits in threes and a real minus; a rounded zero has no sign."""
    shown = rounded(value, places)
    sign = MINUS if shown < 0 else ""
    return f"{sign}{shown.copy_abs():,f}"


def number(value: Decimal, places: int = 4) -> str:
    """Return a plain number with the digits it has, up to some places, and no idle zeros."""
    text = written(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal, currency: str) -> str:
    """Return an amount with every digit its currency has."""
    return _with_sign(written(value, MINOR_DIGITS.get(currency, 2)), currency)


def compact(value: Decimal, currency: str, language: str) -> str:
    """Return an amount as it is read in a glance: 万 and 亿, or K, M and B."""
    return _with_sign(short(value, language), currency)


def short(value: Decimal, language: str) -> str:
    """Return a number in the largest unit it fills."""
    steps = CHINESE if language.startswith("zh") else ENGLISH
    for step in steps:
        shown = rounded(WIDE.divide(value, Decimal(step.unit)), step.places)
        if step.below is None or shown.copy_abs() < step.below:
            return written(shown, step.places) + step.word
    raise AssertionError("the last step has no upper bound")


def ratio(value: Decimal, places: int) -> str:
    """Return a share of one in percent."""
    return f"{written(WIDE.multiply(value, Decimal(100)), places)}%"


def deviation(value: Decimal) -> str:
    """Return a difference of two ratios in whole points, with its sign."""
    return signed(written(WIDE.multiply(value, Decimal(100)), 0))


def signed(text: str) -> str:
    """Return a written number with a plus when it is above zero."""
    is_zero = not any(digit in "123456789" for digit in text)
    return text if is_zero or text.startswith(MINUS) else f"+{text}"


def _with_sign(text: str, currency: str) -> str:
    mark = SIGNS.get(currency, f"{currency}{NARROW}" if currency else "")
    if text.startswith(MINUS):
        return f"{MINUS}{mark}{text.removeprefix(MINUS)}"
    return f"{mark}{text}"
