"""What is shown of customers, and which accounts are one for whoever reckons figures."""

from __future__ import annotations

from bihuan.customers.access import entity_map, entity_spells, entity_stamp
from bihuan.customers.queries.card import Card, NameLine, card
from bihuan.customers.queries.comparing import Comparison, Side, comparison
from bihuan.customers.queries.history import MergeLine, merge_lines
from bihuan.customers.queries.listing import (
    PAGE_SIZE,
    CustomerLine,
    Which,
    customer_lines,
    customers,
    found_by,
)
from bihuan.customers.queries.suggesting import Suggestion, suggested, suggestions

__all__ = [
    "PAGE_SIZE",
    "Card",
    "Comparison",
    "CustomerLine",
    "MergeLine",
    "NameLine",
    "Side",
    "Suggestion",
    "Which",
    "card",
    "comparison",
    "customer_lines",
    "customers",
    "entity_map",
    "entity_spells",
    "entity_stamp",
    "found_by",
    "merge_lines",
    "suggested",
    "suggestions",
]
