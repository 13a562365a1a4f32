"""Dead target: one that nobody did anything for.

    no fact      it covers the month, or lies in it, and no fact of the month counts for it
    nothing yet  nothing has been achieved from its first day on, and more than a third of
                 its days are over

A target that only begins in the month, or ends in it, is not judged by that month alone.

>>> october = (date(2026, 10, 1), date(2026, 11, 1))
>>> quarter = (date(2026, 10, 1), date(2027, 1, 1))
>>> signs_of_death(span=quarter, month=october, facts=0, achieved=None)
(<Sign.NO_FACT: 'no_fact'>, <Sign.NOTHING_YET: 'nothing_yet'>)
>>> signs_of_death(span=quarter, month=october, facts=0, achieved=Decimal(5))
(<Sign.NO_FACT: 'no_fact'>,)
>>> signs_of_death(span=quarter, month=october, facts=1, achieved=Decimal(5))
()
>>> signs_of_death(span=(date(2026, 10, 1), date(2027, 10, 1)), month=october, facts=1,
...                achieved=Decimal(0))
()
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

Days = tuple[date, date]
"""First day, and the day after the last."""


class Sign(StrEnum):
    NO_FACT = "no_fact"
    NOTHING_YET = "nothing_yet"


def signs_of_death(
    *, span: Days, month: Days, facts: int, achieved: Decimal | None
) -> tuple[Sign, ...]:
    """Return why a target is taken for dead at the end of a month; nothing for one that lives."""
    start, end = span
    covers = start <= month[0] and month[1] <= end
    lies_inside = month[0] <= start and end <= month[1]
    signs = []
    if (covers or lies_inside) and facts == 0:
        signs.append(Sign.NO_FACT)
    gone = (min(end, month[1]) - start).days
    if not achieved and gone * 3 > (end - start).days:
        signs.append(Sign.NOTHING_YET)
    return tuple(signs)
