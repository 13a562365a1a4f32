"""A ledger of orders and what the replica shows of it, for tests of the replica."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connections

from bihuan.facts import replica
from bihuan.facts.actions import open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.facts.replica.manifest import Manifest, folder_of, read_manifest
from bihuan.org.actions import robot_of
from bihuan.org.models import Tenant

DAY = date(2026, 3, 2)
CENTS = 100_001


REGION = '华东,"一"\n区'


def record(tenant: Tenant, count: int, *, region: str = REGION) -> None:
    """Append so many orders, each with a reference of its own."""
    robot = robot_of(tenant)
    first = Fact.objects.filter(tenant=tenant).count()
    drafts = [
        Draft(
            kind="order.placed",
            business_on=DAY + timedelta(days=number % 30),
            occurred_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
            source_ref=str(number),
            person_id=robot.pk,
            amount=Decimal("10.0001"),
            region=region,
            attributes={"opened_on": DAY, "list_amount": Decimal("-0.0001")},
        )
        for number in range(first, first + count)
    ]
    record_many(drafts=drafts, source=open_source(tenant=tenant, code="test"), by=robot)


def counted(tenant: Tenant) -> tuple[object, ...]:
    """Return how many facts the replica shows, and the sum of their amounts."""
    sql = "SELECT count(*), coalesce(sum(amount), 0) FROM facts"
    [row] = replica.answer(tenant, lambda reading: reading.rows(sql))
    return row


def shows(count: int) -> tuple[int, int]:
    return count, count * CENTS


def base_of(tenant: Tenant) -> Manifest:
    base = read_manifest(folder_of(tenant), tenant)
    assert base is not None
    return base


def in_child(work: Callable[[], None]) -> int:
    """Do work in a forked process; return its id. It ends with 0 when all went well."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    outcome = 1
    try:
        work()
        outcome = 0
    finally:
        if outcome:
            traceback.print_exc()
        os._exit(outcome)


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
