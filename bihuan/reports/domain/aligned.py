"""Aligned: the ratings of people against the set weights, all together and one by one.

Weights are those of the cycle, shared out over the goals a person carries, in
ten-thousandths. The reckoning itself is ``goals.domain.alignment``.

>>> who = PersonIn(person=7, name="Lin", unit=2, unit_name="East")
>>> rated = [Rated(cycle_id=1, metric=key, rating=rating, weight=weight) for key, rating, weight in
...          [("a", 5, 4000), ("b", 4, 3000), ("c", 2, 2000), ("d", 1, 1000)]]
>>> whole, lines = aligned([(who, rated)])
>>> whole.rank.n, whole.rank.coefficient, lines[0].aligned.linear.coefficient
(4, Decimal('1.000000000000'), Decimal('0.989949493661'))
>>> weights_of_own({"a": 6000, "b": 3000, "c": 1000}, ["a", "c"])
{'a': 8571, 'c': 1429}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bihuan.goals.domain.alignment import Opinion, alignment
from bihuan.goals.domain.correlation import Correlation
from bihuan.goals.domain.sharing import Share, amounts
from bihuan.reports.domain.content import Aligned, Correlated, PersonIn, Rated, RaterLine

WHOLE = 10_000


def weights_of_own(weights: Mapping[str, int], own: Iterable[str]) -> dict[str, int]:
    """Return the weights of a cycle shared out over the goals that one person carries."""
    level = {key: Share(weights[key]) for key in own if key in weights}
    return dict(amounts(WHOLE, level)) if level else {}


def aligned(
    rated: Sequence[tuple[PersonIn, Sequence[Rated]]],
) -> tuple[Aligned | None, list[RaterLine]]:
    """Return how far all ratings follow the weights, and a line for each person."""
    opinions = [
        Opinion(person=who.person, rating=each.rating, weight=each.weight)
        for who, own in rated
        for each in own
    ]
    if not opinions:
        return None, []
    found = alignment(opinions)
    of_person = {each.person: each for each in found.people}
    lines = [
        RaterLine(
            who=who,
            rated=list(own),
            aligned=_both(of_person[who.person].rank, of_person[who.person].linear),
        )
        for who, own in rated
        if own
    ]
    return _both(found.rank, found.linear), lines


def _both(rank: Correlation, linear: Correlation) -> Aligned:
    return Aligned(rank=_one(rank), linear=_one(linear))


def _one(found: Correlation) -> Correlated:
    return Correlated(
        n=found.n,
        coefficient=found.coefficient,
        low=found.low,
        high=found.high,
        reason="" if found.reason is None else found.reason.value,
    )
