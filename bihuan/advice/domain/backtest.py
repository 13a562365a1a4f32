"""Back-test: past projections held against what came, each from what was known then.

    coverage = projections whose bounds held what came / all
    off      = sum of |middle - came| / sum of what came
    width    = sum of (high - low) / sum of what came

Every period that is over is projected from each of several points, by the periods
before it alone; then it becomes part of the past of the next one. Bounds that say
eight in ten should hold about eight in ten of what came, not fewer, and not many
more either, since bounds that hold everything say nothing.

>>> tried = [Tried(1, Landing(Decimal(5), Decimal(10), Decimal(8), Decimal(12)), Decimal(came))
...          for came in (8, 10, 13, 9)]
>>> scored(tried)
Score(count=4, held=3, coverage=Decimal('0.7500'), off=Decimal('0.1500'), width=Decimal('0.4000'))
>>> scored([]).coverage is None
True
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bihuan.advice.domain.glimpse import Glimpse
from bihuan.advice.domain.landing import Calibration, Landing, TooLittle, calibrated, land
from bihuan.advice.domain.projection import Way

DIGITS = Decimal("0.0001")
ZERO = Decimal(0)

Ways = Callable[[int], Iterable[Way]]
"""Which ways can be tried once so many periods are over."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A projection of a period that is over, and what came."""

    place: int
    landing: Landing
    came: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """How well projections did."""

    count: int
    held: int
    coverage: Decimal | None
    off: Decimal | None
    width: Decimal | None


def tried(seen: Iterable[Glimpse], ways: Ways) -> list[Tried]:
    """Return every projection of past periods from one point, as it would have been made then."""
    by_place: dict[int, list[Glimpse]] = defaultdict(list)
    for each in seen:
        by_place[each.place].append(each)
    past: list[Glimpse] = []
    found: list[Tried] = []
    for place in sorted(by_place):
        if past:
            found += _tried_in(
                by_place[place], calibrated(past, ways(len({g.place for g in past})))
            )
        past += by_place[place]
    return found


def _tried_in(seen: Sequence[Glimpse], by: Calibration) -> list[Tried]:
    # Whoever appears for the first time is not known to be there on the morning.
    made = [(each, land(each, by)) for each in seen if each.subject in by.memory.own]
    return [
        Tried(each.place, landing, each.whole)
        for each, landing in made
        if not isinstance(landing, TooLittle)
    ]


def scored(made: Sequence[Tried]) -> Score:
    """Return how well projections did together."""
    held = sum(each.landing.holds(each.came) for each in made)
    came = sum((each.came for each in made), ZERO)
    missed = sum((abs(each.landing.middle - each.came) for each in made), ZERO)
    wide = sum((each.landing.high - each.landing.low for each in made), ZERO)
    return Score(
        count=len(made),
        held=held,
        coverage=_ratio(Decimal(held), Decimal(len(made))),
        off=_ratio(missed, came),
        width=_ratio(wide, came),
    )


def _ratio(upper: Decimal, lower: Decimal) -> Decimal | None:
    return (upper / lower).quantize(DIGITS, ROUND_HALF_UP) if lower > 0 else None
