"""Landing: where a subject will stand at the end of a period, and within which bounds.

    landing = done + rest, the rest projected in the way that erred least before
    error   = (rest that came - rest projected) / spread
    spread  = root of (projected + size / 4) * size
    bounds  = done + projected + quantiles of past errors * spread

The errors are those of everybody of the kind in periods that are over, each seen
from the same point and projected from what was known then. Of ``n`` errors in
order the bounds of eight in ten are number ``(n + 1) / 10``, rounded down, and
``9 (n + 1) / 10``, rounded up: as many of the next ones will lie inside as of
these, whatever their distribution, as long as things go on as they did (split
conformal prediction). Nothing is below what is there already, since facts of a
period only add to it. Errors are counted in spreads because a person with twice
the business errs by its root and not by twice as much.

With fewer than 20 errors of its own kind a subject borrows those of the kind below,
a company those of its regions: in parts of what was projected, not in spreads. A
whole errs by less than its parts, so such bounds are rather too wide. Where there
are none to borrow nothing is said, but what is missing.

>>> from bihuan.advice.domain.glimpse import Counted
>>> from bihuan.advice.domain.projection import ways
>>> def month(subject, place, done, rest=None):
...     rest = None if rest is None else Decimal(rest)
...     return Glimpse(subject=subject, place=place, days=Counted(10, 10), done=Decimal(done),
...                    rest=rest, pieces=4)
>>> past = [month(who, place, 50 + who, 45 + place) for who in range(6) for place in range(8)]
>>> found = land(month(3, 8, 53), calibrated(past, ways()))
>>> [str(round(each, 1)) for each in (found.done, found.low, found.middle, found.high)]
['53.0', '102.6', '102.6', '106.8']
>>> land(month(3, 3, 53), calibrated(past[:3], ways()))
TooLittle(errors=1, periods=3)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from bihuan.advice.domain.glimpse import Glimpse
from bihuan.advice.domain.memory import Memory, Usual
from bihuan.advice.domain.projection import Way, projected

FEWEST_ERRORS = 20
FEWEST_PERIODS = 2
"""So many periods must be over before one is projected."""
TRIED_ON = 60
OUT_OF = 10
"""One in so many lies below the bounds, and one above."""
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Landing:
    """Where somebody will stand at the end of a period."""

    done: Decimal
    middle: Decimal
    low: Decimal
    high: Decimal

    def holds(self, whole: Decimal) -> bool:
        """Tell whether what came lies within the bounds."""
        return self.low <= whole <= self.high


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Why nothing is projected: how many errors are known, of how many past periods."""

    errors: int
    periods: int


@dataclass(frozen=True, slots=True)
class Errors:
    """By how much past projections erred, in order: in spreads, and in parts of themselves."""

    spreads: tuple[Decimal, ...] = ()
    parts: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is needed to project: the past, the way that erred least, and how it erred."""

    memory: Memory
    way: Way
    errors: Errors
    periods: int
    is_borrowed: bool = False
    """Whether the errors are those of the kind below, and count in parts."""

    @property
    def known(self) -> tuple[Decimal, ...]:
        """Return the errors that give the bounds."""
        return self.errors.parts if self.is_borrowed else self.errors.spreads

    @property
    def is_enough(self) -> bool:
        return self.periods >= FEWEST_PERIODS and len(self.known) >= FEWEST_ERRORS

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """Return the errors between which eight in ten lie."""
        count = len(self.known) + 1
        low = count // OUT_OF
        # What the lower side rounds down, the upper one rounds up.
        return self.known[low - 1], self.known[count - low - 1]

    def seasons(self, place: int) -> dict[int, Decimal]:
        return self.memory.seasons(place, (self.way.round_of,) if self.way.round_of else ())

    def borrowing(self, below: Calibration) -> Calibration:
        """Return it with the errors of the kind below, where its own are too few."""
        if self.is_enough:
            return self
        return replace(self, errors=below.errors, is_borrowed=True)


def calibrated(past: Iterable[Glimpse], ways: Iterable[Way]) -> Calibration:
    """Return how to project from one point of a period, by what past ones came to.

    Everybody is remembered; where there are very many, the ways are tried on every so
    many of them.
    """
    by_place: dict[int, list[Glimpse]] = defaultdict(list)
    for seen in past:
        by_place[seen.place].append(seen)
    memory = Memory()
    trials = {way: _Trial() for way in ways}
    chosen = _chosen({seen.subject for of_place in by_place.values() for seen in of_place})
    rounds = {way.round_of for way in trials if way.round_of}
    for count, place in enumerate(sorted(by_place)):
        seasons = memory.seasons(place, rounds)
        for seen in by_place[place] if count >= FEWEST_PERIODS else ():
            if seen.subject in chosen and seen.subject in memory.own:
                usual = memory.usual(seen, seasons)
                for way, trial in trials.items():
                    trial.add(seen, usual, way)
        for seen in by_place[place]:
            memory.add(seen)
    best = min(trials, key=lambda way: trials[way].missed)
    return Calibration(memory, best, trials[best].errors, len(by_place))


def _chosen(subjects: set[int]) -> set[int]:
    """Return whom the ways are tried on: all, or every so many of very many."""
    step = 1 + len(subjects) // TRIED_ON
    return set(sorted(subjects)[::step])


class _Trial:
    """One way tried on periods that are over, each projected from what was known then."""

    def __init__(self) -> None:
        self.missed = ZERO
        self._spreads: list[Decimal] = []
        self._parts: list[Decimal] = []

    def add(self, seen: Glimpse, usual: Usual, way: Way) -> None:
        middle = projected(seen, usual, way)
        off = (seen.rest or ZERO) - middle
        self.missed += abs(off)
        if width := spread(middle, usual.size):
            self._spreads.append(off / width)
        if middle > 0:
            self._parts.append(off / middle)

    @property
    def errors(self) -> Errors:
        return Errors(tuple(sorted(self._spreads)), tuple(sorted(self._parts)))


def spread(middle: Decimal, size: Decimal) -> Decimal:
    """Return in what errors are counted; nothing where nothing ever came."""
    return (max(ZERO, size) * (max(ZERO, middle) + max(ZERO, size) / 4)).sqrt()


def land(now: Glimpse, by: Calibration) -> Landing | TooLittle:
    """Return where a subject will stand at the end of the period that runs."""
    if not by.is_enough:
        return TooLittle(len(by.known), by.periods)
    usual = by.memory.usual(now, by.seasons(now.place))
    rest = projected(now, usual, by.way)
    width = rest if by.is_borrowed else spread(rest, usual.size)
    below, above = by.bounds
    low = max(ZERO, rest + below * width)
    high = max(low, rest + above * width)
    middle = min(max(rest, low), high)
    return Landing(now.done, now.done + middle, now.done + low, now.done + high)
