"""Whatever is done to a target, every parent is the sum of its children, in every tree.

The checks are written out here and use none of the product's own: sums of what is
shown, level by level, in the organisation and along each dimension.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.goals.domain import sharing
from bihuan.goals.domain.regrowth import regrown
from bihuan.goals.domain.sharing import Level, NotToBeShared, Share
from bihuan.goals.domain.tree import Tree, asked, cells, differences, faults, reconciled
from tests.examples import examples

EXAMPLES = examples(120)
pytestmark = pytest.mark.properties
DIMENSIONS = {"product_line": 4, "region": 3, "tier": 2}


@dataclass
class Company:
    """An organisation that people join, leave and move in, and the target it shares."""

    tree: Tree
    chance: Random
    next_person: int = 100_000
    former: list[Tree] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shape = {node: list(level) for node, level in self.tree.org.items()}

    def teams(self) -> list[str]:
        return [node for node, below in self.shape.items() if below and below[0].startswith("p")]

    def do(self, deed: str) -> None:
        """Do something somewhere; what cannot be leaves everything as it was."""
        before = self.tree
        shape = {node: list(below) for node, below in self.shape.items()}
        try:
            after = DEEDS[deed](self)
            whole = asked(after)
            for dimension in after.mixes:
                cells(after, dimension, whole)
        except NotToBeShared:
            self.shape = shape
            return
        self.former.append(before)
        self.tree = after

    def level(self) -> tuple[str, str, int, Level]:
        """Return a group somewhere, in some tree: axis, node, what it shares, and how."""
        tree, whole = self.tree, asked(self.tree)
        axis = self.chance.choice(["org", "org", *tree.mixes])
        if axis == "org":
            node = self.chance.choice(list(tree.org))
            return axis, node, whole[node], tree.org[node]
        mixed = cells(tree, axis, whole)
        node = self.chance.choice(list(mixed))
        held = tree.mixes[axis].get(node, {})
        level = {
            value: Share(amount, held[value].held if value in held else None)
            for value, amount in mixed[node].items()
        }
        return axis, node, whole[node], level

    def put(self, axis: str, node: str, level: Level) -> Tree:
        if axis == "org":
            return replace(self.tree, org={**self.tree.org, node: level})
        mixes = {**self.tree.mixes, axis: {**self.tree.mixes[axis], node: level}}
        return replace(self.tree, mixes=mixes)


def _set(company: Company) -> Tree:
    axis, node, whole, level = company.level()
    key = company.chance.choice(list(level))
    amount = company.chance.randint(0, max(1, whole))
    return company.put(axis, node, sharing.set_amounts(whole, level, {key: amount}))


def _lock(company: Company) -> Tree:
    axis, node, whole, level = company.level()
    key = company.chance.choice(list(level))
    return company.put(axis, node, sharing.lock(whole, level, key))


def _unlock(company: Company) -> Tree:
    axis, node, whole, level = company.level()
    key = company.chance.choice(list(level))
    return company.put(axis, node, sharing.unlock(whole, level, key))


def _drag(company: Company) -> Tree:
    axis, node, whole, level = company.level()
    source, target = company.chance.choices(list(level), k=2)
    amount = company.chance.randint(0, max(1, sharing.amounts(whole, level)[source]))
    return company.put(axis, node, sharing.moved(whole, level, source, target, amount))


def _profile(company: Company) -> Tree:
    axis, node, whole, level = company.level()
    factors = {key: Fraction(company.chance.randint(1, 30), 10) for key in level}
    return company.put(axis, node, sharing.favoured(whole, level, factors))


def _total(company: Company) -> Tree:
    return replace(company.tree, total=company.chance.randint(0, 10**12))


def _reconcile(company: Company) -> Tree:
    return reconciled(company.tree, company.chance.choice(list(DIMENSIONS)))


def _people(change: Callable[[Company], None]) -> Callable[[Company], Tree]:
    def deed(company: Company) -> Tree:
        change(company)
        kept = {node: below for node, below in company.shape.items() if below}
        return regrown(company.tree, kept).tree

    return deed


def _come(company: Company) -> None:
    company.next_person += 1
    company.shape[company.chance.choice(company.teams())].append(f"p{company.next_person}")


def _leave(company: Company) -> None:
    teams = [team for team in company.teams() if len(company.shape[team]) > 1]
    if teams:
        team = company.chance.choice(teams)
        company.shape[team].remove(company.chance.choice(company.shape[team]))


def _move(company: Company) -> None:
    teams = [team for team in company.teams() if len(company.shape[team]) > 1]
    if teams:
        team = company.chance.choice(teams)
        person = company.chance.choice(company.shape[team])
        company.shape[team].remove(person)
        company.shape[company.chance.choice(company.teams())].append(person)


DEEDS: dict[str, Callable[[Company], Tree]] = {
    "set": _set,
    "lock": _lock,
    "unlock": _unlock,
    "drag": _drag,
    "profile": _profile,
    "total": _total,
    "reconcile": _reconcile,
    "come": _people(_come),
    "leave": _people(_leave),
    "move": _people(_move),
}


def company_of(*, seed: int, widths: tuple[int, ...], total: int) -> Company:
    """Return a company whose tree has so many children on each level, people at the last."""
    chance = Random(seed)
    org: dict[str, Level] = {}
    level, number = ["u1"], 1
    for depth, width in enumerate(widths):
        kind = "p" if depth == len(widths) - 1 else "u"
        below = []
        for node in level:
            keys = [f"{kind}{number + place + 1}" for place in range(width)]
            number += width
            org[node] = {key: Share(chance.randint(0, 10**6)) for key in keys}
            below += keys
        level = below
    mixes: dict[str, dict[str, Level]] = {
        name: {"u1": {f"v{place}": Share(chance.randint(0, 10**6)) for place in range(count)}}
        for name, count in DIMENSIONS.items()
    }
    depths = {name: chance.randint(0, len(widths)) for name in DIMENSIONS}
    tree = Tree(total=total, root="u1", org=org, mixes=mixes, depths=depths)
    return Company(tree, chance)


def check(tree: Tree) -> int:
    """Fail unless every parent is the sum of its children in every tree; tell how many were."""
    whole = asked(tree)
    assert whole[tree.root] == tree.total
    assert min(whole.values()) >= 0
    for node, level in tree.org.items():
        assert sum(whole[child] for child in level) == whole[node]
        for child, share in level.items():
            assert share.held is None or whole[child] == share.held
    return len(tree.org) + sum(_check_mixes(tree, name, whole) for name in tree.mixes)


def _check_mixes(tree: Tree, dimension: str, whole: dict[str, int]) -> int:
    shown = cells(tree, dimension, whole)
    nodes = [tree.root]
    for _ in range(tree.depths[dimension]):
        nodes = [node for node in nodes if node in tree.org]
        for node in nodes:
            for value, amount in shown[node].items():
                assert sum(shown[child][value] for child in tree.org[node]) == amount
        nodes = [child for node in nodes for child in tree.org[node]]
    for node, mix in shown.items():
        assert sum(mix.values()) == whole[node]
        assert min(mix.values()) >= 0
        for value, share in tree.mixes[dimension].get(node, {}).items():
            assert share.held is None or mix[value] == share.held
    return len(shown)


@given(
    seed=st.integers(0, 2**32),
    widths=st.lists(st.integers(1, 4), min_size=1, max_size=5).map(tuple),
    total=st.integers(0, 10**13),
    deeds=st.lists(st.sampled_from(sorted(DEEDS)), min_size=1, max_size=12),
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_parent_is_the_sum_of_its_children_after_anything(
    seed: int, widths: tuple[int, ...], total: int, deeds: list[str]
) -> None:
    company = company_of(seed=seed, widths=widths, total=total)
    for deed in deeds:
        company.do(deed)
        check(company.tree)
    assert faults(company.tree) == []


@given(
    seed=st.integers(0, 2**32),
    widths=st.lists(st.integers(2, 4), min_size=2, max_size=4).map(tuple),
)
@settings(max_examples=EXAMPLES // 4, deadline=None)
def test_reconciling_leaves_nothing_to_reconcile(seed: int, widths: tuple[int, ...]) -> None:
    company = company_of(seed=seed, widths=widths, total=10**9)
    for deed in ("set", "profile", "set", "lock", "set", "total"):
        company.do(deed)
    for dimension in DIMENSIONS:
        agreed = reconciled(company.tree, dimension)
        assert differences(agreed, dimension) == []
        assert cells(agreed, dimension) == cells(company.tree, dimension)


@pytest.mark.parametrize("seed", range(int(os.environ.get("BIHUAN_LARGE_SEEDS", "1"))))
def test_ten_thousand_people_on_five_levels_and_three_dimensions(seed: int) -> None:
    company = company_of(seed=seed, widths=(5, 5, 8, 5, 10), total=123_456_789_01)
    company.tree = replace(company.tree, depths={"product_line": 5, "region": 3, "tier": 5})
    assert sum(1 for node in asked(company.tree) if node.startswith("p")) == 10_000
    for deed in ("set", "lock", "drag", "profile", "move", "come", "leave", "total"):
        company.do(deed)
    assert check(company.tree) > 20_000


def test_locks_hold_while_everything_round_them_moves() -> None:
    level = {"a": Share(1), "b": Share(1), "c": Share(2)}
    locked = sharing.lock(400, level, "b")
    for whole in (100, 1_000, 77_777):
        assert sharing.amounts(whole, locked)["b"] == 100
    with pytest.raises(sharing.HeldTooMuch):
        sharing.amounts(99, locked)


def test_what_is_at_zero_keeps_its_proportions() -> None:
    level = sharing.set_amounts(100, {"a": Share(1), "b": Share(3), "c": Share(1)}, {"c": 100})
    assert sharing.amounts(100, level) == {"a": 0, "b": 0, "c": 100}
    again = sharing.set_amounts(0, {"a": Share(1), "b": Share(3)}, {})
    assert sharing.amounts(40, again) == {"a": 10, "b": 30}
