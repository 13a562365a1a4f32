"""Part: did one part of a figure fall away, or was it booked elsewhere?

    fallen   = ramp(fall of the part that fell most / all that fell) * filled(its fall),
               where it had at least ``share`` of the whole before
    rebooked = ramp(what is booked where it hardly ever was / missing)

A part is a product line, a customer, a channel. Where everything falls alike, no part
is the reason, and a fall that makes up little of what is missing is little of a reason:

>>> before = {"耗材": Decimal(100), "试剂": Decimal(100)}
>>> wanted = PartWanted(share=Decimal("0.2"), begins=Decimal("0.6"), full=Decimal("0.9"))
>>> fallen_part({"耗材": Decimal(95), "试剂": Decimal(10)}, before, wanted,
...             missing=Decimal(100))
Fallen(score=Decimal('0.9000'), part='试剂', now=Decimal('10'), before=Decimal('100'))
>>> fallen_part({"耗材": Decimal(50), "试剂": Decimal(50)}, before, wanted,
...             missing=Decimal(9)) is None
True

Repeat orders of consumables were never new contracts, and now they are:

>>> now = {("耗材", "新签"): Decimal(90), ("试剂", "新签"): Decimal(40)}
>>> was = {("耗材", "增购"): Decimal(300), ("试剂", "新签"): Decimal(60)}
>>> rebooked(now, was, into=["新签"], rare=Decimal("0.02"))
Rebooked(amount=Decimal('90'), parts=(('耗材', '新签'),))
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bihuan.goals.domain.reason.score import DIGITS, filled, ramp

ZERO = Decimal(0)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PartWanted:
    """How large a part must have been, and from which share of the fall on it stands out."""

    share: Decimal
    begins: Decimal
    full: Decimal


@dataclass(frozen=True, slots=True)
class Fallen:
    """The part that fell most, with what it is and what was usual."""

    score: Decimal
    part: str
    now: Decimal
    before: Decimal


@dataclass(frozen=True, slots=True)
class Rebooked:
    """How much lies in which parts that hardly held anything before."""

    amount: Decimal
    parts: tuple[Pair, ...]


def fallen_part(
    now: Mapping[str, Decimal],
    before: Mapping[str, Decimal],
    wanted: PartWanted,
    *,
    missing: Decimal,
) -> Fallen | None:
    """Return the part that makes up most of a fall; nothing where none stands out."""
    whole = sum(before.values(), ZERO)
    falls = {part: usual - now.get(part, ZERO) for part, usual in before.items()}
    down = {part: fall for part, fall in falls.items() if fall > 0}
    if not down or len(before) < 2:
        return None
    worst = max(sorted(down), key=lambda part: down[part])
    if before[worst] < wanted.share * whole:
        return None
    alone = ramp(down[worst] / sum(down.values()), begins=wanted.begins, full=wanted.full)
    score = (alone * filled(down[worst], missing=missing)).quantize(DIGITS, ROUND_HALF_UP)
    return Fallen(score, worst, now.get(worst, ZERO), before[worst]) if score else None


def rebooked(
    now: Mapping[Pair, Decimal],
    before: Mapping[Pair, Decimal],
    *,
    into: Collection[str],
    rare: Decimal,
) -> Rebooked | None:
    """Return what is now booked in categories in which its part hardly ever was.

    A part that sold nothing before has no habit that could be broken.
    """
    of_part: dict[str, Decimal] = {}
    for (part, _), amount in before.items():
        of_part[part] = of_part.get(part, ZERO) + amount
    found = {
        (part, category): amount
        for (part, category), amount in now.items()
        if category in into
        and amount > 0
        and of_part.get(part, ZERO) > 0
        and before.get((part, category), ZERO) <= rare * of_part[part]
    }
    return Rebooked(sum(found.values(), ZERO), tuple(sorted(found))) if found else None
