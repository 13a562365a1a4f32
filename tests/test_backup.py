"""A backup, made while others write and are killed, and brought back elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from bihuan.base.backup import Kind, Made, Secret, Shelf, make_backup
from bihuan.base.backup.archive import is_sealed, members_of
from bihuan.base.backup.checking import check
from bihuan.base.backup.digest import TableDigest
from bihuan.base.backup.envelope import CHUNK, MAGIC, TAG, Opening, Sealing
from bihuan.base.backup.errors import (
    BackupKeyUnusable,
    BackupKeyWrong,
    BackupLocked,
    BackupMissing,
    BackupNoRoom,
    BackupUnreadable,
    PassphraseShort,
)
from bihuan.base.backup.tables import COLUMNS, PASSING, known_names
from bihuan.base.home import home, subfolder
from bihuan.base.postgres.address import settings_of
from bihuan.facts.actions import seal
from bihuan.facts.tests.conftest import address, empty_database, own_database, parameters
from bihuan.facts.tests.orders import record
from tests.examples import examples
from tests.make import make_person

__all__ = ["empty_database", "own_database"]
KEY = Secret(material=b"k" * 40)
ROWS = "SELECT md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM {} AS r"


@contextmanager
def other_database() -> Iterator[str]:
    """Yield the address of an empty database, dropped afterwards."""
    name = f"test_restored_{os.getpid()}"
    dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    made = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    with psycopg.connect(**parameters(dbname="postgres"), autocommit=True) as server:
        server.execute(dropped)
        server.execute(made)
        try:
            yield address().replace(str(parameters()["dbname"]) + "?", f"{name}?")
        finally:
            server.execute(dropped)


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    where = settings_of(url)
    with psycopg.connect(
        host=where["HOST"], port=where["PORT"], user=where["USER"], dbname=where["NAME"]
    ) as server:
        yield server


def digests(url: str) -> dict[str, str]:
    """Return a digest of every table, by PostgreSQL's own means and not by ours."""
    with connected(url) as server:
        found = {}
        for name, _columns in server.execute(COLUMNS).fetchall():
            if name not in PASSING:
                asked = sql.SQL(ROWS).format(sql.Identifier(name))
                [(found[name],)] = server.execute(asked).fetchall()
    return found


def bihuan(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "BIHUAN_LANGUAGE": "en", "DATABASE_URL": address(), **variables}
    command = [sys.executable, "-m", "bihuan", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=known)


def made_of(tmp_path: Path, *, secret: Secret | None = None, with_keys: bool = False) -> Path:
    shelf = Shelf(tmp_path / "shelf")
    made = make_backup(shelf=shelf, kind=Kind.MANUAL, secret=secret, with_keys=with_keys)
    return shelf.folder / made.name


def test_what_is_brought_back_is_what_was_there(own_database: str, tmp_path: Path) -> None:
    """With files, with a key, into a database that is empty, by the command."""
    tenant = make_person("lin").tenant
    record(tenant, 300)
    seal(tenant=tenant)
    (subfolder("uploads") / "7").write_bytes(b"\0" * 3_000_000)
    (home() / "secret_key").write_text("hush")
    key, into = tmp_path / "key", tmp_path / "new home"
    key.write_bytes(KEY.material)
    path = made_of(tmp_path, secret=KEY)
    assert is_sealed(path)
    assert b"lin" not in path.read_bytes()
    connection.close()
    with other_database() as url:
        words = ("restore", path, "--into", url, "--key-file", key, "--json")
        done = bihuan(*words, BIHUAN_HOME=str(into))
        assert done.returncode == 0, done.stderr
        assert "300 facts in 1 blocks, 0 unsealed: whole." in done.stderr
        said = json.loads(done.stdout)
        assert (said["files"], said["kept_schema"]) == (2, "")
        there, here = digests(url), digests(address())
        assert there == here
        assert len(there) == said["tables"] > 50
        assert (into / "uploads/7").read_bytes() == b"\0" * 3_000_000
        assert not (into / "secret_key").exists() or (into / "secret_key").read_text() != "hush"
        with connected(url) as server, pytest.raises(psycopg.errors.RestrictViolation):
            server.execute("DELETE FROM facts_fact")  # What guards it is back.
        assert guards(url) == guards(address())
        again = bihuan(*words, BIHUAN_HOME=str(into))
        assert (again.returncode, "There is a company" in again.stderr) == (1, True)
        replaced = bihuan(*words, "--replace", BIHUAN_HOME=str(into))
        assert replaced.returncode == 0, replaced.stderr
        assert json.loads(replaced.stdout)["kept_schema"].startswith("before_")
        assert digests(url) == here


def guards(url: str) -> list[tuple[Any, ...]]:
    """Return every constraint, index and trigger of a database, as the server spells it."""
    asked = """
        SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid WHERE k.connamespace = 'public'::regnamespace
            AND k.contype <> 'n'
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT c.relname, t.tgname, t.tgenabled::text || pg_get_triggerdef(t.oid)
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
        ORDER BY 1, 2, 3
    """
    with connected(url) as server:
        found = server.execute(asked).fetchall()
    # Read again, the server spells one condition of an index with its casts in another place.
    return [
        (table, name, re.sub(r"::(character varying|text)(\[\])?|[()]", "", definition))
        for table, name, definition in found
        if table not in PASSING
    ]


def test_under_load_a_backup_is_one_moment(own_database: str, tmp_path: Path) -> None:
    """Writers and sealers are killed all the time; what they acknowledged before is in it."""
    tenant = make_person("lin").tenant
    folder = tmp_path / "said"
    folder.mkdir()
    words = ["kill", tenant.code, str(folder), "40", "20261126"]
    command = [sys.executable, "-m", "bihuan.facts.tests.writers", *words]
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": address()}) as writers:
        while len(acknowledged(folder)) < 50:
            assert writers.poll() is None, "the writers ended too soon"
        before = acknowledged(folder)
        path = made_of(tmp_path)
        assert writers.poll() is None, "nobody wrote meanwhile"
        assert writers.wait(timeout=120) == 0
    connection.close()
    with other_database() as url:
        done = bihuan("restore", path, "--into", url, BIHUAN_HOME=str(tmp_path / "new"))
        assert done.returncode == 0, done.stderr
        with connected(url) as server:
            facts = server.execute("SELECT seq, source_ref FROM facts_fact ORDER BY seq").fetchall()
            [(head,)] = server.execute("SELECT last_seq FROM facts_ledger").fetchall()
    assert [seq for seq, _ in facts] == list(range(1, head + 1))
    assert before <= {ref for _, ref in facts}
    assert len(facts) < len(acknowledged(folder))


def acknowledged(folder: Path) -> set[str]:
    return {ref for path in folder.glob("*.ack") for ref in path.read_text().splitlines()}


@pytest.mark.slow
def test_an_older_backup_comes_up_to_date(own_database: str, tmp_path: Path) -> None:
    make_person("lin")
    call_command("migrate", "metrics", "zero", verbosity=0)
    call_command("migrate", "org", "0002", verbosity=0)
    path = made_of(tmp_path)
    connection.close()
    with other_database() as url:
        done = bihuan("restore", path, "--into", url, BIHUAN_HOME=str(tmp_path / "new"))
        assert done.returncode == 0, done.stderr
        with connected(url) as server:
            people = server.execute("SELECT code FROM org_person WHERE NOT is_robot").fetchall()
            latest = server.execute("SELECT max(name) FROM django_migrations WHERE app = 'org'")
            known = MigrationLoader(connection).graph.leaf_nodes("org")
            assert (people, latest.fetchall()) == ([("lin",)], [(known[0][1],)])


def test_a_change_of_one_byte_changes_nothing_there(own_database: str, tmp_path: Path) -> None:
    """A row that is not what its digest says: the database stays as empty as it was."""
    make_person("lin")
    path = made_of(tmp_path)
    forged = tmp_path / "forged.tar.gz"
    forge(path, forged, lambda data: data.replace(b"\tlin\t", b"\tlix\t"))
    with pytest.raises(BackupUnreadable, match="a part differs"):
        check(forged, secret=None)
    connection.close()
    with other_database() as url:
        done = bihuan("restore", forged, "--into", url, BIHUAN_HOME=str(tmp_path / "new"))
        assert done.returncode == 1
        assert "not what the backup says it holds: org_person" in done.stderr
        with connected(url) as server:
            schemas = server.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'")
            assert {name for (name,) in schemas} == {"information_schema", "public"}
            assert server.execute(COLUMNS).fetchall() == []


def forge(path: Path, forged: Path, change: Callable[[bytes], bytes]) -> None:
    """Write a backup anew with its pieces changed."""
    from bihuan.base.backup.archive import written

    with (
        forged.open("wb") as file,
        written(file, secret=None, mtime=0) as writing,
        members_of(path, secret=None) as members,
    ):
        for member in members:
            writing.add("/".join(member.parts), change(member.stream.read()))


def test_a_newer_backup_is_refused(own_database: str, tmp_path: Path) -> None:
    path = made_of(tmp_path)
    newer = tmp_path / "newer.tar.gz"
    forge(path, newer, lambda data: data.replace(b'"0003_fewer_locks"', b'"0099_wings"'))
    connection.close()
    with other_database() as url:
        done = bihuan("restore", newer, "--into", url, BIHUAN_HOME=str(tmp_path / "new"))
    assert done.returncode == 1
    assert "knows tables that this one does not (org.0099_wings)" in done.stderr


@pytest.mark.parametrize("kept", [20, 5000, -1, -9])
def test_a_file_that_was_cut_short_is_no_backup(
    own_database: str, tmp_path: Path, kept: int
) -> None:
    for secret in (None, KEY):
        path = made_of(tmp_path, secret=secret)
        path.write_bytes(path.read_bytes()[:kept])
        with pytest.raises((BackupUnreadable, BackupKeyWrong)):
            check(path, secret=secret)


def test_keys_are_only_written_when_asked_for(own_database: str, tmp_path: Path) -> None:
    (home() / "secret_key").write_text("hush")
    without, with_them = made_of(tmp_path), made_of(tmp_path, with_keys=True)
    for path, expected in ((without, []), (with_them, ["files/secret_key"])):
        with members_of(path, secret=None) as members:
            names = ["/".join(member.parts) for member in members]
        assert [name for name in names if "secret" in name] == expected
    assert without.stat().st_mode & 0o777 == 0o600


def test_no_table_of_ours_is_forgotten(own_database: str) -> None:
    connection.ensure_connection()
    there = {name for name, _ in connection.connection.execute(COLUMNS).fetchall()}
    assert there - PASSING == known_names()


def test_a_full_disk_is_said_and_leaves_nothing(own_database: str, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    shelf = Shelf(tmp_path / "shelf")
    shelf.folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        opened = os.open
        patch.setattr(
            "bihuan.base.backup.making.os.open",
            lambda path, *rest: (
                opened("/dev/full", os.O_WRONLY)
                if str(path).endswith(".part")
                else opened(path, *rest)
            ),
        )
        with pytest.raises(BackupNoRoom, match="There is no room left in"):
            make_backup(shelf=shelf, kind=Kind.MANUAL)
    assert (list(shelf.folder.iterdir()), shelf.all()) == ([], [])


def test_the_shelf_knows_what_stands_on_it(own_database: str, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    made = [make_backup(shelf=shelf, kind=Kind.UPGRADE) for _ in range(5)]
    by_hand = make_backup(shelf=shelf, kind=Kind.MANUAL)
    (shelf.folder / "bihuan-x.json").write_text("{}")
    assert {each.name for each in shelf.all()} == {each.name for each in (*made, by_hand)}
    path = shelf.folder / by_hand.name
    assert by_hand.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert by_hand.size == path.stat().st_size
    assert bihuan("backups", "check", path).returncode == 0
    [checked] = [each for each in shelf.all() if each.kind is Kind.MANUAL]
    assert checked.checked_at is not None
    gone = shelf.clear_out()
    assert len(gone) == 2
    assert len(shelf.all()) == 4
    listed = json.loads(bihuan("backups", "list", "--in", shelf.folder, "--json").stdout)
    assert [each["name"] for each in listed] == [each.name for each in shelf.all()]


def test_what_opens_nothing_is_said(own_database: str, tmp_path: Path) -> None:
    path = made_of(tmp_path, secret=Secret.of_passphrase("correct horse"))
    check(path, secret=Secret.of_passphrase("correct horse"))
    with pytest.raises(BackupKeyWrong):
        check(path, secret=Secret.of_passphrase("wrong horses"))
    with pytest.raises(BackupLocked):
        check(path, secret=None)
    with pytest.raises(BackupMissing):
        check(tmp_path / "nothing", secret=None)
    with pytest.raises(PassphraseShort):
        Secret.of_passphrase("short")
    (tmp_path / "key").write_text("short")
    with pytest.raises(BackupKeyUnusable):
        Secret.of_file(tmp_path / "key")
    assert "correct horse" not in repr(Secret.of_passphrase("correct horse"))


def sealed(data: bytes) -> bytes:
    below = BytesIO()
    sealing = Sealing(below, KEY)
    sealing.write(data)
    sealing.finish()
    return below.getvalue()


def opened(data: bytes) -> bytes:
    below = BytesIO(data)
    assert below.read(len(MAGIC)) == MAGIC
    return Opening(below, KEY, "it").read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 9])
def test_an_envelope_gives_back_what_was_put_in(size: int) -> None:
    data = os.urandom(size)
    assert opened(sealed(data)) == data


def test_chunks_cannot_be_changed_moved_left_out_or_added() -> None:
    data = os.urandom(3 * CHUNK)
    whole = sealed(data)
    head = len(whole) - 3 * (CHUNK + TAG)
    parts = [whole[head + n * (CHUNK + TAG) :][: CHUNK + TAG] for n in range(3)]
    before = whole[:head]
    other = sealed(data)
    wrong = [
        before + parts[1] + parts[0] + parts[2],
        before + parts[0] + parts[2],
        before + parts[0] + parts[1],
        before + b"".join(parts) + parts[2],
        other[:head] + b"".join(parts),
        whole[:-1],
        before.replace(b'"chunk"', b'"chunK"') + b"".join(parts),
    ]
    for data in wrong:
        with pytest.raises((BackupKeyWrong, BackupUnreadable)):
            opened(data)


@settings(max_examples=examples(60))
@given(
    rows=st.lists(st.binary(max_size=6).map(lambda row: row.replace(b"\n", b"")), max_size=12),
    order=st.randoms(use_true_random=False),
    cut=st.integers(0, 12),
)
def test_a_digest_does_not_care_for_order_or_parts(rows: list[bytes], order: Any, cut: int) -> None:
    mixed = order.sample(rows, len(rows))
    one, other, fewer = TableDigest(), TableDigest(), TableDigest()
    one.add_lines(b"".join(row + b"\n" for row in rows))
    for part in (mixed[:cut], mixed[cut:]):
        other.add_lines(b"".join(row + b"\n" for row in part))
    assert one == other
    fewer.add_lines(b"".join(row + b"\n" for row in rows[1:]))
    assert (fewer == one) is (rows == [])
    assert one.rows == len(rows)


def test_a_made_backup_is_said_as_json() -> None:
    from datetime import UTC, datetime

    made = Made(
        name="b",
        kind=Kind.NIGHTLY,
        made_at=datetime(2026, 11, 26, tzinfo=UTC),
        version="1",
        is_sealed=False,
        has_keys=False,
        size=1,
        sha256="",
        rows=0,
    )
    said = made.as_data()
    assert (said["kind"], said["made_at"]) == ("nightly", "2026-11-26T00:00:00+00:00")
    assert json.dumps(said)
