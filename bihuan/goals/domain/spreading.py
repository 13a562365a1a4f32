"""Spreading: a tree's targets over the periods of its cycle, and over three levels.

Each node's target is shared over the periods so that both hold to the unit:

    Σ periods of a node          = the node's target
    Σ children in each period    = the parent in that period

The company's target is shared by the periods' weights; further down each level is
fitted between its parents' periods and its own targets (``fitting``).

>>> from bihuan.goals.domain.sharing import Share
>>> tree = Tree(total=100, root="u1", org={"u1": {"p1": Share(1), "p2": Share(2)}})
>>> spread = by_period(tree, {"jan": 1, "feb": 1, "mar": 1})
>>> spread["u1"], spread["p1"], spread["p2"]
([34, 33, 33], [11, 11, 11], [23, 22, 22])

Floor and stretch are shared in the proportions of the targets, so that at every node
floor ≤ target ≤ stretch, and each of the three adds up:

>>> at_level(tree, asked(tree), 80)
{'u1': 80, 'p1': 26, 'p2': 54}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bihuan.goals.domain.sharing import Share, amounts
from bihuan.goals.domain.tree import Tree, asked, cells

PERIOD = "period"
EVERY_LEVEL = 99
"""Periods are shared down to everybody, however deep the organisation is."""


def by_period(
    tree: Tree, weights: Mapping[str, int], whole: Mapping[str, int] | None = None
) -> dict[str, list[int]]:
    """Return what each node is asked for in each period, in smallest units.

    ``weights`` are the company's, by period. Nodes that have periods of their own, such
    as somebody who comes in the second month, are seeds of the fit (``tree.cells``).
    """
    wholes = asked(tree) if whole is None else whole
    mixes = {**tree.mixes.get(PERIOD, {}), tree.root: weighted(tree.total, weights)}
    spread = replace(tree, mixes={PERIOD: mixes}, depths={PERIOD: EVERY_LEVEL})
    return {node: list(each.values()) for node, each in cells(spread, PERIOD, wholes).items()}


def weighted(total: int, weights: Mapping[str, int]) -> dict[str, Share]:
    """Return a total shared by weights, as a level whose weights are the amounts."""
    level = {key: Share(weight) for key, weight in weights.items()}
    return {key: Share(amount) for key, amount in amounts(total, level).items()}


def at_level(tree: Tree, whole: Mapping[str, int], total: int) -> dict[str, int]:
    """Return another total shared in the proportions of the targets: a floor or a stretch."""
    found = {tree.root: total}
    for node in whole:
        level = tree.org.get(node)
        if level:
            shares = {child: Share(whole[child]) for child in level}
            found.update(amounts(found[node], shares))
    return found
