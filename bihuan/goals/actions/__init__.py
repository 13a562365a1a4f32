"""Everything that can happen to a target."""

from __future__ import annotations

from bihuan.goals.actions.cycles import (
    GoalAsked,
    add_goal,
    change_goal,
    close_cycle,
    drop_goal,
    open_cycle,
)
from bihuan.goals.actions.ending import QuotaEnded, end_quota, revert_quotas
from bihuan.goals.actions.filling import fill_goal
from bihuan.goals.actions.market import (
    EventAsked,
    carry_out,
    carry_out_waiting,
    file_event,
    set_market_model,
)
from bihuan.goals.actions.publishing import acknowledge, publish, restore
from bihuan.goals.actions.rating import change_profile, end_profile, rate, save_profile
from bihuan.goals.actions.setting import (
    BearerUnclear,
    Counted,
    MetricUnknownHere,
    QuotaRow,
    set_quota,
    set_quotas,
)
from bihuan.goals.actions.targeting import Published
from bihuan.goals.actions.weighing import (
    apply_profile,
    carry,
    follow_organisation,
    put,
    reconcile,
    reweigh,
    reweigh_goals,
    split_anew,
    undo,
)
from bihuan.goals.actions.working import ChangedMeanwhile, require_sets_whole

__all__ = [
    "BearerUnclear",
    "ChangedMeanwhile",
    "Counted",
    "EventAsked",
    "GoalAsked",
    "MetricUnknownHere",
    "Published",
    "QuotaEnded",
    "QuotaRow",
    "acknowledge",
    "add_goal",
    "apply_profile",
    "carry",
    "carry_out",
    "carry_out_waiting",
    "change_goal",
    "change_profile",
    "close_cycle",
    "drop_goal",
    "end_profile",
    "end_quota",
    "file_event",
    "fill_goal",
    "follow_organisation",
    "open_cycle",
    "publish",
    "put",
    "rate",
    "reconcile",
    "require_sets_whole",
    "restore",
    "revert_quotas",
    "reweigh",
    "reweigh_goals",
    "save_profile",
    "set_market_model",
    "set_quota",
    "set_quotas",
    "split_anew",
    "undo",
]
