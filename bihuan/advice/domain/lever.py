"""Lever: what somebody can do about a gap, from their own figures, and whether they could.

    more      gap / worth of one more        worth: the rates of the way to money, multiplied
    size      (rest + gap) / pieces to come  pieces to come: rest / usual size
    rate      usual + gap / (to be decided * usual size)
    in hand   gap / usual size               of those in hand, as many as are usually won
    payment   gap                            of what is signed and not paid
    (these two no faster than in the own best week, and beyond what comes anyway)

``able`` is how far a lever goes for whoever pulls it: more of something as in the own
best week on every day that is left, a size or a rate as in the own best month, what is
in hand times the usual win rate. ``gives`` is what it brings at that, and ``closes``
tells whether that is enough. What asks for more than that
is told as what it would take, never as advice. The lever that gives most comes first.

A rate is one's own from 20 cases on, below that the team's. Ten visits a week bring
8,000 each; the best week had 15, and 10 working days are left. The gap of 50,000 takes
seven visits more, and ten are in reach:

>>> visits = Step("visits", Decimal(2_080_000), Decimal(260), is_own=True)
>>> lever = more(Gap(Decimal(50_000), rest=Decimal(160_000), days_left=10), way=[visits],
...              per_week=Decimal(10), best_week=Decimal(15))
>>> lever.needed, lever.able, lever.gives, lever.closes
(Decimal('7'), Decimal('10'), Decimal('80000'), True)
>>> step("visits", own=(Decimal(9), Decimal(12)), team=(Decimal(90), Decimal(180))).is_own
False
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

OWN_FROM = 20
"""So many cases make a rate one's own."""
DAYS_A_WEEK = 5
ZERO = Decimal(0)
ONE = Decimal(1)


class Kind(StrEnum):
    """What a lever moves."""

    MORE = "more"
    SIZE = "size"
    RATE = "rate"
    IN_HAND = "in_hand"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Step:
    """One rate on the way to money: what came of how many, and whose figures these are."""

    metric: str
    brought: Decimal
    cases: Decimal
    is_own: bool

    @property
    def rate(self) -> Decimal:
        return self.brought / self.cases if self.cases > 0 else ZERO


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing at this pace, and what is left to close it with."""

    amount: Decimal
    rest: Decimal
    """What is projected to come by itself."""
    days_left: int

    @property
    def weeks_left(self) -> Decimal:
        return Decimal(self.days_left) / DAYS_A_WEEK


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """What it takes, how far one is able, and what that gives."""

    kind: Kind
    metric: str
    usual: Decimal
    best: Decimal
    needed: Decimal
    able: Decimal
    gives: Decimal
    closes: bool
    way: tuple[Step, ...] = ()

    @property
    def is_of_team(self) -> bool:
        """Return whether some rate is the team's, because there were too few cases."""
        return not all(each.is_own for each in self.way)


def step(metric: str, *, own: tuple[Decimal, Decimal], team: tuple[Decimal, Decimal]) -> Step:
    """Return what came of how many: one's own, or the team's where that is too few."""
    brought, cases = own
    if cases >= OWN_FROM and brought > 0:
        return Step(metric, brought, cases, is_own=True)
    return Step(metric, *team, is_own=False)


def more(gap: Gap, *, way: Sequence[Step], per_week: Decimal, best_week: Decimal) -> Lever | None:
    """Return what more of the first step brings; nothing where it has never brought anything."""
    worth = ONE
    for each in way:
        worth *= each.rate
    if worth <= 0:
        return None
    needed = (gap.amount / worth).to_integral_value(ROUND_CEILING)
    spare = max(ZERO, best_week - per_week) * gap.weeks_left
    able = spare.to_integral_value(ROUND_FLOOR)
    return Lever(
        kind=Kind.MORE,
        metric=way[0].metric,
        usual=per_week,
        best=best_week,
        needed=needed,
        able=able,
        gives=able * worth,
        closes=needed <= able,
        way=tuple(way),
    )


def size(gap: Gap, *, usual: Step, best: Decimal) -> Lever | None:
    """Return what larger pieces bring, as many of them as are to come anyway."""
    if usual.rate <= 0 or gap.rest <= 0:
        return None
    pieces = gap.rest / usual.rate
    needed = (gap.rest + gap.amount) / pieces
    able = max(best, usual.rate)
    return Lever(
        kind=Kind.SIZE,
        metric=usual.metric,
        usual=usual.rate,
        best=best,
        needed=needed,
        able=able,
        gives=(able - usual.rate) * pieces,
        closes=needed <= able,
        way=(usual,),
    )


def rate(gap: Gap, *, usual: Step, best: Decimal, decided: Decimal, each: Step) -> Lever | None:
    """Return what a better rate brings on what will be decided until the end."""
    worth = decided * each.rate
    if worth <= 0 or usual.rate <= 0:
        return None
    needed = usual.rate + gap.amount / worth
    able = min(ONE, max(best, usual.rate))
    return Lever(
        kind=Kind.RATE,
        metric=usual.metric,
        usual=usual.rate,
        best=best,
        needed=needed,
        able=able,
        gives=(able - usual.rate) * worth,
        closes=needed <= able,
        way=(usual, each),
    )


def in_hand(gap: Gap, *, count: int, won: Step, each: Step, best_week: Decimal) -> Lever | None:
    """Return what lies in hand and could be won before the end rather than after it.

    What is projected to come is taken to be won out of the same hand.
    """
    if each.rate <= 0 or count <= 0:
        return None
    needed = (gap.amount / each.rate).to_integral_value(ROUND_CEILING)
    could = min(count * won.rate, best_week * gap.weeks_left)
    spare = could - gap.rest / each.rate
    able = max(ZERO, spare).to_integral_value(ROUND_FLOOR)
    return Lever(
        kind=Kind.IN_HAND,
        metric=won.metric,
        usual=Decimal(count),
        best=Decimal(count),
        needed=needed,
        able=able,
        gives=able * each.rate,
        closes=needed <= able,
        way=(won, each),
    )


def payment(gap: Gap, *, outstanding: Decimal, best_week: Decimal) -> Lever | None:
    """Return what is signed and not paid, beyond what is projected to be paid anyway."""
    able = min(outstanding, best_week * gap.weeks_left) - gap.rest
    if able <= 0:
        return None
    return Lever(
        kind=Kind.PAYMENT,
        metric="received_amount",
        usual=outstanding,
        best=outstanding,
        needed=gap.amount,
        able=able,
        gives=able,
        closes=gap.amount <= able,
    )


def in_order(levers: Iterable[Lever | None]) -> list[Lever]:
    """Return the levers that give anything, the one that gives most first.

    Where none does, that one asks for more is told all the same, for what it would take.
    """
    known = [each for each in levers if each is not None]
    giving = [each for each in known if each.gives > 0]
    if not giving:
        return [each for each in known if each.kind is Kind.MORE]
    return sorted(giving, key=lambda each: -each.gives)
