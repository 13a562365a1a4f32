"""Reading what rules compare, and judging: few statements, however many rules and people."""

from __future__ import annotations

from bihuan.rules.engine.board import Board, Known, board_of
from bihuan.rules.engine.evidence import evidence
from bihuan.rules.engine.judging import FRESH, Judged, Look, Place, judge, replayed
from bihuan.rules.engine.roster import Roster
from bihuan.rules.engine.seating import Key, Seating

__all__ = [
    "FRESH",
    "Board",
    "Judged",
    "Key",
    "Known",
    "Look",
    "Place",
    "Roster",
    "Seating",
    "board_of",
    "evidence",
    "judge",
    "replayed",
]
