"""Days: every usual way to write one, and the order of day and month in a column."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.integrations.domain.day import DateOrder, date_order, read_day, read_instant

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))
WRITTEN = {
    DateOrder.YMD: ("{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}年{m}月{d}日", "{y}{m:02}{d:02}"),
    DateOrder.DMY: ("{d:02}/{m:02}/{y}", "{d}.{m}.{y}", "{d}-{m}-{y}"),
    DateOrder.MDY: ("{m:02}/{d:02}/{y}", "{m}/{d}/{y}"),
}


@given(day=days, order=st.sampled_from(list(WRITTEN)), data=st.data())
def test_a_day_is_read_back_as_it_was_written(
    day: date, order: DateOrder, data: st.DataObject
) -> None:
    shape = data.draw(st.sampled_from(WRITTEN[order]))
    written = shape.format(y=day.year, m=day.month, d=day.day)
    assert read_day(written, order) == day


@given(column=st.lists(days, min_size=1, max_size=30), order=st.sampled_from(["dmy", "mdy"]))
def test_the_order_seen_is_the_order_written_or_ambiguous(column: list[date], order: str) -> None:
    shape = "{d}/{m}/{y}" if order == "dmy" else "{m}/{d}/{y}"
    seen = date_order(shape.format(y=day.year, m=day.month, d=day.day) for day in column)
    assert seen.contradiction is None
    if any(day.day > 12 for day in column):
        assert seen.order == order
    elif all(day.day == day.month for day in column):
        assert not seen.is_ambiguous
    else:
        assert seen.is_ambiguous
        assert seen.order is None


@given(day=days)
def test_a_serial_day_is_read_as_spreadsheets_count(day: date) -> None:
    assert read_day(str((day - date(1899, 12, 30)).days), DateOrder.SERIAL) == day


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-03-01 23:30", datetime(2024, 3, 1, 23, 30)),  # noqa: DTZ001 (local as written)
        ("2024/3/1 09:05:07", datetime(2024, 3, 1, 9, 5, 7)),  # noqa: DTZ001
        ("2024年3月1日 下午2:15", datetime(2024, 3, 1, 14, 15)),  # noqa: DTZ001
        ("2024-03-01T00:00:00Z", datetime.fromisoformat("2024-03-01T00:00:00+00:00")),
        ("2024-03-01T00:00:00.5+08:00", datetime.fromisoformat("2024-03-01T00:00:00.500000+08:00")),
        ("1-Mar-2024", datetime(2024, 3, 1)),  # noqa: DTZ001
        ("March 1, 2024", datetime(2024, 3, 1)),  # noqa: DTZ001
        ("２０２４－０３－０１", datetime(2024, 3, 1)),  # noqa: DTZ001
    ],
)
def test_times_are_read_with_their_zone_if_they_have_one(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    ["", "3/4/24", "2024-13-01", "2024-02-30", "03/04/2024", "25", "明天", "2024-03-01 25:00"],
)
def test_what_is_no_day_or_has_two_readings_is_not_read(text: str) -> None:
    assert read_day(text) is None


def test_two_digits_of_a_year_are_read_only_once_the_order_is_said() -> None:
    assert read_day("3/4/24", DateOrder.DMY) == date(2024, 4, 3)
    assert read_day("3/4/94", DateOrder.DMY) == date(1994, 4, 3)


def test_a_column_turned_round_names_a_row_of_each_kind() -> None:
    assert date_order(["01/02/2024", "13/01/2024", "02/14/2024"]).contradiction == (1, 2)
