"""Recasting: the targets that a change of demand would make of a tree.

A change holds for a part of each leaf's target: what lies in the scope of the event,
in the days it touches. Each leaf's weight becomes its amount with that change, each
unit's the sum of those below it; then the total is shared out by these weights, level
by level, and what is locked stays:

    change of a leaf = target × share in days to come × share in scope × change of demand
    weight of a node = target + Σ changes of the leaves below it

When the company's target stays, those who are hit are asked for less and all others for
more, each in proportion to what they have. When it follows, only who is hit is asked
for less.

>>> tree = Tree(
...     total=1000, root="u1",
...     org={"u1": {"u2": Share(6), "u3": Share(4)}, "u2": {"p1": Share(1), "p2": Share(2)}},
... )
>>> whole = asked(tree)
>>> hit = changes_of(tree, whole, shares={"p1": Fraction(1, 2)}, open_ratios={"p1": Fraction(1)},
...                  change=Fraction(-1, 2))
>>> hit
{'p1': -50}
>>> recast(tree, whole, hit, handling=Handling.LOWER)
{'u1': 950, 'u2': 550, 'u3': 400, 'p1': 150, 'p2': 400}
>>> recast(tree, whole, hit, handling=Handling.KEEP)
{'u1': 1000, 'u2': 579, 'u3': 421, 'p1': 158, 'p2': 421}

Those who answer for it are the leaders below the first node that has several children:

>>> fork(tree), below(tree, "u2")
('u1', ['u2', 'p1', 'p2'])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from bihuan.goals.domain.consent import passed_down
from bihuan.goals.domain.market import Handling
from bihuan.goals.domain.sharing import HeldTooMuch, Share, amounts
from bihuan.goals.domain.tree import Tree, asked

Units = Mapping[str, int]
"""Amounts by node, in smallest units."""


def changes_of(
    tree: Tree,
    whole: Units,
    *,
    shares: Mapping[str, Fraction],
    open_ratios: Mapping[str, Fraction],
    change: Fraction,
) -> dict[str, int]:
    """Return by how much demand changes each leaf's target, to the unit; zeros are left out."""
    found = {}
    for node, share in shares.items():
        if node in whole and node not in tree.org:
            exact = whole[node] * open_ratios.get(node, Fraction(0)) * share * change
            found[node] = round_half_up(exact)
    return {node: amount for node, amount in found.items() if amount}


def round_half_up(exact: Fraction) -> int:
    """Return the nearest whole number; halves go away from zero.

    >>> round_half_up(Fraction(-5, 2)), round_half_up(Fraction(7, 3))
    (-3, 2)
    """
    sign = -1 if exact < 0 else 1
    return sign * int(abs(exact) + Fraction(1, 2))


def summed(tree: Tree, leaves: Mapping[str, int]) -> dict[str, int]:
    """Return amounts of leaves with those of all nodes above them.

    >>> tree = Tree(total=9, root="u1", org={"u1": {"u2": Share(1)}, "u2": {"p1": Share(1)}})
    >>> summed(tree, {"p1": -3})
    {'p1': -3, 'u2': -3, 'u1': -3}
    """
    found = dict(leaves)
    for node in reversed(below(tree, tree.root)):
        if node in tree.org:
            found[node] = sum(found.get(child, 0) for child in tree.org[node])
    return found


def recast(tree: Tree, whole: Units, changes: Units, *, handling: Handling) -> dict[str, int]:
    """Return what every node would be asked for, parents before their children.

    Raises:
        NotToBeShared: what is locked leaves no way to share it.
    """
    moved = summed(tree, changes)
    weights = {node: amount + moved.get(node, 0) for node, amount in whole.items()}
    total = weights[tree.root] if handling is Handling.LOWER else tree.total
    found = {tree.root: total}
    for node in whole:
        if node in tree.org:
            shares = {key: Share(weights[key], each.held) for key, each in tree.org[node].items()}
            found.update(amounts(found[node], shares))
    return found


def fork(tree: Tree) -> str:
    """Return the first node from the root down that has several children."""
    node = tree.root
    while len(tree.org.get(node, {})) == 1:
        only = next(iter(tree.org[node]))
        if only not in tree.org:
            break
        node = only
    return node


def below(tree: Tree, node: str) -> list[str]:
    """Return a node and all below it, parents first."""
    found = [node]
    for each in found:
        found.extend(tree.org.get(each, {}))
    return found


def spread_down(
    tree: Tree,
    *,
    before: Units,
    after: Units,
    start: Units,
    answered: Units,
    floors: Units,
) -> dict[str, int]:
    """Return what every node becomes, once it is settled what some nodes become.

    ``start`` are the settled ones, ``after`` what was proposed; ``answered`` are the
    amounts that somebody put instead for children of the settled ones. ``floors`` are
    what lies in periods that cannot change any more: no node falls below.

    Raises:
        HeldTooMuch: what is locked leaves less than what cannot change any more.
    """
    found = dict(start)
    waiting = list(start)
    for node in waiting:
        level = tree.org.get(node)
        if not level or all(child in found for child in level):
            continue
        if found[node] == before[node] and not _moves(level, after, before, answered):
            kept = {child: before[child] for child in level}
        else:
            held = {child: share.held for child, share in level.items()}
            kept = passed_down(
                before={child: before[child] for child in level},
                after={child: answered.get(child, after[child]) for child in level},
                whole=found[node],
                held=held,
            )
            kept = lifted(kept, floors=floors, held=held)
        found.update(kept)
        waiting.extend(kept)
    return found


def lifted(
    level: Mapping[str, int], *, floors: Units, held: Mapping[str, int | None]
) -> dict[str, int]:
    """Return siblings with none below its floor: the others give it, each by what it has to spare.

    >>> lifted({"a": 10, "b": 60, "c": 30}, floors={"a": 25, "b": 20, "c": 25}, held={})
    {'a': 25, 'b': 47, 'c': 28}
    """
    missing = {key: max(0, floors[key] - amount) for key, amount in level.items()}
    spare = {
        key: Share(max(0, amount - floors[key]))
        for key, amount in level.items()
        if held.get(key) is None
    }
    asked_of, there = sum(missing.values()), sum(share.weight for share in spare.values())
    if asked_of > there:
        raise HeldTooMuch(held=asked_of, whole=there)
    given = amounts(asked_of, spare) if asked_of else {}
    return {key: amount + missing[key] - given.get(key, 0) for key, amount in level.items()}


def _moves(level: Iterable[str], after: Units, before: Units, answered: Units) -> bool:
    return any(answered.get(child, after[child]) != before[child] for child in level)


__all__ = [
    "asked",
    "below",
    "changes_of",
    "fork",
    "lifted",
    "recast",
    "round_half_up",
    "spread_down",
    "summed",
]
