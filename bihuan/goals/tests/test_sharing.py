"""Siblings share to the unit, and what was asked is held against what holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.goals.domain.fitting import (
    Difference,
    HeldTooLarge,
    HeldTooSmall,
    disagreement,
    share,
)
from bihuan.kernel.money import apportion
from tests.examples import examples

pytestmark = pytest.mark.properties
tried = settings(max_examples=examples(200), deadline=None)

weights_of_siblings = st.lists(st.integers(0, 1000), min_size=1, max_size=30)


@tried
@given(whole=st.integers(0, 10**16), weights=weights_of_siblings)
def test_siblings_share_as_money_is_split(whole: int, weights: list[int]) -> None:
    expected = [int(part) for part in apportion(Decimal(whole), weights, unit=Decimal(1))]
    assert share(whole, weights=weights, held={}) == expected


@tried
@given(whole=st.integers(0, 10**16), weights=weights_of_siblings, data=st.data())
def test_who_is_held_keeps_it_and_the_rest_share_what_is_left(
    whole: int, weights: list[int], data: st.DataObject
) -> None:
    places = st.integers(0, len(weights) - 1)
    held = data.draw(st.dictionaries(places, st.integers(0, whole), max_size=len(weights)))
    free = [place for place in range(len(weights)) if place not in held]
    left = whole - sum(held.values())
    if left < 0 or (left and not free):
        kind = HeldTooLarge if left < 0 else HeldTooSmall
        with pytest.raises(kind) as refusal:
            share(whole, weights=weights, held=held)
        kept = whole - left
        assert refusal.value.params == {"held": kept, "whole": whole, "difference": abs(left)}
        return
    parts = share(whole, weights=weights, held=held)
    assert sum(parts) == whole
    assert {place: parts[place] for place in held} == held
    others = apportion(Decimal(left), [weights[place] for place in free], unit=Decimal(1))
    assert [parts[place] for place in free] == [int(part) for part in others]


def test_a_share_of_what_cannot_be_is_a_fault() -> None:
    with pytest.raises(ValueError, match="not negative"):
        share(-1, weights=[1], held={})
    with pytest.raises(ValueError, match="one of the siblings"):
        share(1, weights=[1], held={1: 1})


def test_the_largest_differences_come_first_and_agreement_is_none() -> None:
    asked = {(1, 0): 9, (0, 0): 1, (0, 1): 4, (1, 1): 5}
    assert disagreement(asked=asked, fitted=[[3, 4], [2, 3]]) == [
        Difference(1, 0, 9, 2, -7),
        Difference(0, 0, 1, 3, 2),
        Difference(1, 1, 5, 3, -2),
    ]
