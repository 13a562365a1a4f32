"""Whatever happens to the files of the replica, it is noticed, and built anew by itself."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from django.db import connection

from bihuan.facts import replica
from bihuan.facts.replica import builder, checking
from bihuan.facts.replica.manifest import folder_of, write_manifest
from bihuan.facts.tests.orders import base_of, counted, ended, in_child, record, shows
from bihuan.org.actions import found_tenant
from bihuan.org.models import Tenant


@pytest.fixture
def tenant(own_database: str) -> Tenant:
    return found_tenant(code="acme", name="Acme")


def path_of_base(tenant: Tenant) -> Path:
    return folder_of(tenant) / base_of(tenant).file


def rot(path: Path, start: int, step: int) -> None:
    """Flip bytes of a file as a failing disk does: neither its size nor its time tells."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[start::step] = bytes(each ^ 255 for each in content[start::step])
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def garble_base(tenant: Tenant) -> None:
    path_of_base(tenant).write_bytes(b"not a database at all" * 1000)


def cut_base(tenant: Tenant) -> None:
    path = path_of_base(tenant)
    os.truncate(path, path.stat().st_size // 2)


def empty_base(tenant: Tenant) -> None:
    os.truncate(path_of_base(tenant), 0)


def flip_blocks(tenant: Tenant) -> None:
    rot(path_of_base(tenant), 3 * 4096, 977)


def flip_head(tenant: Tenant) -> None:
    rot(path_of_base(tenant), 0, 64)


def flip_middle(tenant: Tenant) -> None:
    rot(path_of_base(tenant), path_of_base(tenant).stat().st_size // 2, 4096)


def lose_base(tenant: Tenant) -> None:
    path_of_base(tenant).unlink()


def lose_manifest(tenant: Tenant) -> None:
    (folder_of(tenant) / "manifest.json").unlink()


def garble_manifest(tenant: Tenant) -> None:
    (folder_of(tenant) / "manifest.json").write_text('{"file": "base', encoding="utf-8")


def name_no_file(tenant: Tenant) -> None:
    path = folder_of(tenant) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("base-", "gone-"), "utf-8")


def take_another_ledger_s(tenant: Tenant) -> None:
    path = folder_of(tenant) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace(base_of(tenant).last_fact, "7:x"), "utf-8")


def leave_half_a_file(tenant: Tenant) -> None:
    """Leave behind what a builder leaves that is killed in the middle of its work."""
    half = path_of_base(tenant).read_bytes()[:20_000]
    (folder_of(tenant) / "building-0badcafe.duckdb").write_bytes(half)
    (folder_of(tenant) / "building-0badcafe.duckdb.wal").write_bytes(b"half a log")
    (folder_of(tenant) / "manifest.json.tmp").write_text('{"file": "ba', encoding="utf-8")


DAMAGES = [
    garble_base,
    cut_base,
    empty_base,
    flip_blocks,
    flip_head,
    flip_middle,
    lose_base,
    lose_manifest,
    garble_manifest,
    name_no_file,
    take_another_ledger_s,
    leave_half_a_file,
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
    assert [path.name for path in folder_of(tenant).glob("building-*")] == []
    record(tenant, 1)
    assert counted(tenant) == shows(7)
    assert replica.verify(tenant) == replica.ReplicaReport(
        ledger_count=7, replica_count=7, differing=()
    )


def give_up_root_s_rights() -> None:
    """Go on as somebody whom a mode stops: root reads every file, whatever its mode."""
    header = struct.pack("Ii", 0x20080522, 0)
    assert ctypes.CDLL(None).capset(header, bytes(24)) == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="capabilities are Linux'")
@pytest.mark.parametrize("name", ["manifest.json", "base"])
def test_what_may_not_be_read_is_built_anew(name: str, tenant: Tenant) -> None:
    record(tenant, 5)
    replica.catch_up(tenant, after=1)
    path = path_of_base(tenant) if name == "base" else folder_of(tenant) / name
    path.chmod(0)

    def read() -> None:
        connection.ensure_connection()  # The socket of the server may not be opened either.
        give_up_root_s_rights()
        with pytest.raises(PermissionError):
            path.read_bytes()
        assert counted(tenant) == shows(5)
        assert replica.catch_up(tenant, after=1) is not None
        assert counted(tenant) == shows(5)
        assert replica.verify(tenant).is_whole

    assert ended(in_child(read)) == 0
    assert base_of(tenant).upto == 5


def test_a_full_disk_leaves_the_old_base_serving(tenant: Tenant) -> None:
    """No file may grow beyond a size: what is written fails as on a disk that is full."""
    record(tenant, 5)
    replica.catch_up(tenant, after=1)
    old = base_of(tenant)
    record(tenant, 2)

    def build() -> None:
        limit = old.size // 2
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        assert replica.catch_up(tenant, after=1) == old
        assert counted(tenant) == shows(7)

    assert ended(in_child(build)) == 0
    assert base_of(tenant) == old
    assert [path.name for path in folder_of(tenant).glob("building-*")] == []
    assert counted(tenant) == shows(7)
    replica.catch_up(tenant, after=1)
    assert base_of(tenant).upto == 7


def test_nothing_is_begun_where_there_is_no_room(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tenant, 5)
    replica.catch_up(tenant, after=1)
    old = base_of(tenant)
    record(tenant, 2)
    monkeypatch.setattr(builder, "ROOM", 1 << 62)
    monkeypatch.setattr(builder, "_append", pytest.fail)
    assert replica.catch_up(tenant, after=1) == old
    assert counted(tenant) == shows(7)
    # For a while it is not even tried.
    monkeypatch.setattr(builder, "_build", pytest.fail)
    assert replica.catch_up(tenant, after=1) == old


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
    doctor(tenant, statement)
    report = replica.verify(tenant)
    assert not report.is_whole
    assert report.differing == differing
    assert counted(tenant) == shows(4)
    assert replica.verify(tenant).is_whole


def doctor(tenant: Tenant, statement: str) -> None:
    """Publish a base that says something else, so that nothing shows from outside."""
    base = base_of(tenant)
    path = folder_of(tenant) / f"base-{base.upto}-doctored.duckdb"
    shutil.copyfile(folder_of(tenant) / base.file, path)
    with duckdb.connect(str(path)) as con:
        con.execute(statement)
    now = path.stat()
    told = replace(base, file=path.name, size=now.st_size, written_ns=now.st_mtime_ns)
    write_manifest(folder_of(tenant), told)


def test_a_base_that_somebody_wrote_to_is_not_taken(tenant: Tenant) -> None:
    record(tenant, 4)
    replica.catch_up(tenant, after=1)
    with duckdb.connect(str(folder_of(tenant) / base_of(tenant).file)) as con:
        con.execute("UPDATE facts SET amount = amount + 1")
    assert counted(tenant) == shows(4)


def test_texts_that_hold_the_mark_between_columns_are_compared_one_by_one(tenant: Tenant) -> None:
    """Two facts that differ only in where a text ends would be spelled alike."""
    record(tenant, 3, region="a\x1fb")
    replica.catch_up(tenant, after=1)
    assert replica.verify(tenant).is_whole
    doctor(tenant, "UPDATE facts SET region = 'a', tier = 'b' || chr(31) WHERE seq = 2")
    assert replica.verify(tenant).differing == (2,)


def test_only_the_block_that_differs_is_laid_side_by_side(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    looked: list[int] = []
    look = checking._differing_in

    def seen(reading: replica.Reading, company: Tenant, block: int) -> list[int]:
        looked.append(block)
        return look(reading, company, block)

    monkeypatch.setattr(checking, "_differing_in", seen)
    record(tenant, 7)
    replica.catch_up(tenant, after=1)
    assert replica.verify(tenant).is_whole
    assert looked == []
    doctor(tenant, "UPDATE facts SET minutes = 1 WHERE seq = 6")
    assert replica.verify(tenant) == replica.ReplicaReport(
        ledger_count=7, replica_count=7, differing=(6,)
    )
    assert looked == [2]


def test_one_older_base_is_kept_and_no_more(tenant: Tenant) -> None:
    kept = []
    for _ in range(4):
        record(tenant, 1)
        replica.catch_up(tenant, after=1)
        kept.append(base_of(tenant).file)
    assert {path.name for path in folder_of(tenant).glob("*.duckdb*")} == set(kept[-2:])


@pytest.mark.parametrize(
    "step", ["head_of", "_append", "sync_folder", "write_manifest", "_drop_old"]
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
