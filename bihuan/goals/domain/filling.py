"""Filling: a tree's targets from a sheet, in which an empty cell means "leave".

A sheet gives amounts of nodes, as a whole or per period. What it leaves empty stays as
it is. There are two ways to take it:

    down   the parents keep what they have; the siblings that are not given make room
    up     every parent becomes the sum of those below it, and so does the company

>>> from bihuan.goals.domain.sharing import Share
>>> tree = Tree(
...     total=900, root="u1",
...     org={"u1": {"u2": Share(600), "u3": Share(300)}, "u2": {"p1": Share(1), "p2": Share(1)}},
... )
>>> asked(filled_down(tree, {"p1": 400}))
{'u1': 900, 'u2': 600, 'u3': 300, 'p1': 400, 'p2': 200}
>>> asked(filled_up(tree, {"p1": 400}))
{'u1': 1000, 'u2': 700, 'u3': 300, 'p1': 400, 'p2': 300}

Periods make a node's target when it is taken up, and each node its own periods:

>>> spread = spread_up(tree, {"q1": 1, "q2": 1}, {"p1": {"q1": 250}})
>>> spread["p1"], spread["u2"], spread["u1"]
({'q1': 250, 'q2': 150}, {'q1': 400, 'q2': 300}, {'q1': 550, 'q2': 450})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bihuan.goals.domain.sharing import Level, Share, set_amounts
from bihuan.goals.domain.spreading import PERIOD, by_period
from bihuan.goals.domain.tree import Tree, asked

Totals = Mapping[str, int]
Spread = dict[str, dict[str, int]]
"""By node, an amount for each period."""


def filled_down(tree: Tree, given: Totals) -> Tree:
    """Return the tree with some nodes set, from the top down; every parent keeps its amount.

    Raises:
        NotToBeShared: what is given to some siblings is more than their parent has.
    """
    org: dict[str, Level] = dict(tree.org)
    for node in asked(tree):
        level = org.get(node, {})
        here = {child: given[child] for child in level if child in given}
        if here:
            whole = asked(replace(tree, org=org))[node]
            org[node] = set_amounts(whole, level, here)
    return replace(tree, org=org)


def filled_up(tree: Tree, given: Totals) -> Tree:
    """Return the tree with its leaves set, and every parent the sum of its children."""
    whole = dict(asked(tree))
    for node in reversed(list(whole)):
        level = tree.org.get(node)
        whole[node] = (
            sum(whole[child] for child in level) if level else given.get(node, whole[node])
        )
    return at_amounts(tree, whole)


def spread_up(
    tree: Tree, weights: Mapping[str, int], given: Mapping[str, Mapping[str, int]]
) -> Spread:
    """Return the periods of every node where some leaves' periods are given."""
    keys = list(weights)
    found: Spread = {
        node: dict(zip(keys, amounts, strict=True))
        for node, amounts in by_period(tree, weights).items()
    }
    for node in reversed(list(asked(tree))):
        level = tree.org.get(node)
        if level:
            found[node] = {key: sum(found[child][key] for child in level) for key in keys}
        else:
            found[node].update(given.get(node, {}))
    return found


def at_spread(tree: Tree, spread: Spread) -> Tree:
    """Return the tree in which every node has these periods, and their sum as its amount."""
    set_to = at_amounts(tree, {node: sum(each.values()) for node, each in spread.items()})
    own: dict[str, Level] = {
        node: {key: Share(amount) for key, amount in each.items()}
        for node, each in spread.items()
        if node != tree.root
    }
    return replace(set_to, mixes={**tree.mixes, PERIOD: own})


def at_amounts(tree: Tree, whole: Totals) -> Tree:
    """Return the tree whose nodes have these amounts; locks move to the new ones."""
    org = {
        node: {
            child: Share(whole[child], None if share.held is None else whole[child])
            for child, share in level.items()
        }
        for node, level in tree.org.items()
    }
    return replace(tree, total=whole[tree.root], org=org)


def above(tree: Tree, nodes: Iterable[str]) -> set[str]:
    """Return the nodes above some nodes."""
    parents = {child: node for node, level in tree.org.items() for child in level}
    found: set[str] = set()
    for node in nodes:
        while node in parents and parents[node] not in found:
            node = parents[node]
            found.add(node)
    return found
