"""Entity: one customer, whatever number of accounts it has in the sources.

A merge says that an account belongs to another; an un-merge takes that back.
An account belongs to the one that the chain of merges ends at:

>>> entity_map([Merge(seq=5, account=1, into=2), Merge(seq=6, account=2, into=3)])
{1: 3, 2: 3}

Each merge has the number of its fact, and of the fact that took it back, so the
entities of any time are known:

>>> merges = [Merge(seq=5, account=1, into=2, undone_seq=8), Merge(seq=9, account=2, into=1)]
>>> entity_map(merges, as_of_seq=7), entity_map(merges, as_of_seq=8), entity_map(merges)
({1: 2}, {}, {2: 1})

What hangs on a merge comes off with it:

>>> merges = [Merge(seq=1, account=1, into=2), Merge(seq=2, account=2, into=3)]
>>> parts(merges, merges[1])
(frozenset({1, 2}), frozenset({3}))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bihuan.kernel.errors import Conflict, gettext_noop


class MergeCircular(Conflict):
    code = "customers.merge_circular"
    says = gettext_noop("The merges of account %(account)s go round in a circle.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """That an account belongs to another: when it was said, and when taken back."""

    seq: int
    account: int
    into: int
    undone_seq: int | None = None

    def stands(self, as_of_seq: int | None = None) -> bool:
        """Tell whether it holds, now or as the ledger stood after a fact."""
        if as_of_seq is None:
            return self.undone_seq is None
        is_undone = self.undone_seq is not None and self.undone_seq <= as_of_seq
        return self.seq <= as_of_seq and not is_undone


def entity_map(merges: Iterable[Merge], as_of_seq: int | None = None) -> dict[int, int]:
    """Return the entity of every account that is merged away; all others are their own."""
    into = {each.account: each.into for each in merges if each.stands(as_of_seq)}
    found: dict[int, int] = {}
    for account in into:
        _follow(account, into, found)
    return dict(sorted(found.items()))


def _follow(account: int, into: Mapping[int, int], found: dict[int, int]) -> None:
    """Find the entity of an account and of all on the way to it."""
    way = []
    at = account
    while at in into and at not in found:
        if at in way:
            raise MergeCircular(account=account)
        way.append(at)
        at = into[at]
    found.update(dict.fromkeys(way, found.get(at, at)))


def members_of(entities: Mapping[int, int]) -> dict[int, list[int]]:
    """Return the accounts merged into each entity, without itself."""
    found: dict[int, list[int]] = defaultdict(list)
    for account, entity in sorted(entities.items()):
        found[entity].append(account)
    return dict(found)


def parts(merges: Iterable[Merge], merge: Merge) -> tuple[frozenset[int], frozenset[int]]:
    """Return what would come apart if a merge that stands were taken back: its two sides."""
    merges = list(merges)
    whole, rest = entity_map(merges), entity_map(each for each in merges if each != merge)
    entity = whole[merge.account]
    inside = {entity, *(account for account, its in whole.items() if its == entity)}
    side = {account for account in inside if rest.get(account, account) == merge.account}
    return frozenset(side), frozenset(inside - side)
