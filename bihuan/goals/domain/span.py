"""Span: a half-open run of business days, ``[start, end)``, cut and put together.

A quota has a span, and so has a seat, a period, and what is left of one when
another is taken out of it.

>>> quarter = Span(date(2026, 7, 1), date(2026, 10, 1))
>>> week = Span(date(2026, 6, 29), date(2026, 7, 6))
>>> print(overlap(quarter, week))
2026-07-01..2026-07-06
>>> [str(left) for left in without(quarter, [Span(date(2026, 8, 1), date(2026, 9, 1))])]
['2026-07-01..2026-08-01', '2026-09-01..2026-10-01']

What is taken out may overlap, stand in any order or lie outside:

>>> without(week, [quarter, Span(date(2026, 1, 1), date(2026, 7, 1))])
[]
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from bihuan.kernel.errors import Invalid, gettext_noop


class SpanBackwards(Invalid):
    code = "goals.span_backwards"
    says = gettext_noop("A target must end after it begins: %(start)s, %(end)s.")


class Span(NamedTuple):
    """The days from ``start`` until the day before ``end``."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    @property
    def days(self) -> int:
        """Return how many days it lasts."""
        return (self.end - self.start).days


def overlap(one: Span, other: Span) -> Span | None:
    """Return the days that lie in both, or nothing."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start, end) if start < end else None


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Return what is left of a span when others are taken out of it, in order."""
    left = [span]
    for each in taken:
        left = [
            piece
            for whole in left
            for piece in (
                Span(whole.start, min(whole.end, each.start)),
                Span(max(whole.start, each.end), whole.end),
            )
            if piece.start < piece.end
        ]
    return left
