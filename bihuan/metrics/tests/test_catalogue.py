"""The built-in metrics, and what a definition may say."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.facts.domain.kind import BUILT_IN
from bihuan.metrics.domain.checks import problems_of
from bihuan.metrics.domain.definition import DefinitionInvalid, MetricDefinition, read_definition
from bihuan.metrics.domain.formula import formula
from bihuan.metrics.queries import GROUP_LABELS, UNIT_LABELS
from bihuan.metrics.queries.versions import built_in

METRICS = list(built_in().values())
NAMED_IN_TARGETS = {
    *("signed_amount", "received_amount", "net_sales", "visits", "new_opportunities"),
    *("won_amount", "won_count", "win_rate", "avg_cycle_days_won"),
}


def test_there_are_enough_of_them_each_with_its_own_name() -> None:
    assert len(METRICS) >= 24
    assert len({each.name_zh for each in METRICS}) == len(METRICS)
    assert len({each.name_en for each in METRICS}) == len(METRICS)
    assert len({each.version for each in METRICS}) == len(METRICS)
    assert set(built_in()) >= NAMED_IN_TARGETS


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_a_built_in_metric_is_sound_and_explained_in_both_languages(
    metric: MetricDefinition,
) -> None:
    assert problems_of(metric, BUILT_IN) == []
    assert metric.group in GROUP_LABELS
    assert metric.unit.value in UNIT_LABELS
    assert len(metric.counted_zh) == len(metric.counted_en) > 0
    assert len(metric.not_counted_zh) == len(metric.not_counted_en) > 0
    for language in ("zh-hans", "en"):
        told = formula(metric, language, {kind: kind for kind in BUILT_IN})
        assert len(told.of) == len(metric.numerator)
        assert bool(told.to) == metric.is_ratio


def test_a_change_of_words_is_no_other_version_but_a_change_of_sums_is() -> None:
    raw = built_in()["net_sales"].model_dump(by_alias=True)
    assert read_definition({**raw, "about_zh": "新"}).version == built_in()["net_sales"].version
    other = {**raw, "measure": raw["measure"][:1]}
    assert read_definition(other).version != built_in()["net_sales"].version


WORDS: dict[str, Any] = {
    "key": "trial",
    "group": "deals",
    "better": "higher",
    "name_zh": "试",
    "name_en": "Trial",
    "about_zh": "试",
    "about_en": "Trial",
}


def counted(where: object) -> dict[str, Any]:
    return {**WORDS, "unit": "count", "measure": [{"count": "facts", "where": where}]}


def measured(term: dict[str, Any]) -> dict[str, Any]:
    return {**WORDS, "unit": "count", "measure": [term]}


def leaf(field: str, op: str, *value: object) -> dict[str, Any]:
    return counted({"field": field, "op": op, **({"value": value[0]} if value else {})})


@pytest.mark.parametrize(
    ("raw", "place", "said"),
    [
        (leaf("colour", "eq", "red"), "measure[0].where", "no field called “colour”"),
        (leaf("region", "gt", "East"), "measure[0].where.op", "cannot be compared"),
        (leaf("account", "eq", "7"), "measure[0].where.op", "cannot be compared"),
        (leaf("amount", "gt", "a lot"), "measure[0].where.value", "“a lot” cannot be compared"),
        (leaf("amount", "gt", "0.00001"), "measure[0].where.value", "more digits"),
        (leaf("amount", "gt", "1e20"), "measure[0].where.value", "more digits"),
        (leaf("hour", "lt", "6.5"), "measure[0].where.value", "cannot be compared"),
        (leaf("due_on", "lt", "2026-13-01"), "measure[0].where.value", "cannot be compared"),
        (leaf("region", "eq", 7), "measure[0].where.value", "cannot be compared"),
        (leaf("kind", "eq", "moon.landed"), "measure[0].where.value", "no kind of fact"),
        (leaf("region", "in", "East"), "measure[0].where.value", "a list"),
        (leaf("region", "eq", ["East"]), "measure[0].where.value", "one value"),
        (leaf("region", "eq"), "measure[0].where.value", "needs a value"),
        (leaf("region", "is_set", "x"), "measure[0].where.value", "takes no value"),
        (
            leaf("amount", "gt", {"field": "due_on"}),
            "measure[0].where.value",
            "not of the same type",
        ),
        (leaf("amount", "gt", {"parameter": "big"}), "measure[0].where.value", "no parameter"),
        (
            counted({"any": [{"not": {"field": "x", "op": "is_set"}}]}),
            "measure[0].where.any[0].not",
            "no field called “x”",
        ),
        ({**WORDS, "unit": "money", "measure": [{"sum": "region"}]}, "measure[0].sum", "summed"),
        ({**WORDS, "unit": "count", "measure": [{"sum": "amount"}]}, "unit", "not measured in"),
        (
            {**WORDS, "unit": "count", "measure": [{"distinct": "manager"}]},
            "measure[0].distinct",
            "no dimension",
        ),
        (
            {**WORDS, "unit": "count", "measure": [{"distinct": "account", "over": "to_date"}]},
            "measure[0].over",
            "up to a day",
        ),
        (
            {**WORDS, "unit": "days", "measure": [{"days_between": ["amount", "due_on"]}]},
            "measure[0].days_between",
            "“amount” is not a day",
        ),
        (
            {**WORDS, "unit": "money", "measure": [{"sum": "amount"}, {"count": "facts"}]},
            "measure",
            "not of one sort",
        ),
    ],
)
def test_what_makes_no_sense_is_named_with_its_place(
    raw: dict[str, Any], place: str, said: str
) -> None:
    problems = problems_of(read_definition(raw), BUILT_IN)
    assert [problem.column for problem in problems][:1] == [place]
    assert said in problems[0].says % problems[0].params


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (counted({"field": "region", "op": "resembles"}), "measure[0].where.op"),
        (counted({"all": []}), "measure[0].where.all"),
        ({**WORDS, "unit": "count"}, ""),
        ({**WORDS, "unit": "count", "measure": []}, "measure"),
        (measured({"sum": "amount", "count": "facts"}), "measure[0]"),
        (measured({"count": "facts", "eval": "1"}), "measure[0].eval"),
        ({**WORDS, "unit": "ratio", "ratio": {"of": [{"count": "facts"}], "to": []}}, "ratio.to"),
        ({**WORDS, "key": "No Key", "unit": "count", "measure": [{"count": "facts"}]}, "key"),
        ("just a text", ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(raw: object, place: str) -> None:
    with pytest.raises(DefinitionInvalid) as refused:
        read_definition(raw)
    assert [problem.column for problem in refused.value.problems][:1] == [place]
