"""Dated rows of one key do not overlap, also when two people write at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ProjectState
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from bihuan.base.dated_rows import LOCKS, forbid_overlap

TABLE = "scratch_seat"
MAKE = f"""
    CREATE TABLE {TABLE} (
        id serial PRIMARY KEY, person int, role text, is_home bool DEFAULT true,
        valid_from date, valid_to date
    )
"""
ADD = f"INSERT INTO {TABLE} (person, role, valid_from, valid_to) VALUES (%s, %s, %s, %s)"

Span = tuple[str, str | None]


def guard(on: BaseDatabaseWrapper, *, condition: str = "true") -> None:
    with on.cursor() as cursor:
        cursor.execute(MAKE)
    step = forbid_overlap(TABLE, ["person", "role"], name="scratch_one_seat", condition=condition)
    step.database_forwards("base", on.schema_editor(), ProjectState(), ProjectState())


def add(span: Span, *, person: int = 1, role: str = "rep") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADD, [person, role, *span])


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2026-01-01", "2026-02-01"), ("2026-01-31", "2026-03-01")),
        (("2026-01-01", None), ("2026-06-01", "2026-07-01")),
        (("2026-01-01", None), ("2025-01-01", None)),
        (("2026-01-01", "2026-02-01"), ("2026-01-01", "2026-02-01")),
        (("2026-01-10", "2026-01-11"), ("2026-01-01", "2026-02-01")),
    ],
)
def test_rows_that_overlap_are_refused(first: Span, second: Span) -> None:
    guard(connection)
    add(first)
    with pytest.raises(IntegrityError, match="scratch_one_seat") as refusal:
        add(second)
    assert getattr(refusal.value.__cause__, "sqlstate", None) == "23P01"


@pytest.mark.django_db
def test_rows_that_touch_or_differ_in_key_stand() -> None:
    guard(connection)
    add(("2026-01-01", "2026-02-01"))
    add(("2026-02-01", None))
    add(("2025-01-01", "2026-01-01"))
    add(("2026-01-01", None), person=2)
    add(("2026-01-01", None), role="manager")


@pytest.mark.django_db
def test_an_update_is_held_to_the_same_rule() -> None:
    guard(connection)
    add(("2026-01-01", "2026-02-01"))
    add(("2026-02-01", None))
    with pytest.raises(IntegrityError, match="scratch_one_seat"):
        run(f"UPDATE {TABLE} SET valid_to = NULL WHERE valid_to = '2026-02-01'")
    run(f"UPDATE {TABLE} SET valid_from = '2026-01-05' WHERE valid_to = '2026-02-01'")


@pytest.mark.django_db
def test_rows_outside_the_condition_are_free() -> None:
    guard(connection, condition="is_home AND role <> 'clerk'")
    add(("2026-01-01", None), role="clerk")
    add(("2026-01-01", None), role="clerk")
    add(("2026-01-01", None))
    run(f"INSERT INTO {TABLE} (person, role, is_home, valid_from) VALUES (1, 'rep', false, now())")
    with pytest.raises(IntegrityError, match="scratch_one_seat"):
        run(f"UPDATE {TABLE} SET is_home = true")


@pytest.mark.django_db
def test_a_put_off_question_is_asked_of_the_rows_as_they_then_stand() -> None:
    guard(connection)
    add(("2026-01-01", None))
    run("SET CONSTRAINTS scratch_one_seat DEFERRED")
    add(("2026-03-01", None))
    run(f"UPDATE {TABLE} SET valid_to = '2026-03-01' WHERE valid_from = '2026-01-01'")
    run("SET CONSTRAINTS scratch_one_seat IMMEDIATE")


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.django_db
@given(spans=st.lists(st.tuples(days, st.none() | days), max_size=8))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_tried_no_two_rows_share_a_day(
    spans: list[tuple[object, object | None]],
) -> None:
    with transaction.atomic():
        guard(connection)
        for start, end in spans:
            if end is None or str(start) < str(end):
                try:
                    add((str(start), None if end is None else str(end)))
                except IntegrityError:
                    continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {TABLE} a JOIN {TABLE} b ON a.id < b.id AND "
                "daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)"
            )
            assert cursor.fetchone() == (0,)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_ten_thousand_keys_of_one_transaction_do_not_use_up_the_locks() -> None:
    guard(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} (person, role, valid_from)"
            " SELECT n, 'rep', '2026-01-01' FROM generate_series(1, 10000) AS n"
        )
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert cursor.fetchone()[0] <= LOCKS


@pytest.fixture
def shared_table(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    """Make the table for real, so that a second connection sees it."""
    with django_db_blocker.unblock():
        own = connection.copy()
        try:
            guard(own)
            yield own
        finally:
            own.rollback() if not own.get_autocommit() else None
            own.set_autocommit(True)
            with own.cursor() as cursor:
                cursor.execute(f"DROP TABLE {TABLE}; DROP FUNCTION scratch_one_seat")
            own.close()


def test_two_who_write_at_once_do_not_both_win(shared_table: BaseDatabaseWrapper) -> None:
    outcome: list[str] = []

    def second_writer() -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute(ADD, [1, "rep", "2026-01-15", None])
            outcome.append("written")
        except IntegrityError:
            outcome.append("refused")
        finally:
            other.close()

    shared_table.set_autocommit(False)
    with shared_table.cursor() as cursor:
        cursor.execute(ADD, [1, "rep", "2026-01-01", None])
        thread = threading.Thread(target=second_writer)
        thread.start()
        wait_until_somebody_waits(shared_table)
        assert outcome == []
    shared_table.commit()
    thread.join(timeout=10)
    assert outcome == ["refused"]


def wait_until_somebody_waits(on: BaseDatabaseWrapper) -> None:
    with on.cursor() as cursor:
        for _ in range(500):
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            )
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.01)
    pytest.fail("the second writer did not wait for the first")
