"""The rules of projecting, held against what can be said of them without them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.advice.domain.backtest import tried
from bihuan.advice.domain.glimpse import Counted, Glimpse, counted, same_point
from bihuan.advice.domain.landing import (
    FEWEST_ERRORS,
    Calibration,
    Errors,
    Landing,
    calibrated,
    land,
)
from bihuan.advice.domain.memory import Memory
from bihuan.advice.domain.outlook import Verdict, outlook
from bihuan.advice.domain.projection import Way, ways
from bihuan.kernel.calendar import DayCount
from bihuan.kernel.period import Grain, period_of
from tests.examples import examples

HALF = Counted(10, 10)
AMOUNTS = st.integers(0, 500).map(Decimal)


@st.composite
def pasts(draw: st.DrawFn, *, most: int = 9) -> list[Glimpse]:
    """Draw several people over several periods, each with a past of its own length."""
    places = draw(st.integers(3, most))
    return [
        Glimpse(
            subject=subject,
            place=place,
            days=HALF,
            done=draw(AMOUNTS),
            rest=draw(AMOUNTS),
            pieces=draw(st.integers(0, 9)),
            open=draw(st.integers(0, 5)),
        )
        for subject in range(draw(st.integers(4, 8)))
        for place in range(draw(st.integers(0, 2)), places)
    ]


@settings(max_examples=examples(25), deadline=None)
@given(past=pasts(), cut=st.integers(1, 8), data=st.data())
def test_nothing_later_changes_what_was_projected(
    past: list[Glimpse], cut: int, data: st.DataObject
) -> None:
    later = [
        replace(seen, done=data.draw(AMOUNTS), rest=data.draw(AMOUNTS), pieces=3)
        if seen.place > cut
        else seen
        for seen in past
    ]

    def known(_: int) -> list[Way]:
        return list(ways(rounds=(3,), with_hand=True))

    before = [each for each in tried(past, known) if each.place <= cut]
    assert before == [each for each in tried(later, known) if each.place <= cut]


@settings(max_examples=examples(25), deadline=None)
@given(past=pasts(), rest=AMOUNTS)
def test_what_a_period_still_brings_does_not_enter_its_own_projection(
    past: list[Glimpse], rest: Decimal
) -> None:
    last = max(seen.place for seen in past)
    other = [replace(seen, rest=rest) if seen.place == last else seen for seen in past]
    made = [tried(each, lambda _: list(ways())) for each in (past, other)]
    landings = [[each.landing for each in found if each.place == last] for found in made]
    assert landings[0] == landings[1]


@settings(max_examples=examples(50), deadline=None)
@given(st.sets(st.integers(-10_000, 10_000), min_size=FEWEST_ERRORS + 1, max_size=90))
def test_bounds_hold_eight_in_ten_of_errors_like_those_they_are_made_of(errors: set[int]) -> None:
    """Leave each of them out in turn: the theorem of conformal prediction, counted out."""
    inside = 0
    for left_out in errors:
        others = tuple(sorted(Decimal(each) for each in errors - {left_out}))
        low, high = Calibration(Memory(), Way(5), Errors(others), periods=9).bounds
        inside += low <= left_out <= high
    assert (
        Fraction(8, 10)
        <= Fraction(inside, len(errors))
        <= Fraction(8, 10) + Fraction(3, len(errors))
    )


@settings(max_examples=examples(50), deadline=None)
@given(past=pasts(), done=AMOUNTS)
def test_a_landing_never_falls_below_what_is_there(past: list[Glimpse], done: Decimal) -> None:
    now = Glimpse(subject=0, place=20, days=HALF, done=done)
    found = land(now, calibrated(past, ways()))
    if isinstance(found, Landing):
        assert done <= found.low <= found.middle <= found.high


@given(share=st.fractions(0, 1), day=st.dates(date(2018, 1, 1), date(2026, 12, 1)))
def test_the_same_point_of_a_period_has_as_many_days_behind_it(share: Fraction, day: date) -> None:
    period = period_of(day, Grain.MONTH)
    morning = same_point(period, share, calendar=DayCount.CHINA)
    found = counted(period, morning=morning, calendar=DayCount.CHINA)
    whole = found.gone + found.left
    assert abs(found.gone - share * whole) <= Fraction(1, 2)
    if morning > period.start:
        before = counted(period, morning=morning - timedelta(days=1), calendar=DayCount.CHINA)
        assert before.gone < found.gone


def test_a_steady_seller_lands_where_arithmetic_says() -> None:
    """Ten a day, always: after 10 of 20 days 100 are there, and 200 will be."""
    past = [
        Glimpse(
            subject=who, place=place, days=HALF, done=Decimal(100), rest=Decimal(100), pieces=20
        )
        for who in range(4)
        for place in range(8)
    ]
    now = Glimpse(subject=2, place=8, days=HALF, done=Decimal(100), pieces=10)
    assert land(now, calibrated(past, ways())) == Landing(
        Decimal(100), Decimal(200), Decimal(200), Decimal(200)
    )


def test_business_that_comes_late_is_expected_late() -> None:
    """A third before the middle and two thirds after it: 30 now mean 90 in the end."""
    past = [
        Glimpse(subject=who, place=place, days=HALF, done=Decimal(30), rest=Decimal(60), pieces=9)
        for who in range(4)
        for place in range(8)
    ]
    now = Glimpse(subject=1, place=8, days=HALF, done=Decimal(30))
    found = land(now, calibrated(past, ways()))
    assert isinstance(found, Landing)
    assert found.middle == 90


def test_a_kind_with_few_errors_borrows_those_of_the_kind_below() -> None:
    own = [
        Glimpse(subject=1, place=p, days=HALF, done=Decimal(400), rest=Decimal(400), pieces=80)
        for p in range(6)
    ]
    below = [
        Glimpse(
            subject=who,
            place=place,
            days=HALF,
            done=Decimal(100),
            rest=Decimal(100 + 10 * ((who + place) % 3 - 1)),
            pieces=20,
        )
        for who in range(9)
        for place in range(6)
    ]
    alone = calibrated(own, ways())
    assert not alone.is_enough
    lent = alone.borrowing(calibrated(below, ways()))
    assert lent.is_enough
    assert lent.is_borrowed
    now = Glimpse(subject=1, place=6, days=HALF, done=Decimal(400))
    found = land(now, lent)
    assert isinstance(found, Landing)
    assert found.middle == 800
    assert found.low < 800 < found.high


def test_what_lies_in_hand_is_heard_where_it_erred_less() -> None:
    """The rest is always 5 for each opportunity in hand, and the pace says nothing."""
    past = [
        Glimpse(
            subject=who,
            place=place,
            days=HALF,
            done=Decimal((who * 7 + place * 3) % 11 * 10),
            rest=Decimal(5 * ((who + place) % 5)),
            pieces=4,
            open=(who + place) % 5,
        )
        for who in range(8)
        for place in range(8)
    ]
    assert calibrated(past, ways(with_hand=True)).way.in_hand == Decimal("0.5")
    assert calibrated(past, ways()).way.in_hand == 0


def test_verdicts_meet_at_their_edges() -> None:
    landed = Landing(Decimal(50), middle=Decimal(90), low=Decimal(80), high=Decimal(100))
    found = {target: outlook(landed, Decimal(target)) for target in (80, 81, 90, 91, 100, 101)}
    assert {target: each.verdict for target, each in found.items() if each} == {
        80: Verdict.SAFE,
        81: Verdict.LIKELY,
        90: Verdict.LIKELY,
        91: Verdict.AT_RISK,
        100: Verdict.AT_RISK,
        101: Verdict.OUT_OF_REACH,
    }
    assert outlook(landed, Decimal(0)) is None
