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

The same as spells, each from the fact that began it until the one that ended it:

>>> [(spell.account, spell.entity, spell.since_seq, spell.until_seq) for spell in spells(merges)]
[(1, 2, 5, 8), (2, 1, 9, None)]

What hangs on a merge comes off with it:

>>> merges = [Merge(seq=1, account=1, into=2), Merge(seq=2, account=2, into=3)]
>>> parts(merges, merges[1])
(frozenset({1, 2}), frozenset({3}))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Spell:
    """That an account belonged to an entity, from one fact until another, or still does."""

    account: int
    entity: int
    since_seq: int
    until_seq: int | None = None


def spells(merges: Iterable[Merge]) -> list[Spell]:
    """Return which entity every account belonged to while it was not its own, in order."""
    merges = list(merges)
    events = [(each.seq, each, True) for each in merges]
    events += [(each.undone_seq, each, False) for each in merges if each.undone_seq is not None]
    inside: dict[int, set[int]] = defaultdict(set)
    into: dict[int, int] = {}
    open_: dict[int, Spell] = {}
    found: list[Spell] = []
    for seq, merge, begins in sorted(events, key=lambda event: event[0]):
        if begins:
            into[merge.account] = merge.into
            inside[merge.into].add(merge.account)
        else:
            del into[merge.account]
            inside[merge.into].discard(merge.account)
        entity = _end_of(merge.account, into)
        for account in _hanging_on(merge.account, inside):
            if account in open_:
                found.append(replace(open_.pop(account), until_seq=seq))
            if account != entity:
                open_[account] = Spell(account, entity, seq)
    return sorted([*found, *open_.values()], key=lambda each: (each.account, each.since_seq))


def _end_of(account: int, into: Mapping[int, int]) -> int:
    """Return where the merges lead from an account; a circle leads nowhere."""
    way = {account}
    while account in into:
        account = into[account]
        if account in way:
            raise MergeCircular(account=account)
        way.add(account)
    return account


def _hanging_on(account: int, inside: Mapping[int, set[int]]) -> list[int]:
    """Return an account and all that were merged into it, and into those."""
    found = [account]
    for each in found:
        found += sorted(inside.get(each, ()))
    return found


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
