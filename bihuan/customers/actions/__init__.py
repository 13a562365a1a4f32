"""Everything that says which accounts are one customer, which are not, and what was said."""

from __future__ import annotations

from bihuan.customers.actions.contacts import (
    Brought,
    add_contact,
    bring_contacts,
    change_contact,
    end_contact,
    hand_over_contact,
)
from bihuan.customers.actions.merging import merge_accounts, unmerge
from bihuan.customers.actions.recording import (
    discard_recording,
    keep_recording,
    refuse_transcript,
    transcribe_recording,
    write_down,
)
from bihuan.customers.actions.talking import (
    Heard,
    add_words,
    erase_conversation,
    keep_conversations,
    record_conversation,
)
from bihuan.customers.actions.telling_apart import keep_apart, withdraw
from bihuan.customers.actions.uscc import set_uscc

__all__ = [
    "Brought",
    "Heard",
    "add_contact",
    "add_words",
    "bring_contacts",
    "change_contact",
    "discard_recording",
    "end_contact",
    "erase_conversation",
    "hand_over_contact",
    "keep_apart",
    "keep_conversations",
    "keep_recording",
    "merge_accounts",
    "record_conversation",
    "refuse_transcript",
    "set_uscc",
    "transcribe_recording",
    "unmerge",
    "withdraw",
    "write_down",
]
