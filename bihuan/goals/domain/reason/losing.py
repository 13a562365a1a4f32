"""Losing: is one reason of lost deals more frequent than among others?

    excess = mine / all of mine  -  theirs / all of theirs
    score  = ramp(excess) * mine / (mine + 1)

The last factor keeps a single lost deal from being certain: three of three are 0.75.

>>> price = ("价格偏高",)
>>> seen = lost_share(lost={"价格偏高": 3}, peers={"价格偏高": 10, "竞品中标": 30}, outcomes=price,
...     least=2, begins=Decimal("0.1"), full=Decimal("0.5"))
>>> seen.score, seen.count, seen.of, seen.peers
(Decimal('0.7500'), 3, 3, Decimal('0.2500'))
>>> lost_share(lost={"价格偏高": 1}, peers={}, outcomes=price,
...     least=2, begins=Decimal("0.1"), full=Decimal("0.5")) is None
True
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bihuan.goals.domain.reason.score import DIGITS, ramp


@dataclass(frozen=True, slots=True)
class Lost:
    """How many deals were lost for a reason, of how many, and the share among others."""

    score: Decimal
    count: int
    of: int
    peers: Decimal | None


def lost_share(
    *,
    lost: Mapping[str, int],
    peers: Mapping[str, int],
    outcomes: Collection[str],
    least: int,
    begins: Decimal,
    full: Decimal,
) -> Lost | None:
    """Return how much more often deals are lost for some outcomes; nothing where they are not."""
    mine, whole = sum(lost.get(each, 0) for each in outcomes), sum(lost.values())
    theirs, others = sum(peers.get(each, 0) for each in outcomes), sum(peers.values())
    if mine < least:
        return None
    usual = Decimal(theirs) / others if others else None
    excess = ramp(Decimal(mine) / whole - (usual or 0), begins=begins, full=full)
    score = (excess * mine / (mine + 1)).quantize(DIGITS, ROUND_HALF_UP)
    shown = None if usual is None else usual.quantize(DIGITS, ROUND_HALF_UP)
    return Lost(score, mine, whole, shown) if score else None
