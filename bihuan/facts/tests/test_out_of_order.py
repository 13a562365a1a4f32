"""Two transactions commit in the other order than they began: the replica misses nothing.

The guard is the counter row, which a writer locks until its commit. To see that
it is the guard, the same race is run with a writer that has none: it takes its
numbers from a plain sequence, as most systems do, and there a fact is missed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.db.models.functions import Greatest

from bihuan.facts import replica
from bihuan.facts.actions import open_source, record, recording
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, Ledger
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Tenant

LONG = 20
"""So many seconds are waited for what must come."""
SHORT = 1
"""So many seconds a writer that must wait is seen to wait."""


@dataclass
class FreeHead:
    """A head that nobody holds: it goes up to whatever number was written last."""

    tenant: Tenant
    last_seq: int

    def save(self, *, update_fields: list[str]) -> None:
        highest = Greatest("last_seq", self.last_seq)
        Ledger.objects.filter(tenant=self.tenant).update(last_seq=highest)


def take_from_sequence(tenant: Tenant) -> FreeHead:
    """Stand in for the lock of the head: numbers come from a sequence, in the order of asking."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('plain_numbers')")
        [number] = cursor.fetchone()
    return FreeHead(tenant=tenant, last_seq=number - 1)


@contextmanager
def locked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield


@contextmanager
def unlocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE plain_numbers")
    monkeypatch.setattr(recording, "lock_ledger", take_from_sequence)
    yield


class SlowWriter(threading.Thread):
    """Records a fact on a connection of its own, and stops between its number and its row."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self.write = write
        self.has_number = threading.Event()
        self.may_go_on = threading.Event()

    def run(self) -> None:
        try:
            self.write("slow")
        finally:
            connections.close_all()

    def stop_at_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        append = recording.append

        def pause(*args: object) -> None:
            if threading.current_thread() is self:
                self.has_number.set()
                assert self.may_go_on.wait(LONG)
            append(*args)  # type: ignore[arg-type]  # Whatever it was called with.

        monkeypatch.setattr(recording, "append", pause)


def numbers_shown(tenant: Tenant) -> list[object]:
    rows = replica.answer(tenant, lambda reading: reading.rows("SELECT seq FROM facts ORDER BY 1"))
    return [seq for (seq,) in rows]


@pytest.mark.parametrize(
    ("guard", "is_missed"), [(locked, False), (unlocked, True)], ids=["locked", "sequence"]
)
def test_only_the_lock_of_the_head_keeps_the_replica_whole(
    guard: Callable[[pytest.MonkeyPatch], AbstractContextManager[None]],
    own_database: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_missed: bool,
) -> None:
    tenant = found_tenant(code="acme", name="Acme")
    source, robot = open_source(tenant=tenant, code="test"), robot_of(tenant)
    Ledger.objects.create(tenant=tenant)

    def write(ref: str) -> None:
        draft = Draft(
            kind="order.placed",
            business_on=date(2026, 3, 2),
            source_ref=ref,
            person_id=robot.pk,
            amount=Decimal(1),
        )
        record(draft=draft, source=source, by=robot)

    def write_fast() -> None:
        try:
            write("fast")
        finally:
            connections.close_all()

    with guard(monkeypatch):
        slow = SlowWriter(write)
        slow.stop_at_number(monkeypatch)
        slow.start()
        assert slow.has_number.wait(LONG)
        fast = threading.Thread(target=write_fast)
        fast.start()
        fast.join(LONG if is_missed else SHORT)
        assert fast.is_alive() is not is_missed, "who comes second waits for the lock, if any"
        seen_between = numbers_shown(tenant)
        slow.may_go_on.set()
        slow.join(LONG)
        fast.join(LONG)
    committed = list(
        Fact.objects.filter(tenant=tenant).order_by("seq").values_list("seq", flat=True)
    )
    assert committed == [1, 2]
    assert seen_between == ([2] if is_missed else [])
    assert numbers_shown(tenant) == ([2] if is_missed else [1, 2])
    assert replica.verify(tenant).is_whole is not is_missed
