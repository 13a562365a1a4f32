"""What a definition declares to read against what its statement really reads."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.lineage import Node, lineage

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.lineage import ADDED, Role, columns_declared, reads_of
from bihuan.metrics.domain.measure import Over, Reach
from bihuan.metrics.domain.reference import resolved
from bihuan.metrics.engine import columns
from bihuan.metrics.engine.columns import SCHEMA, Difference, Use, columns_of, columns_read
from bihuan.metrics.engine.compiling import Asked, figures_sql
from bihuan.metrics.queries.versions import built_in

CATALOGUE = {key: resolved(each, built_in().get) for key, each in built_in().items()}
PLAINLY = Reach(Over.PERIOD, None)


@pytest.mark.parametrize("key", CATALOGUE)
def test_a_metric_reads_what_it_declares_and_nothing_else(key: str) -> None:
    assert columns.differences(CATALOGUE[key]) == []


@pytest.mark.parametrize("key", CATALOGUE)
def test_what_goes_into_a_figure_is_what_sqlglot_traces_it_to(key: str) -> None:
    """Its own lineage takes the conditions of a term for part of the value, and no more."""
    definition = CATALOGUE[key]
    read = columns_read(definition)
    ours = frozenset[str]().union(
        *(read.get(use, frozenset()) for use in (Use.VALUE, Use.KEY, Use.CONDITION))
    )
    theirs: set[str] = set()
    for reach in {term.reach for term in definition.terms}:
        sql = figures_sql(Asked(definition=definition), (), reach)
        for number, term in enumerate(definition.terms):
            if term.reach == reach:
                node = lineage(f"t_{number}", sql, schema=SCHEMA, dialect="duckdb")
                theirs |= _leaves(node)
    assert ours == theirs


def _leaves(node: Node) -> set[str]:
    """Return the columns of ``facts`` at the bottom of a trace."""
    return {
        each.name.rpartition(".")[2].strip('"')
        for each in node.walk()
        if isinstance(each.expression, exp.Table) and each.expression.name == "facts"
    }


def test_the_columns_of_a_rate_are_told_by_what_they_are_read_for() -> None:
    assert columns_read(CATALOGUE["on_time_payment_rate"]) == {
        Use.VALUE: {"amount"},
        Use.CONDITION: {"kind", "due_on", "business_on"},
        Use.FILTER: {"kind", "due_on", "business_on", "reverses_seq"},
        Use.JOIN: {"seq", "reverses_seq", "business_on"},
    }


def test_who_asks_for_a_part_of_the_tree_reads_unit_and_person_as_well() -> None:
    mine = columns_read(CATALOGUE["signed_amount"], is_scoped=True)
    all_of_it = columns_read(CATALOGUE["signed_amount"])
    assert mine[Use.FILTER] - all_of_it[Use.FILTER] == {"person_id"}
    assert mine[Use.JOIN] - all_of_it[Use.JOIN] == {"unit_id"}


def test_first_and_different_values_are_keys() -> None:
    assert columns_read(CATALOGUE["active_customers"])[Use.KEY] == {"account_id"}
    assert columns_read(CATALOGUE["new_customers"])[Use.WINDOW] == {
        "account_id",
        "business_on",
        "seq",
    }


def test_groups_are_seen_through_every_layer() -> None:
    asked = Asked(definition=CATALOGUE["signed_amount"])
    assert columns_of(figures_sql(asked, ("region", "person"), PLAINLY))[Use.GROUP] == {
        "region",
        "person_id",
    }


def test_a_statement_that_reads_more_or_less_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check must be able to fail: here the statement is of another metric."""
    other = CATALOGUE["big_deal_share"]
    monkeypatch.setattr(
        columns,
        "figures_sql",
        lambda asked, by, reach: figures_sql(
            Asked(definition=other, paths=("/0/",), own_id=0), by, reach
        ),
    )
    definition = CATALOGUE["units_sold"]
    assert columns.differences(definition) == [
        Difference("units_sold", "amount", is_read=True, is_declared=False),
        Difference("units_sold", "quantity", is_read=False, is_declared=True),
    ]


def test_a_pretty_statement_is_the_same_statement() -> None:
    sql = figures_sql(Asked(definition=CATALOGUE["win_rate"]), (), PLAINLY)
    nice = columns.pretty(sql)
    assert nice.count("\n") > 20
    parse = sqlglot.parse_one
    assert parse(nice, dialect="duckdb") == parse(sql, dialect="duckdb")


def test_reads_of_a_metric_name_the_term_that_reads() -> None:
    definition: MetricDefinition = CATALOGUE["on_time_payment_rate"]
    told = {(read.place, read.field, read.role) for read in reads_of(definition)}
    assert ("ratio.of[0]", "amount", Role.VALUE) in told
    assert ("ratio.of[0]", "due_on", Role.FILTER) in told
    assert columns_declared(definition, *ADDED) == {"amount"}
