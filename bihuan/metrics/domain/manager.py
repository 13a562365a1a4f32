"""Manager: who led a unit on a day.

It is the person with a manager's seat in the unit on that day, or in the
nearest unit above it that had one. Of several in one unit, the one who came
first; of those, the one whose seat was written first. So a fact has at most one
manager, and moving people today changes nothing of yesterday.

>>> team, company = 4, 1
>>> seats = [
...     ManagerSeat(unit_id=1, person_id=10, valid_from=date(2026, 1, 1), valid_to=None, order=1),
...     ManagerSeat(unit_id=4, person_id=20, valid_from=date(2026, 3, 1),
...                 valid_to=date(2026, 6, 1), order=2),
... ]
>>> for led in spells({company: (1,), team: (1, 4)}, seats):
...     print(led.unit_id, led.person_id, led.valid_from, led.valid_to)
1 10 2026-01-01 9999-12-31
4 10 2026-01-01 2026-03-01
4 20 2026-03-01 2026-06-01
4 10 2026-06-01 9999-12-31
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

FOREVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerSeat:
    """A manager's seat in a unit; ``order`` is the order in which seats were written."""

    unit_id: int
    person_id: int
    valid_from: date
    valid_to: date | None
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """A spell during which one person led a unit, the last day left out."""

    unit_id: int
    person_id: int
    valid_from: date
    valid_to: date


def spells(lines: Mapping[int, tuple[int, ...]], seats: Sequence[ManagerSeat]) -> Iterator[Led]:
    """Return who led each unit when, given each unit's ancestors from the root to itself."""
    held: dict[int, list[ManagerSeat]] = defaultdict(list)
    for seat in sorted(seats, key=lambda seat: (seat.valid_from, seat.order)):
        held[seat.unit_id].append(seat)
    for unit_id, line in lines.items():
        nearest_first = [held[step] for step in reversed(line) if step in held]
        yield from _joined(unit_id, nearest_first)


def _joined(unit_id: int, nearest_first: Sequence[Sequence[ManagerSeat]]) -> Iterator[Led]:
    """Return the spells of one unit; neighbours with the same leader are one."""
    days = sorted(
        {
            day
            for seats in nearest_first
            for seat in seats
            for day in (seat.valid_from, seat.valid_to or FOREVER)
        }
    )
    start, leader = None, None
    for day in days:
        now = None if day == FOREVER else _leader(day, nearest_first)
        if now == leader:
            continue
        if leader is not None and start is not None:
            yield Led(unit_id=unit_id, person_id=leader, valid_from=start, valid_to=day)
        start, leader = day, now


def _leader(day: date, nearest_first: Sequence[Sequence[ManagerSeat]]) -> int | None:
    return next(
        (
            seat.person_id
            for seats in nearest_first
            for seat in seats
            if seat.valid_from <= day and (seat.valid_to is None or day < seat.valid_to)
        ),
        None,
    )
