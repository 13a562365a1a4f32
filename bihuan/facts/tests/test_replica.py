from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from bihuan.facts import replica
from bihuan.facts.actions import open_source, record_many, reverse
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.facts.replica import builder, reader
from bihuan.facts.replica.manifest import folder_of, read_manifest
from bihuan.org.actions.tenants import found_tenant, robot_of
from bihuan.org.models import Tenant

DAY = date(2026, 3, 2)


@pytest.fixture
def tenant(request: pytest.FixtureRequest) -> Tenant:
    mark = request.node.get_closest_marker("django_db")
    request.getfixturevalue("transactional_db" if mark.kwargs.get("transaction") else "db")
    return found_tenant(code="acme", name="Acme")


def record(tenant: Tenant, count: int, *, amount: str = "10.0001") -> None:
    """Append so many orders, each with a reference of its own."""
    robot = robot_of(tenant)
    first = Fact.objects.filter(tenant=tenant).count()
    drafts = [
        Draft(
            kind="order.placed",
            business_on=DAY + timedelta(days=n % 30),
            source_ref=str(n),
            person_id=robot.pk,
            amount=Decimal(amount),
            region="华东,\"一\"\n区",
        )
        for n in range(first, first + count)
    ]
    record_many(drafts=drafts, source=open_source(tenant=tenant, code="test"), by=robot)


def counted(tenant: Tenant) -> tuple[object, ...]:
    """Return how many facts the replica shows, and the sum of their amounts."""
    [row] = replica.answer(
        tenant, lambda reading: reading.rows("SELECT count(*), sum(amount) FROM facts")
    )
    return row


@pytest.mark.django_db(transaction=True)
def test_a_new_fact_is_seen_by_the_next_question(tenant: Tenant) -> None:
    assert counted(tenant) == (0, None)
    for number in range(1, 4):
        record(tenant, 1)
        assert counted(tenant) == (number, number * 100_001)
