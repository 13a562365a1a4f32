"""Waiting: an amount that is pending, what it waits for, and who owes that.

>>> from bihuan.metrics.domain.gate import Need
>>> paid = Need.model_validate({
...     "key": "paid", "label_zh": "首付款到账", "label_en": "first payment", "within_days": 30,
...     "where": {"field": "kind", "op": "eq", "value": "payment.received"}})
>>> filed = paid.model_copy(update={"key": "filed", "within_days": None})
>>> lacks = lacking((paid, filed), (None, date(2026, 10, 6)), since=date(2026, 9, 28))
>>> [(each.need.key, str(each.due_on), each.days_late(date(2026, 11, 2))) for each in lacks]
[('paid', '2026-10-28', 5)]

A fact without what ties it to others can never count: what it lacks is the tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.metrics.domain.gate import Need


@dataclass(frozen=True, slots=True)
class Lack:
    """A gate that is not open, and by when it should have been."""

    need: Need
    due_on: date | None

    def days_late(self, today: date) -> int:
        """Return how many days it is late, 0 while it is not or has no standard."""
        return 0 if self.due_on is None else max(0, (today - self.due_on).days)


def lacking(
    needs: Sequence[Need], opened: Sequence[date | None], *, since: date
) -> tuple[Lack, ...]:
    """Return the gates that are shut, with the day each is due, counted from a day."""
    return tuple(
        Lack(need, None if need.within_days is None else since + timedelta(days=need.within_days))
        for need, day in zip(needs, opened, strict=True)
        if day is None
    )
