"""Where a target lies in the scope of an event: drawn out along dimensions to everybody.

Where a node's target was split by hand along a dimension, that counts. For all others
what each sold last year of each value is the seed, fitted to the company's own split
where there is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from bihuan.goals.domain.recasting import below, round_half_up, summed
from bihuan.goals.domain.seasonality import year_before
from bihuan.goals.domain.sharing import Level, Share, amounts
from bihuan.goals.domain.span import Span
from bihuan.goals.domain.spreading import EVERY_LEVEL
from bihuan.goals.domain.tree import Mix, Tree, cells
from bihuan.goals.models import Cycle
from bihuan.goals.queries.cascade.history import SCALE
from bihuan.kernel.period import Period
from bihuan.metrics.queries import evaluate
from bihuan.org.models import Unit

Cells = Mapping[str, Mix]
"""By node, its amount by the values of a dimension."""
Weights = Mapping[str, Mapping[str, int]]
"""By value, what each leaf has of it."""


def drawn_out(
    cycle: Cycle, metric: str, tree: Tree, whole: Mapping[str, int], dimension: str
) -> Cells | None:
    """Return every node's amount by the values of a dimension; nothing where nobody knows it."""
    sold = {
        value: summed(tree, {node: amount for node, amount in leaves.items() if node in whole})
        for value, leaves in sold_by(cycle, metric, dimension).items()
    }
    kept = tree.mixes.get(dimension, {})
    first: Level = kept.get(tree.root) or {
        value: Share(of.get(tree.root, 0)) for value, of in sold.items() if of.get(tree.root)
    }
    if not any(first):  # What has no value tells nothing of where it lies.
        return None
    seeds: dict[str, Level] = {}
    for node in whole:
        known = {value: sold.get(value, {}).get(node, 0) for value in first}
        if any(known.values()):
            seeds[node] = {value: Share(amount) for value, amount in known.items()}
    mixes = {**tree.mixes, dimension: {**seeds, **kept, tree.root: first}}
    depths = {**tree.depths, dimension: EVERY_LEVEL}
    return cells(replace(tree, mixes=mixes, depths=depths), dimension, whole)


def sold_by(cycle: Cycle, metric: str, dimension: str) -> dict[str, dict[str, int]]:
    """Return by value what each person had of a metric a year before, as whole weights."""
    before = Span(year_before(cycle.start), year_before(cycle.end))
    rows = evaluate(
        tenant=cycle.tenant,
        metric=metric,
        spans=[Period(str(before), before.start, before.end)],
        scope=None,
        by=("person", dimension),
        with_total=False,
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        person, value = row.keys["person"], row.keys[dimension]
        if person is not None and row.value is not None and row.value > 0:
            found[str(value or "")][f"p{person}"] = int(row.value * SCALE)
    return dict(sorted(found.items()))


def leaves_in(cycle: Cycle, tree: Tree, units: Iterable[int]) -> set[str]:
    """Return the leaves that stand in some units; in all without any."""
    asked = list(units)
    leaves = {node for node in below(tree, tree.root) if node not in tree.org}
    if not asked:
        return leaves
    paths = Unit.objects.filter(pk__in=asked, tenant=cycle.tenant_id).values_list("path", flat=True)
    if any(cycle.root.path.startswith(path) for path in paths):
        return leaves
    nodes = {f"u{pk}" for pk in asked}
    known = nodes & {tree.root, *(child for level in tree.org.values() for child in level)}
    return leaves & {each for node in known for each in below(tree, node)}


def shares_in(
    whole: Mapping[str, int],
    leaves: Iterable[str],
    split: Mapping[str, Cells],
    where: Mapping[str, tuple[str, ...]],
) -> dict[str, Fraction]:
    """Return which part of each leaf's target lies in the values of every dimension named."""
    found = {}
    for node in leaves:
        share = Fraction(1)
        for dimension, values in where.items():
            mix = split[dimension].get(node, {})
            inside = sum(mix.get(value, 0) for value in values)
            share *= Fraction(inside, whole[node]) if whole[node] else 0
        found[node] = share
    return found


def hit_values(
    tree: Tree, hit: Mapping[str, int], split: Cells, values: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    """Return by value by how much demand changes each node: a leaf's change, by what it has."""
    found: dict[str, dict[str, int]] = {value: {} for value in values}
    for node, change in hit.items():
        inside = sum(split[node].get(value, 0) for value in values)
        for value in values:
            found[value][node] = round_half_up(
                Fraction(change * split[node].get(value, 0), inside or 1)
            )
    return {value: summed(tree, leaves) for value, leaves in found.items()}


def part_mix(final: int, mix: Mix, change: Mapping[str, int]) -> dict[str, int]:
    """Return a part's new split: its old one with the changes, brought to its new amount."""
    wanted = {value: Share(max(0, amount + change.get(value, 0))) for value, amount in mix.items()}
    return amounts(final, wanted)
