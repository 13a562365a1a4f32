"""Quota: what may be asked of a person or a unit.

A quota is an amount of a metric over a span of days, never negative. One bearer
has at most one quota of a metric on any day: the same span again is a new
amount, a span that overlaps another is refused, because nobody could say which
of the two holds.

>>> third = Span(date(2026, 7, 1), date(2026, 10, 1))
>>> july = Span(date(2026, 7, 1), date(2026, 8, 1))
>>> asked = Asked("visits", ("person", 7), third, Decimal(120))
>>> check(asked, others=[]) is None
True
>>> check(asked, others=[Asked("visits", ("person", 7), third, Decimal(90))]) is None
True
>>> print(check(asked, others=[Asked("visits", ("person", 7), july, Decimal(40))]))
There is a target from 2026-07-01 to 2026-08-01 already, which overlaps 2026-07-01 to 2026-10-01.
>>> check(asked, others=[Asked("visits", ("person", 8), july, Decimal(40))]) is None
True
>>> print(check(asked._replace(amount=Decimal(-1)), others=[]))
A target cannot be negative: -1.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from bihuan.goals.domain.pacing import FINEST
from bihuan.goals.domain.span import Span, SpanBackwards, overlap
from bihuan.kernel.errors import Conflict, DomainError, Invalid, gettext_noop

LARGEST = Decimal(10) ** 16
EARLIEST = date(1970, 1, 1)
LATEST = date(2200, 1, 1)


class QuotaNegative(Invalid):
    code = "goals.quota_negative"
    says = gettext_noop("A target cannot be negative: %(amount)s.")


class QuotaTooLarge(Invalid):
    code = "goals.quota_too_large"
    says = gettext_noop("A target of %(amount)s is too large.")


class SpanOutOfReach(Invalid):
    code = "goals.span_out_of_reach"
    says = gettext_noop("A target lies between 1970 and 2200: %(start)s, %(end)s.")


class QuotaOverlaps(Conflict):
    code = "goals.quota_overlaps"
    says = gettext_noop(
        "There is a target from %(start)s to %(end)s already, which overlaps %(from)s to %(until)s."
    )


class QuotaTwice(Invalid):
    code = "goals.quota_twice"
    says = gettext_noop("The same target is given twice, with %(one)s and with %(other)s.")


class Asked(NamedTuple):
    """A quota as it is asked for: which metric, of whom, over which days, how much."""

    metric: str
    bearer: tuple[str, int]
    span: Span
    amount: Decimal


def rounded(amount: Decimal) -> Decimal:
    """Return an amount with as many digits as a quota keeps."""
    return amount.quantize(FINEST, ROUND_HALF_UP)


def check(asked: Asked, *, others: Iterable[Asked]) -> DomainError | None:
    """Return why a quota may not be set, or nothing. ``others`` are those in force."""
    start, end = asked.span
    if end <= start:
        return SpanBackwards(start=start, end=end)
    if start < EARLIEST or end > LATEST:
        return SpanOutOfReach(start=start, end=end)
    if not asked.amount.is_finite() or asked.amount >= LARGEST:
        return QuotaTooLarge(amount=asked.amount)
    if asked.amount < 0:
        return QuotaNegative(amount=asked.amount)
    return _clash(asked, others)


def _clash(asked: Asked, others: Iterable[Asked]) -> DomainError | None:
    for other in others:
        if (other.metric, other.bearer) != (asked.metric, asked.bearer):
            continue
        if other.span != asked.span and overlap(other.span, asked.span):
            start, end = other.span
            asked_for = {"from": asked.span.start, "until": asked.span.end}
            return QuotaOverlaps(start=start, end=end, **asked_for)
    return None
