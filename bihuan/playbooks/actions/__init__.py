"""Everything that can happen to plays and to packs of them."""

from __future__ import annotations

from bihuan.playbooks.actions.exchanging import Brought, import_plays
from bihuan.playbooks.actions.filing import FileGiven
from bihuan.playbooks.actions.handing import (
    hand_out,
    note_outcome,
    open_item,
    rate_item,
    use_item,
)
from bihuan.playbooks.actions.publishing import (
    VersionOver,
    give_play,
    publish_play,
    restore_play,
    retire_play,
)
from bihuan.playbooks.actions.starting import load_starter_set
from bihuan.playbooks.actions.writing import (
    CodeTaken,
    CodeUnfit,
    SavedMeanwhile,
    revise_play,
    write_play,
)

__all__ = [
    "Brought",
    "CodeTaken",
    "CodeUnfit",
    "FileGiven",
    "SavedMeanwhile",
    "VersionOver",
    "give_play",
    "hand_out",
    "import_plays",
    "load_starter_set",
    "note_outcome",
    "open_item",
    "publish_play",
    "rate_item",
    "restore_play",
    "retire_play",
    "revise_play",
    "use_item",
    "write_play",
]
