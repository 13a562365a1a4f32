"""What is shown of customers, and which accounts are one for whoever reckons figures."""

from __future__ import annotations

from bihuan.customers.access import entity_map, entity_spells, entity_stamp
from bihuan.customers.queries.card import Card, NameLine, card
from bihuan.customers.queries.comparing import Comparison, Side, comparison
from bihuan.customers.queries.contacts import (
    ContactLine,
    contact_lines,
    contacts,
    contacts_at,
    known_as,
)
from bihuan.customers.queries.hearing import (
    can_hear,
    sound_of,
    transcript_of,
    waiting_recordings,
)
from bihuan.customers.queries.history import MergeLine, merge_lines
from bihuan.customers.queries.listing import (
    PAGE_SIZE,
    CustomerLine,
    Which,
    customer_lines,
    customers,
    found_by,
    page_of_customers,
)
from bihuan.customers.queries.suggesting import Suggestion, suggested, suggestions
from bihuan.customers.queries.talk import (
    Talk,
    conversations_of,
    last_conversations,
    last_conversations_with,
    source_texts,
    talk_with,
    worded,
)

__all__ = [
    "PAGE_SIZE",
    "Card",
    "Comparison",
    "ContactLine",
    "CustomerLine",
    "MergeLine",
    "NameLine",
    "Side",
    "Suggestion",
    "Talk",
    "Which",
    "can_hear",
    "card",
    "comparison",
    "contact_lines",
    "contacts",
    "contacts_at",
    "conversations_of",
    "customer_lines",
    "customers",
    "entity_map",
    "entity_spells",
    "entity_stamp",
    "found_by",
    "known_as",
    "last_conversations",
    "last_conversations_with",
    "merge_lines",
    "page_of_customers",
    "sound_of",
    "source_texts",
    "suggested",
    "suggestions",
    "talk_with",
    "transcript_of",
    "waiting_recordings",
    "worded",
]
