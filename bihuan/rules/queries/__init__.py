"""What is shown of rules and alerts."""

from __future__ import annotations

from bihuan.rules.queries.catalogue import (
    InForce,
    built_in,
    is_known,
    rule_on,
    rules_on,
    versions_of,
    wording,
)

__all__ = [
    "InForce",
    "built_in",
    "is_known",
    "rule_on",
    "rules_on",
    "versions_of",
    "wording",
]
