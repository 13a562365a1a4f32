"""Closing: a period that is closed keeps the figures it had.

A closing names the day up to which it closes and the ledger's last number at that
moment. Figures of closed days are read as the ledger stood then: facts, gates and
merged customers that came later change nothing there. They are listed beside the
closing, and count again when it is opened.

A span inside one closing is read as of it. A span that reaches over several, or into
days that are still open, is cut at their ends where its parts add up; a figure
that does not add up (a count of different values, a stock) is read as of the closing of its
last day, or as things stand where that day is open.

>>> october, november = date(2026, 10, 1), date(2026, 11, 1)
>>> done = [Closed(through=october, seq=900), Closed(through=november, seq=1200)]
>>> quarter = Period("2026-Q4", october, date(2027, 1, 1))
>>> for piece in cut([quarter], done, adds_up=True):
...     print(piece.place, piece.span.start, piece.span.end, piece.as_of_seq)
0 2026-10-01 2026-11-01 1200
0 2026-11-01 2027-01-01 None
>>> [piece.as_of_seq for piece in cut([quarter], done, adds_up=False)]
[None]

A closing after which nothing came that belongs before it reads the same either way, and need
not be named: the caller leaves it out and saves a question.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.kernel.period import Period


class AlreadyClosed(Conflict):
    code = "metrics.already_closed"
    says = gettext_noop("Everything before %(through)s is closed already.")


class NotOver(Invalid):
    code = "metrics.not_over"
    says = gettext_noop("A period can be closed once it is over; %(through)s is still to come.")


class PeriodClosed(Conflict):
    code = "metrics.period_closed"
    says = gettext_noop(
        "Everything before %(through)s is closed: a definition cannot change what was reported. "
        "Choose %(through)s or a later day."
    )


class NotTheLast(Conflict):
    code = "metrics.not_the_last"
    says = gettext_noop("Only the last closing can be opened again.")


@dataclass(frozen=True, slots=True, order=True)
class Closed:
    """Days before ``through`` that no earlier closing closes, read as of a number."""

    through: date
    seq: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an asked span, by the span's place, and as of which number it is read."""

    place: int
    span: Period
    as_of_seq: int | None


def cut(spans: Sequence[Period], closed: Sequence[Closed], *, adds_up: bool) -> list[Piece]:
    """Return the parts of the spans with the number each is read as of; closings in order."""
    pieces: list[Piece] = []
    for place, span in enumerate(spans):
        parts = _parts(span, closed) if adds_up else [(span, _seq_of(span, closed))]
        pieces += [Piece(place, part, seq) for part, seq in parts]
    return pieces


def _seq_of(span: Period, closed: Sequence[Closed]) -> int | None:
    """Return the number as of which the closing of a span's last day is read."""
    last_day = span.end - timedelta(days=1)
    at = bisect_right(closed, last_day, key=lambda each: each.through)
    return closed[at].seq if at < len(closed) else None


def _parts(span: Period, closed: Sequence[Closed]) -> Iterable[tuple[Period, int | None]]:
    start = span.start
    for each in closed:
        if each.through <= start:
            continue
        if each.through >= span.end:
            yield Period(span.key, start, span.end), each.seq
            return
        yield Period(span.key, start, each.through), each.seq
        start = each.through
    yield Period(span.key, start, span.end), None


def in_groups(pieces: Iterable[Piece]) -> Iterator[tuple[int | None, list[Piece]]]:
    """Yield the pieces that are read as of one number together, as things stand first."""
    groups: dict[int | None, list[Piece]] = {None: []}
    for piece in pieces:
        groups.setdefault(piece.as_of_seq, []).append(piece)
    yield from ((seq, found) for seq, found in groups.items() if found)
