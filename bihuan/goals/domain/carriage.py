"""Carriage: how the target of a metric behaves over time and over people.

    spread  a sum: the quota is shared over its days, and people's add up
    stock   what stands open: the same target holds on every day, people's add up
    held    a ratio or an average: the same target holds on every day
    whole   a count of different things: it can only be met over its whole span

Ten visits a week make forty a month, and two people's ten make twenty. A
pipeline of a million is a million in each week; two people's make two. A win
rate of 60% stays 60% in each week, and the win rates of two people do not add
up to 120%. Forty different customers in a quarter say nothing about one week:
the same customer may be among those of every week.

>>> carriage(is_ratio=False, is_additive=True, is_stock=False)
<Carriage.SPREAD: 'spread'>
>>> carriage(is_ratio=False, is_additive=False, is_stock=True)
<Carriage.STOCK: 'stock'>
>>> carriage(is_ratio=True, is_additive=False, is_stock=False)
<Carriage.HELD: 'held'>
>>> carriage(is_ratio=False, is_additive=False, is_stock=False)
<Carriage.WHOLE: 'whole'>
>>> [each.value for each in Carriage if each.adds_up]
['spread', 'stock']
>>> [each.value for each in Carriage if each.holds]
['stock', 'held']
"""

from __future__ import annotations

from enum import StrEnum


class Carriage(StrEnum):
    SPREAD = "spread"
    STOCK = "stock"
    HELD = "held"
    WHOLE = "whole"

    @property
    def adds_up(self) -> bool:
        """Return whether the quotas of people make the quota of their unit."""
        return self in (Carriage.SPREAD, Carriage.STOCK)

    @property
    def holds(self) -> bool:
        """Return whether the whole quota is asked for on every day of its span."""
        return self in (Carriage.STOCK, Carriage.HELD)


def carriage(*, is_ratio: bool, is_additive: bool, is_stock: bool) -> Carriage:
    if is_ratio:
        return Carriage.HELD
    if is_stock:
        return Carriage.STOCK
    return Carriage.SPREAD if is_additive else Carriage.WHOLE
