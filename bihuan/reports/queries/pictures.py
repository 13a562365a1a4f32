"""Small pictures, as whole coordinates of an SVG: the same on the page, on paper and in a PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import isqrt

from bihuan.reports.domain.content import GoalHealth, LevelGrowth, RaterLine

WIDTH = 1000
STEP, HEIGHT, EDGE = 160, 150, 40
DOT = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a goal asks, as a strip: carried, with people who are gone, and with nobody."""

    goal: GoalHealth
    carried: int
    orphaned: int
    asked: int
    """Where what is asked ends: beyond it, a buffer is carried."""

    @property
    def gone_from(self) -> int:
        return self.carried

    @property
    def width(self) -> int:
        return WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One level of a path: where it lies, and what stands beside it."""

    x: int
    y: int
    level: LevelGrowth

    @property
    def above(self) -> int:
        return self.y - 14

    @property
    def is_growth(self) -> bool:
        return self.level.growth is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How a goal thins out from level to level: growth, or reach where last year is not known."""

    goal: GoalHealth
    points: list[Point]
    width: int
    height: int = HEIGHT + 2 * EDGE

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def feet(self) -> int:
        return self.height - 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    x: int
    y: int
    r: int
    count: int
    rating: int
    weight: int
    """In percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Ratings against weights: the larger the dot, the more said so."""

    dots: list[Dot]
    ratings: list[tuple[int, int]]
    weights: list[tuple[int, int]]
    width: int = 6 * DOT + EDGE
    height: int = 300


def bar_of(goal: GoalHealth) -> Bar:
    """Return a strip whose whole length is what is asked, or what is carried if that is more."""
    whole = max(goal.asked, goal.carried + goal.orphaned)
    return Bar(
        goal=goal,
        carried=_part(goal.carried, whole, WIDTH),
        orphaned=_part(goal.orphaned, whole, WIDTH),
        asked=_part(goal.asked, whole, WIDTH),
    )


def _part(part: Decimal, whole: Decimal, length: int) -> int:
    if not whole:
        return 0
    return int((part / whole * length).to_integral_value(ROUND_HALF_UP))


def path_of(goal: GoalHealth) -> Path:
    """Return a line through the levels, higher where more growth, or more of the whole, arrives."""
    values = [_height(level) for level in goal.levels]
    low, high = min([*values, Decimal(0)]), max(values, default=Decimal(0))
    points = [
        Point(
            x=EDGE + place * STEP,
            y=EDGE + HEIGHT - 20 - _part(value - low, high - low, HEIGHT - 20),
            level=level,
        )
        for place, (level, value) in enumerate(zip(goal.levels, values, strict=True))
    ]
    return Path(goal=goal, points=points, width=2 * EDGE + STEP * max(1, len(points) - 1) + 40)


def _height(level: LevelGrowth) -> Decimal:
    return level.growth if level.growth is not None else level.reach or Decimal(0)


def scatter_of(raters: Sequence[RaterLine]) -> Scatter | None:
    """Return how often which rating met which weight; nothing where nobody rated."""
    counted = Counter(
        (each.rating, (each.weight + 50) // 100) for line in raters for each in line.rated
    )
    if not counted:
        return None
    most = max(counted.values())
    dots = [
        Dot(
            x=EDGE + rating * DOT,
            y=270 - weight * 5 // 2,
            r=6 + 18 * isqrt(100 * count // most) // 10,
            count=count,
            rating=rating,
            weight=weight,
        )
        for (rating, weight), count in sorted(counted.items())
    ]
    return Scatter(
        dots=dots,
        ratings=[(EDGE + rating * DOT, rating) for rating in range(1, 6)],
        weights=[(270 - weight * 5 // 2, weight) for weight in (0, 25, 50, 75, 100)],
    )
