"""Tree: a target split down the organisation, and along dimensions at every node of it.

The organisation's tree is derived from weights, top down (``sharing``): a node's
amount is its share of its parent's. Along a dimension, such as the product line, each
node down to some depth has a *mix*: its amount split by the dimension's values. Two
things must hold for every node with a mix, and together they are what it means that
the trees agree:

    Σ values of the node's mix            = the node's amount
    Σ children's mixes, value by value    = the node's own mix

Mixes that were set keep the amounts asked for. When the trees move apart, because
somebody changed a total, a lock or the mix above, ``differences`` says where and by
how much, and ``reconciled`` brings them together by proportional fit (``fitting``):
the odds between the cells stay as asked, what is locked stays to the cent.

>>> tree = Tree(
...     total=1000,
...     root="u1",
...     org={"u1": {"u2": Share(6), "u3": Share(4)}, "u2": {"p1": Share(1), "p2": Share(2)}},
...     mixes={"product_line": {"u1": {"new": Share(300), "old": Share(700)}}},
...     depths={"product_line": 1},
... )
>>> asked(tree)
{'u1': 1000, 'u2': 600, 'u3': 400, 'p1': 200, 'p2': 400}
>>> cells(tree, "product_line")["u2"], cells(tree, "product_line")["u3"]
({'new': 180, 'old': 420}, {'new': 120, 'old': 280})

The east is asked for more of the new product than its share of it. Its mix adds up to
what it is asked for, but with the south's it comes to more than the company wants:

>>> tree.mixes["product_line"]["u2"] = {"new": Share(250), "old": Share(350)}
>>> for each in differences(tree, "product_line"):
...     print(each.node, each.value, each.asked, each.fitted)
u2 new 250 205
u2 old 350 395
>>> agreed = reconciled(tree, "product_line")
>>> differences(agreed, "product_line"), faults(agreed)
([], [])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bihuan.goals.domain.fitting import CannotFit, RowOver, RowShort, fit
from bihuan.goals.domain.sharing import Level, NotToBeShared, Share, amounts
from bihuan.kernel.errors import gettext_noop

Mix = Mapping[str, int]
"""A node's amount by the values of a dimension."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One target: its total in smallest units, and how it is shared out."""

    total: int
    root: str
    org: Mapping[str, Level]
    """By node, those under it. A node without an entry is a leaf."""
    mixes: dict[str, dict[str, Level]] = field(default_factory=dict)
    """By dimension and node, what was asked of each value. Nodes without one follow."""
    depths: Mapping[str, int] = field(default_factory=dict)
    """How many levels below the root each dimension is split for."""


class LocksDisagree(NotToBeShared):
    """Locks in two trees that no split can hold; ``where`` are nodes or values."""

    code = "goals.locks_disagree"
    says = gettext_noop(
        "What is locked at %(where)s differs by %(units)s from what the other tree leaves for it."
    )


class Difference(NamedTuple):
    """A value of a node for which two trees disagree: what was asked, what would agree."""

    node: str
    value: str
    asked: int
    fitted: int


class Fault(NamedTuple):
    """A node whose parts do not make it up."""

    tree: str
    node: str
    whole: int
    parts: int


def asked(tree: Tree) -> dict[str, int]:
    """Return what every node is asked for, parents before their children."""
    found = {tree.root: tree.total}
    waiting = [tree.root]
    while waiting:
        node = waiting.pop(0)
        if node in tree.org:
            below = amounts(found[node], tree.org[node])
            found.update(below)
            waiting.extend(below)
    return found


def cells(
    tree: Tree, dimension: str, whole: Mapping[str, int] | None = None
) -> dict[str, dict[str, int]]:
    """Return each node's amount by the values of a dimension, agreeing with both trees.

    ``whole`` are the nodes' amounts, where they were reckoned already.
    """
    mixes = tree.mixes.get(dimension, {})
    first = mixes.get(tree.root)
    if not first:
        return {}
    wholes = asked(tree) if whole is None else whole
    found = {tree.root: amounts(wholes[tree.root], first)}
    for node in _split_nodes(tree, tree.depths.get(dimension, 0)):
        below = [key for key in tree.org[node] if key in wholes]
        found.update(fitted(found[node], {key: wholes[key] for key in below}, mixes))
    return found


def fitted(
    mix: Mix, children: Mapping[str, int], mixes: Mapping[str, Level]
) -> dict[str, dict[str, int]]:
    """Return the mixes of some children: they make up the parent's mix and their own amounts."""
    values = list(mix)
    seeds, held = [], {}
    for row, child in enumerate(children):
        level = mixes.get(child)
        seeds.append([mix[each] for each in values] if level is None else _weights(level, values))
        for column, value in enumerate(values):
            share = None if level is None else level.get(value)
            if share is not None and share.held is not None:
                held[row, column] = share.held
    try:
        matrix = fit(
            rows=list(children.values()), columns=list(mix.values()), seeds=seeds, held=held
        )
    except CannotFit as error:
        lines = list(children) if isinstance(error, RowOver | RowShort) else values
        where = [lines[index] for index in error.indexes]
        raise LocksDisagree(where=where, units=error.units) from error
    return {
        child: dict(zip(values, row, strict=True))
        for child, row in zip(children, matrix, strict=True)
    }


def _weights(level: Level, values: list[str]) -> list[int]:
    return [level[value].weight if value in level else 0 for value in values]


def _split_nodes(tree: Tree, depth: int) -> Iterator[str]:
    """Yield the nodes whose children have a mix, parents first."""
    level = [tree.root]
    for _ in range(depth):
        level = [node for node in level if node in tree.org]
        yield from level
        level = [child for node in level for child in tree.org[node]]


def differences(
    tree: Tree, dimension: str, whole: Mapping[str, int] | None = None
) -> list[Difference]:
    """Return where a mix that was asked for is not the one both trees agree on."""
    agreed = cells(tree, dimension, whole)
    found = []
    for node, level in tree.mixes.get(dimension, {}).items():
        for value, amount in agreed.get(node, {}).items():
            share = level.get(value, Share(0))
            wanted = share.weight if share.held is None else share.held
            if wanted != amount:
                found.append(Difference(node, value, wanted, amount))
    return found


def reconciled(tree: Tree, dimension: str) -> Tree:
    """Return the tree with the mixes that agree; locks stay as they are."""
    agreed = cells(tree, dimension)
    kept = tree.mixes.get(dimension, {})
    # A mix that follows its siblings would follow elsewhere once they are written down.
    told = set(kept)
    for level in tree.org.values():
        if not told.isdisjoint(level):
            told.update(level)
    mixes: dict[str, Level] = {
        node: {value: Share(amount, _held(kept, node, value)) for value, amount in mix.items()}
        for node, mix in agreed.items()
        if node in told
    }
    return replace(tree, mixes={**tree.mixes, dimension: mixes})


def _held(mixes: Mapping[str, Level], node: str, value: str) -> int | None:
    share = mixes.get(node, {}).get(value)
    return None if share is None else share.held


def faults(tree: Tree) -> list[Fault]:
    """Return every node, in every tree, whose children do not add up to it exactly."""
    whole = asked(tree)
    found = [
        Fault("org", node, whole[node], parts)
        for node, level in tree.org.items()
        if (parts := sum(whole[key] for key in level)) != whole[node]
    ]
    for dimension in tree.mixes:
        mixed = cells(tree, dimension, whole)
        found += [
            Fault(dimension, node, whole[node], parts)
            for node, mix in mixed.items()
            if (parts := sum(mix.values())) != whole[node]
        ]
        for node in _split_nodes(tree, tree.depths.get(dimension, 0)):
            found += [
                Fault(f"{dimension}={value}", node, amount, parts)
                for value, amount in mixed.get(node, {}).items()
                if (parts := sum(mixed[key][value] for key in tree.org[node])) != amount
            ]
    return found
