"""``bihuan goals``: targets on the command line."""

from __future__ import annotations

from bihuan.goals.commands import reasons
from bihuan.goals.commands.attainment import goals

__all__ = ["goals", "reasons"]
