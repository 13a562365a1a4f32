"""Landings of a public data set, held against what came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from bihuan.advice.queries import backtest_of
from bihuan.base import clock
from bihuan.metrics.tests import maven
from bihuan.org.models import Tenant


@pytest.fixture(scope="module")
def loaded(
    shared_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Tenant]:
    with django_db_blocker.unblock(), transaction.atomic():
        company = maven.load(shared_data / "maven_crm")
        connection.check_constraints()  # Once; left open, each test would check every row.
        yield company
        transaction.set_rollback(True)


@pytest.fixture
def tenant(loaded: Tenant, db: None) -> Tenant:
    return loaded


def test_bounds_that_say_eight_in_ten_hold_about_eight_in_ten(tenant: Tenant) -> None:
    found = backtest_of(tenant)
    assert Decimal("0.7") <= (found.score.coverage or 0) <= Decimal("0.9")
    # Thirty people, three mornings, seven months: March to May 2017 only teach.
    assert found.score.count == 30 * 3 * 7
    first = found.lines[0]
    assert (first.metric, first.grain.value, first.first) == ("won_amount", "month", "2017-06")


def test_what_came_later_changes_no_earlier_projection(tenant: Tenant) -> None:
    """Looked at from a day in October 2017, only months that were over by then are tried."""
    then = datetime(2017, 10, 20, tzinfo=ZoneInfo(tenant.time_zone))
    with clock.pretended(then):
        found = backtest_of(tenant, metrics=["won_amount"])
    assert found.score.count == 30 * 3 * 4
