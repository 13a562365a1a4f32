"""When something falls again and again, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.base.jobs.schedule import Every, Missed, Schedule
from bihuan.base.jobs.waiting import longest_wait, wait

SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"
ZONES = (
    SHANGHAI,
    NEW_YORK,
    "Europe/Berlin",
    "Australia/Lord_Howe",  # Half an hour of summer.
    "America/Sao_Paulo",  # Clocks were put forward at midnight.
    "Pacific/Apia",  # Left out a whole day in 2011.
)

zones = st.sampled_from(ZONES)
instants = st.datetimes(
    min_value=datetime.fromisoformat("2009-01-01"),
    max_value=datetime.fromisoformat("2029-01-01"),
    timezones=st.just(UTC),
)
schedules = st.builds(
    Schedule,
    every=st.sampled_from(Every),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    weekday=st.integers(1, 7),
    day=st.integers(1, 31),
    missed=st.just(Missed.EACH),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def next_ones(schedule: Schedule, after: str, zone: str, count: int) -> list[str]:
    """Return the next occurrences as the clock on the wall shows them."""
    shown, now = [], at(after)
    for _ in range(count):
        now = schedule.next(after=now, zone=zone).at
        shown.append(f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %z}")
    return shown


def test_a_month_that_is_too_short_has_it_on_its_last_day() -> None:
    last = Schedule(every=Every.MONTH, day=31, hour=8)
    assert next_ones(last, "2027-12-31T12:00+08:00", SHANGHAI, 4) == [
        "2028-01-31 08:00 +0800",
        "2028-02-29 08:00 +0800",
        "2028-03-31 08:00 +0800",
        "2028-04-30 08:00 +0800",
    ]


def test_wednesday_is_wednesday_where_the_company_is() -> None:
    """At two on Wednesday in Shanghai it is still Tuesday in UTC."""
    weekly = Schedule(every=Every.WEEK, weekday=3, hour=2)
    assert next_ones(weekly, "2026-11-24T17:00+00:00", SHANGHAI, 2) == [
        "2026-11-25 02:00 +0800",
        "2026-12-02 02:00 +0800",
    ]


def test_an_hour_that_the_clocks_skip_is_taken_after_the_jump() -> None:
    daily = Schedule(every=Every.DAY, hour=2, minute=30)
    assert next_ones(daily, "2026-03-07T12:00-05:00", NEW_YORK, 2) == [
        "2026-03-08 03:30 -0400",
        "2026-03-09 02:30 -0400",
    ]


def test_an_hour_that_the_clocks_show_twice_is_taken_once() -> None:
    daily = Schedule(every=Every.DAY, hour=1, minute=30)
    assert next_ones(daily, "2026-10-31T12:00-04:00", NEW_YORK, 2) == [
        "2026-11-01 01:30 -0400",
        "2026-11-02 01:30 -0500",
    ]


def test_an_occurrence_is_due_at_its_very_minute_and_not_before() -> None:
    monthly = Schedule(every=Every.MONTH, day=1, hour=8)
    assert monthly.latest(until=at("2026-11-01T08:00+08:00"), zone=SHANGHAI).on == date(2026, 11, 1)
    before = monthly.latest(until=at("2026-11-01T07:59+08:00"), zone=SHANGHAI)
    assert before.on == date(2026, 10, 1)


@given(schedules, zones, instants)
def test_nothing_falls_between_the_latest_and_the_next(
    schedule: Schedule, zone: str, now: datetime
) -> None:
    latest = schedule.latest(until=now, zone=zone)
    following = schedule.next(after=now, zone=zone)
    assert latest.at <= now < following.at
    assert schedule.next(after=latest.at, zone=zone) == following


@given(schedules, zones, instants)
def test_the_wall_shows_the_hour_asked_for_unless_it_never_does(
    schedule: Schedule, zone: str, now: datetime
) -> None:
    falls = schedule.next(after=now, zone=zone)
    shown = falls.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    day = datetime(falls.on.year, falls.on.month, falls.on.day, tzinfo=UTC)
    asked = day.replace(hour=schedule.hour, minute=schedule.minute, tzinfo=None)
    minutes = (day + timedelta(minutes=each) for each in range(-15 * 60, 39 * 60))
    # Every minute of the world around that day, as that wall shows it.
    walls = {minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for minute in minutes}
    assert shown == asked or asked not in walls


@given(schedules, zones, instants, st.lists(st.integers(0, 60 * 24 * 20), min_size=1, max_size=12))
def test_whenever_somebody_looks_each_occurrence_is_found_once(
    schedule: Schedule, zone: str, start: datetime, gaps: list[int]
) -> None:
    """Looking at odd moments finds what looking from one to the next would."""
    since, now, found = start, start, []
    for gap in gaps:
        now += timedelta(minutes=gap)
        due = schedule.due(since=since, now=now, zone=zone, most=1000)
        found += [each.at for each in due]
        since = due[-1].at if due else since
    expected, each = [], schedule.next(after=start, zone=zone).at
    while each <= now:
        expected.append(each)
        each = schedule.next(after=each, zone=zone).at
    assert found == expected


@pytest.mark.parametrize("zone", ZONES)
def test_over_twenty_years_every_day_has_its_occurrence(zone: str) -> None:
    daily = Schedule(every=Every.DAY, hour=2, minute=30, missed=Missed.EACH)
    first, last = at("2009-01-01T12:00+00:00"), at("2029-01-01T12:00+00:00")
    found = daily.due(since=first, now=last, zone=zone, most=10_000)
    days = {first.date() + timedelta(days=each) for each in range(1, 7306)}
    days -= {date(2011, 12, 30)} if zone == "Pacific/Apia" else set()
    on = [each.on for each in found]
    assert len(on) == len(set(on))
    assert days - set(on) == set()


def test_of_what_was_missed_the_newest_is_enough_or_each_comes_up_to_a_number() -> None:
    since, now = at("2026-07-15T00:00+08:00"), at("2026-11-15T00:00+08:00")
    latest = Schedule(every=Every.MONTH, day=1, hour=8)
    each = Schedule(every=Every.MONTH, day=1, hour=8, missed=Missed.EACH)
    months = [
        [falls.on.month for falls in schedule.due(since=since, now=now, zone=SHANGHAI, most=most)]
        for schedule, most in ((latest, 60), (each, 60), (each, 2))
    ]
    assert months == [[11], [8, 9, 10, 11], [10, 11]]


@given(st.integers(0, 10_000))
def test_waits_double_up_to_an_hour_and_are_never_all_the_same(attempts: int) -> None:
    expected = min(3600, 5 * 2 ** min(attempts, 40))
    assert longest_wait(attempts) == expected
    assert (expected + 1) // 2 <= wait(attempts) <= expected
