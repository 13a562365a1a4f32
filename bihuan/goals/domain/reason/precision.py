"""Precision: how often managers say that a reason is the right one.

    precision = confirmed / (confirmed + corrected)
    interval  = Wilson's for 95%, as `kernel.interval` has it
    weight    = (confirmed + prior * 10) / (confirmed + corrected + 10)

The interval is wide where little was said: eight of ten is not eighty of a hundred.
The weight is the mean of a Beta distribution whose prior counts as ten judgements, so
a reason that is often corrected sinks in the ranking and one that is new stays near
its prior.

>>> eight = Judged(confirmed=8, corrected=2)
>>> eight.precision, eight.interval
(Decimal('0.8000'), (Decimal('0.4902'), Decimal('0.9433')))
>>> eight.weight(prior=Decimal("0.6")), Judged().weight(prior=Decimal("0.6"))
(Decimal('0.7000'), Decimal('0.6000'))
>>> Judged().precision is None
True
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bihuan.goals.domain.reason.score import DIGITS
from bihuan.kernel.interval import wilson

PRIOR_COUNT = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """How often a reason was confirmed, corrected to another, or named though not found."""

    confirmed: int = 0
    corrected: int = 0
    missed: int = 0
    first: int = 0
    """In how many of the judged cells it stood first."""

    @property
    def count(self) -> int:
        return self.confirmed + self.corrected

    @property
    def precision(self) -> Decimal | None:
        """Return the share that was confirmed; nothing where nothing was judged."""
        if not self.count:
            return None
        return (Decimal(self.confirmed) / self.count).quantize(DIGITS, ROUND_HALF_UP)

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """Return between which shares the true one lies with 95% confidence."""
        if not self.count:
            return None
        low, high = wilson(Decimal(self.confirmed) / self.count, self.count)
        return low.quantize(DIGITS, ROUND_HALF_UP), high.quantize(DIGITS, ROUND_HALF_UP)

    def weight(self, *, prior: Decimal) -> Decimal:
        """Return how far the reason is trusted: its precision, drawn towards a prior."""
        share = (self.confirmed + prior * PRIOR_COUNT) / (self.count + PRIOR_COUNT)
        return share.quantize(DIGITS, ROUND_HALF_UP)
