from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from pytest_django import Settings

from bihuan.facts import replica
from bihuan.facts.actions import reverse
from bihuan.facts.models import Fact
from bihuan.facts.replica import parquet
from bihuan.facts.tests.orders import record
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Tenant


@pytest.fixture
def tenant(own_database: str) -> Tenant:
    return found_tenant(code="acme", name="Acme")


def seqs(tenant: Tenant) -> list[int]:
    """Return the numbers of the facts in the files, in the files' order."""
    found = replica.parquet_files(tenant)
    numbers = [seq for path in found.paths for seq in pq.read_table(path)["seq"].to_pylist()]
    assert found.upto == max(numbers, default=0)
    return numbers


def names(tenant: Tenant) -> list[str]:
    return [path.name.rpartition("-")[0] for path in replica.parquet_files(tenant).paths]


def test_the_files_hold_every_fact_once(tenant: Tenant) -> None:
    assert seqs(tenant) == []
    record(tenant, 3)
    assert seqs(tenant) == [1, 2, 3]
    replica.catch_up(tenant, after=1)
    record(tenant, 2)
    assert seqs(tenant) == [1, 2, 3, 4, 5]
    assert names(tenant) == ["facts-0-3", "tail-3-5"]
    replica.catch_up(tenant, after=1)
    assert names(tenant) == ["facts-0-3", "facts-3-5"]
    assert seqs(tenant) == [1, 2, 3, 4, 5]


def test_every_column_is_that_of_the_replica(tenant: Tenant) -> None:
    record(tenant, 2)
    fact = Fact.objects.get(tenant=tenant, seq=1)
    reverse(fact=fact, reason="test", by=robot_of(tenant))
    [path] = replica.parquet_files(tenant).paths
    rows = replica.answer(tenant, lambda reading: reading.rows("SELECT * FROM facts ORDER BY seq"))
    assert [tuple(row.values()) for row in pq.read_table(path).to_pylist()] == rows


def test_a_sealed_file_is_never_written_again(tenant: Tenant) -> None:
    record(tenant, 3)
    replica.catch_up(tenant, after=1)
    sealed = replica.parquet_files(tenant).paths[0]
    before = (sealed.stat().st_ino, sealed.stat().st_mtime_ns)
    for _ in range(3):
        record(tenant, 1)
        replica.catch_up(tenant, after=1)
        assert replica.parquet_files(tenant).paths[0] == sealed
    assert (sealed.stat().st_ino, sealed.stat().st_mtime_ns) == before


def test_what_is_not_committed_is_sealed_nowhere(tenant: Tenant) -> None:
    record(tenant, 2)
    with transaction.atomic():
        record(tenant, 1)
        assert names(tenant) == ["tail-0-3"]
        undone = replica.parquet_files(tenant).paths
        transaction.set_rollback(True)
    assert seqs(tenant) == [1, 2]
    record(tenant, 1)
    # The number was given again, to another fact, which has a file of its own.
    assert names(tenant) == ["tail-0-3"]
    assert replica.parquet_files(tenant).paths != undone
    assert seqs(tenant) == [1, 2, 3]


def test_files_of_another_ledger_are_not_read(
    tenant: Tenant, settings: Settings, tmp_path: Path
) -> None:
    settings.ANALYTICS_FOLDER = str(tmp_path)
    record(tenant, 2)
    replica.catch_up(tenant, after=1)
    [sealed] = replica.parquet_files(tenant).paths
    assert sealed.parent == tmp_path / str(tenant.pk)
    told = (sealed.parent / parquet.NAME).read_text(encoding="utf-8")
    other = told.replace('"last_fact": "', '"last_fact": "9')
    assert other != told
    (sealed.parent / parquet.NAME).write_text(other, encoding="utf-8")
    sealed.write_bytes(b"not ours")
    assert seqs(tenant) == [1, 2]


@pytest.mark.parametrize("spoil", ["{", "[]", '{"parts": [{"file": "gone.parquet"}]}'])
def test_a_spoilt_list_of_files_is_written_anew(tenant: Tenant, spoil: str) -> None:
    record(tenant, 2)
    replica.catch_up(tenant, after=1)
    [sealed] = replica.parquet_files(tenant).paths
    (sealed.parent / parquet.NAME).write_text(spoil, encoding="utf-8")
    assert seqs(tenant) == [1, 2]


def test_many_files_become_one(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MOST_PARTS", 2)
    for _ in range(3):
        record(tenant, 1)
        replica.catch_up(tenant, after=1)
        assert seqs(tenant) == list(range(1, 1 + len(seqs(tenant))))
    assert names(tenant) == ["facts-0-3"]
