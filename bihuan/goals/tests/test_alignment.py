"""Correlations are those of SciPy to the twelfth digit, ties and all."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import atanh, sqrt, tanh

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from bihuan.goals.domain.alignment import Opinion, alignment
from bihuan.goals.domain.correlation import NORMAL_975, Correlation, Reason, pearson, spearman
from tests.examples import examples

pytestmark = pytest.mark.properties
tried = settings(max_examples=examples(300), deadline=None)

ratings = st.integers(1, 5)
weights = st.one_of(st.integers(0, 10), st.integers(0, 10**6))
pairs = st.lists(st.tuples(ratings, weights), min_size=4, max_size=40)


def near(ours: Decimal | None, theirs: float) -> bool:
    return ours is not None and abs(float(ours) - theirs) < 1e-12


def is_perfect(found: Correlation) -> bool:
    return found.reason is Reason.PERFECT


@tried
@given(rated=pairs)
def test_pearson_and_its_interval_are_those_of_scipy(rated: list[tuple[int, int]]) -> None:
    first, second = [rating for rating, _ in rated], [weight for _, weight in rated]
    assume(len(set(first)) > 1 and len(set(second)) > 1)
    expected = stats.pearsonr(first, second)
    found = pearson(first, second)
    assert found.n == len(rated)
    assert near(found.coefficient, expected.statistic)
    if not is_perfect(found):
        low, high = expected.confidence_interval(confidence_level=0.95)
        assert near(found.low, low)
        assert near(found.high, high)


@tried
@given(rated=pairs)
def test_spearman_is_that_of_scipy_with_any_ties(rated: list[tuple[int, int]]) -> None:
    first, second = [rating for rating, _ in rated], [weight for _, weight in rated]
    assume(len(set(first)) > 1 and len(set(second)) > 1)
    expected = stats.spearmanr(first, second).statistic
    found = spearman(first, second)
    assert near(found.coefficient, expected)
    if not is_perfect(found):
        error = stats.norm.ppf(0.975) * sqrt((1 + expected**2 / 2) / (len(rated) - 3))
        assert near(found.low, tanh(atanh(expected) - error))
        assert near(found.high, tanh(atanh(expected) + error))


@tried
@given(rated=pairs)
def test_a_perfect_correlation_is_one_without_exception(rated: list[tuple[int, int]]) -> None:
    first, second = [rating for rating, _ in rated], [weight for _, weight in rated]
    found = spearman(first, second)
    same = all((a < b) == (c < d) and (a > b) == (c > d) for a, c in rated for b, d in rated)
    turned = all((a < b) == (c > d) for a, c in rated for b, d in rated)
    varied = len(set(first)) > 1 and len(set(second)) > 1
    assert is_perfect(found) == ((same or turned) and varied)
    if is_perfect(found):
        assert found.coefficient == (1 if same else -1)
        assert found.low is found.high is None


def test_the_quantile_is_that_of_the_normal_distribution() -> None:
    assert near(NORMAL_975, stats.norm.ppf(0.975))


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([], [], Reason.TOO_FEW),
        ([1, 2, 3], [1, 3, 2], Reason.TOO_FEW),
        ([2, 2, 2, 2], [1, 2, 3, 4], Reason.FIRST_ALIKE),
        ([1, 2, 3, 4], [7, 7, 7, 7], Reason.SECOND_ALIKE),
        ([2, 2, 2, 2], [7, 7, 7, 7], Reason.FIRST_ALIKE),
    ],
)
@pytest.mark.parametrize("how", [pearson, spearman])
def test_what_cannot_be_told_is_not_told_and_says_why(
    how: Callable[[list[int], list[int]], Correlation],
    first: list[int],
    second: list[int],
    reason: Reason,
) -> None:
    assert how(first, second) == Correlation(len(first), reason=reason)


def test_two_sides_of_different_length_are_a_fault() -> None:
    with pytest.raises(ValueError, match="pairs"):
        pearson([1, 2, 3, 4, 5], [1, 2, 3, 4])


@tried
@given(
    given_by=st.lists(
        st.builds(Opinion, st.integers(1, 4), ratings, st.integers(0, 100)), max_size=40
    )
)
def test_people_are_told_one_by_one_and_together(given_by: list[Opinion]) -> None:
    found = alignment(given_by)
    assert found.rank == spearman([o.rating for o in given_by], [o.weight for o in given_by])
    assert found.linear == pearson([o.rating for o in given_by], [o.weight for o in given_by])
    assert [each.person for each in found.people] == list(dict.fromkeys(o.person for o in given_by))
    assert sum(each.rank.n for each in found.people) == found.rank.n == len(given_by)
    for each in found.people:
        own = [o for o in given_by if o.person == each.person]
        assert each.rank == spearman([o.rating for o in own], [o.weight for o in own])
        assert each.linear == pearson([o.rating for o in own], [o.weight for o in own])
