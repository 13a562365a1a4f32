"""Siblings share to the unit, as money is split; who is locked keeps it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.goals.domain.sharing import AllHeld, HeldTooMuch, Share, amounts
from bihuan.kernel.money import apportion
from tests.examples import examples

pytestmark = pytest.mark.properties
tried = settings(max_examples=examples(200), deadline=None)

weights_of_siblings = st.lists(st.integers(0, 1000), min_size=1, max_size=30)


def share(whole: int, weights: list[int], held: dict[int, int]) -> list[int]:
    level = {str(place): Share(weight, held.get(place)) for place, weight in enumerate(weights)}
    return list(amounts(whole, level).values())


@tried
@given(whole=st.integers(0, 10**16), weights=weights_of_siblings)
def test_siblings_share_as_money_is_split(whole: int, weights: list[int]) -> None:
    expected = [int(part) for part in apportion(Decimal(whole), weights, unit=Decimal(1))]
    assert share(whole, weights, {}) == expected


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
        with pytest.raises(HeldTooMuch if left < 0 else AllHeld) as refusal:
            share(whole, weights, held)
        assert refusal.value.params == {"held": whole - left, "whole": whole}
        return
    parts = share(whole, weights, held)
    assert sum(parts) == whole
    assert {place: parts[place] for place in held} == held
    others = apportion(Decimal(left), [weights[place] for place in free], unit=Decimal(1))
    assert [parts[place] for place in free] == [int(part) for part in others]
