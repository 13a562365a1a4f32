"""Refitting: the periods and the splits of a tree whose amounts changed, fitted anew.

What changed must land in days that are still to come, and in the parts of those who
agreed. So the cells of periods that are over, and all cells of those who keep what they
have, are fixed; the others are fitted between their parents' and their own totals, from
seeds that say where the change belongs.

>>> tree = Tree(
...     total=120, root="u1", org={"u1": {"p1": Share(80), "p2": Share(40)}}, depths={"period": 9},
... )
>>> before = {"u1": {"jan": 60, "feb": 60}, "p1": {"jan": 40, "feb": 40},
...           "p2": {"jan": 20, "feb": 20}}
>>> axis = Axis(
...     name="period", depth=9, before=before, root={"jan": 60, "feb": 60},
...     seeds={"p1": {"jan": 40, "feb": 30}, "p2": {"jan": 20, "feb": 30}},
...     fixed={("p1", "jan"): 40, ("p2", "jan"): 20},
... )
>>> for node, level in refitted(tree, {"u1": 120, "p1": 70, "p2": 50}, axis).items():
...     print(node, {key: share.weight for key, share in level.items()})
p1 {'jan': 40, 'feb': 30}
p2 {'jan': 20, 'feb': 30}

Where the change of a node belongs, by the days that are touched:

>>> shifted({"jan": 40, "feb": 40, "mar": 20}, change=-12,
...         ratios={"jan": Fraction(0), "feb": Fraction(1, 2), "mar": Fraction(1)})
{'jan': 40, 'feb': 34, 'mar': 14}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from bihuan.goals.domain.fitting import CannotFit, RowOver, RowShort, fit
from bihuan.goals.domain.sharing import Level, Share, amounts
from bihuan.goals.domain.tree import LocksDisagree, Mix, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A dimension, or the periods, of a tree: how it was split, and what the new split starts from.

    Nodes without seeds start from what they had.
    """

    name: str
    depth: int
    before: Mapping[str, Mix]
    root: Mix
    """The new split of the root."""
    seeds: Mapping[str, Mix] = field(default_factory=dict)
    fixed: Mapping[tuple[str, str], int] = field(default_factory=dict)


def refitted(tree: Tree, final: Mapping[str, int], axis: Axis) -> dict[str, Level]:
    """Return the levels of an axis that change, below the root; locks stay as they are.

    Raises:
        LocksDisagree: what is fixed leaves no way to split it.
    """
    mixes: dict[str, Mix] = {tree.root: axis.root}
    levels: dict[str, Level] = {}
    waiting = [(tree.root, axis.depth)]
    for node, depth in waiting:
        children = tree.org.get(node)
        if not depth or not children or not _differs(node, children, mixes[node], final, axis):
            continue
        fitted = _group(tree, {child: final[child] for child in children}, mixes[node], axis)
        mixes.update(fitted)
        kept = tree.mixes.get(axis.name, {})
        levels.update({child: _level(mix, kept.get(child, {})) for child, mix in fitted.items()})
        waiting.extend((child, depth - 1) for child in fitted)
    return levels


def _differs(node: str, children: Level, mix: Mix, final: Mapping[str, int], axis: Axis) -> bool:
    return dict(mix) != dict(axis.before[node]) or any(
        final[child] != sum(axis.before[child].values()) or child in axis.seeds
        for child in children
    )


def _group(tree: Tree, rows: Mapping[str, int], columns: Mix, axis: Axis) -> dict[str, Mix]:
    values = list(columns)
    seeds, held = [], {}
    for row, child in enumerate(rows):
        seed = axis.seeds.get(child, axis.before[child])
        seeds.append([max(0, seed[value]) for value in values])
        locks = tree.mixes.get(axis.name, {}).get(child, {})
        for column, value in enumerate(values):
            lock = locks[value].held if value in locks else None
            amount = axis.fixed.get((child, value), lock)
            if amount is not None:
                held[row, column] = amount
    try:
        table = fit(
            rows=list(rows.values()), columns=list(columns.values()), seeds=seeds, held=held
        )
    except CannotFit as error:
        lines = list(rows) if isinstance(error, RowOver | RowShort) else values
        where = [lines[index] for index in error.indexes]
        raise LocksDisagree(where=where, units=error.units) from error
    return {
        child: dict(zip(values, row, strict=True)) for child, row in zip(rows, table, strict=True)
    }


def _level(mix: Mix, before: Level) -> Level:
    return {
        value: Share(amount, before[value].held if value in before else None)
        for value, amount in mix.items()
    }


def shifted(before: Mix, *, change: int, ratios: Mapping[str, Fraction]) -> dict[str, int]:
    """Return a node's periods with a change put where its days are touched.

    Where nothing of it is touched, the change goes wherever days are still to come. No
    period falls below nothing: what one cannot give, the others that are still to come do.

    >>> shifted({"feb": 40, "mar": 20}, change=-50,
    ...         ratios={"feb": Fraction(1, 2), "mar": Fraction(1)})
    {'feb': 10, 'mar': 0}
    """
    touched = {key: amount * ratios[key] for key, amount in before.items()}
    if change >= 0:
        added = amounts(change, _weighed(touched, ratios))
        return {key: amount + added.get(key, 0) for key, amount in before.items()}
    found, left = dict(before), -change
    while left:
        some = {key: ratio for key, ratio in ratios.items() if ratio and found[key]}
        if not some:
            raise LocksDisagree(where=list(before), units=left)
        taken = amounts(left, _weighed({key: touched[key] for key in some}, some))
        for key, amount in taken.items():
            given = min(amount, found[key])
            found[key] -= given
            left -= given
    return found


def _weighed(exact: Mapping[str, Fraction], ratios: Mapping[str, Fraction]) -> dict[str, Share]:
    if not any(exact.values()):
        exact = ratios
    scale = lcm(*(Fraction(each).denominator for each in exact.values()))
    return {key: Share(int(each * scale)) for key, each in exact.items() if ratios[key]}


def moved_root(before: Mix, *, parts: Mapping[str, Mix], was: Mapping[str, Mix]) -> dict[str, int]:
    """Return the root's split when those of its parts change.

    >>> moved_root({"new": 50, "old": 50}, parts={"u2": {"new": 10, "old": 30}},
    ...            was={"u2": {"new": 20, "old": 20}})
    {'new': 40, 'old': 60}
    """
    return {
        value: amount + sum(parts[key][value] - was[key][value] for key in parts)
        for value, amount in before.items()
    }
