"""What a revision would change, or changed: node by node, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.tree import Tree, asked
from bihuan.goals.models import Cycle, Quota, Revision
from bihuan.goals.queries.cascade.drawn import frozen_trees, trees_of


@dataclass(frozen=True, slots=True)
class NodeChange:
    """One node of one goal: what it was asked for and what it is, nothing where it was not."""

    metric: str
    node: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        return (self.after or Decimal(0)) - (self.before or Decimal(0))

    @property
    def ratio(self) -> Decimal | None:
        """Return by how much it grew; nothing where nothing was asked before."""
        return None if not self.before else self.difference / self.before


@dataclass(frozen=True, slots=True)
class Changes:
    """All nodes whose target differs between two plans of a cycle, the largest first."""

    rows: list[NodeChange]

    @property
    def people(self) -> set[int]:
        return {int(row.node[1:]) for row in self.rows if row.node.startswith("p")}

    def of(self, metric: str) -> list[NodeChange]:
        return [row for row in self.rows if row.metric == metric]


def amounts_of(cycle: Cycle, trees: Mapping[str, Tree], digits: Mapping[str, int]) -> Amounts:
    """Return what each node is asked for, by metric and node, in the metric's own unit."""
    return {
        (metric, node): Decimal(units).scaleb(-digits[metric])
        for metric, tree in trees.items()
        for node, units in asked(tree).items()
    }


Amounts = dict[tuple[str, str], Decimal]


def draft_amounts(cycle: Cycle) -> Amounts:
    """Return what the working copy of a cycle asks for."""
    digits = {goal.metric: goal.digits for goal in cycle.goals.all()}
    return amounts_of(cycle, trees_of(cycle), digits)


def revision_amounts(revision: Revision | None) -> Amounts:
    """Return what a revision asks for; nothing without one."""
    if revision is None:
        return {}
    fields = [each["fields"] for each in revision.plan["goals"]]
    digits = {each["metric"]: each["digits"] for each in fields}
    return amounts_of(revision.cycle, frozen_trees(revision.cycle, revision.plan), digits)


def changes(before: Amounts, after: Amounts) -> Changes:
    """Return what differs between two plans."""
    keys: Iterable[tuple[str, str]] = dict.fromkeys((*after, *before))
    rows = [
        NodeChange(metric, node, before.get((metric, node)), after.get((metric, node)))
        for metric, node in keys
        if before.get((metric, node)) != after.get((metric, node))
    ]
    rows.sort(key=lambda row: (row.metric, -abs(row.difference), row.node))
    return Changes(rows)


def latest_revision(cycle: Cycle) -> Revision | None:
    """Return the revision in force."""
    return cycle.revisions.select_related("cycle", "published_by").order_by("-number").first()


def preview(cycle: Cycle) -> Changes:
    """Return what publishing the working copy now would change."""
    return changes(revision_amounts(latest_revision(cycle)), draft_amounts(cycle))


def to_be_ended(cycle: Cycle) -> list[str]:
    """Return the metrics whose targets publishing would end: the cycle asks for them no more."""
    live = Quota.objects.live().filter(revision__cycle=cycle)
    kept = cycle.goals.on().values("metric")
    return sorted(set(live.exclude(metric__in=kept).order_by().values_list("metric", flat=True)))
