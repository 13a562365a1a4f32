"""What is shown of cycles: the working copy, its levels, what it would change."""

from __future__ import annotations

from bihuan.goals.domain.seasonality import year_before
from bihuan.goals.queries.cascade.agreement import (
    Disagreement,
    Shortfall,
    disagreements_of,
    shortfalls,
)
from bihuan.goals.queries.cascade.changes import (
    Changes,
    NodeChange,
    changes,
    draft_amounts,
    latest_revision,
    preview,
    revision_amounts,
)
from bihuan.goals.queries.cascade.drawn import (
    Branch,
    branch_of,
    frozen_trees,
    tree_of,
    trees_of,
    weights_of,
)
from bihuan.goals.queries.cascade.history import by_value, history_of
from bihuan.goals.queries.cascade.shape import OrgShape, nodes_named, shape_of

__all__ = [
    "Branch",
    "Changes",
    "Disagreement",
    "NodeChange",
    "OrgShape",
    "Shortfall",
    "branch_of",
    "by_value",
    "changes",
    "disagreements_of",
    "draft_amounts",
    "frozen_trees",
    "history_of",
    "latest_revision",
    "nodes_named",
    "preview",
    "revision_amounts",
    "shape_of",
    "shortfalls",
    "tree_of",
    "trees_of",
    "weights_of",
    "year_before",
]
