"""Rules in words, with the names that a company's metrics and facts have."""

from __future__ import annotations

from bihuan.facts.access import kinds_of
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import metrics_of
from bihuan.org.models import Tenant
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.subject import ATTRIBUTE, FIELDS
from bihuan.rules.domain.wording import Named, rule_words
from bihuan.rules.queries.fields import VALUE_LABELS


def names_of(tenant: Tenant, language: str) -> Named:
    """Return what everything that a rule can name is called."""
    is_chinese = language.startswith("zh")
    own = {each.name: each for fields in FIELDS.values() for each in fields}
    return Named(
        metrics={each.key: each.name(language) for each in metrics_of(tenant)},
        kinds={
            code: kind.label_zh if is_chinese else kind.label_en
            for code, kind in kinds_of(tenant).items()
        },
        dimensions={
            code: each.label_zh if is_chinese else each.label_en
            for code, each in DIMENSIONS.items()
        },
        fields={
            **{name: each.label_zh if is_chinese else each.label_en for name, each in own.items()},
            **{
                f"{ATTRIBUTE}{code}": each.label_zh if is_chinese else each.label_en
                for code, each in DIMENSIONS.items()
            },
        },
        values={
            name: {value: str(label) for value, label in labels.items()}
            for name, labels in VALUE_LABELS.items()
        },
    )


def sentence_of(tenant: Tenant, rule: RuleDefinition, language: str) -> str:
    """Return a rule as one sentence."""
    return rule_words(rule, language, names_of(tenant, language))
