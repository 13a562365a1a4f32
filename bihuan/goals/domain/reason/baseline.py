"""Baseline: is a figure worse than one's own, and worse than what others do?

    score = ramp(min(drop against the own median, drop against the peers' median))

Both must be worse: a quiet month of the whole team is no reason of one person, and
who always visits little has not begun to. Where there are no peers to be seen, or
no past, the other comparison stands alone.

>>> seen = below_baseline(
...     now=Decimal(9), own=[Decimal(20), Decimal(22), Decimal(21)],
...     peers=[Decimal(19), Decimal(18), Decimal(24)], lower_is_better=False,
...     begins=Decimal("0.2"), full=Decimal("0.6"))
>>> seen.score, seen.own, seen.peers
(Decimal('0.8158'), Decimal('21'), Decimal('19'))
>>> below_baseline(now=Decimal(9), own=[Decimal(9)], peers=[Decimal(19)], lower_is_better=False,
...     begins=Decimal("0.2"), full=Decimal("0.6")) is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.reason.score import drop, median, ramp


@dataclass(frozen=True, slots=True)
class Compared:
    """How far a figure lies behind what was usual."""

    score: Decimal
    own: Decimal | None
    peers: Decimal | None


def below_baseline(
    *,
    now: Decimal,
    own: Sequence[Decimal],
    peers: Sequence[Decimal],
    lower_is_better: bool,
    begins: Decimal,
    full: Decimal,
) -> Compared | None:
    """Return how much worse a figure is than both medians; nothing where it is not."""
    usual = [median(values) if values else None for values in (own, peers)]
    drops = [
        drop(now=now, usual=each, lower_is_better=lower_is_better)
        for each in usual
        if each is not None
    ]
    known = [each for each in drops if each is not None]
    if not known or len(known) < len(drops):
        return None
    score = ramp(min(known), begins=begins, full=full)
    return Compared(score, usual[0], usual[1]) if score else None
