"""What is shown of advice: landings, levers, the cockpit, weekly reports and the back-test."""

from __future__ import annotations

from bihuan.advice.queries.asking import GrainUnfit, NotProjected, Question
from bihuan.advice.queries.backtest import Report, ScoreLine
from bihuan.advice.queries.backtest import backtest as backtest_of
from bihuan.advice.queries.cockpit import Cockpit, cockpit, landings_under, most_missed
from bihuan.advice.queries.figures import FigureBehind, figures_of
from bihuan.advice.queries.landing import LandingView
from bihuan.advice.queries.levers import Levers, levers_of
from bihuan.advice.queries.one import (
    Mark,
    course_of,
    gauges_of,
    landing_of,
    last_day,
    question_of,
)
from bihuan.advice.queries.proving import Proof, proof_of
from bihuan.advice.queries.saying import basis_said, landing_said, lever_said
from bihuan.advice.queries.telling import line_of, lines_of
from bihuan.advice.queries.under_way import Deed
from bihuan.advice.queries.why import Why, why

__all__ = [
    "Cockpit",
    "Deed",
    "FigureBehind",
    "GrainUnfit",
    "LandingView",
    "Levers",
    "Mark",
    "NotProjected",
    "Proof",
    "Question",
    "Report",
    "ScoreLine",
    "Why",
    "backtest_of",
    "basis_said",
    "cockpit",
    "course_of",
    "figures_of",
    "gauges_of",
    "landing_of",
    "landing_said",
    "landings_under",
    "last_day",
    "lever_said",
    "levers_of",
    "line_of",
    "lines_of",
    "most_missed",
    "proof_of",
    "question_of",
    "why",
]
