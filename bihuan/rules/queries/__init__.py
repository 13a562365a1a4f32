"""What is shown of rules and alerts."""

from __future__ import annotations

from bihuan.rules.queries.addressing import About, Addressing
from bihuan.rules.queries.backtest import BackTest, Hit, Load, SpanUnfit, back_test
from bihuan.rules.queries.catalogue import (
    InForce,
    built_in,
    is_known,
    rule_on,
    rules_on,
    versions_of,
    wording,
)
from bihuan.rules.queries.wording import names_of, sentence_of

__all__ = [
    "About",
    "Addressing",
    "BackTest",
    "Hit",
    "InForce",
    "Load",
    "SpanUnfit",
    "back_test",
    "built_in",
    "is_known",
    "names_of",
    "rule_on",
    "rules_on",
    "sentence_of",
    "versions_of",
    "wording",
]
