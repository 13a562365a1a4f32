"""What is shown of cycles: the working copy, its levels, what it would change."""

from __future__ import annotations

from bihuan.goals.domain.seasonality import year_before
from bihuan.goals.queries.cascade.agreement import (
    Disagreement,
    Place,
    Shortfall,
    disagreements_of,
    goals_with_mixes,
    places_of,
    shortfalls,
)
from bihuan.goals.queries.cascade.ahead import Ahead, ahead, digits_of, shared_metrics
from bihuan.goals.queries.cascade.before import growth
from bihuan.goals.queries.cascade.board import Board, Line, Looker, board, start_node, weights_board
from bihuan.goals.queries.cascade.changes import (
    Changes,
    NodeChange,
    changes,
    draft_amounts,
    latest_revision,
    preview,
    revision_amounts,
    to_be_ended,
)
from bihuan.goals.queries.cascade.comparing import (
    ChangeLine,
    ChangeSearch,
    Compared,
    compared,
    revisions_of,
    visible_changes,
)
from bihuan.goals.queries.cascade.drawn import (
    Branch,
    branch_of,
    frozen_trees,
    tree_of,
    trees_of,
    weights_of,
)
from bihuan.goals.queries.cascade.editing import (
    EditTold,
    Undoable,
    edits_told,
    published_edit,
    undoable,
)
from bihuan.goals.queries.cascade.history import by_value, history_of
from bihuan.goals.queries.cascade.joining import Joining, joining
from bihuan.goals.queries.cascade.listing import (
    CycleLine,
    Preset,
    all_cycle_lines,
    cycle_lines,
    presets,
    state_of,
)
from bihuan.goals.queries.cascade.mine import Mine, MyGoal, mine
from bihuan.goals.queries.cascade.receipts import Acknowledged, acknowledged, receipts_of
from bihuan.goals.queries.cascade.shape import OrgShape, nodes_named, shape_of

__all__ = [
    "Acknowledged",
    "Ahead",
    "Board",
    "Branch",
    "ChangeLine",
    "ChangeSearch",
    "Changes",
    "Compared",
    "CycleLine",
    "Disagreement",
    "EditTold",
    "Joining",
    "Line",
    "Looker",
    "Mine",
    "MyGoal",
    "NodeChange",
    "OrgShape",
    "Place",
    "Preset",
    "Shortfall",
    "Undoable",
    "acknowledged",
    "ahead",
    "all_cycle_lines",
    "board",
    "branch_of",
    "by_value",
    "changes",
    "compared",
    "cycle_lines",
    "digits_of",
    "disagreements_of",
    "draft_amounts",
    "edits_told",
    "frozen_trees",
    "goals_with_mixes",
    "growth",
    "history_of",
    "joining",
    "latest_revision",
    "mine",
    "nodes_named",
    "places_of",
    "presets",
    "preview",
    "published_edit",
    "receipts_of",
    "revision_amounts",
    "revisions_of",
    "shape_of",
    "shared_metrics",
    "shortfalls",
    "start_node",
    "state_of",
    "to_be_ended",
    "tree_of",
    "trees_of",
    "undoable",
    "visible_changes",
    "weights_board",
    "weights_of",
    "year_before",
]
