"""Outlook: what a landing means against a target.

    attained    = middle / target            at this pace you land at 87%
    bounds      = low / target, high / target
    gap         = target - middle, where that is more than nothing

    safe        low >= target                even the lower bound reaches it
    likely      middle >= target > low
    at risk     high >= target > middle
    out of reach  target > high              even the upper bound does not

>>> landed = Landing(done=Decimal(60), middle=Decimal(87), low=Decimal(79), high=Decimal(95))
>>> found = outlook(landed, Decimal(100))
>>> found.verdict.value, found.attained, found.low, found.high, found.gap
('out_of_reach', Decimal('0.8700'), Decimal('0.7900'), Decimal('0.9500'), Decimal('13'))
>>> [outlook(landed, Decimal(target)).verdict.value for target in (79, 87, 95)]
['safe', 'likely', 'at_risk']
>>> outlook(landed, None) is None
True
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bihuan.advice.domain.landing import Landing
from bihuan.goals.domain.attainment import attainment

ZERO = Decimal(0)


class Verdict(StrEnum):
    """Whether a target is reached at this pace."""

    SAFE = "safe"
    LIKELY = "likely"
    AT_RISK = "at_risk"
    OUT_OF_REACH = "out_of_reach"

    @property
    def is_off(self) -> bool:
        """Return whether the middle of the landing misses the target."""
        return self in (Verdict.AT_RISK, Verdict.OUT_OF_REACH)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A landing in parts of the target, and what is missing."""

    verdict: Verdict
    attained: Decimal
    low: Decimal
    high: Decimal
    gap: Decimal


def outlook(landed: Landing, target: Decimal | None) -> Outlook | None:
    """Return what a landing means; nothing where nothing is asked."""
    if not target:
        return None
    middle, low, high = (
        attainment(quota=target, achieved=each) or ZERO
        for each in (landed.middle, landed.low, landed.high)
    )
    return Outlook(_verdict(landed, target), middle, low, high, max(ZERO, target - landed.middle))


def _verdict(landed: Landing, target: Decimal) -> Verdict:
    if landed.low >= target:
        return Verdict.SAFE
    if landed.middle >= target:
        return Verdict.LIKELY
    return Verdict.AT_RISK if landed.high >= target else Verdict.OUT_OF_REACH
