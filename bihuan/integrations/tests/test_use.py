"""Which columns feed what, for the mappings that come with the product."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.facts.domain.kind import BUILT_IN
from bihuan.integrations.domain.mapping import Mapping, load_mapping
from bihuan.integrations.domain.mapping.use import ColumnUse, UseRole, uses_of

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"


@pytest.fixture(scope="module")
def maven() -> Mapping:
    return load_mapping((EXAMPLES / "maven_crm.yaml").read_text(encoding="utf-8"))


def feeding(mapping: Mapping, kind: str, field: str) -> set[tuple[str, str, str]]:
    return {
        (use.file, use.column, use.role.value)
        for use in uses_of(mapping, BUILT_IN)
        if use.is_fact and (use.target, use.field) == (kind, field)
    }


def test_the_amount_of_a_deal_comes_from_one_column(maven: Mapping) -> None:
    assert feeding(maven, "opportunity.won", "amount") == {("pipeline", "close_value", "value")}


def test_the_stage_decides_which_kind_a_row_becomes(maven: Mapping) -> None:
    assert feeding(maven, "opportunity.won", "kind") == {("pipeline", "deal_stage", "filter")}
    assert feeding(maven, "opportunity.opened", "kind") == set()


def test_a_column_behind_a_lookup_brings_the_columns_that_lead_to_it(maven: Mapping) -> None:
    assert feeding(maven, "opportunity.lost", "list_amount") == {
        ("products", "sales_price", "value"),
        ("pipeline", "product", "lookup"),
        ("products", "product", "lookup"),
    }


def test_the_unit_follows_from_who_it_was_and_when(maven: Mapping) -> None:
    assert feeding(maven, "opportunity.won", "unit") == {
        ("pipeline", "sales_agent", "derived"),
        ("pipeline", "close_date", "derived"),
    }


def test_an_attribute_is_told_by_the_column_that_keeps_it() -> None:
    mapping = load_mapping(
        "source: s\nfiles: {f: {path: f.csv}}\n"
        "facts: [{file: f, kind: visit.logged, key: id, person: p, occurred_at: at,"
        " attributes: {minutes: {when: {column: how, is: call}, then: length}}}]"
    )
    assert feeding(mapping, "visit.logged", "minutes") == {
        ("f", "length", "value"),
        ("f", "how", "filter"),
    }
    assert feeding(mapping, "visit.logged", "business_on") == {("f", "at", "derived")}
    assert feeding(mapping, "visit.logged", "hour") == {("f", "at", "derived")}


@pytest.mark.parametrize("name", ["maven_crm.yaml", "adventureworks.yaml", "orders_zh.yaml"])
def test_every_column_that_a_mapping_names_has_a_use(name: str) -> None:
    """The texts of the mapping itself say which columns there are."""
    mapping = load_mapping((EXAMPLES / name).read_text(encoding="utf-8"))
    used = {use.column for use in uses_of(mapping, BUILT_IN)}
    named = {
        found.rpartition(".")[2]
        for part in ("units", "people", "members", "facts", "quotas")
        for found in _columns(mapping.model_dump(mode="json", by_alias=True)[part])
    }
    assert named
    assert named <= used


def _columns(content: object) -> set[str]:
    if isinstance(content, list):
        return set().union(*map(_columns, content))
    if not isinstance(content, dict):
        return set()
    own = {content["column"]} if isinstance(content.get("column"), str) else set()
    return own.union(*map(_columns, content.values()))


def test_what_makes_no_facts_is_told_apart(maven: Mapping) -> None:
    uses = uses_of(maven, BUILT_IN)
    assert ColumnUse("accounts", "sector", UseRole.VALUE, "account", "sector", False) in uses  # noqa: FBT003  # not a fact
    assert {use.target for use in uses if not use.is_fact} == {
        *("units", "people", "account", "product", "opportunity"),
    }
