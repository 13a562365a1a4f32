"""``bihuan advice``: where people will land, how sure that is, and what a manager decides now."""

from __future__ import annotations

from bihuan.advice.commands.backtest import backtest
from bihuan.advice.commands.cockpit import cockpit, weekly
from bihuan.advice.commands.group import advice
from bihuan.advice.commands.landing import landing

__all__ = ["advice", "backtest", "cockpit", "landing", "weekly"]
