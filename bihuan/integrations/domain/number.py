"""Number: how an amount is written, and what it is.

Thousands may be set off by commas, spaces or apostrophes, or by dots where the
comma is the decimal mark; a sign may stand before, after or as brackets; 万 and
亿 multiply; currency signs say nothing about the number.

>>> read_number("￥1,234.50元"), read_number("(300)"), read_number("1.2万")
(Decimal('1234.50'), Decimal('-300'), Decimal('12000.0'))
>>> read_number("1.234,56", mark=",")
Decimal('1234.56')

A number that cannot be one is refused, never half read:

>>> read_number("12,34") is None, read_number("1 2 x") is None, read_number("") is None
(True, True, True)

Which mark a column uses is seen from all of it: ``1,234`` alone may be either,
``12,5`` beside it may not. What contradicts itself has no mark.

>>> decimal_mark(["1,234", "12,5"]), decimal_mark(["1,234", "5"]), decimal_mark(["1,5", "1.5"])
(',', '.', None)

Facts keep four decimals; what has more is rounded half-up, and the caller is
told, because the cell held something else:

>>> kept(Decimal("125.43999999999998"))
(Decimal('125.4400'), True)
>>> kept(Decimal("125.44"))
(Decimal('125.44'), False)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from bihuan.integrations.domain.tidy import half_width

DIGITS = Decimal("0.0001")
LARGEST = Decimal(10) ** 15
"""Facts have 20 digits, four of them after the point; one is left as a margin."""

_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
# A currency sign or word at either end carries no digits.
_CURRENCY = re.compile(
    r"^(?:[¥$€£]|CNY|RMB|USD|EUR|US\$)\s*|\s*(?:元|圆|块|CNY|RMB|USD|EUR)$", re.IGNORECASE
)
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_DOT = re.compile(r"\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+")
_COMMA = re.compile(r"\d{1,3}(?:[.' ]\d{3})+(?:,\d+)?|\d+(?:,\d*)?|,\d+")
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+)?[eE][+-]?\d{1,3}")


@lru_cache(maxsize=200_000)
def read_number(text: str, *, mark: str = ".") -> Decimal | None:
    """Return the number a text stands for, or nothing when it stands for none."""
    if _PLAIN.fullmatch(text) and (mark == "." or "." not in text):
        return Decimal(text)
    text = half_width(text)
    if _SCIENTIFIC.fullmatch(text) and mark == ".":
        return Decimal(text)
    text, sign = _without_sign(text)
    text = _CURRENCY.sub("", _CURRENCY.sub("", text)).strip()
    text, inner = _without_sign(text)
    scale = _SCALES.get(text[-1:])
    text = text[:-1].strip() if scale else text
    if not (_DOT if mark == "." else _COMMA).fullmatch(text):
        return None
    digits = re.sub(r"[,' ]" if mark == "." else r"[.' ]", "", text).replace(",", ".")
    return Decimal(digits) * (scale or 1) * sign * inner


def _without_sign(text: str) -> tuple[str, int]:
    """Return the text without its sign, and the sign."""
    if len(text) > 2 and text[0] == "(" and text[-1] == ")":
        return text[1:-1].strip(), -1
    if text[:1] in ("-", "+"):
        return text[1:].strip(), -1 if text[0] == "-" else 1
    if text[-1:] == "-":
        return text[:-1].strip(), -1
    return text, 1


def decimal_mark(texts: Iterable[str]) -> str | None:
    """Return the decimal mark that every text can be read by: the dot when both can."""
    dot = comma = True
    for text in texts:
        if _PLAIN.fullmatch(text) and "." not in text:
            continue
        dot = dot and read_number(text, mark=".") is not None
        comma = comma and read_number(text, mark=",") is not None
        if not (dot or comma):
            return None
    return "." if dot else ","


def kept(number: Decimal) -> tuple[Decimal, bool]:
    """Return a number with at most four decimals, and whether it had more."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -4:
        return number, False
    rounded = number.quantize(DIGITS, ROUND_HALF_UP)
    return rounded, rounded != number
