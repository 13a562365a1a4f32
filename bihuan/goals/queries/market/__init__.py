"""What the model makes of market events, whom it asks, and what came of it."""

from __future__ import annotations

from bihuan.goals.queries.market.parts import (
    WHOLE,
    Asked,
    as_amount,
    asked_of,
    lines_of,
    terms_of,
)
from bihuan.goals.queries.market.reckoning import GoalReckoned, Reckoned, cycles_running, reckon
from bihuan.goals.queries.market.settling import (
    Said,
    Settled,
    amended_units,
    groups_of,
    root_periods,
    said_of,
    settled,
)
from bihuan.goals.queries.market.trail import (
    MARKET,
    NodeLine,
    Round,
    about,
    event_lines,
    events_shown,
    first_day_after,
    models_of,
    node_lines,
    parameters_of,
    proposal_of,
    remarks_of,
    rounds_of,
    trail,
    waiting_reckonings,
)
from bihuan.goals.queries.market.words import error_said, nobody_answers

__all__ = [
    "MARKET",
    "WHOLE",
    "Asked",
    "GoalReckoned",
    "NodeLine",
    "Reckoned",
    "Round",
    "Said",
    "Settled",
    "about",
    "amended_units",
    "as_amount",
    "asked_of",
    "cycles_running",
    "error_said",
    "event_lines",
    "events_shown",
    "first_day_after",
    "groups_of",
    "lines_of",
    "models_of",
    "nobody_answers",
    "node_lines",
    "parameters_of",
    "proposal_of",
    "reckon",
    "remarks_of",
    "root_periods",
    "rounds_of",
    "said_of",
    "settled",
    "terms_of",
    "trail",
    "waiting_reckonings",
]
