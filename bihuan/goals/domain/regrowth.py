"""Regrowth: a target's tree follows the organisation when people come, move and leave.

    stays   keeps its amount
    moves   takes its amount along: the units it leaves are asked for less, those it
            joins for more, up to where the two paths meet; nobody else notices
    leaves  what it had is shared by those who stay beside it, in their proportions
    comes   gets as much as the others beside it on average, and they give way

Where a unit on the way is locked, its amount stays: who moves out leaves the amount
to those who stay, who moves in is treated as one who comes.

>>> from bihuan.goals.domain.tree import asked
>>> tree = Tree(
...     total=1000, root="u1",
...     org={
...         "u1": {"u2": Share(600), "u3": Share(400)},
...         "u2": {"p1": Share(200), "p2": Share(400)},
...         "u3": {"p3": Share(400)},
...     },
... )
>>> shape = {"u1": ["u2", "u3"], "u2": ["p2"], "u3": ["p1", "p3"]}
>>> asked(regrown(tree, shape).tree)
{'u1': 1000, 'u2': 400, 'u3': 600, 'p2': 400, 'p1': 200, 'p3': 400}

Somebody leaves, somebody comes:

>>> asked(regrown(tree, {"u1": ["u2", "u3"], "u2": ["p2"], "u3": ["p3", "p4"]}).tree)
{'u1': 1000, 'u2': 600, 'u3': 400, 'p2': 600, 'p3': 200, 'p4': 200}

Locks that nobody is left to make room for are opened, and named:

>>> tree.org["u2"]["p2"] = Share(400, 400)
>>> regrown(tree, {"u1": ["u2", "u3"], "u2": ["p2"], "u3": ["p3"]}).unlocked
('p2',)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bihuan.goals.domain.sharing import NotToBeShared, Share, amounts
from bihuan.goals.domain.tree import Tree, asked

Shape = Mapping[str, Sequence[str]]
"""By node, those under it, as the organisation stands."""


@dataclass(frozen=True, slots=True)
class Regrown:
    """The tree as it stands now, and what had to happen to it."""

    tree: Tree
    came: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    unlocked: tuple[str, ...] = ()


def regrown(tree: Tree, shape: Shape) -> Regrown:
    """Return the tree in the shape of the organisation; its total and its split stay."""
    moves = _Moves(tree)
    for node, child in _downwards(tree.root, shape):
        moves.place(child, under=node)
    levels = {node: moves.level(below) for node, below in shape.items() if below}
    grown, unlocked = _opened(replace(tree, org=levels))
    known = {tree.root, *(child for below in shape.values() for child in below)}
    mixes = {
        name: {node: level for node, level in mix.items() if node in known}
        for name, mix in tree.mixes.items()
    }
    return Regrown(
        tree=replace(grown, mixes=mixes),
        came=tuple(moves.came),
        left=tuple(node for node in moves.shares if node not in known),
        moved=tuple(moves.moved),
        unlocked=unlocked,
    )


class _Moves:
    """The tree while nodes are put where they belong now, from the top down."""

    def __init__(self, tree: Tree) -> None:
        self.shares = {key: share for level in tree.org.values() for key, share in level.items()}
        self.parent = {key: node for node, level in tree.org.items() for key in level}
        self.amount = asked(tree)
        self.came: list[str] = []
        self.moved: list[str] = []
        self.fresh: set[str] = set()

    def place(self, node: str, *, under: str) -> None:
        if node not in self.amount:
            self.came.append(node)
            self.amount[node] = 0
            self.fresh.add(node)
        elif self.parent[node] != under:
            self.moved.append(node)
            self._carry(node, under)
        self.parent[node] = under

    def _carry(self, node: str, under: str) -> None:
        """Take a node's amount along, unless a unit on the way is locked."""
        leaves, joins = self._above(self.parent[node]), self._above(under)
        out = [each for each in leaves if each not in joins]
        into = [each for each in joins if each not in leaves]
        if any(self._is_held(each) for each in (*out, *into)):
            self.fresh.add(node)
            return
        for each in out:
            self.amount[each] -= self.amount[node]
        for each in into:
            self.amount[each] += self.amount[node]
            self.fresh.discard(each)

    def _above(self, node: str) -> list[str]:
        """Return a node and all above it."""
        found = [node]
        while found[-1] in self.parent:
            found.append(self.parent[found[-1]])
        return found

    def _is_held(self, node: str) -> bool:
        return node in self.shares and self.shares[node].held is not None

    def level(self, below: Sequence[str]) -> dict[str, Share]:
        """Return a group of siblings: who comes gets what the others have on average."""
        stay = [self.amount[node] for node in below if node not in self.fresh]
        average = max(1, sum(stay) // len(stay)) if stay else 1
        return {
            node: Share(average)
            if node in self.fresh
            else Share(self.amount[node], self.shares[node].held if node in self.shares else None)
            for node in below
        }


def _downwards(root: str, shape: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Yield parent and child from the top down, so that a parent is in its place first."""
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        for child in shape.get(node, ()):
            yield node, child
            waiting.append(child)


def _opened(tree: Tree) -> tuple[Tree, tuple[str, ...]]:
    """Open the locks of every level whose locks cannot hold any more."""
    whole = {tree.root: tree.total}
    levels = dict(tree.org)
    unlocked: list[str] = []
    for node in dict.fromkeys(node for node, _ in _downwards(tree.root, tree.org)):
        try:
            below = amounts(whole[node], levels[node])
        except NotToBeShared:
            unlocked += [key for key, each in levels[node].items() if each.held is not None]
            levels[node] = {key: Share(each.weight) for key, each in levels[node].items()}
            below = amounts(whole[node], levels[node])
        whole.update(below)
    return replace(tree, org=levels), tuple(unlocked)
