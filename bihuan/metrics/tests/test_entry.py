"""The form, the file and the definition say the same; what a form's buttons do to it."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.metrics.domain.checks import problems_of
from bihuan.metrics.domain.condition import read_condition
from bihuan.metrics.domain.definition import (
    DefinitionInvalid,
    MetricDefinition,
    read_definition,
)
from bihuan.metrics.domain.document import (
    DocumentTooLong,
    NotOneMetric,
    NotYaml,
    definition_in,
    document_of,
)
from bihuan.metrics.domain.entry.branch import Branch, place_of_problem, planted
from bihuan.metrics.domain.entry.changing import changed
from bihuan.metrics.domain.entry.condition import raw_condition
from bihuan.metrics.domain.entry.metric import empty_entry, entry_of, raw_of
from bihuan.metrics.queries.versions import built_in
from bihuan.metrics.tests.drawing import definitions

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def sent(tree: Branch) -> QueryDict:
    """Return what a browser would send of a form."""
    data = QueryDict(mutable=True)
    for name, texts in tree.fields():
        data.setlist(name, texts)
    return QueryDict(data.urlencode())


def from_form(data: QueryDict) -> MetricDefinition:
    return read_definition(raw_of(planted(data.lists())))


@settings(deadline=None, suppress_health_check=SLOW)
@given(definition=definitions())
def test_a_definition_comes_back_from_the_form_and_from_the_file_as_it_was(
    definition: MetricDefinition,
) -> None:
    for back in (
        from_form(sent(entry_of(definition))),
        read_definition(definition_in(document_of(definition))),
        read_definition(definition.model_dump(mode="json", by_alias=True, exclude_none=True)),
    ):
        assert back == definition
        assert back.version == definition.version


@pytest.mark.parametrize("key", built_in())
def test_a_built_in_metric_comes_back_from_the_form_and_from_the_file(key: str) -> None:
    definition = built_in()[key]
    assert from_form(sent(entry_of(definition))) == definition
    assert read_definition(definition_in(document_of(definition))) == definition


DEEDS = st.sampled_from(
    ["row", "group", "remove", "up", "term", "gates", "need", "parameter", "shape", "none"]
)


@settings(deadline=None, suppress_health_check=SLOW)
@given(definition=definitions(), data=st.data())
def test_no_button_breaks_a_form(definition: MetricDefinition, data: st.DataObject) -> None:
    tree = entry_of(definition)
    for _ in range(4):
        places = [name for name, _ in tree.fields()]
        whole = [*places, *(name.rpartition(".")[0] for name in places), "measure", "ratio.of"]
        seen = changed(tree, data.draw(DEEDS), data.draw(st.sampled_from(whole)))
        again = planted(sent(tree).lists())
        assert raw_of(again) == raw_of(tree)
        assert seen is None or seen == "" or tree.found(seen) is not None
        for name, _ in tree.fields():
            found = tree.found(name)
            assert found is not None
            assert found.place == name


def test_rows_and_groups_are_added_moved_and_taken_away() -> None:
    form = empty_entry()
    where = form.at("measure").own_numbered()[0].at("where")
    where.put("value", "contract.signed")
    assert changed(form, "row", "measure[0].where") == "measure[0].where[1]"
    assert changed(form, "up", "measure[0].where[1]") == "measure[0].where[0]"
    assert changed(form, "group", "measure[0].where") == "measure[0].where[2][0]"
    where = form.at("measure").own_numbered()[0].at("where")
    rows = where.own_numbered()
    assert [each.text("value") for each in rows] == ["", "contract.signed", ""]
    assert changed(form, "remove", "measure[0].where[2][0]") == "measure[0].where"
    assert len(where.own_numbered()) == 2
    assert changed(form, "remove", "measure[0].where") == "measure[0]"
    assert raw_of(form)["measure"] == [{"sum": "amount", "sign": 1, "over": "period"}]


def test_a_measure_becomes_a_ratio_and_keeps_what_was_written() -> None:
    form = entry_of(built_in()["signed_amount"])
    form.put("shape", "ratio")
    changed(form, "shape", "")
    ratio = raw_of(form)["ratio"]
    assert isinstance(ratio, dict)
    assert ratio["of"][0]["where"]["value"] == "contract.signed"
    assert len(ratio["to"]) == 1


def test_a_problem_names_the_field_it_is_about() -> None:
    raw = {
        **built_in()["signed_amount"].model_dump(mode="json", by_alias=True, exclude_none=True),
        "measure": [
            {"count": "facts"},
            {
                "sum": "amount",
                "where": {
                    "all": [
                        {"field": "kind", "op": "eq", "value": "contract.signed"},
                        {"not": {"any": [{"field": "tier", "op": "roughly", "value": "A"}]}},
                    ]
                },
            },
        ],
    }
    with pytest.raises(DefinitionInvalid) as refusal:
        read_definition(raw)
    [problem] = refusal.value.problems
    assert place_of_problem(problem.column) == "measure[1].where[1][0][0].op"

    raw["measure"][1]["where"]["all"][1] = {"not": {"field": "tier", "op": "lt", "value": "A"}}
    [found, _] = problems_of(read_definition(raw))
    assert place_of_problem(found.column) == "measure[1].where[1][0].op"


def test_none_of_several_parts() -> None:
    tree = planted(
        [("w.is", ["not"])]
        + [
            (f"w[{n}].{name}", [text])
            for n in (0, 1)
            for name, text in (("is", "leaf"), ("field", "tier"), ("op", "eq"), ("value", f"{n}"))
        ]
    )
    raw = raw_condition(tree.at("w"))
    assert list(read_condition(raw).model_dump(by_alias=True)["not"]) == ["any"]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("- [", NotYaml),
        ("a: &a [x]\nb: *a", NotYaml),
        ("!!python/object/apply:os.system ['true']", NotYaml),
        ("[]", NotOneMetric),
        ("- {key: a}\n- {key: b}", NotOneMetric),
        ("x" * 100_001, DocumentTooLong),
    ],
)
def test_a_file_that_is_no_definition_is_refused(text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        definition_in(text)


def test_a_file_keeps_numbers_and_days_as_they_are_written() -> None:
    found = definition_in("{a: 0.10, b: 2026-01-01, c: 1_0, d: no, e: 7}")
    assert found == {"a": "0.10", "b": "2026-01-01", "c": 10, "d": False, "e": 7}
