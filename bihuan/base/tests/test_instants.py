"""Whatever Python takes for an instant is one that PostgreSQL keeps and gives back, or refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bihuan.base.instants import FIRST_YEAR, LAST_YEAR, Instant, in_reach
from tests.examples import examples

MOST = 24 * 60 - 1
OFFSETS = st.integers(-MOST, MOST).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.properties
@pytest.mark.django_db
@given(instant=st.datetimes(timezones=OFFSETS))
@settings(max_examples=examples(200))
def test_what_is_in_reach_comes_back_from_the_database(instant: datetime) -> None:
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        with pytest.raises(ValueError, match="between"):
            in_reach(instant)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [in_reach(instant)])
        (kept,) = cursor.fetchone()
    assert kept == instant


def test_an_instant_without_its_offset_is_none() -> None:
    read = TypeAdapter(Instant).validate_python
    assert read("2026-03-03T16:30:00+08:00") == datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    for wrong in ("2026-03-03T16:30:00", "0024-06-30T02:05:09+21:19", "9999-12-31T23:59:59Z"):
        with pytest.raises(ValidationError):
            read(wrong)
