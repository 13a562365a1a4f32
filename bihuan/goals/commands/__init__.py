"""``bihuan goals``: targets on the command line."""

from __future__ import annotations

from bihuan.goals.commands import cycles, dilution, market, reasons
from bihuan.goals.commands.attainment import goals

__all__ = ["cycles", "dilution", "goals", "market", "reasons"]
