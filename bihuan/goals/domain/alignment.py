"""Alignment: whether people hold important what their goals are weighted by.

Each person rates the goals of a cycle by importance, from 1 to 5, and the goals
have weights. Where the two are in the same order, people would do by themselves
what is asked of them. The order is what counts, so the main figure is the rank
correlation; the linear one stands beside it.

>>> opinions = [
...     Opinion(person=7, rating=rating, weight=weight)
...     for rating, weight in [(5, 40), (4, 30), (2, 20), (2, 10)]
... ] + [Opinion(person=8, rating=3, weight=40), Opinion(person=8, rating=4, weight=30)]
>>> found = alignment(opinions)
>>> [(each.person, each.rank.n, each.rank.coefficient) for each in found.people]
[(7, 4, Decimal('0.948683298051')), (8, 2, None)]
>>> found.rank.n, round(found.rank.coefficient, 3), found.people[1].rank.reason.value
(6, Decimal('0.727'), 'too_few')

The pooled figure takes all pairs of all people as they are, without evening out
who rates high and who rates low. Pairs of one person hang together, so with few
people its interval is rather too short than too long; ``people`` says how many
there are, and a page names both numbers.

``TOO_FEW``: less than four goals rated. ``FIRST_ALIKE``: all rated the same.
``SECOND_ALIKE``: all goals weigh the same. ``PERFECT``: no exception at all, so
that the interval has no end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bihuan.goals.domain.correlation import Correlation, pearson, spearman


class Opinion(NamedTuple):
    """How important a person finds a goal, and how much it weighs."""

    person: int
    rating: int
    weight: int


@dataclass(frozen=True, slots=True)
class PersonAlignment:
    """How far one person's ratings follow the weights."""

    person: int
    rank: Correlation
    linear: Correlation


@dataclass(frozen=True, slots=True)
class Alignment:
    """How far the ratings of all follow the weights, together and one by one."""

    rank: Correlation
    linear: Correlation
    people: tuple[PersonAlignment, ...]


def alignment(opinions: Iterable[Opinion]) -> Alignment:
    """Return the alignment of all opinions; people stand in the order they first appear."""
    everything = list(opinions)
    by_person: dict[int, list[Opinion]] = {}
    for opinion in everything:
        by_person.setdefault(opinion.person, []).append(opinion)
    people = tuple(
        PersonAlignment(person, *_correlations(own)) for person, own in by_person.items()
    )
    rank, linear = _correlations(everything)
    return Alignment(rank, linear, people)


def _correlations(opinions: Sequence[Opinion]) -> tuple[Correlation, Correlation]:
    ratings = [opinion.rating for opinion in opinions]
    weights = [opinion.weight for opinion in opinions]
    return spearman(ratings, weights), pearson(ratings, weights)
