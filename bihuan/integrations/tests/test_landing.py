"""Landing: what rows become, what is reported, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bihuan.integrations.domain.fault import Origin
from bihuan.integrations.domain.landing import Known, Landing, land, preview
from bihuan.integrations.domain.mapping import load_mapping
from bihuan.integrations.domain.table import Cell, Table

KNOWN = Known(people={"林晓": ("E1",), "E1": ("E1",)}, currency="CNY", today=date(2024, 6, 30))
HEAD = "source: s\nfiles: {orders: {path: '*.csv'}}\n"
ORDER = (
    HEAD
    + """
facts:
  - {file: orders, kind: order.placed, key: no, business_on: day, person: who, amount: value%s}
"""
)


def table(*rows: tuple[Cell, ...], columns: str = "no day who value", file: str = "o.csv") -> Table:
    return Table(
        file=file,
        columns=tuple(columns.split()),
        header_line=1,
        lines=tuple(range(2, len(rows) + 2)),
        rows=rows,
    )


def landed(mapping: str, *tables: Table, known: Known = KNOWN) -> Landing:
    return land(load_mapping(mapping), tables, known)


def codes(landing: Landing) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.row) for problem in landing.problems]


def test_a_good_row_becomes_a_fact_with_its_place() -> None:
    landing = landed(ORDER % "", table(("A-1", "2024-03-01", "林晓", "1,200.5")))
    (fact,) = landing.facts
    assert landing.is_ok
    assert (fact.person, fact.amount, fact.currency) == ("E1", Decimal("1200.5"), "CNY")
    assert fact.origin == Origin("o.csv", "", 2)
    assert landing.content(fact.origin)["value"] == "1,200.5"


def test_every_problem_of_a_row_is_listed_at_once() -> None:
    landing = landed(ORDER % "", table(("A-1", "2024-02-30", "nobody", "x")))
    assert {problem.column for problem in landing.problems} == {"day", "who", "value"}


def test_problems_are_shown_up_to_a_thousand_and_counted_beyond() -> None:
    rows = [(f"A-{n}", "2024-03-01", "林晓", "x") for n in range(1_500)]
    landing = landed(ORDER % "", table(*rows))
    assert (len(landing.problems), landing.problem_count) == (1_000, 1_500)


@pytest.mark.parametrize(
    ("rule", "facts", "note"),
    [
        ("skip_row", 1, "mapping.skipped"),
        ("hold", 1, "mapping.held"),
        ("leave_empty", 2, "mapping.left_empty"),
    ],
)
def test_an_empty_cell_follows_its_rule_and_is_reported(rule: str, facts: int, note: str) -> None:
    mapping = ORDER % ", quantity: {column: count, on_missing: %s}" % rule
    rows = (("A", "2024-03-01", "林晓", "1", "2"), ("B", "2024-03-01", "林晓", "1", None))
    landing = landed(mapping, table(*rows, columns="no day who value count"))
    assert landing.is_ok
    assert len(landing.facts) == facts
    assert [(each.code, each.rows) for each in landing.notes] == [(note, (3,))]


def test_a_default_is_taken_and_reported() -> None:
    mapping = ORDER % ", quantity: {column: count, default: 1}"
    landing = landed(
        mapping, table(("A", "2024-03-01", "林晓", "5", None), columns="no day who value count")
    )
    assert landing.facts[0].quantity == Decimal(1)
    assert [note.code for note in landing.notes] == ["mapping.defaulted"]


def test_a_value_map_is_applied_and_counted() -> None:
    mapping = (ORDER % "").replace("'*.csv'", "'*.csv', columns: {who: {values: {小林: 林晓}}}")
    landing = landed(
        mapping, table(("A", "2024-03-01", "小林", "1"), ("B", "2024-03-02", "小林", "2"))
    )
    assert [fact.person for fact in landing.facts] == ["E1", "E1"]
    (note,) = landing.notes
    assert (note.code, note.count, note.params["meant"]) == ("mapping.value_mapped", 2, "林晓")


def test_binary_noise_is_rounded_half_up_and_reported() -> None:
    landing = landed(ORDER % "", table(("A", "2024-03-01", "林晓", "125.43999999999998")))
    assert landing.facts[0].amount == Decimal("125.4400")
    assert [(note.code, note.count) for note in landing.notes] == [("mapping.rounded", 1)]


def test_a_key_of_several_columns_needs_each_of_them() -> None:
    mapping = (ORDER % "").replace("key: no", "key: [no, line]")
    rows = (("A", "2024-03-01", "林晓", "1", "1"), ("A", "2024-03-01", "林晓", "1", None))
    landing = landed(mapping, table(*rows, columns="no day who value line"))
    assert landing.facts[0].source_ref == "A-1"
    assert codes(landing) == [("mapping.empty", 3)]


def test_a_repeated_key_names_both_rows() -> None:
    row = ("A", "2024-03-01", "林晓", "1")
    landing = landed(ORDER % "", table(row, row))
    (problem,) = landing.problems
    assert (problem.row, problem.params["first"]) == (3, 2)


def test_a_repeated_key_in_another_file_names_that_file() -> None:
    row = ("A", "2024-03-01", "林晓", "1")
    landing = landed(ORDER % "", table(row, file="jan.csv"), table(row, file="feb.csv"))
    (problem,) = landing.problems
    assert (problem.file, problem.params["first"]) == ("feb.csv", "jan.csv:2")


def test_several_files_of_one_pattern_land_together() -> None:
    landing = landed(
        ORDER % "",
        table(("A", "2024-03-01", "林晓", "1"), file="jan.csv"),
        table(("B", "2024-03-02", "林晓", "2"), file="feb.csv"),
    )
    assert [(fact.origin.file, fact.source_ref) for fact in landing.facts] == [
        ("jan.csv", "A"),
        ("feb.csv", "B"),
    ]


def test_the_date_order_somebody_chose_settles_an_ambiguous_column() -> None:
    rows = (("A", "03/04/2024", "林晓", "1"), ("B", "05/06/2024", "林晓", "1"))
    asked = landed(ORDER % "", table(*rows))
    assert codes(asked) == [("mapping.days_ambiguous", 2)]
    mapping = (ORDER % "").replace("'*.csv'", "'*.csv', columns: {day: {date_order: mdy}}")
    assert [fact.business_on for fact in landed(mapping, table(*rows)).facts] == [
        date(2024, 3, 4),
        date(2024, 5, 6),
    ]


def test_an_instant_falls_on_the_business_day_of_the_companys_zone() -> None:
    mapping = ORDER % ", occurred_at: at"
    row = ("A", "2024-03-01T20:00:00Z", "林晓", "1", "2024-03-01T20:00:00Z")
    (fact,) = landed(mapping, table(row, columns="no day who value at")).facts
    assert fact.business_on == date(2024, 3, 2)
    assert fact.occurred_at is not None
    assert fact.occurred_at.isoformat() == "2024-03-01T20:00:00+00:00"


def test_facts_are_checked_against_conditions() -> None:
    mapping = (ORDER % "").replace(
        "- {file: orders,",
        "- {file: orders, when: {any: [{column: no, in: [A, B]}, {column: value, gt: 100}]},",
    )
    rows = [
        (no, "2024-03-01", "林晓", value) for no, value in (("A", "1"), ("C", "101"), ("D", "100"))
    ]
    assert [fact.source_ref for fact in landed(mapping, table(*rows)).facts] == ["A", "C"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{join: [no, who], with: '/'}", "A/林晓"),
        ("{split: day, at: '-', take: -1}", "01"),
        ("{first_of: [gap, no]}", "A"),
        ("{constant: x}", "x"),
        ("{when: {column: no, is: A}, then: {constant: yes}, otherwise: {constant: no}}", "yes"),
        ("{column: no, values: {A: 甲}}", "甲"),
        ("{days_between: [day, later]}", "30"),
        ("{multiply: [value, value]}", "25"),
        ("{negate: value}", "-5"),
    ],
)
def test_an_expression_comes_to_its_value(expression: str, value: str) -> None:
    mapping = ORDER % f", extra: {{made: {expression}}}"
    row = ("A", "2024-03-01", "林晓", "5", "2024-03-31", None)
    landing = landed(mapping, table(row, columns="no day who value later gap"))
    assert landing.facts[0].extra["made"] == value


def test_a_master_list_decides_what_is_known() -> None:
    mapping = (
        ORDER % ", account: account"
        + """
members: [{dimension: account, file: accounts, code: id, name: name}]
"""
    )
    mapping = mapping.replace("{path: '*.csv'}", "{path: o.csv}, accounts: {path: a.csv}")
    orders = table(
        ("A", "2024-03-01", "林晓", "1", "华康"),
        ("B", "2024-03-01", "林晓", "1", "C2"),
        ("C", "2024-03-01", "林晓", "1", "华康医"),
        columns="no day who value account",
    )
    accounts = table(("C1", "华康"), ("C2", "仁和"), columns="id name", file="a.csv")
    landing = landed(mapping, orders, accounts)
    assert [fact.account for fact in landing.facts] == ["C1", "C2"]
    (problem,) = landing.problems
    assert (problem.code, problem.params["closest"]) == ("mapping.unknown_member", "华康")


def test_without_a_master_list_members_are_created_and_reported() -> None:
    landing = landed(
        ORDER % ", account: account",
        table(("A", "2024-03-01", "林晓", "1", "华康"), columns="no day who value account"),
    )
    assert [(member.dimension, member.code) for member in landing.members] == [("account", "华康")]
    assert [note.code for note in landing.notes] == ["mapping.member_created"]


def test_seats_follow_from_who_reports_to_whom() -> None:
    mapping = (
        HEAD
        + """
people:
  - {file: orders, code: no, name: name, reports_to: boss, from: since, team: {suffix: 组}}
"""
    )
    staff = table(
        ("1", "陈总", None, "2020-01-01"),
        ("2", "林晓", "1", "2021-01-01"),
        ("3", "王磊", "2", "2022-01-01"),
        columns="no name boss since",
    )
    landing = landed(mapping, staff)
    assert [(unit.code, unit.name, unit.parent) for unit in landing.units] == [
        ("team-1", "陈总组", ""),
        ("team-2", "林晓组", "team-1"),
    ]
    assert [(p.seats[0].unit, p.seats[0].role.value) for p in landing.people] == [
        ("team-1", "manager"),
        ("team-2", "manager"),
        ("team-2", "rep"),
    ]


def test_a_seat_begins_no_later_than_the_first_figure_when_stretched() -> None:
    mapping = (
        ORDER % ""
        + """
people:
  - file: staff
    code: who
    stretch: true
    seats: [{role: rep, from: since}]
"""
    )
    mapping = mapping.replace("{path: '*.csv'}", "{path: o.csv}, staff: {path: s.csv}")
    staff = table(("林晓", "2024-04-01"), columns="who since", file="s.csv")
    landing = landed(mapping, table(("A", "2024-03-01", "林晓", "1")), staff, known=Known())
    assert landing.people[0].seats[0].valid_from == date(2024, 3, 1)
    assert [note.code for note in landing.notes] == ["mapping.seat_stretched"]


def test_quotas_run_until_the_next_one_of_the_same_person() -> None:
    mapping = (
        HEAD
        + """
quotas:
  - file: orders
    metric: net_sales
    person: who
    start: day
    end: next
    last_months: 3
    amount: value
"""
    )
    rows = [
        ("1", "2024-04-01", "林晓", "200"),
        ("2", "2024-01-15", "林晓", "100"),
        ("3", "2024-07-01", "林晓", None),
    ]
    landing = landed(mapping, table(*rows))
    assert [(quota.start, quota.end, quota.amount) for quota in landing.quotas] == [
        (date(2024, 1, 15), date(2024, 4, 1), Decimal(100)),
        (date(2024, 4, 1), date(2024, 7, 1), Decimal(200)),
    ]
    assert [note.code for note in landing.notes] == ["mapping.skipped"]


def test_a_preview_shows_the_first_rows_with_their_facts_and_problems() -> None:
    rows = [(f"A-{n}", "2024-03-01", "林晓", "x" if n == 1 else "5") for n in range(40)]
    shown = preview(load_mapping(ORDER % ""), [table(*rows)], KNOWN, limit=3)
    assert [row.origin.line for row in shown.rows] == [2, 3, 4]
    assert [len(row.facts) for row in shown.rows] == [1, 0, 1]
    assert [problem.code for problem in shown.rows[1].problems] == ["mapping.not_a_number"]
