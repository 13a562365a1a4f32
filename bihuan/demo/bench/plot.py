"""A picture of lines over two scales of powers of ten, as SVG that follows light and dark.

    x = left + width × (log10(value) − first power) / powers

>>> [round(each) for each in (_along(10, (1, 3), 0, 100), _along(100, (1, 3), 0, 100))]
[0, 50]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape

Points = Sequence[tuple[int, int]]
WIDTH, HEIGHT = 900, 520
LEFT, RIGHT, TOP, BOTTOM = 80, 690, 30, 460
COLOURS = ("#206bc4", "#d63939", "#2fb344", "#f76707", "#ae3ec9", "#0ca678", "#667382", "#f59f00")
DASHES = ("", "7 4", "2 3")
LINE = 18


def picture(lines: Mapping[str, Points], *, across: str, up: str) -> str:
    """Return the SVG of lines by name, each of points of whole numbers above nought."""
    flat = [point for points in lines.values() for point in points]
    x_powers = _powers([x for x, _ in flat])
    y_powers = _powers([y for _, y in flat])
    parts = [*_grid(x_powers, y_powers), _words(LEFT, TOP - 12, up)]
    parts.append(_words((LEFT + RIGHT) // 2, BOTTOM + 45, across, "middle"))
    for place, (name, points) in enumerate(lines.items()):
        parts += _line(place, name, points, (x_powers, y_powers))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13" role="img">'
        "<style>svg{color:#1f2937;background:#fff}"
        "@media(prefers-color-scheme:dark){svg{color:#e5e7eb;background:#111827}}"
        "</style>" + "".join(parts) + "</svg>\n"
    )


def _powers(values: Sequence[int]) -> tuple[int, int]:
    """Return the powers of ten between which all values lie."""
    low = len(str(min(values))) - 1
    top = len(str(max(values) - 1)) if max(values) > 1 else 1
    return low, max(top, low + 1)


def _along(value: int, powers: tuple[int, int], start: int, end: int) -> Decimal:
    share = (Decimal(value).log10() - powers[0]) / (powers[1] - powers[0])
    return (start + (end - start) * share).quantize(Decimal("0.1"))


def _grid(x_powers: tuple[int, int], y_powers: tuple[int, int]) -> list[str]:
    parts = []
    for power in range(x_powers[0], x_powers[1] + 1):
        x = _along(10**power, x_powers, LEFT, RIGHT)
        parts.append(_rule(x, TOP, x, BOTTOM) + _words(x, BOTTOM + 20, f"{10**power:,}", "middle"))
    for value in _ticks(*y_powers):
        y = _along(value, y_powers, BOTTOM, TOP)
        parts.append(_rule(LEFT, y, RIGHT, y) + _words(LEFT - 8, y + 4, f"{value:,}", "end"))
    return parts


def _ticks(low: int, top: int) -> list[int]:
    """Return 1, 2 and 5 of each power up to the top one.

    >>> _ticks(1, 2)
    [10, 20, 50, 100]
    """
    steps = [digit * 10**power for power in range(low, top) for digit in (1, 2, 5)]
    return [*steps, 10**top]


def _line(
    place: int, name: str, points: Points, powers: tuple[tuple[int, int], tuple[int, int]]
) -> list[str]:
    colour = COLOURS[place % len(COLOURS)]
    dash = DASHES[place // len(COLOURS) % len(DASHES)]
    spots = [
        (_along(x, powers[0], LEFT, RIGHT), _along(y, powers[1], BOTTOM, TOP)) for x, y in points
    ]
    path = " ".join(f"{x},{y}" for x, y in spots)
    drawn = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
    y = TOP + 10 + place * LINE
    key = f'<path d="M{RIGHT + 15} {y - 4}h24" {drawn}/>' + _words(RIGHT + 45, y, name)
    dots = [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in spots]
    return [f'<polyline points="{path}" {drawn}/>', *dots, key]


def _rule(*ends: Decimal | int) -> str:
    x1, y1, x2, y2 = ends
    return f'<path d="M{x1} {y1}L{x2} {y2}" stroke="currentColor" stroke-opacity=".2"/>'


def _words(x: Decimal | int, y: Decimal | int, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="currentColor">{escape(text)}</text>'
