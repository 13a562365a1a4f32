from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bihuan.base import clock


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), "Asia/Shanghai", date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), "Asia/Shanghai", date(2026, 3, 2)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), "UTC", date(2026, 3, 1)),
        (datetime(2026, 1, 1, 4, 59, tzinfo=UTC), "America/New_York", date(2025, 12, 31)),
        (datetime(1990, 7, 1, 15, 30, tzinfo=UTC), "Asia/Shanghai", date(1990, 7, 2)),
    ],
    ids=["just-before-midnight", "midnight", "utc", "new-year-abroad", "chinese-summer-time"],
)
def test_an_instant_falls_on_the_day_of_its_zone(
    instant: datetime, zone: str, expected: date
) -> None:
    assert clock.business_day(instant, zone) == expected


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_today_is_the_business_day_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    instant = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    monkeypatch.setattr("bihuan.base.clock.timezone.now", lambda: instant)
    assert clock.today("Asia/Shanghai") == date(2027, 1, 1)
    assert clock.today("UTC") == date(2026, 12, 31)


def test_it_is_another_instant_only_inside() -> None:
    then = datetime(2026, 8, 1, 1, tzinfo=UTC)
    with clock.pretended(then):
        assert (clock.now(), clock.today("Asia/Shanghai")) == (then, date(2026, 8, 1))
        with clock.pretended(datetime(2026, 9, 1, tzinfo=UTC)):
            assert clock.today("Asia/Shanghai") == date(2026, 9, 1)
        assert clock.now() == then
    assert clock.now() > then
