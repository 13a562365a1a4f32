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
    version_of,
    versions_of,
)
from bihuan.rules.queries.overview import (
    RuleLine,
    RuleView,
    rule_lines,
    rule_shown,
    rule_view,
)
from bihuan.rules.queries.trying import Trial, tried
from bihuan.rules.queries.wording import names_of, sentence_of

__all__ = [
    "About",
    "Addressing",
    "BackTest",
    "Hit",
    "InForce",
    "Load",
    "RuleLine",
    "RuleView",
    "SpanUnfit",
    "Trial",
    "back_test",
    "built_in",
    "is_known",
    "names_of",
    "rule_lines",
    "rule_on",
    "rule_shown",
    "rule_view",
    "rules_on",
    "sentence_of",
    "tried",
    "version_of",
    "versions_of",
]
