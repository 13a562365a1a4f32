"""What the answers to a reckoning make of every node, and how the plan is written for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.consent import agreed
from bihuan.goals.domain.market import Handling
from bihuan.goals.domain.recasting import below, spread_down
from bihuan.goals.domain.refitting import Axis, moved_root, refitted, shifted
from bihuan.goals.domain.sharing import Level, Share, amounts
from bihuan.goals.domain.spreading import EVERY_LEVEL, PERIOD
from bihuan.goals.domain.tree import Mix, Tree, cells
from bihuan.goals.models import MarketReckoning
from bihuan.goals.models.cycle import ORG
from bihuan.goals.queries.market.exposure import hit_values, part_mix
from bihuan.goals.queries.market.parts import WHOLE
from bihuan.goals.queries.market.reckoning import GoalReckoned
from bihuan.inbox.domain.answer import YES, Choice
from bihuan.inbox.models import Answer

Group = tuple[str, str, Level]
"""Axis, node and the group of siblings as it shall be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What one target becomes: every node's amount, and the nodes that keep what they have."""

    reckoned: GoalReckoned
    final: Mapping[str, int]
    kept: frozenset[str]
    """All nodes of parts nobody said yes to."""

    @property
    def moves(self) -> bool:
        return any(self.final[node] != was for node, was in self.reckoned.whole.items())

    @property
    def net(self) -> int:
        """Return by how much the company's target changes."""
        tree = self.reckoned.tree
        return self.final[tree.root] - self.reckoned.whole[tree.root]


@dataclass(frozen=True, slots=True)
class Said:
    """What the answers say of one target, in smallest units."""

    yes: frozenset[str]
    """The parts whose change was agreed to."""
    amounts: Mapping[str, int]
    """Amounts that somebody put instead, by node."""
    whole: int | None
    """What the whole may become; nothing where nobody agreed."""


def said_of(reckoning: MarketReckoning, goal: int, answers: Sequence[Answer]) -> Said:
    """Return what the answers to a reckoning say of one of its targets."""
    told = next(each for each in reckoning.goals if each["goal"] == goal)
    yes: set[str] = set()
    put: dict[str, int] = {}
    whole = None
    for answer in answers:
        if Choice(answer.choice) not in YES:
            continue
        person = answer.addressee.person_id
        yes.update(reckoning.terms["parts"].get(str(person), []))
        own = amended_units(answer.amended or {}, goal, told["digits"])
        if person == reckoning.terms["whole"]:
            whole = own.pop(WHOLE, told["after"][told["root"]])
        put.update(own)
    return Said(frozenset(yes), put, whole)


def amended_units(amended: Mapping[str, object], goal: int, digits: int) -> dict[str, int]:
    """Return the amounts of one target that an answer puts instead, by node."""
    found = {}
    for key, value in amended.items():
        of, _, node = key.partition(":")
        if int(of) == goal:
            found[node] = int(Decimal(str(value)).scaleb(digits).to_integral_value())
    return found


def settled(reckoned: GoalReckoned, said: Said, handling: Handling) -> Settled:
    """Return what a target becomes by the answers: exact sums, nobody beyond what they agreed to.

    Raises:
        NotToBeShared: what somebody put instead cannot be shared out below.
    """
    tree, whole = reckoned.tree, reckoned.whole
    parts = list(tree.org[reckoned.fork])
    changes = {
        part: said.amounts.get(part, reckoned.after[part]) - whole[part] if part in said.yes else 0
        for part in parts
    }
    may_whole = handling is Handling.LOWER and said.whole is not None
    net = (said.whole or 0) - whole[tree.root] if may_whole else 0
    moved = agreed(changes, net=net)
    kept = {node for part in parts if part not in said.yes for node in below(tree, part)}
    start = {node: whole[node] + sum(moved.values()) for node in chain_to(tree, reckoned.fork)}
    start.update({part: whole[part] + moved[part] for part in parts})
    final = spread_down(
        tree,
        before=whole,
        after={**reckoned.after, **{node: whole[node] for node in kept}},
        start=start,
        answered={node: amount for node, amount in said.amounts.items() if node not in parts},
        floors={
            node: sum(amount for key, amount in mix.items() if not reckoned.ratios[key])
            for node, mix in reckoned.spread.items()
        },
    )
    return Settled(reckoned=reckoned, final=final, kept=frozenset(kept))


def chain_to(tree: Tree, node: str) -> list[str]:
    """Return the nodes from the root down to one on its single way."""
    way = [tree.root]
    while way[-1] != node:
        way.append(next(iter(tree.org[way[-1]])))
    return way


def groups_of(found: Settled, where: Mapping[str, tuple[str, ...]]) -> list[Group]:
    """Return the groups of siblings that write a settled target down.

    Raises:
        LocksDisagree: what is locked leaves no way to split it.
    """
    groups = _org(found)
    if len(found.reckoned.ratios) > 1:
        levels = refitted(found.reckoned.tree, found.final, _periods(found))
        groups += [(PERIOD, node, level) for node, level in levels.items()]
    for dimension in found.reckoned.tree.depths:
        if dimension in found.reckoned.tree.mixes and dimension != PERIOD:
            groups += _split(found, dimension, where.get(dimension, ()))
    return groups


def root_periods(found: Settled) -> list[int]:
    """Return the company's target by period: it moves by what those move who agreed.

    When the company's target stays, so do its periods.
    """
    reckoned = found.reckoned
    spread, root = reckoned.spread, reckoned.spread[reckoned.tree.root]
    if not found.net:
        return list(root.values())
    parts = {part: _own_periods(found, part) for part in reckoned.tree.org[reckoned.fork]}
    return list(moved_root(root, parts=parts, was=spread).values())


def _own_periods(found: Settled, node: str) -> dict[str, int]:
    change = found.final[node] - found.reckoned.whole[node]
    return shifted(found.reckoned.spread[node], change=change, ratios=found.reckoned.ratios)


def _org(found: Settled) -> list[Group]:
    groups: list[Group] = []
    for node, level in found.reckoned.tree.org.items():
        if any(found.final[child] != found.reckoned.whole[child] for child in level):
            fresh = {key: Share(found.final[key], each.held) for key, each in level.items()}
            is_empty = not any(s.weight for s in fresh.values() if s.held is None)
            if not is_empty:
                groups.append((ORG, node, fresh))
    return groups


def _periods(found: Settled) -> Axis:
    reckoned = found.reckoned
    spread, ratios = reckoned.spread, reckoned.ratios
    seeds: dict[str, Mix] = {
        node: _own_periods(found, node)
        for node, was in reckoned.whole.items()
        if found.final[node] != was
    }
    over = {(node, key): mix[key] for node, mix in spread.items() for key in mix if not ratios[key]}
    still = {(node, key): amount for node in found.kept for key, amount in spread[node].items()}
    return Axis(
        name=PERIOD,
        depth=EVERY_LEVEL,
        before=spread,
        root=dict(zip(ratios, root_periods(found), strict=True)),
        seeds=seeds,
        fixed={**over, **still},
    )


def _split(found: Settled, dimension: str, values: tuple[str, ...]) -> list[Group]:
    """Return how a dimension is split anew: the change lies in the values that were hit."""
    reckoned, tree = found.reckoned, found.reckoned.tree
    before = cells(tree, dimension, reckoned.whole)
    drawn = reckoned.split.get(dimension, {})
    known = {**drawn, **before}
    hit = hit_values(tree, reckoned.hit, drawn, values)
    parts = {
        part: part_mix(
            found.final[part],
            known[part],
            {value: of.get(part, 0) for value, of in hit.items()},
        )
        for part in tree.org[reckoned.fork]
        if part in known and part not in found.kept
    }
    first = tree.mixes[dimension][tree.root]
    root = _root_mix(found, before[tree.root], parts, known, first)
    seeds: dict[str, Mix] = dict(parts)
    for node in before:
        if node not in seeds and node not in found.kept and node != tree.root:
            seeds[node] = {
                value: max(0, amount + hit.get(value, {}).get(node, 0))
                for value, amount in before[node].items()
            }
    axis = Axis(
        name=dimension,
        depth=tree.depths[dimension],
        before=before,
        root=root,
        seeds=seeds,
        fixed={
            (node, value): amount
            for node in found.kept & set(before)
            for value, amount in before[node].items()
        },
    )
    groups: list[Group] = [
        (dimension, node, level) for node, level in refitted(tree, found.final, axis).items()
    ]
    if root != before[tree.root]:
        fresh = {value: Share(amount, first[value].held) for value, amount in root.items()}
        groups.append((dimension, tree.root, fresh))
    return groups


def _root_mix(
    found: Settled, before: Mix, parts: Mapping[str, Mix], known: Mapping[str, Mix], first: Level
) -> dict[str, int]:
    total = found.final[found.reckoned.tree.root]
    moved = moved_root(before, parts=parts, was=known)
    return amounts(total, {value: Share(each, first[value].held) for value, each in moved.items()})
