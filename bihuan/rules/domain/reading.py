"""Reading: one figure that a condition compares, or why there is none.

Nothing measured, nothing asked for, and nothing done are three things. A true zero
has a value; what lacks one says why, and a condition never takes it for a zero.

>>> done = Reading(value=Fraction(13, 20), actual=Decimal(65), due=Decimal(100), facts=4)
>>> done.value < Fraction(65, 100), done.lack is None
(False, True)
>>> Reading(lack=Lack.NO_TARGET, actual=Decimal(65)).value is None
True

What is compared is exact: 64.9999% is below 65%, however it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bihuan.kernel.errors import gettext_noop


class Lack(StrEnum):
    """Why a figure cannot be compared."""

    NO_TARGET = "no_target"
    NOT_DUE = "not_due"
    NO_DATA = "no_data"
    ABSENT = "absent"
    NO_WHOLE = "no_whole"
    NO_BASELINE = "no_baseline"


SAYS = {
    Lack.NO_TARGET: gettext_noop("no target was set"),
    Lack.NOT_DUE: gettext_noop("nothing was due"),
    Lack.NO_DATA: gettext_noop("nothing was recorded"),
    Lack.ABSENT: gettext_noop("not there for all of it"),
    Lack.NO_WHOLE: gettext_noop("there is no whole to take a share of"),
    Lack.NO_BASELINE: gettext_noop("too little past to compare with"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of one subject and one period, with what it was made of."""

    value: Fraction | None = None
    lack: Lack | None = None
    actual: Decimal | None = None
    due: Decimal | None = None
    """What was due of the target, or the whole that a share is taken of."""
    facts: int = 0

    def __post_init__(self) -> None:
        assert (self.value is None) != (self.lack is None), "a value, or why there is none"
