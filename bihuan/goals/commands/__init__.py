"""``bihuan goals``: targets on the command line."""

from __future__ import annotations

from bihuan.goals.commands import dilution, market, reasons
from bihuan.goals.commands.attainment import goals

__all__ = ["dilution", "goals", "market", "reasons"]
