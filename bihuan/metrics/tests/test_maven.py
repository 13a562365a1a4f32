"""Figures of a public data set against figures that somebody reckoned apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from bihuan.facts.models import Member
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics.queries import MetricRow, Where, evaluate, facts_behind
from bihuan.metrics.tests import maven
from bihuan.org.models import Person, Tenant

YEAR = Period("2017", date(2017, 1, 1), date(2018, 1, 1))
QUARTERS = periods(YEAR.start, YEAR.end, Grain.QUARTER)
FIGURES = {
    "won_amount": "revenue_won",
    "won_count": "won",
    "lost_count": "lost",
    "win_rate": "win_rate",
    "avg_cycle_days_won": "avg_cycle_days_won",
    "avg_cycle_days_lost": "avg_cycle_days_lost",
    "avg_deal": "avg_deal",
}
BY = {"person": "agent", "manager": "manager", "region": "region", "product": "product"}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "maven_crm"


@pytest.fixture(scope="module")
def tenant(
    folder: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Tenant]:
    """Load the pipeline once for all tests of this file, and take it back after them."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield maven.load(folder)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def oracle(folder: Path) -> dict[str, Any]:
    return maven.oracle_of(folder)
