"""Memory: what past periods say about a subject and about all of its kind together.

    late   = what falls on a day of the rest / what falls on a day of the first part
    pace   = (own past + 20 days at the pace of all) / (own days + 20), a day
    size   = (own past + 3 pieces of the usual size) / (own pieces + 3), a piece
    yield  = (own rests + 5 opportunities at the yield of all) / (own in hand + 5)

``late`` tells how business bunches towards the end of a period, and is of all
subjects together. The others lean on all of them as long as a subject has little
past of its own, and less and less the more it has.

Two subjects, one period of 20 days of which 10 were gone: 30 came before, 60 after,
so a day of the rest is worth two of the first part.

>>> from bihuan.advice.domain.glimpse import Counted
>>> days = Counted(10, 10)
>>> memory = Memory()
>>> for subject, done, rest in ((1, 20, 40), (2, 10, 20)):
...     memory.add(Glimpse(subject=subject, place=0, days=days, done=Decimal(done),
...                        rest=Decimal(rest), pieces=3))
>>> memory.late, memory.pace(1), memory.pace(2), memory.pace(3)
(Decimal('2'), Decimal('1.8'), Decimal('1.2'), Decimal('1.5'))
>>> memory.size(1), memory.size(3)
(Decimal('17.5'), Decimal('15'))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bihuan.advice.domain.glimpse import Glimpse

LEANS_DAYS = 20
LEANS_PIECES = 3
LEANS_OPEN = 5
"""How much of all subjects' past counts beside a subject's own."""

ZERO = Decimal(0)


@dataclass(slots=True)
class Sums:
    """What the past of somebody adds up to."""

    done: Decimal = ZERO
    rest: Decimal = ZERO
    gone: int = 0
    left: int = 0
    pieces: int = 0
    open: int = 0

    def add(self, seen: Glimpse) -> None:
        self.done += seen.done
        self.rest += seen.rest or ZERO
        self.gone += seen.days.gone
        self.left += seen.days.left
        self.pieces += seen.pieces
        self.open += max(0, seen.open)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for one subject, as the past of a period has it."""

    pace: Decimal
    late: Decimal
    size: Decimal
    in_hand: Decimal
    """What lies in hand brings until the end of the period."""
    seasons: Mapping[int, Decimal]
    """How the period stands out, by the round after which its season comes again."""


@dataclass(slots=True)
class Memory:
    """The past of all subjects, up to some period."""

    all: Sums = field(default_factory=Sums)
    own: dict[int, Sums] = field(default_factory=lambda: defaultdict(Sums))
    by_place: dict[int, Sums] = field(default_factory=lambda: defaultdict(Sums))

    def add(self, seen: Glimpse) -> None:
        """Remember a period that is over."""
        self.all.add(seen)
        self.own[seen.subject].add(seen)
        self.by_place[seen.place].add(seen)

    def usual(self, seen: Glimpse, seasons: Mapping[int, Decimal]) -> Usual:
        """Return what is usual for whoever is seen, however they go this time."""
        subject = seen.subject
        return Usual(
            pace=self.pace(subject),
            late=self.late,
            size=self.size(subject),
            in_hand=self.yields(subject) * max(0, seen.open),
            seasons=seasons,
        )

    def seasons(self, place: int, rounds: Iterable[int]) -> dict[int, Decimal]:
        return {each: self.season(place, round_of=each) for each in rounds}

    @property
    def late(self) -> Decimal:
        if not self.all.gone or not self.all.left or self.all.done <= 0 or self.all.rest < 0:
            return Decimal(1)
        return (self.all.rest / self.all.left) / (self.all.done / self.all.gone)

    def pace(self, subject: int) -> Decimal:
        """Return what a subject makes on a day of the first part."""
        own = self.own.get(subject, Sums())
        late = self.late
        usual = _per(self.all.done + self.all.rest, self.all.gone + self.all.left * late)
        days = own.gone + own.left * late
        return (own.done + own.rest + LEANS_DAYS * usual) / (days + LEANS_DAYS)

    def size(self, subject: int) -> Decimal:
        """Return how much one fact brings a subject."""
        own = self.own.get(subject, Sums())
        usual = _per(self.all.done + self.all.rest, Decimal(self.all.pieces))
        return (own.done + own.rest + LEANS_PIECES * usual) / (own.pieces + LEANS_PIECES)

    def yields(self, subject: int) -> Decimal:
        """Return how much an opportunity in hand brings until the end of the period."""
        own = self.own.get(subject, Sums())
        usual = _per(self.all.rest, Decimal(self.all.open))
        return (own.rest + LEANS_OPEN * usual) / (own.open + LEANS_OPEN)

    def season(self, place: int, *, round_of: int) -> Decimal:
        """Return how the same period a round ago stood against all since; 1 where nobody knows."""
        then = self.by_place.get(place - round_of)
        since = [self.by_place[each] for each in range(place - round_of, place) if self.knows(each)]
        if then is None or len(since) < round_of:
            return Decimal(1)
        rates = [_rate(each) for each in since]
        usual = _per(sum(rates, ZERO), Decimal(len(rates)))
        return _per(_rate(then), usual, otherwise=Decimal(1))

    def knows(self, place: int) -> bool:
        return place in self.by_place


def _rate(sums: Sums) -> Decimal:
    return _per(sums.done + sums.rest, Decimal(sums.gone + sums.left))


def _per(upper: Decimal, lower: Decimal, *, otherwise: Decimal = ZERO) -> Decimal:
    return upper / lower if lower > 0 else otherwise
