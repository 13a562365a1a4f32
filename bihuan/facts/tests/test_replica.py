from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from django.db import connection, connections, transaction

from bihuan.facts import replica
from bihuan.facts.actions import open_source, record_many, reverse
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.facts.replica import builder, reader
from bihuan.facts.replica.columns import COLUMN_TYPES
from bihuan.facts.replica.manifest import Manifest, folder_of, read_manifest
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Tenant

DAY = date(2026, 3, 2)
CENTS = 100_001


@pytest.fixture
def tenant(own_database: str) -> Tenant:
    return found_tenant(code="acme", name="Acme")


def record(tenant: Tenant, count: int) -> None:
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
            region='华东,"一"\n区',
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
        "region": '华东,"一"\n区',
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


def garble_base(tenant: Tenant) -> None:
    (folder_of(tenant) / base_of(tenant).file).write_bytes(b"not a database at all" * 1000)


def cut_base(tenant: Tenant) -> None:
    path = folder_of(tenant) / base_of(tenant).file
    os.truncate(path, path.stat().st_size // 2)


def flip_blocks(tenant: Tenant) -> None:
    path = folder_of(tenant) / base_of(tenant).file
    content = bytearray(path.read_bytes())
    content[3 * 4096 :: 977] = bytes(each ^ 255 for each in content[3 * 4096 :: 977])
    path.write_bytes(content)


def lose_base(tenant: Tenant) -> None:
    (folder_of(tenant) / base_of(tenant).file).unlink()


def lose_manifest(tenant: Tenant) -> None:
    (folder_of(tenant) / "manifest.json").unlink()


def garble_manifest(tenant: Tenant) -> None:
    (folder_of(tenant) / "manifest.json").write_text('{"file": "base', encoding="utf-8")


def take_another_ledger_s(tenant: Tenant) -> None:
    path = folder_of(tenant) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace(base_of(tenant).last_fact, "7:x"), "utf-8")


DAMAGES = [
    garble_base,
    cut_base,
    flip_blocks,
    lose_base,
    lose_manifest,
    garble_manifest,
    take_another_ledger_s,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_whatever_is_damaged_heals_itself(damage: Callable[[Tenant], None], tenant: Tenant) -> None:
    record(tenant, 5)
    replica.catch_up(tenant, after=1)
    damage(tenant)
    record(tenant, 1)
    assert counted(tenant) == shows(6)
    replica.catch_up(tenant, after=1)
    assert base_of(tenant).upto == 6
    record(tenant, 1)
    assert counted(tenant) == shows(7)
    assert replica.verify(tenant) == replica.ReplicaReport(
        ledger_count=7, replica_count=7, differing=()
    )


def test_the_base_is_damaged_while_it_is_being_read(tenant: Tenant) -> None:
    record(tenant, 3)
    replica.catch_up(tenant, after=1)
    assert counted(tenant) == shows(3)
    garble_base(tenant)
    record(tenant, 1)
    assert counted(tenant) == shows(4)


@pytest.mark.parametrize(
    ("statement", "differing"),
    [
        ("UPDATE facts SET amount = amount + 1 WHERE seq = 2", (2,)),
        ("DELETE FROM facts WHERE seq = 3", (3,)),
        ("INSERT INTO facts SELECT * FROM facts WHERE seq = 1", (1,)),
        ("UPDATE facts SET region = NULL WHERE seq IN (1, 4)", (1, 4)),
    ],
)
def test_a_doctored_replica_is_found_and_built_anew(
    statement: str, differing: tuple[int, ...], tenant: Tenant
) -> None:
    record(tenant, 4)
    replica.catch_up(tenant, after=1)
    with duckdb.connect(str(folder_of(tenant) / base_of(tenant).file)) as con:
        con.execute(statement)
    report = replica.verify(tenant)
    assert not report.is_whole
    assert report.differing == differing
    replica.rebuild(tenant)
    assert replica.verify(tenant).is_whole


def test_one_older_base_is_kept_and_no_more(tenant: Tenant) -> None:
    kept = []
    for _ in range(4):
        record(tenant, 1)
        replica.catch_up(tenant, after=1)
        kept.append(base_of(tenant).file)
    assert {path.name for path in folder_of(tenant).glob("*.duckdb*")} == set(kept[-2:])


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
            " 922337203685477.5808,"
            " '', '', '', '', '', '', '', '', '', '', '', '', '', '', '{}', source_id, 'x', '', 1,"
            " ''"
            " FROM facts_fact"
        )
        cursor.execute("UPDATE facts_ledger SET last_seq = 2")
        with pytest.raises(replica.NumberBeyondReplica):
            counted(tenant)
        transaction.set_rollback(True)


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


@pytest.mark.parametrize(
    "step", ["last_facts", "_append", "sync_folder", "write_manifest", "_drop_old"]
)
def test_a_builder_killed_at_any_step_leaves_a_replica_that_answers(
    step: str, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tenant, 3)
    replica.catch_up(tenant, after=1)
    assert counted(tenant) == shows(3)
    record(tenant, 2)

    def die(*args: object, **kwargs: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def build() -> None:
        monkeypatch.setattr(builder, step, die)
        replica.catch_up(tenant, after=1)

    assert ended(in_child(build)) == -signal.SIGKILL
    assert counted(tenant) == shows(5)
    record(tenant, 1)
    replica.catch_up(tenant, after=1)
    assert base_of(tenant).upto == 6
    assert list(folder_of(tenant).glob("building-*")) == []
    assert replica.verify(tenant).is_whole


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
    monkeypatch.setattr(reader, "AFTER", 5)
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
