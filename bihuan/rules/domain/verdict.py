"""Verdict: whether a condition holds on a morning, or cannot be told.

A verdict is true, false or unknown. What has no figure is unknown, and unknown never
fires and never ends an alert. ``all`` is false as soon as one part is, ``any`` true as
soon as one is, and ``not`` turns true and false round and leaves unknown as it is.

>>> both([True, None]), both([False, None]), either([True, None]), either([False, None])
(None, False, True, None)

A morning judges what lies before it: the last whole periods, and the facts of earlier days.

>>> [p.key for p in whole_periods(date(2026, 11, 30), Grain.WEEK, 2)]
['2026-W48', '2026-W47']
>>> [p.key for p in whole_periods(date(2026, 12, 3), Grain.WEEK, 1)]
['2026-W48']

A condition is read in two ways. *Met* is what opens an alert: the limit, and as many
periods running as it says. *Staying* is what keeps one open: the last whole period
alone, against the way back. Under a ``not`` there is no way back, and both read the same.

What every subject that is hit must say of itself is told apart, so that of three hundred
thousand customers only the key accounts need be judged at all:

>>> from bihuan.rules.domain.condition import read_condition
>>> key = {"kind": "field", "field": "attribute.tier", "op": "equals", "values": ["A"]}
>>> idle = {"kind": "absence", "facts": ["visit.logged"], "days": 30}
>>> [each.field for each in demanded(read_condition({"all": [key, idle]}))]
['attribute.tier']
>>> demanded(read_condition({"any": [key, idle]}))
[]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from bihuan.kernel.period import Grain, Period, period_of
from bihuan.rules.domain.condition import (
    Absence,
    All,
    Any,
    Drop,
    Dwell,
    FieldIs,
    Leaf,
    Level,
    Measure,
    Not,
    Side,
    Since,
    Slice,
    Tree,
)
from bihuan.rules.domain.field import Raw
from bihuan.rules.domain.reading import Lack, Reading

MOST_PASSED = 4
"""How many periods in which nothing was due are passed over: a month of holidays."""
LEAST_BEFORE = 3
"""So many figures before are the least that have a usual one."""

Truth = bool | None


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one metric, period by period."""

    measure: Measure
    metric: str
    grain: Grain
    part: Slice | None = None
    over: int = 1
    """Of how many periods, up to the one named, each figure is."""

    def span(self, period: Period) -> Period:
        """Return the days that the figure of a period is of."""
        return period if self.over == 1 else _reaching_back(period, self.grain, self.over)


@lru_cache(maxsize=4096)
def _reaching_back(period: Period, grain: Grain, over: int) -> Period:
    start = period.start
    for _ in range(over - 1):
        start = period_of(start - timedelta(days=1), grain).start
    return Period(period.key, start, period.end)


class Given(Protocol):
    """What is known of one subject."""

    def reading(self, series: Series, period: Period) -> Reading:
        """Return the figure of a whole period."""

    def last_on(self, kinds: tuple[str, ...], before: date) -> date | None:
        """Return the last day before another with a fact of some kinds."""

    def there_since(self, on: date) -> date | None:
        """Return since when the subject has been there, without a break, on a day."""

    def waiting_since(self, stages: tuple[str, ...], before: date) -> date | None:
        """Return since when the deal that waits longest is in its stage, as of a morning."""

    def says(self, field: str, on: date) -> Raw:
        """Return what the subject says of itself in a field, as of a morning."""


@lru_cache(maxsize=4096)
def whole_periods(on: date, grain: Grain, count: int) -> Sequence[Period]:
    """Return the last whole periods before a morning, the newest first."""
    found: list[Period] = []
    at = period_of(on, grain).start
    while len(found) < count:
        found.append(period_of(at - timedelta(days=1), grain))
        at = found[-1].start
    return tuple(found)


def both(parts: Iterable[Truth]) -> Truth:
    """Return whether all hold."""
    is_known = True
    for each in parts:
        if each is False:
            return False
        is_known = is_known and each is not None
    return True if is_known else None


def either(parts: Iterable[Truth]) -> Truth:
    """Return whether one holds."""
    is_known = True
    for each in parts:
        if each:
            return True
        is_known = is_known and each is not None
    return False if is_known else None


def holds(tree: Tree, given: Given, on: date, *, staying: bool = False) -> Truth:
    """Return whether a condition holds on a morning."""
    if isinstance(tree, All):
        return both(holds(each, given, on, staying=staying) for each in tree.all)
    if isinstance(tree, Any):
        return either(holds(each, given, on, staying=staying) for each in tree.any)
    if isinstance(tree, Not):
        inner = holds(tree.not_, given, on)
        return None if inner is None else not inner
    if isinstance(tree, Level):
        return _level(tree, given, on, staying=staying)
    if isinstance(tree, Drop):
        return _dropped(tree, given, on, staying=staying)
    if isinstance(tree, FieldIs):
        return tree.check.holds(given.says(tree.field, on), on)
    return _of_events(tree, given, on)


def _level(leaf: Level, given: Given, on: date, *, staying: bool) -> Truth:
    readings = running(leaf, given, on, staying=staying)
    limit = Fraction(leaf.way_back if staying else leaf.limit)
    parts = [_beyond(each.value, leaf.side, limit) for _, each in readings]
    is_short = len(parts) < (1 if staying else leaf.periods)
    return both([*parts, None] if is_short else parts)


def _beyond(value: Fraction | None, side: Side, limit: Fraction) -> Truth:
    if value is None:
        return None
    return value < limit if side is Side.BELOW else value > limit


def running(
    leaf: Level, given: Given, on: date, *, staying: bool = False
) -> list[tuple[Period, Reading]]:
    """Return the periods that a level looks at, the newest first, with their figures.

    Those in which nothing was due are passed over; there may be fewer than wanted.
    """
    wanted = 1 if staying else leaf.periods
    series = Series(leaf.measure, leaf.metric, leaf.grain, leaf.part, leaf.over)
    found: list[tuple[Period, Reading]] = []
    for period in whole_periods(on, leaf.grain, wanted + MOST_PASSED):
        if len(found) == wanted:
            break
        reading = given.reading(series, period)
        if reading.lack is not Lack.NOT_DUE:
            found.append((period, reading))
    return found


def compared(leaf: Drop, given: Given, on: date) -> tuple[Period, Reading, Fraction | None]:
    """Return the last whole period, its figure, and the median of those before it."""
    series = Series(Measure.VALUE, leaf.metric, leaf.grain)
    now, *before = whole_periods(on, leaf.grain, leaf.before + 1)
    past = [given.reading(series, each).value for each in before]
    known = [each for each in past if each is not None]
    usual = middle(known) if len(known) >= LEAST_BEFORE else None
    return now, given.reading(series, now), usual


def middle(values: list[Fraction]) -> Fraction:
    """Return the median: of an even number, the mean of the two in the middle.

    >>> middle([Fraction(3), Fraction(1), Fraction(2), Fraction(10)])
    Fraction(5, 2)
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def _dropped(leaf: Drop, given: Given, on: date, *, staying: bool) -> Truth:
    _, reading, usual = compared(leaf, given, on)
    if reading.value is None or usual is None or usual <= 0:
        return None
    share = Fraction(leaf.way_back if staying else leaf.share)
    fallen = usual - reading.value
    # Within the way back is well; the share itself, as it is said, fires.
    return fallen > share * usual if staying and leaf.back is not None else fallen >= share * usual


def _of_events(leaf: Since | Absence | Dwell, given: Given, on: date) -> Truth:
    if isinstance(leaf, Since):
        last = given.last_on(leaf.facts, on)
        return None if last is None else (on - last).days >= leaf.days
    if isinstance(leaf, Absence):
        first = on - timedelta(days=leaf.days)
        last = given.last_on(leaf.facts, on)
        if last is not None and last >= first:
            return False
        there = given.there_since(on)
        return True if there is not None and there <= first else None
    since = given.waiting_since(leaf.stages, on)
    return False if since is None else (on - since).days >= leaf.days


def series_of(leaf: Leaf) -> tuple[Series, int] | None:
    """Return the figures that a leaf reads, and how many whole periods back."""
    if isinstance(leaf, Level):
        series = Series(leaf.measure, leaf.metric, leaf.grain, leaf.part, leaf.over)
        return series, leaf.periods + MOST_PASSED
    if isinstance(leaf, Drop):
        return Series(Measure.VALUE, leaf.metric, leaf.grain), leaf.before + 1
    return None


def demanded(tree: Tree) -> list[FieldIs]:
    """Return the fields without which a condition cannot be met."""
    if isinstance(tree, FieldIs):
        return [tree]
    if isinstance(tree, All):
        return [found for each in tree.all for found in demanded(each)]
    if isinstance(tree, Any) and len(tree.any) == 1:
        return demanded(tree.any[0])
    return []
