"""Everything that can happen to an import, to chat tools and to webhooks."""

from __future__ import annotations

from bihuan.integrations.actions.bringing import bring, drop_import, set_mapping
from bihuan.integrations.actions.chatting import (
    WeComDraft,
    do_pressed,
    note_pressed,
    set_chat_addresses,
    set_wecom,
)
from bihuan.integrations.actions.gathering import ask_to_tell, gather
from bihuan.integrations.actions.hooking import (
    WebhookDraft,
    change_webhook,
    make_webhook,
    remove_webhook,
    rotate_secret,
)
from bihuan.integrations.actions.posting import post_due
from bihuan.integrations.actions.replaying import (
    forget_deliveries,
    replay_delivery,
    replay_period,
    try_webhook,
)
from bihuan.integrations.actions.reverting import revert_import
from bihuan.integrations.actions.running import claim_import, mark_stopped, run_import

__all__ = [
    "WeComDraft",
    "WebhookDraft",
    "ask_to_tell",
    "bring",
    "change_webhook",
    "claim_import",
    "do_pressed",
    "drop_import",
    "forget_deliveries",
    "gather",
    "make_webhook",
    "mark_stopped",
    "note_pressed",
    "post_due",
    "remove_webhook",
    "replay_delivery",
    "replay_period",
    "revert_import",
    "rotate_secret",
    "run_import",
    "set_chat_addresses",
    "set_mapping",
    "set_wecom",
    "try_webhook",
]
