"""An answer that is kept is the one that would be given now."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest
from django.db import transaction

from bihuan.facts import replica
from bihuan.facts.replica.kept import AT_MOST, CELLS_AT_MOST, Answers
from bihuan.facts.tests.orders import CENTS, base_of, record
from bihuan.org.actions import found_tenant
from bihuan.org.models import Tenant

SUM = "SELECT count(*), coalesce(sum(amount), 0) FROM facts"
OF_DAYS = "SELECT sum(each) FROM numbers"


@pytest.fixture
def tenant(own_database: str) -> Tenant:
    return found_tenant(code="acme", name="Acme")


def kept(tenant: Tenant) -> Sequence[tuple[object, ...]]:
    return replica.answer(tenant, lambda reading: reading.kept_rows(SUM, {}))


def sums(facts: int) -> Sequence[tuple[object, ...]]:
    return ((facts, facts * CENTS),)


def test_what_is_recorded_rolled_back_or_built_anew_is_in_the_next_answer(tenant: Tenant) -> None:
    assert kept(tenant) == kept(tenant) == sums(0)
    record(tenant, 2)
    assert kept(tenant) == kept(tenant) == sums(2)
    with transaction.atomic():
        record(tenant, 3)
        assert kept(tenant) == kept(tenant) == sums(5)
        transaction.set_rollback(True)
    assert kept(tenant) == sums(2)
    replica.catch_up(tenant, after=1)
    assert base_of(tenant).upto == 2
    assert kept(tenant) == kept(tenant) == sums(2)
    record(tenant, 1)
    assert kept(tenant) == sums(3)


def test_a_side_table_that_changes_is_in_the_next_answer(tenant: Tenant) -> None:
    def asked(stamp: int) -> Sequence[tuple[object, ...]]:
        def question(reading: replica.Reading) -> Sequence[tuple[object, ...]]:
            reading.keep("numbers", stamp, lambda: pa.table({"each": [stamp]}))
            return reading.kept_rows(OF_DAYS, {})

        return replica.answer(tenant, question)

    assert [asked(stamp) for stamp in (1, 1, 2, 1)] == [((1,),), ((1,),), ((2,),), ((1,),)]


def test_another_table_that_is_given_has_its_own_answer(tenant: Tenant) -> None:
    def asked(number: int) -> Sequence[tuple[object, ...]]:
        given = {"numbers": pa.table({"each": [number]})}
        return replica.answer(tenant, lambda reading: reading.kept_rows(OF_DAYS, given))

    assert [asked(number) for number in range(20)] == [((number,),) for number in range(20)]


def test_an_answer_is_asked_for_once_until_all_are_forgotten() -> None:
    answers, asked = Answers(), []

    def ask() -> list[tuple[object, ...]]:
        asked.append(1)
        return [(len(asked),)]

    table, other = pa.table({"each": [1]}), pa.table({"each": [1]})
    assert [answers.rows("a", {"t": table}, ask) for _ in range(3)] == [((1,),)] * 3
    assert answers.rows("b", {"t": table}, ask) == ((2,),)
    assert answers.rows("a", {"t": other}, ask) == ((3,),)
    answers.forget()
    assert answers.rows("a", {"t": table}, ask) == ((4,),)


@pytest.mark.parametrize(
    ("width", "remain"), [(1, AT_MOST), (CELLS_AT_MOST // 4, 4), (CELLS_AT_MOST + 1, 0)]
)
def test_no_more_is_kept_than_fits_and_what_was_asked_last_stays(width: int, remain: int) -> None:
    answers, asked = Answers(), []

    def rows(number: int) -> None:
        def ask() -> list[tuple[object, ...]]:
            asked.append(number)
            return [(0,) * width]

        answers.rows(str(number), {}, ask)

    for number in range(AT_MOST + 3):
        rows(number)
    asked.clear()
    for number in reversed(range(AT_MOST + 3)):
        rows(number)
    assert asked[0] == AT_MOST + 2 - remain
