"""Years of schedules with four schedulers whose clocks jump: every occurrence once, none missed.

What should have happened is counted over civil days, by no rule of the product.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections
from django.utils.translation import gettext_lazy as words

from bihuan.base.jobs import Missed, every_day, every_month, every_week, job, registry
from bihuan.base.jobs.ticking import Zones, start_due
from bihuan.facts.tests.conftest import empty_database, own_database
from tests.make import make_tenant

__all__ = ["empty_database", "own_database"]

SCHEDULERS = 4
BEGAN = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
ZONE_NAMES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe")
FALLS: dict[str, Callable[[date], bool]] = {
    "trial.daily": lambda day: True,
    "trial.wednesday": lambda day: day.weekday() == 2,
    "trial.first": lambda day: day.day == 1,
}

Tick = tuple[str, int | None, date]


@pytest.fixture
def zones(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Zones:
    """Three companies in as many zones, and three schedules that make up for each time missed."""
    registry.known_jobs()
    monkeypatch.setattr(registry, "_JOBS", {})
    monkeypatch.setattr(registry, "_SCHEDULED", {})
    for name, starting in (
        ("trial.daily", every_day(hour=2, minute=30, missed=Missed.EACH)),
        ("trial.wednesday", every_week(weekday=3, hour=14, missed=Missed.EACH)),
        ("trial.first", every_month(day=1, hour=8, missed=Missed.EACH)),
    ):
        run = _nothing()
        job(name, title=words("Pay"))(run)
        starting(run)
    return {make_tenant(f"t{each}").pk: zone for each, zone in enumerate(ZONE_NAMES)}


def _nothing() -> Callable[..., None]:
    """Return a job of its own, which is only asked for."""

    def run(*, tenant: int, on: str) -> None:
        raise AssertionError("no worker runs here")

    return run


def instants(chance: random.Random, until: datetime) -> Iterator[list[datetime]]:
    """Return what the clocks of all schedulers show, round by round, up to an instant.

    Clocks differ, stand still, jump ahead by up to twenty days and back by up to three.
    """
    now = BEGAN
    while now < until:
        now += timedelta(minutes=chance.randrange(1, 48 * 60))
        if chance.random() < 0.03:
            now += timedelta(days=chance.randrange(1, 20))
        elif chance.random() < 0.05:
            now -= timedelta(hours=chance.randrange(1, 72))
        yield [
            max(BEGAN, now + timedelta(minutes=chance.randrange(-120, 1)))
            for _ in range(SCHEDULERS)
        ]
    yield [until] * SCHEDULERS


def ticked(zones: Zones, now: datetime) -> list[Tick]:
    try:
        return [
            (each.name, each.tenant_id, each.occurrence.on)
            for each in start_due(zones=zones, now=now)
        ]
    finally:
        connections.close_all()


@pytest.mark.parametrize(
    "days",
    [pytest.param(90, id="a quarter"), pytest.param(1826, id="5 years", marks=pytest.mark.slow)],
)
def test_every_tick_comes_exactly_once(
    zones: Zones, days: int, capsys: pytest.CaptureFixture[str]
) -> None:
    until = BEGAN + timedelta(days=days, hours=20)
    seen: Counter[Tick] = Counter()
    rounds = 0
    ticked(zones, BEGAN)  # From here on it counts; what lies before was not missed.
    with ThreadPoolExecutor(SCHEDULERS) as schedulers:
        for clocks in instants(random.Random(days), until):
            rounds += 1
            for found in schedulers.map(lambda now: ticked(zones, now), clocks):
                seen.update(found)
    first = date(2026, 1, 2)
    civil = [first + timedelta(days=each) for each in range(days)]
    expected = {
        (name, tenant, day)
        for name, falls in FALLS.items()
        for tenant in zones
        for day in civil
        if falls(day)
    }
    # On the first and the last day it depends on the hour of each zone.
    inner = {tick: count for tick, count in seen.items() if tick[2] in set(civil[:-1])}
    assert inner.keys() == {tick for tick in expected if tick[2] in set(civil[:-1])}
    assert set(seen.values()) == {1}
    with capsys.disabled():
        print(f"\n{{'rounds': {rounds}, 'ticks': {len(inner)}}}")  # noqa: T201  # The figures.
