"""Seats: settled once, never two homes on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.org.domain.assignment import Seat, SeatEndsTooEarly, SeatTaken, settle
from bihuan.org.domain.role import SELLING, Role

FIRST = date(2026, 1, 1)
days = st.integers(0, 30).map(lambda number: FIRST + timedelta(days=number))
seats = st.builds(
    lambda unit, role, start, length, home: Seat(
        unit_id=unit,
        role=role,
        valid_from=start,
        valid_to=None if length is None else start + timedelta(days=length),
        is_home=home,
    ),
    st.integers(1, 3),
    st.sampled_from([Role.REP, Role.MANAGER, Role.HRBP]),
    days,
    st.none() | st.integers(1, 20),
    st.sampled_from([None, None, True, False]),
)


def holds(seat: Seat, day: date) -> bool:
    return seat.valid_from <= day and (seat.valid_to is None or day < seat.valid_to)


CALENDAR = [FIRST + timedelta(days=number) for number in range(60)]


@given(st.lists(seats, max_size=12))
def test_whatever_is_asked_no_day_has_two_homes_or_one_seat_twice(asked: list[Seat]) -> None:
    held: list[Seat] = []
    for wanted in asked:
        try:
            settled = settle(wanted, held=held)
        except SeatTaken:
            continue
        if settled is not None:
            held.append(settled)
    for day in CALENDAR:
        now = [seat for seat in held if holds(seat, day)]
        assert sum(bool(seat.is_home) for seat in now) <= 1
        assert len({(seat.unit_id, seat.role) for seat in now}) == len(now)


@given(seats, seats)
def test_overlap_is_a_day_in_common(one: Seat, other: Seat) -> None:
    in_common = any(holds(one, day) and holds(other, day) for day in CALENDAR)
    assert one.overlaps(other) is other.overlaps(one) is in_common


@given(seats, seats)
def test_containing_is_holding_on_every_day_of_the_other(one: Seat, other: Seat) -> None:
    endless = one.valid_to is None or other.valid_to is not None
    every = all(holds(one, day) for day in CALENDAR if holds(other, day))
    assert one.contains(other) is (every and endless)


@pytest.mark.parametrize("role", Role)
def test_only_a_selling_role_becomes_home_by_itself(role: Role) -> None:
    settled = settle(Seat(unit_id=1, role=role), held=[])
    assert settled is not None
    assert settled.is_home is (role in SELLING)


def test_an_earlier_beginning_of_a_held_seat_is_refused_not_swallowed() -> None:
    held = settle(Seat(unit_id=1, role=Role.REP, valid_from=date(2026, 3, 1)), held=[])
    assert held is not None
    with pytest.raises(SeatTaken):
        settle(Seat(unit_id=1, role=Role.REP, valid_from=FIRST), held=[held])


def test_a_seat_of_no_days_is_refused() -> None:
    with pytest.raises(SeatEndsTooEarly):
        settle(Seat(unit_id=1, role=Role.REP, valid_from=FIRST, valid_to=FIRST), held=[])
