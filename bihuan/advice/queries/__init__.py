"""What is shown of advice: landings, levers, the cockpit and the back-test."""

from __future__ import annotations

from bihuan.advice.queries.backtest import Line, Report
from bihuan.advice.queries.backtest import backtest as backtest_of

__all__ = ["Line", "Report", "backtest_of"]
