"""Region: the province, city or county that a company's name tells of.

Two companies whose names differ in nothing but the city are two companies, so
the city is taken out of the name and compared apart. A region is its code by
GB/T 2260: two digits for a province, four for a city, six for a county or
district; a code begins with the codes of what it lies in.

>>> leading("苏州汇川控制"), leading("江苏省苏州市工业园区汇川控制")
(('3205', '汇川控制'), ('3205', '汇川控制'))
>>> trailing("汇川控制苏州"), trailing("汇川控制")
(('3205', '汇川控制'), ('', '汇川控制'))
>>> named("昆山市"), named("技术")
('320583', '')

What lies in a region may be the same; what lies beside it is another:

>>> apart("32", "3205"), apart("3205", "4403"), apart("3205", "")
(False, True, False)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

SHORTEST_REST = 2
"""A name keeps its region where less than so many characters would be left of it."""

ZONES = (
    *("经济技术开发区", "高新技术产业开发区", "自由贸易试验区", "工业园区", "经济开发区"),
    *("高新区", "开发区", "保税区", "自贸区"),
)
"""What may follow a city and has no code of its own."""


@cache
def _codes() -> Mapping[str, str]:
    """Return the code of every name that may stand anywhere: provinces, cities, short forms."""
    found: dict[str, str] = {}
    for code, name, short in _rows():
        if len(code) < 6 or name.endswith("市"):
            found.setdefault(name, code)
            if short:
                found.setdefault(short, code)
    return found


@cache
def _inside() -> Mapping[tuple[str, str], str]:
    """Return the code of every county and district, by the city or province and its name."""
    return {
        (above, name): code
        for code, name, _ in _rows()
        if len(code) == 6
        for above in (code[:2], code[:4])
    }


def _rows() -> Iterator[tuple[str, str, str]]:
    """Yield code, name and short form of each region, provinces before what lies in them."""
    text = files("bihuan.customers.domain").joinpath("regions.txt").read_text("utf-8")
    lines = [line.split(" ") for line in text.splitlines() if not line.startswith("#")]
    for code, name, *short in sorted(lines, key=lambda line: len(line[0])):
        yield code, name, short[0] if short else ""


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(name) for name in _codes()}, reverse=True))


def named(text: str) -> str:
    """Return the code of the region that a text names and nothing else, or nothing."""
    code, rest = leading(text, shortest=0)
    return "" if rest else code


def leading(text: str, *, shortest: int = SHORTEST_REST) -> tuple[str, str]:
    """Return the region that a name begins with, and what follows it."""
    code, rest = "", text
    while True:
        further, after = _next(code, rest)
        if after == rest or len(after) < shortest:
            return code, rest
        code, rest = further, after


def _next(code: str, text: str) -> tuple[str, str]:
    """Return one more step into the region at hand, and what follows it."""
    for length in _lengths():
        found = _codes().get(text[:length], "")
        if len(text) >= length and found.startswith(code) and len(found) > len(code):
            return found, text[length:]
    if code:
        for length in range(min(len(text), 12), 1, -1):
            if (code[:4], text[:length]) in _inside():
                return _inside()[code[:4], text[:length]], text[length:]
        for zone in ZONES:
            if text.startswith(zone):
                return code, text[len(zone) :]
    return code, text


def trailing(text: str) -> tuple[str, str]:
    """Return the region that a name ends with, and what stands before it."""
    for length in _lengths():
        code = _codes().get(text[-length:], "")
        if code and len(text) - length >= SHORTEST_REST:
            return code, text[:-length]
    return "", text


def apart(one: str, other: str) -> bool:
    """Tell whether two regions lie beside each other; one that is not known lies anywhere."""
    return not (one.startswith(other) or other.startswith(one))
