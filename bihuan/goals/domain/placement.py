"""Placement: in which unit a person's quota counts, day by day.

A quota counts where the person sits. When they move in the middle of its span,
the days before count for the old unit and the days after for the new one, as
their facts do; the two shares add up to the quota.

>>> quarter = Span(date(2026, 7, 1), date(2026, 10, 1))
>>> moved = [(date(2025, 1, 1), date(2026, 8, 10), 40), (date(2026, 8, 10), None, 50)]
>>> [(str(span), unit) for span, unit in placed(quarter, moved)]
[('2026-07-01..2026-08-10', 40), ('2026-08-10..2026-10-01', 50)]
>>> home(quarter, moved)
40

Days without a seat belong to the seat before them, and days before the first
one to the first: a quota that begins a month before its bearer is hired counts
in the unit they join. Whoever never sat anywhere has a quota that counts
nowhere.

>>> late = [(date(2026, 8, 1), date(2026, 9, 1), 40)]
>>> [(str(span), unit) for span, unit in placed(quarter, late)]
[('2026-07-01..2026-10-01', 40)]
>>> placed(quarter, []), home(quarter, [])
([], None)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bihuan.goals.domain.span import Span

Held = tuple[date, date | None, int]
"""A seat: from when, until when (open without one), in which unit."""


def placed(span: Span, held: Sequence[Held]) -> list[tuple[Span, int]]:
    """Return the pieces of a span with the unit each counts in, in order, without a gap."""
    seats = sorted(held, key=lambda seat: seat[0])
    pieces: list[tuple[Span, int]] = []
    for index, (start, _, unit) in enumerate(seats):
        begins = span.start if index == 0 else max(start, span.start)
        follows = seats[index + 1][0] if index + 1 < len(seats) else span.end
        ends = min(follows, span.end)
        if begins >= ends:
            continue
        if pieces and pieces[-1][1] == unit:
            pieces[-1] = (Span(pieces[-1][0].start, ends), unit)
        else:
            pieces.append((Span(begins, ends), unit))
    return pieces


def home(span: Span, held: Sequence[Held]) -> int | None:
    """Return the unit in which a quota counts as a whole: that of its first day."""
    pieces = placed(span, held)
    return pieces[0][1] if pieces else None
