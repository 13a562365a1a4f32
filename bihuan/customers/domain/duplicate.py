"""Duplicate: two customers that may be one, found among all of them.

Comparing everyone with everyone would take days, so only those are compared
that share something rare: a credit code, a normal name, or one of the rarest
pieces of a name. Whoever shares nothing rare is not found; whoever shares the
same rare thing with very many is compared with a few of them only.

>>> from bihuan.customers.domain.likeness import Known
>>> found = duplicates((
...     Known(1, ("苏州汇川控制技术有限公司",)),
...     Known(2, ("深圳汇川控制技术有限公司",)),
...     Known(3, ("汇川控制技术（苏州）公司",)),
...     Known(4, ("苏州绿叶餐饮管理有限公司",)),
... ))
>>> [(pair.one, pair.other, pair.likeness.score) for pair in found]
[(1, 3, 95)]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from rapidfuzz import fuzz, process

from bihuan.customers.domain.likeness import (
    SIMILAR_FROM,
    WORTH_SHOWING,
    Known,
    Likeness,
    likeness,
)

MOST = 5000
"""So many are returned at most, the surest first."""
CROWD = 12
"""Of more that share a code or a name, each is compared with the next one only."""
COMMON = 200
"""A piece that more names have is no mark of any of them."""
RAREST = 3
"""So many pieces of a name are looked for in others."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two customers that may be one, the older id first, and why."""

    one: int
    other: int
    likeness: Likeness


@lru_cache(maxsize=8)
def duplicates(known: tuple[Known, ...]) -> tuple[Duplicate, ...]:
    """Return the pairs that are worth a look, the surest first, then in the order of ids."""
    by_entity = {each.entity: each for each in known}
    found = (
        Duplicate(one, other, likeness(by_entity[one], by_entity[other]))
        for one, other in sorted({*_alike(known), *_similar(known)})
    )
    shown = [
        pair
        for pair in found
        if pair.likeness.score >= WORTH_SHOWING and not pair.likeness.is_blocked
    ]
    shown.sort(key=lambda pair: (-pair.likeness.score, pair.one, pair.other))
    return tuple(shown[:MOST])


def _alike(known: Sequence[Known]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that share a credit code, a normal name or the core of one."""
    shared: dict[object, dict[int, None]] = defaultdict(dict)
    for each in known:
        for code in each.codes:
            shared[code][each.entity] = None
        for name in each.normal_names:
            shared[name][each.entity] = None
            shared["core", name.core][each.entity] = None
    for entities in shared.values():
        yield from _pairs(entities)


def _pairs(entities: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield every pair, or of a crowd each with the next."""
    inside = sorted(entities)
    if len(inside) <= CROWD:
        yield from combinations(inside, 2)
    else:
        yield from pairwise(inside)


def _similar(known: Sequence[Known]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of which the cores of some names are alike."""
    having: dict[str, dict[int, None]] = defaultdict(dict)
    for each in known:
        for name in each.normal_names:
            having[name.core][each.entity] = None
    for one, other in _similar_cores(having):
        for here in list(having[one])[:CROWD]:
            for there in list(having[other])[:CROWD]:
                if here != there:
                    yield min(here, there), max(here, there)


def _similar_cores(cores: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of cores that share a rare piece and are alike."""
    for block in _blocks(list(cores)):
        ordered = sorted(block)
        for place, core in enumerate(ordered[:-1], 1):
            for other, _, _ in process.extract(
                core, ordered[place:], scorer=fuzz.ratio, score_cutoff=SIMILAR_FROM, limit=None
            ):
                yield core, other


def _blocks(cores: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cores that have one of their rarest pieces in common."""
    counts: Counter[str] = Counter()
    for core in cores:
        counts.update(pieces(core))
    sharing: dict[str, list[str]] = defaultdict(list)
    for core in cores:
        for piece in _rarest(core, counts):
            sharing[piece].append(core)
    for block in sharing.values():
        if len(block) > 1:
            yield block


def _rarest(core: str, counts: Mapping[str, int]) -> list[str]:
    shared = [piece for piece in pieces(core) if 1 < counts[piece] <= COMMON]
    return sorted(shared, key=lambda piece: (counts[piece], piece))[:RAREST]


def pieces(core: str) -> set[str]:
    """Return every two characters that follow each other, of letters every three.

    >>> sorted(pieces("汇川控")), sorted(pieces("acme"))
    (['川控', '汇川'], ['acm', 'cme'])
    """
    length = 3 if core.isascii() else 2
    return {core[start : start + length] for start in range(max(len(core) - length + 1, 1))}
