"""The seal: any change of any column of any fact changes the root."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from bihuan.facts.domain.block import FORMS, NEWEST_FORM, Seal
from bihuan.facts.models import Fact
from bihuan.kernel.chain import GENESIS, leaf, line, root

TEXT = st.text(max_size=12) | st.sampled_from(["", "\\N", "\t", "\n", "\\", "\\t", "a\tb", "N"])
ROWS = st.lists(st.lists(st.none() | TEXT, min_size=3, max_size=3), min_size=1, max_size=9)


def root_of(rows: list[list[str | None]]) -> bytes:
    return root([leaf(line(row)) for row in rows])


@given(one=st.lists(st.none() | TEXT, max_size=4), other=st.lists(st.none() | TEXT, max_size=4))
def test_two_facts_have_the_same_line_only_when_they_say_the_same(
    one: list[str | None], other: list[str | None]
) -> None:
    # A line always has the same number of columns; without that, none and one
    # empty text would both be written as nothing.
    if len(one) == len(other):
        assert (line(one) == line(other)) == (one == other)


@given(row=st.lists(st.none() | TEXT, max_size=4))
def test_a_line_holds_no_line_break(row: list[str | None]) -> None:
    assert b"\n" not in line(row)


@given(rows=ROWS, data=st.data())
def test_any_changed_field_changes_the_root(
    rows: list[list[str | None]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, 2))
    value = data.draw((st.none() | TEXT).filter(lambda v: v != rows[at][column]))
    changed = [list(row) for row in rows]
    changed[at][column] = value
    assert root_of(changed) != root_of(rows)


@given(rows=ROWS, data=st.data())
def test_a_missing_or_added_fact_changes_the_root(
    rows: list[list[str | None]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    assert root_of([*rows, rows[at]]) != root_of(rows)
    if len(rows) > 1:
        assert root_of(rows[:at] + rows[at + 1 :]) != root_of(rows)


@given(rows=ROWS, data=st.data())
def test_two_facts_in_other_order_change_the_root(
    rows: list[list[str | None]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    to = data.draw(st.integers(0, len(rows) - 1))
    swapped = list(rows)
    swapped[at], swapped[to] = swapped[to], swapped[at]
    assert (root_of(swapped) == root_of(rows)) == (rows[at] == rows[to])


def halved(leaves: list[bytes]) -> bytes:
    """The root as the formula says it: halved at the greatest power of two below."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + halved(leaves[:half]) + halved(leaves[half:])).digest()


@given(count=st.integers(1, 70))
def test_the_root_is_the_one_of_the_formula(count: int) -> None:
    leaves = [leaf(str(n).encode()) for n in range(count)]
    assert root(leaves) == halved(leaves)


SEAL = Seal(
    form=1,
    tenant_id=1,
    number=1,
    first_seq=1,
    last_seq=2,
    root="ab",
    previous=GENESIS,
    sealed_at="2026-03-02T01:00:00.000000+00:00",
)


def test_every_field_of_a_block_is_in_its_digest() -> None:
    others = [
        Seal(**{**SEAL_FIELDS, name: f"{value}1" if isinstance(value, str) else value + 1})  # type: ignore[arg-type]  # fields by name
        for name, value in SEAL_FIELDS.items()
    ]
    digests = {other.digest for other in others} | {SEAL.digest}
    assert len(digests) == len(SEAL_FIELDS) + 1


SEAL_FIELDS: dict[str, str | int] = {
    name: getattr(SEAL, name)
    for name in (
        *("form", "tenant_id", "number", "first_seq", "last_seq"),
        *("root", "previous", "sealed_at"),
    )
}


def test_the_newest_form_covers_every_column_of_a_fact() -> None:
    columns = {field.column for field in Fact._meta.concrete_fields}
    assert set(FORMS[NEWEST_FORM]) == columns
    assert len(FORMS[NEWEST_FORM]) == len(columns)


def test_a_form_is_never_changed() -> None:
    """Blocks that are sealed already are reckoned by it."""
    said = ",".join(FORMS[1])
    assert hashlib.sha256(said.encode()).hexdigest()[:16] == "8b950de13bdf3249"
