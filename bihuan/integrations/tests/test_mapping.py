"""Mappings: one document as YAML and in the browser, and what cannot be understood of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.integrations.domain.mapping import (
    MappingUnreadable,
    dump_mapping,
    load_mapping,
    read_mapping,
)
from bihuan.kernel.errors import Problem

EXAMPLES = sorted((Path(__file__).parents[3] / "docs" / "examples").glob("*.yaml"))
PLAIN = """
source: s
files: {a: {path: a.csv}}
facts: [{file: a, kind: visit.logged, key: no, business_on: day, person: who}]
"""


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(MappingUnreadable) as refused:
        load_mapping(text)
    return list(refused.value.problems)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_survives_the_browser(path: Path) -> None:
    mapping = load_mapping(path.read_text(encoding="utf-8"))
    assert load_mapping(dump_mapping(mapping)) == mapping
    assert read_mapping(mapping.model_dump(mode="json", by_alias=True)) == mapping


def test_codes_keep_their_zeros_and_words_stay_words() -> None:
    text = PLAIN.replace("path: a.csv", "path: a.csv, columns: {no: {values: {007: NO, on: yes}}}")
    assert load_mapping(text).files["a"].columns["no"].values == {"007": "NO", "on": "yes"}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (PLAIN.replace("business_on", "buisness_on"), "mapping.unknown_key", "facts.0.buisness_on"),
        ("files: {}", "mapping.missing_key", "source"),
        (
            PLAIN.replace("person: who", "person: {sum: [a, b]}"),
            "mapping.not_an_expression",
            "facts.0.person",
        ),
        (
            PLAIN.replace("person: who", "when: {column: x}, person: who"),
            "mapping.not_understood",
            "facts.0.when.column",
        ),
        (
            PLAIN.replace("person: who", "when: {is: x}, person: who"),
            "mapping.not_an_expression",
            "facts.0.when",
        ),
        (PLAIN.replace("source: s", "source: a b"), "mapping.not_understood", "source"),
        ("- a", "mapping.not_understood", ""),
        ("", "mapping.not_understood", ""),
    ],
)
def test_what_is_not_understood_is_told_with_its_place(text: str, code: str, place: str) -> None:
    assert [(problem.code, problem.params["place"]) for problem in problems_of(text)] == [
        (code, place)
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("source: s\nfiles: {a: [}", 2),
        ("source: s\nsource: t\nfiles: {}", 1),
        ("a: &x [1]\nb: *x", 2),
        ("a: !!python/object/apply:os.system [ls]", None),
        ("source: s\n\tfiles: {}", 2),
    ],
)
def test_yaml_that_is_broken_or_does_too_much_is_refused(text: str, line: int | None) -> None:
    (problem, *_) = problems_of(text)
    assert problem.code in ("mapping.not_yaml", "mapping.unknown_key", "mapping.missing_key")
    if line is not None:
        assert (problem.code, problem.row) == ("mapping.not_yaml", line)


def test_a_mapping_that_is_nested_without_end_is_refused() -> None:
    assert problems_of("a: " + "[" * 5_000)[0].code == "mapping.not_yaml"


def test_a_mapping_of_a_million_characters_is_refused() -> None:
    assert problems_of("#" * 1_000_001)[0].code == "mapping.too_long"


def test_a_part_inherits_what_the_target_says_and_adds_its_own() -> None:
    mapping = load_mapping(
        """
        source: s
        files: {a: {path: a.csv}}
        facts:
          - file: a
            key: no
            person: who
            attributes: {category: kind}
            each:
              - {kind: visit.logged, business_on: day}
              - {kind: call.logged, part: again, business_on: day, attributes: {minutes: length}}
        """
    )
    visit, call = mapping.facts[0].parts()
    assert (visit.part, call.part) == ("logged", "again")
    assert list(call.attributes) == ["category", "minutes"]
    assert list(visit.attributes) == ["category"]
