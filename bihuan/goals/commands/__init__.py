"""``bihuan goals``: targets on the command line."""

from __future__ import annotations

from bihuan.goals.commands import market
from bihuan.goals.commands.attainment import goals

__all__ = ["goals", "market"]
