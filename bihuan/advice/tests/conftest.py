"""What tests of advice share: one company with a year behind it, built once for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from bihuan.advice.queries.keeping import forget_calibrations
from bihuan.advice.tests.company import MORNING, Company, at
from bihuan.base import clock


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """Build the company once for all tests of a file, and take it back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        company = Company()
        connection.check_constraints()  # Once; left open, each test would check every row.
        yield company
        transaction.set_rollback(True)


@pytest.fixture
def company(built: Company, db: None) -> Iterator[Company]:
    """Return the company on the morning of 16 November 2026."""
    forget_calibrations()
    with clock.pretended(at(MORNING)):
        yield built
