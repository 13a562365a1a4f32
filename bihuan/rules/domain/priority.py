"""Priority: which of several alerts about one subject speaks.

The one of the rule with the highest priority speaks, and the others are kept and say by
which they are suppressed. Of alerts of one rule the key metric that the rule names first
comes first, then the one that opened earlier. When the one that spoke is over, the next
speaks in its turn.

>>> visits = Claim(id=4, priority=40, place=0, opened_on=date(2026, 11, 2))
>>> signed = Claim(id=5, priority=90, place=0, opened_on=date(2026, 11, 9))
>>> paid = Claim(id=6, priority=90, place=1, opened_on=date(2026, 11, 2))
>>> speaker([visits, signed, paid]).id, speaker([visits]).id, speaker([]) is None
(5, 4, True)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An open alert that would speak."""

    id: int
    priority: int
    place: int
    """Where its metric stands among the key metrics of its rule."""
    opened_on: date


def speaker(claims: Iterable[Claim]) -> Claim | None:
    """Return the alert that speaks of those about one subject."""
    order = sorted(claims, key=lambda c: (-c.priority, c.place, c.opened_on, c.id))
    return order[0] if order else None
