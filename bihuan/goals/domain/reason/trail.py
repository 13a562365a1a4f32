"""Trail: the steps that contracts and deals left in the ledger, and what is still open of them.

    unmatched        begun and not ended: its due day, or so many days after the beginning
    unpaid           signed, and less received than signed so many days later
    standing_still   opened, neither won nor lost, and so many days in its last stage

>>> day = date(2026, 10, 1)
>>> sent = Step(seq=1, kind="contract.submitted", on=day, contract="C-1", due=date(2026, 10, 4))
>>> list(unmatched([sent], start="contract.submitted", end="contract.approved", days=3))
[Late(seq=1, due=datetime.date(2026, 10, 4), amount=None)]
>>> approved = Step(seq=2, kind="contract.approved", on=date(2026, 10, 2), contract="C-1")
>>> list(unmatched([sent, approved], start="contract.submitted", end="contract.approved", days=3))
[]
>>> signed = Step(seq=3, kind="contract.signed", on=day, contract="C-1", amount=Decimal(100))
>>> paid = Step(seq=4, kind="payment.received", on=day, contract="C-1", amount=Decimal(60))
>>> list(unpaid([signed, paid], days=30))
[Late(seq=3, due=datetime.date(2026, 10, 31), amount=Decimal('40'))]
>>> opened = Step(seq=5, kind="opportunity.opened", on=day, deal=7, amount=Decimal(500))
>>> moved = Step(seq=6, kind="opportunity.stage_entered", on=date(2026, 10, 9), deal=7)
>>> list(standing_still([opened, moved], days=30))
[Late(seq=6, due=datetime.date(2026, 11, 8), amount=Decimal('500'))]

Days without anything are counted as working days, the longest run of them:

>>> worked = {date(2026, 11, 2), date(2026, 11, 13)}
>>> longest_gap(worked, date(2026, 11, 2), date(2026, 11, 16), calendar=DayCount.CHINA)
8
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from bihuan.goals.domain.reason.overdue import Late
from bihuan.kernel.calendar import DayCount, working_days

OPENED, MOVED = "opportunity.opened", "opportunity.stage_entered"
CLOSED = frozenset({"opportunity.won", "opportunity.lost"})
SIGNED, PAID = "contract.signed", "payment.received"


class Step(NamedTuple):
    """One fact of a contract or a deal, with what matters of it here."""

    seq: int
    kind: str
    on: date
    person: int = 0
    contract: str = ""
    deal: int | None = None
    due: date | None = None
    amount: Decimal | None = None


def unmatched(steps: Iterable[Step], *, start: str, end: str, days: int) -> Iterator[Late]:
    """Yield what began by a kind of fact and was not ended by another of the same contract."""
    begun = {each.contract: each for each in steps if each.kind == start and each.contract}
    ended = {each.contract for each in steps if each.kind == end}
    for contract, each in begun.items():
        if contract not in ended:
            yield Late(each.seq, each.due or each.on + timedelta(days=days), each.amount)


def unpaid(steps: Iterable[Step], *, days: int) -> Iterator[Late]:
    """Yield the contracts of which less was received than signed, with what they owe."""
    received: dict[str, Decimal] = defaultdict(Decimal)
    for each in steps:
        if each.kind == PAID and each.contract:
            received[each.contract] += each.amount or Decimal(0)
    for each in steps:
        if each.kind == SIGNED and each.contract and each.amount is not None:
            owed = each.amount - received[each.contract]
            if owed > 0:
                yield Late(each.seq, each.on + timedelta(days=days), owed)


def standing_still(steps: Iterable[Step], *, days: int) -> Iterator[Late]:
    """Yield the open deals with when their last step should have been followed by another."""
    opened: dict[int, Step] = {}
    last: dict[int, Step] = {}
    closed: set[int] = set()
    for each in steps:
        if each.deal is None:
            continue
        if each.kind in CLOSED:
            closed.add(each.deal)
        elif each.kind in (OPENED, MOVED):
            before = last.get(each.deal)
            last[each.deal] = each if before is None else max(before, each, key=_when)
            if each.kind == OPENED:
                opened[each.deal] = each
    for deal, each in last.items():
        if deal in opened and deal not in closed:
            yield Late(each.seq, each.on + timedelta(days=days), opened[deal].amount)


def _when(step: Step) -> tuple[date, int]:
    return step.on, step.seq


def longest_gap(days: Collection[date], start: date, end: date, *, calendar: DayCount) -> int:
    """Return the longest run of working days of a span on which nothing was done."""
    inside = sorted(day for day in days if start <= day < end)
    edges = [start - timedelta(days=1), *inside, end]
    return max(
        working_days(before + timedelta(days=1), after, calendar=calendar)
        for before, after in pairwise(edges)
        if before + timedelta(days=1) <= after
    )
