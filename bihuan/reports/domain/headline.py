"""Headline: the few figures of a report that are compared with the month before.

>>> from datetime import date
>>> october = Content(month="2026-10", start=date(2026, 10, 1), end=date(2026, 11, 1))
>>> [(each.name, each.now) for each in headline(october)][:2]
[('coverage', None), ('idle', Decimal('0'))]
>>> fewer = Figure(name="idle", now=Decimal(2), before=Decimal(5), is_better_high=False)
>>> fewer.difference, fewer.is_better
(Decimal('-3'), True)
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bihuan.reports.domain.content import Content
from bihuan.reports.domain.reach import ratio_of

RATIOS = frozenset({"coverage", "moved", "dead_share", "receipt_share"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of a report, with what it was a month before where that is known."""

    name: str
    now: Decimal | None
    before: Decimal | None = None
    is_better_high: bool

    @property
    def is_ratio(self) -> bool:
        return self.name in RATIOS

    @property
    def difference(self) -> Decimal | None:
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def is_better(self) -> bool | None:
        """Tell whether it moved in the right direction; nothing where it did not move."""
        moved = self.difference
        return (moved > 0) is self.is_better_high if moved else None


def headline(content: Content, before: Content | None = None) -> list[Figure]:
    """Return the figures of a report, beside those of the month before."""
    now = _figures(content)
    then = {} if before is None else _figures(before)
    better_high = {"coverage", "alignment", "receipt_share"}
    return [
        Figure(name=name, now=value, before=then.get(name), is_better_high=name in better_high)
        for name, value in now.items()
    ]


def _figures(content: Content) -> dict[str, Decimal | None]:
    moved = [each.ratio for each in content.adjustments if each.ratio is not None]
    return {
        "coverage": lowest_reach(content),
        "idle": Decimal(len(content.idle)),
        "adjustments": Decimal(len(content.adjustments)),
        "moved": sum(moved, Decimal(0)) if content.adjustments else Decimal(0),
        "alignment": None if content.aligned is None else content.aligned.rank.coefficient,
        "dead_share": ratio_of(Decimal(len(content.dead)), Decimal(content.targets)),
        "receipt_share": ratio_of(Decimal(content.receipts_given), Decimal(content.receipts_asked)),
    }


def lowest_reach(content: Content) -> Decimal | None:
    """Return the reach of the goal that reaches least: one that fails is not evened out."""
    ratios = [goal.reach.ratio for goal in content.goals]
    return min((ratio for ratio in ratios if ratio is not None), default=None)
