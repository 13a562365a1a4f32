"""What is remembered of the database is what the database says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from bihuan.org.models import Tenant
from tests.make import make_tenant
from tests.matrix.recall import Recall, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def recall() -> Iterator[Recall]:
    make_tenant()
    made = Recall()
    with made.at_work():
        yield made


def names() -> list[str]:
    return list(Tenant.objects.values_list("name", flat=True))


def test_what_was_asked_before_is_not_asked_again(recall: Recall) -> None:
    first = names()
    with connection.cursor() as cursor:  # Behind its back: only for this test.
        connection.connection.execute("UPDATE org_tenant SET name = 'other'")
        assert cursor.connection is connection.connection
    assert names() == first


def test_after_a_write_the_server_is_asked_until_it_is_undone(recall: Recall) -> None:
    first = names()
    with transaction.atomic(), recall.undone():
        Tenant.objects.update(name="other")
        assert names() == ["other"]
        assert recall.touched() == {"org_tenant"}
        assert names() == ["other"]
        transaction.set_rollback(True)
    assert names() == first
    assert recall.touched() == set()


def test_a_write_that_touches_nothing_ends_no_memory(recall: Recall) -> None:
    names()
    Tenant.objects.filter(name="nobody").update(name="other")
    assert recall.is_changed
    assert recall.touched() == set()
    assert not recall.is_changed


def test_a_question_over_several_lines_is_a_question(recall: Recall) -> None:
    with connection.cursor() as cursor:
        for number in (1, 2):
            cursor.execute("\n  WITH one AS (SELECT %(one)s) SELECT * FROM one", {"one": number})
            assert cursor.fetchall() == [(number,)]
    assert not recall.is_changed


def test_who_copies_past_the_cursor_is_taken_for_a_writer(recall: Recall) -> None:
    with connection.cursor() as cursor:
        assert cursor.cursor is not None
    assert recall.is_changed


def test_a_value_of_another_type_asks_something_else() -> None:
    assert plain([1]) != plain([True])
    assert plain([[1, 2]]) != plain([1, 2])
    assert plain({"person": 1}) != plain({"person": 2})
    assert plain([object()]) is None
    assert plain([None]) is not None
