"""What is shown of targets: attainment, heat maps, a cell opened, and lists of targets."""

from __future__ import annotations

from bihuan.goals.queries.attaining import AttainmentRow, attainment
from bihuan.goals.queries.behind import CellChoice, CellView, FactPage, fact_page, opened
from bihuan.goals.queries.choosing import (
    highest_unit,
    latest_day,
    metrics_offered,
    period_chosen,
    way_up,
)
from bihuan.goals.queries.grid import COLUMNS, Cell, Row, Subject, Window, window_to
from bihuan.goals.queries.listing import QuotaSearch, history, quotas
from bihuan.goals.queries.overview import Overview, overview
from bihuan.goals.queries.person import PersonMap, heat_map_person
from bihuan.goals.queries.strip import person_strip, team_strip
from bihuan.goals.queries.team import Choice, TeamMap, heat_map_team

__all__ = [
    "COLUMNS",
    "AttainmentRow",
    "Cell",
    "CellChoice",
    "CellView",
    "Choice",
    "FactPage",
    "Overview",
    "PersonMap",
    "QuotaSearch",
    "Row",
    "Subject",
    "TeamMap",
    "Window",
    "attainment",
    "fact_page",
    "heat_map_person",
    "heat_map_team",
    "highest_unit",
    "history",
    "latest_day",
    "metrics_offered",
    "opened",
    "overview",
    "period_chosen",
    "person_strip",
    "quotas",
    "team_strip",
    "way_up",
    "window_to",
]
