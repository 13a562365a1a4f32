"""The rules of levers, against arithmetic done by hand."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.advice.domain import lever as rules
from bihuan.advice.domain.lever import Gap, Kind, Step
from tests.examples import examples

GAP = Gap(D(50_000), rest=D(100_000), days_left=10)
WON = Step("win_rate", D(30), D(100), is_own=True)
DEAL = Step("won_amount", D(600_000), D(30), is_own=True)


def test_larger_pieces_close_a_gap_when_a_month_had_them() -> None:
    """100,000 to come at 20,000 each are five deals: 30,000 each would be 150,000."""
    lever = rules.size(GAP, usual=DEAL, best=D(31_000))
    assert lever is not None
    assert (lever.needed, lever.able, lever.gives, lever.closes) == (
        D(30_000),
        D(31_000),
        D(55_000),
        True,
    )
    short = rules.size(GAP, usual=DEAL, best=D(25_000))
    assert short is not None
    assert (short.gives, short.closes) == (D(25_000), False)


def test_a_better_rate_counts_on_what_will_be_decided() -> None:
    """Ten decisions at 20,000 a win: 50,000 more takes a quarter more of them."""
    lever = rules.rate(GAP, usual=WON, best=D("0.6"), decided=D(10), each=DEAL)
    assert lever is not None
    assert (lever.needed, lever.closes) == (D("0.55"), True)
    assert lever.gives == D("0.3") * 200_000


def test_a_rate_never_passes_one() -> None:
    lever = rules.rate(GAP, usual=WON, best=D(3), decided=D(1), each=DEAL)
    assert lever is not None
    assert (lever.able, lever.closes) == (D(1), False)


def test_what_is_in_hand_is_won_no_faster_than_in_the_best_week() -> None:
    """Of 40 in hand 12 are usually won; five come anyway. Two weeks of four make eight."""
    slow = rules.in_hand(GAP, count=40, won=WON, each=DEAL, best_week=D(4))
    fast = rules.in_hand(GAP, count=40, won=WON, each=DEAL, best_week=D(100))
    assert slow is not None
    assert fast is not None
    assert (slow.needed, slow.able, slow.closes) == (D(3), D(3), True)
    assert fast.able == 7


def test_payments_are_what_is_signed_and_not_paid_beyond_what_comes() -> None:
    lever = rules.payment(GAP, outstanding=D(180_000), best_week=D(70_000))
    assert lever is not None
    assert (lever.able, lever.closes) == (D(40_000), False)
    assert rules.payment(GAP, outstanding=D(90_000), best_week=D(70_000)) is None


def test_the_team_stands_in_until_there_are_twenty_cases() -> None:
    team = (D(90), D(300))
    assert rules.step("win_rate", own=(D(19), D(19)), team=team) == Step(
        "win_rate", *team, is_own=False
    )
    assert rules.step("win_rate", own=(D(9), D(20)), team=team).is_own
    assert not rules.step("win_rate", own=(D(0), D(50)), team=team).is_own


@pytest.mark.parametrize("days", [0, 1, 20])
def test_nobody_is_told_to_do_more_than_in_their_best_week(days: int) -> None:
    gap = Gap(D(10_000), rest=D(0), days_left=days)
    visits = Step("visits", D(50_000), D(50), is_own=True)
    lever = rules.more(gap, way=[visits], per_week=D(6), best_week=D(11))
    assert lever is not None
    assert lever.able == days
    assert lever.closes is (days >= 10)


@settings(max_examples=examples(60), deadline=None)
@given(
    amount=st.integers(1, 10**6),
    brought=st.integers(1, 10**6),
    cases=st.integers(1, 500),
    usual=st.integers(0, 20),
    extra=st.integers(0, 30),
    days=st.integers(0, 60),
)
def test_what_closes_a_gap_really_does(
    amount: int, brought: int, cases: int, usual: int, extra: int, days: int
) -> None:
    gap = Gap(D(amount), rest=D(0), days_left=days)
    visits = Step("visits", D(brought), D(cases), is_own=True)
    lever = rules.more(gap, way=[visits], per_week=D(usual), best_week=D(usual + extra))
    assert lever is not None
    assert lever.needed * visits.rate >= gap.amount > (lever.needed - 1) * visits.rate
    assert lever.able * 5 <= extra * days
    if lever.closes:
        assert lever.gives >= gap.amount


def test_levers_come_by_what_they_give() -> None:
    little = rules.size(GAP, usual=DEAL, best=D(21_000))
    much = rules.size(GAP, usual=DEAL, best=D(40_000))
    none = rules.size(GAP, usual=DEAL, best=D(0))
    found = rules.in_order([little, None, none, much])
    assert [each.best for each in found] == [40_000, 21_000]
    visits = Step("visits", D(50_000), D(50), is_own=True)
    told = rules.more(GAP, way=[visits], per_week=D(6), best_week=D(6))
    assert [each.kind for each in rules.in_order([none, told])] == [Kind.MORE]
