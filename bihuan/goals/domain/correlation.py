"""Correlation: how far two rankings, or two scales, go the same way.

Pearson's coefficient asks whether one scale rises in a straight line with the
other, Spearman's whether it rises at all: it is Pearson's of the ranks, where
equal values share the average of their ranks.

    r = (n Sxy - Sx Sy) / sqrt((n Sxx - Sx Sx) (n Syy - Sy Sy))

Sums are of whole numbers, so nothing is lost before the one division and root.

>>> five = pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
>>> five.coefficient, five.n
(Decimal('0.800000000000'), 5)
>>> spearman([1, 1, 2, 3], [10, 20, 20, 900]).coefficient
Decimal('0.833333333333')

The 95% interval is symmetric on Fisher's scale, z = atanh(r), and lies unevenly
around r. The error of z is

    Pearson     1 / sqrt(n - 3)                    Fisher 1921
    Spearman    sqrt((1 + r r / 2) / (n - 3))      Bonett and Wright 2000

the latter because ranks leave the interval too short otherwise.

>>> round(five.low, 3), round(five.high, 3)
(Decimal('-0.280'), Decimal('0.986'))

Less than four pairs say nothing, and neither does a side that is all the same.
A correlation without any exception has no interval: Fisher's scale ends there.

>>> pearson([1, 2, 3], [1, 2, 3])
Correlation(n=3, coefficient=None, low=None, high=None, reason=<Reason.TOO_FEW: 'too_few'>)
>>> spearman([3, 3, 3, 3], [1, 2, 3, 4]).reason
<Reason.FIRST_ALIKE: 'first_alike'>
>>> perfect = spearman([1, 2, 3, 4], [1, 4, 9, 16])
>>> perfect.coefficient, perfect.low, perfect.reason
(Decimal('1.000000000000'), None, <Reason.PERFECT: 'perfect'>)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum
from operator import mul

FEWEST = 4
"""With three pairs the error of Fisher's z has no bound."""

NORMAL_975 = Decimal("1.959963984540054235524594430521")
"""What 97.5% of a normal distribution lie below, so that 95% lie within."""

DIGITS = Decimal("1E-12")
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


class Reason(StrEnum):
    """Why a correlation, or its interval, cannot be told."""

    TOO_FEW = "too_few"
    FIRST_ALIKE = "first_alike"
    SECOND_ALIKE = "second_alike"
    PERFECT = "perfect"


@dataclass(frozen=True, slots=True)
class Correlation:
    """A coefficient from -1 to 1 of so many pairs, with its 95% interval."""

    n: int
    coefficient: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    reason: Reason | None = None


def pearson(first: Sequence[int], second: Sequence[int]) -> Correlation:
    """Return how far two scales go together in a straight line."""
    return _correlation(first, second, are_ranks=False)


def spearman(first: Sequence[int], second: Sequence[int]) -> Correlation:
    """Return how far two rankings agree; ties have average ranks."""
    return _correlation(_ranks(first), _ranks(second), are_ranks=True)


def _ranks(values: Sequence[int]) -> list[int]:
    """Return the average ranks, doubled so that they are whole."""
    first: dict[int, int] = {}
    for place, value in enumerate(sorted(values)):
        first.setdefault(value, place)
    counts = Counter(values)
    return [2 * first[value] + counts[value] + 1 for value in values]


def _correlation(first: Sequence[int], second: Sequence[int], *, are_ranks: bool) -> Correlation:
    n = len(first)
    if n != len(second):
        raise ValueError("a correlation is of pairs")
    if n < FEWEST:
        return Correlation(n, reason=Reason.TOO_FEW)
    spread = n * sum(map(mul, first, first)) - sum(first) ** 2
    other = n * sum(map(mul, second, second)) - sum(second) ** 2
    if not spread or not other:
        return Correlation(n, reason=Reason.SECOND_ALIKE if spread else Reason.FIRST_ALIKE)
    together = n * sum(map(mul, first, second)) - sum(first) * sum(second)
    with localcontext(EXACT):
        ratio = together / (Decimal(spread) * other).sqrt()
        if together**2 == spread * other:
            return Correlation(n, _kept(ratio), reason=Reason.PERFECT)
        low, high = _interval(ratio, n, are_ranks=are_ranks)
        return Correlation(n, _kept(ratio), _kept(low), _kept(high))


def _interval(ratio: Decimal, n: int, *, are_ranks: bool) -> tuple[Decimal, Decimal]:
    z = ((1 + ratio) / (1 - ratio)).ln() / 2
    width = 1 + ratio * ratio / 2 if are_ranks else Decimal(1)
    error = NORMAL_975 * (width / (n - 3)).sqrt()
    return _tanh(z - error), _tanh(z + error)


def _tanh(z: Decimal) -> Decimal:
    grown = (2 * z).exp()
    return (grown - 1) / (grown + 1)


def _kept(exact: Decimal) -> Decimal:
    return exact.quantize(DIGITS)
