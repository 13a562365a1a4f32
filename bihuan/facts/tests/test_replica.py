from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from bihuan.facts import replica
from bihuan.facts.actions import reverse
from bihuan.facts.models import Fact
from bihuan.facts.replica import builder
from bihuan.facts.replica.columns import COLUMN_TYPES
from bihuan.facts.replica.manifest import folder_of, read_manifest
from bihuan.facts.tests.orders import (
    CENTS,
    DAY,
    REGION,
    base_of,
    counted,
    ended,
    in_child,
    record,
    shows,
)
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Tenant


@pytest.fixture
def tenant(own_database: str) -> Tenant:
    return found_tenant(code="acme", name="Acme")


def test_a_new_fact_is_seen_by_the_next_question(tenant: Tenant) -> None:
    assert counted(tenant) == shows(0)
    for number in range(1, 4):
        record(tenant, 1)
        assert counted(tenant) == shows(number)
    replica.catch_up(tenant, after=1)
    assert base_of(tenant).upto == 3
    for number in range(4, 7):
        record(tenant, 1)
        assert counted(tenant) == shows(number)


def test_every_column_comes_over_as_it_is(tenant: Tenant) -> None:
    record(tenant, 2)
    fact = Fact.objects.get(tenant=tenant, seq=1)
    reverse(fact=fact, reason="test", by=robot_of(tenant))
    replica.catch_up(tenant, after=1)
    rows = replica.answer(tenant, lambda reading: reading.rows("SELECT * FROM facts ORDER BY seq"))
    first, _, last = (dict(zip(COLUMN_TYPES, row, strict=True)) for row in rows)
    assert first == {
        **dict.fromkeys(COLUMN_TYPES),
        **{name: "" for name, type_ in COLUMN_TYPES.items() if type_ == "string"},
        "seq": 1,
        "kind": "order.placed",
        "business_on": DAY,
        "hour": 7,
        "person_id": fact.person_id,
        "region": REGION,
        "amount": CENTS,
        "list_amount": -1,
        "opened_on": DAY,
    }
    assert last == {**first, "seq": 3, "reverses_seq": 1}


def test_what_is_rolled_back_is_forgotten_even_when_its_numbers_are_given_again(
    tenant: Tenant,
) -> None:
    record(tenant, 2)
    with transaction.atomic():
        record(tenant, 3)
        assert counted(tenant) == shows(5)
        transaction.set_rollback(True)
    assert counted(tenant) == shows(2)
    with transaction.atomic():
        record(tenant, 3)
        assert counted(tenant) == shows(5)
        transaction.set_rollback(True)
    record(tenant, 3)
    assert replica.verify(tenant).is_whole
    assert counted(tenant) == shows(5)


@pytest.mark.django_db
def test_nothing_is_published_that_is_not_committed() -> None:
    tenant = found_tenant(code="acme", name="Acme")
    record(tenant, 3)
    assert replica.catch_up(tenant, after=1) is None
    assert counted(tenant) == shows(3)
    assert read_manifest(folder_of(tenant), tenant) is None


def test_a_builder_at_work_keeps_nobody_from_writing_or_reading(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts are recorded while a builder stands in the middle of its work, holding its lock."""
    record(tenant, 5)
    replica.catch_up(tenant, after=1)
    record(tenant, 1)
    is_building, may_go_on = threading.Event(), threading.Event()
    append = builder._append

    def stand_still(path: Path, company: Tenant, *, after: int, upto: int) -> None:
        append(path, company, after=after, upto=upto)
        is_building.set()
        assert may_go_on.wait(20)

    def build() -> None:
        try:
            replica.catch_up(tenant, after=1)
        finally:
            connections.close_all()

    monkeypatch.setattr(builder, "_append", stand_still)
    thread = threading.Thread(target=build)
    thread.start()
    try:
        assert is_building.wait(20)
        for number in range(7, 10):
            record(tenant, 1)
            assert counted(tenant) == shows(number)
        assert base_of(tenant).upto == 5
        # Who comes second does not wait either.
        assert replica.catch_up(tenant, after=1) == base_of(tenant)
    finally:
        may_go_on.set()
        thread.join()
    assert base_of(tenant).upto == 6
    assert counted(tenant) == shows(9)
    assert replica.verify(tenant).is_whole


def test_another_zone_means_another_hour_and_another_base(tenant: Tenant) -> None:
    record(tenant, 1)
    replica.catch_up(tenant, after=1)
    tenant.time_zone = "America/New_York"
    [(hour,)] = replica.answer(tenant, lambda reading: reading.rows("SELECT hour FROM facts"))
    assert hour == 18


def test_a_number_beyond_64_bits_is_refused_by_name(tenant: Tenant) -> None:
    record(tenant, 1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO facts_fact (tenant_id, seq, kind, business_on, recorded_at, amount,"
            " currency, product_line, region, tier, stage, channel, outcome, category, industry,"
            " contract, text_1, text_2, text_3, text_4, extra, source_id, source_ref, part,"
            " revision, digest) SELECT tenant_id, 2, kind, business_on, recorded_at,"
            " 922337203685477.5808, '', '', '', '', '', '', '', '', '', '', '', '', '', '', '{}',"
            " source_id, 'x', '', 1, '' FROM facts_fact"
        )
        cursor.execute("UPDATE facts_ledger SET last_seq = 2")
        with pytest.raises(replica.NumberBeyondReplica):
            counted(tenant)
        transaction.set_rollback(True)


def test_processes_read_while_one_writes_and_one_builds(tenant: Tenant) -> None:
    record(tenant, 10)
    assert counted(tenant) == shows(10)

    def read() -> None:
        before = 0
        for _ in range(40):
            least = Fact.objects.filter(tenant=tenant).count()
            count, amount = counted(tenant)
            assert isinstance(count, int)
            assert (count, amount) == shows(count)
            assert count >= max(least, before), "a committed fact was not seen"
            before = count

    def build() -> None:
        for _ in range(10):
            replica.catch_up(tenant, after=1)

    children = [in_child(read), in_child(read), in_child(build)]
    for _ in range(40):
        record(tenant, 2)
    assert [ended(child) for child in children] == [0, 0, 0]
    assert counted(tenant) == shows(90)


def test_a_base_is_built_at_once_when_there_is_none_and_behind_the_answer_later(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "AFTER", 5)
    record(tenant, 6)
    assert counted(tenant) == shows(6)
    assert base_of(tenant).upto == 6
    record(tenant, 4)
    assert counted(tenant) == shows(10)
    assert base_of(tenant).upto == 6
    record(tenant, 1)
    assert counted(tenant) == shows(11)
    for thread in threading.enumerate():
        if thread.name == "replica-builder":
            thread.join()
    assert base_of(tenant).upto == 11
    assert counted(tenant) == shows(11)


def test_threads_take_turns(tenant: Tenant) -> None:
    record(tenant, 50)
    found: list[tuple[object, ...]] = []

    def ask() -> None:
        try:
            found.extend(counted(tenant) for _ in range(10))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [shows(50)] * 40


def test_what_is_closed_is_opened_again_by_the_next_question(own_database: str) -> None:
    tenant = found_tenant(code="acme", name="Acme")
    record(tenant, 3)
    assert counted(tenant) == shows(3)
    replica.close_all()
    record(tenant, 1)
    assert counted(tenant) == shows(4)
