"""Deviation: how far what was done lies from what was due by then.

    deviation = actual / due - 1

A cell of the heat map says it in whole percent and in one of seven bins; the
limits are -30, -15, -5, 5, 15 and 30 percent, and a value on a limit belongs to
the milder side. The bin is taken from the percent as it is written, so that two
cells that say the same have the same colour.

>>> judge(actual=Decimal(69), due=Decimal(100))
Judgement(state=<State.VALUE: 'value'>, deviation=Decimal('-0.3100'), bin=0)
>>> [bin_of(Decimal(d) / 100) for d in (-31, -30, -15, -5, 5, 15, 30, 31)]
[0, 1, 2, 3, 3, 4, 5, 6]

Four things are not a deviation, and are never shown as one. Nobody asked for
anything (no target), nothing was measured (no data), nothing was due yet or in
a week of holidays (not due). A true zero is a value, and says that it is one.

>>> judge(actual=Decimal(5), due=None).state, judge(actual=None, due=Decimal(5)).state
(<State.NO_TARGET: 'no_target'>, <State.NO_DATA: 'no_data'>)
>>> judge(actual=Decimal(0), due=Decimal(5))
Judgement(state=<State.ZERO: 'zero'>, deviation=Decimal('-1.0000'), bin=0)
>>> judge(actual=Decimal(3), due=Decimal(0)).state
<State.NOT_DUE: 'not_due'>

Where less is better, as with returns, the sign stays and the colour turns:

>>> judge(actual=Decimal(60), due=Decimal(100), lower_is_better=True).bin
6
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bihuan.goals.domain.attainment import PRECISION

LIMITS = (-30, -15, -5, 5, 15, 30)
"""Percent; on the way out from the middle each begins after its limit."""

NEUTRAL = 3
WORST = 0


class State(StrEnum):
    """What a cell of the heat map can say."""

    VALUE = "value"
    ZERO = "zero"
    NO_TARGET = "no_target"
    NO_DATA = "no_data"
    NOT_DUE = "not_due"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a cell says: its state and, where there is one, its deviation and bin."""

    state: State
    deviation: Decimal | None = None
    bin: int | None = None


def deviation(*, actual: Decimal, due: Decimal) -> Decimal:
    """Return by how much, as a ratio, the actual lies above or below what was due."""
    return (actual / due - 1).quantize(PRECISION, ROUND_HALF_UP)


def bin_of(ratio: Decimal, *, lower_is_better: bool = False) -> int:
    """Return the bin of a deviation: 0 is the worst, 3 as planned, 6 the best."""
    percent = int((ratio * 100).quantize(Decimal(1), ROUND_HALF_UP))
    place = bisect_right(LIMITS, percent) if percent < 0 else bisect_left(LIMITS, percent)
    return len(LIMITS) - place if lower_is_better else place


def judge(
    *, actual: Decimal | None, due: Decimal | None, lower_is_better: bool = False
) -> Judgement:
    """Return what a cell says about an actual and what was due by then."""
    if due is None:
        return Judgement(State.NO_TARGET)
    if due == 0:
        return Judgement(State.NOT_DUE)
    if actual is None:
        return Judgement(State.NO_DATA)
    off = deviation(actual=actual, due=due)
    state = State.ZERO if actual == 0 else State.VALUE
    return Judgement(state, off, bin_of(off, lower_is_better=lower_is_better))
