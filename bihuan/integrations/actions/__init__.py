"""Everything that can happen to an import, and to the chat tools of a company."""

from __future__ import annotations

from bihuan.integrations.actions.bringing import bring, drop_import, set_mapping
from bihuan.integrations.actions.chatting import (
    WeComDraft,
    do_pressed,
    note_pressed,
    set_chat_addresses,
    set_wecom,
)
from bihuan.integrations.actions.reverting import revert_import
from bihuan.integrations.actions.running import claim_import, mark_stopped, run_import

__all__ = [
    "WeComDraft",
    "bring",
    "claim_import",
    "do_pressed",
    "drop_import",
    "mark_stopped",
    "note_pressed",
    "revert_import",
    "run_import",
    "set_chat_addresses",
    "set_mapping",
    "set_wecom",
]
