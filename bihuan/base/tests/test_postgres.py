"""The embedded server, really started, shared, killed and refused."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from bihuan.base.postgres import binaries, database_settings, ensure_running, locks, release
from bihuan.base.postgres.account import Account
from bihuan.base.postgres.address import settings_of
from bihuan.base.postgres.errors import (
    DatabaseUrlInvalid,
    PostgresFolderBroken,
    PostgresFolderForeign,
    PostgresMissing,
    PostgresNewer,
    PostgresOlder,
)
from bihuan.base.postgres.launch import CAP_DAC_OVERRIDE
from bihuan.base.postgres.place import LONGEST_SOCKET, Place

ROOT = Path(__file__).resolve().parents[3]
NOBODY = Account(uid=65534, gid=65534)
USES_IT = """
import sys
from pathlib import Path
from bihuan.base.postgres import ensure_running
ensure_running(Path(sys.argv[1]))
print("in use", flush=True)
sys.stdin.read()
"""
SOON = 10

as_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux can be two users"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    yield folder
    release(folder)
    assert is_stopped(folder)


@contextmanager
def user_of(home: Path, *, account: Account | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run a process that uses the server, until the block ends."""
    words = [sys.executable, "-c", USES_IT, str(home)]
    with subprocess.Popen(
        account.command(*words) if account else words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": ""},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_use(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "in use\n"


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen soon enough"
        time.sleep(0.02)


def is_stopped(home: Path) -> bool:
    """Tell whether neither a supervisor nor any process of the server is left."""
    place = Place(home)
    files = (place.supervisor_lock, place.server_lock)
    return not any(file.exists() and locks.is_taken(file) for file in files)


def postmaster(home: Path) -> int:
    return int((Place(home).data / "postmaster.pid").read_text().split()[0])


def query(home: Path, sql: str) -> list[tuple[object, ...]]:
    place = Place(home)
    with psycopg.connect(
        host=str(place.socket_folder), port=5432, user="bihuan", dbname="bihuan", autocommit=True
    ) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def answers(home: Path) -> bool:
    try:
        return query(home, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_the_server_is_durable_checked_and_in_unicode(home: Path) -> None:
    ensure_running(home)
    [row] = query(
        home,
        "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
        " current_setting('data_checksums'), current_setting('server_encoding'),"
        " current_setting('listen_addresses'), current_setting('TimeZone')",
    )
    assert row == ("on", "on", "on", "UTF8", "", "UTC")


def test_the_role_of_the_application_owns_its_database_and_is_no_superuser(home: Path) -> None:
    ensure_running(home)
    assert query(
        home,
        "SELECT rolsuper, rolcreatedb, rolcreaterole, pg_get_userbyid(datdba)"
        " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()",
    ) == [(False, True, False, "bihuan")]


def test_a_second_start_in_the_same_process_changes_nothing(home: Path) -> None:
    ensure_running(home)
    first = postmaster(home)
    ensure_running(home)
    assert postmaster(home) == first


def test_two_processes_that_start_at_once_share_one_server(home: Path) -> None:
    with user_of(home) as one, user_of(home) as other:
        wait_for_use(one)
        wait_for_use(other)
        shared = postmaster(home)
        one.kill()
        one.wait()
        time.sleep(0.3)  # The supervisor would stop the server now, if it lost count.
        assert postmaster(home) == shared
        assert answers(home)
    wait_until(lambda: is_stopped(home))


def test_a_killed_process_takes_its_server_with_it_and_loses_nothing(home: Path) -> None:
    with user_of(home) as process:
        wait_for_use(process)
        query(home, "CREATE TABLE kept (n int)")
        query(home, "INSERT INTO kept VALUES (7)")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        wait_until(lambda: is_stopped(home))
    ensure_running(home)
    assert query(home, "SELECT n FROM kept") == [(7,)]


def test_a_killed_server_comes_back_while_it_is_used(home: Path) -> None:
    ensure_running(home)
    query(home, "CREATE TABLE kept AS SELECT 7 AS n")
    for _ in range(2):
        killed = postmaster(home)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: answers(home))
        assert postmaster(home) != killed
        assert query(home, "SELECT n FROM kept") == [(7,)]


def test_a_killed_supervisor_is_replaced_at_the_next_start(home: Path) -> None:
    with user_of(home) as process:
        wait_for_use(process)
        query(home, "CREATE TABLE kept AS SELECT 7 AS n")
        os.kill(parent_of(postmaster(home)), signal.SIGKILL)
        wait_until(lambda: not locks.is_taken(Place(home).supervisor_lock))
        ensure_running(home)
        assert query(home, "SELECT n FROM kept") == [(7,)]


def test_a_server_killed_with_its_supervisor_and_users_starts_again(home: Path) -> None:
    with user_of(home) as process:
        wait_for_use(process)
        query(home, "CREATE TABLE kept AS SELECT 7 AS n")
        server = postmaster(home)
        for victim in (parent_of(server), server, process.pid):
            os.kill(victim, signal.SIGKILL)
        process.wait()
    ensure_running(home)
    assert query(home, "SELECT n FROM kept") == [(7,)]


def test_left_pid_files_that_name_a_living_process_are_stale(home: Path) -> None:
    """After a restart of a container, the old number often belongs to another process."""
    ensure_running(home)
    place = Place(home)
    files = [place.data / "postmaster.pid", place.socket_folder / ".s.PGSQL.5432.lock"]
    left = [file.read_text().splitlines() for file in files]
    release(home)
    for file, lines in zip(files, left, strict=True):
        file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    ensure_running(home)
    assert answers(home)


def test_files_of_an_interrupted_first_start_are_made_anew(home: Path) -> None:
    half = Place(home).folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    ensure_running(home)
    assert answers(home)


def test_a_deep_home_has_its_socket_in_a_short_private_folder(home: Path) -> None:
    deep = home.joinpath(*["名" * 20] * 3)
    deep.mkdir(parents=True)
    place = Place(deep)
    assert len(os.fsencode(place.socket_folder)) < LONGEST_SOCKET
    try:
        ensure_running(deep)
        assert answers(deep)
        assert place.socket_folder.stat().st_mode & 0o777 == 0o700
    finally:
        release(deep)
        shutil.rmtree(place.socket_folder)


def test_a_socket_folder_that_somebody_else_made_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.base.postgres.place.SHORT_FOLDERS", tmp_path)
    deep = home.joinpath(*["名" * 20] * 3)
    deep.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    Place(deep).socket_folder.symlink_to(elsewhere)
    with pytest.raises(PostgresFolderForeign):
        ensure_running(deep)
    release(deep)


@pytest.mark.parametrize(
    ("made_by", "refusal"),
    [("99", PostgresNewer), ("9", PostgresOlder)],
)
def test_files_of_another_major_version_are_refused_untouched(
    home: Path, made_by: str, refusal: type[Exception]
) -> None:
    place = Place(home)
    place.data.mkdir(mode=0o700, parents=True)
    (place.data / "PG_VERSION").write_text(f"{made_by}\n")
    with pytest.raises(refusal, match=f"made by PostgreSQL {made_by}"):
        ensure_running(home)
    assert [path.name for path in place.data.iterdir()] == ["PG_VERSION"]


def test_a_folder_full_of_other_things_is_refused_untouched(home: Path) -> None:
    place = Place(home)
    place.data.mkdir(mode=0o700, parents=True)
    (place.data / "letter.txt").write_text("dear")
    with pytest.raises(PostgresFolderBroken):
        ensure_running(home)
    assert [path.name for path in place.data.iterdir()] == ["letter.txt"]


@as_root
def test_an_ordinary_user_runs_the_server_and_root_may_join(home: Path) -> None:
    os.chown(home, NOBODY.uid, NOBODY.gid)
    with user_of(home, account=NOBODY) as process:
        wait_for_use(process)
        assert Place(home).data.stat().st_uid == NOBODY.uid
        shared = postmaster(home)
        ensure_running(home)
        assert postmaster(home) == shared


@as_root
def test_root_runs_the_server_as_the_owner_of_the_home_who_may_join(home: Path) -> None:
    os.chown(home, NOBODY.uid, NOBODY.gid)
    ensure_running(home)
    assert status_of(postmaster(home))["Uid"].split() == [str(NOBODY.uid)] * 4
    with user_of(home, account=NOBODY) as process:
        wait_for_use(process)


@as_root
def test_root_runs_the_server_of_its_own_closed_home_as_a_system_account(home: Path) -> None:
    ensure_running(home)
    assert home.stat().st_mode & 0o077 == 0
    assert home.stat().st_uid == 0
    assert Place(home).data.stat().st_uid != 0
    assert answers(home)
    # Of root's rights the server has at most the one to pass through folders.
    assert int(status_of(postmaster(home))["CapPrm"], 16) in (0, 1 << CAP_DAC_OVERRIDE)


def test_a_postgresql_of_the_machine_is_used_where_the_wheel_has_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "in_wheel", list)
    if not binaries.by_major(binaries.on_machine()):
        pytest.skip("this machine has no PostgreSQL of its own")
    ensure_running(home)
    assert answers(home)


def test_no_postgresql_at_all_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "in_wheel", list)
    monkeypatch.setattr(binaries, "on_machine", list)
    with pytest.raises(PostgresMissing, match="PostgreSQL from 15 on"):
        ensure_running(home)


def test_an_address_elsewhere_starts_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db.example/sales")
    ensure_running(home)
    assert list(home.iterdir()) == []
    assert database_settings()["HOST"] == "db.example"


def test_asking_where_the_database_is_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path / "new"))
    assert database_settings()["HOST"] == str(Place(tmp_path / "new").socket_folder)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("mysql://h/name", "it does not begin with postgresql://"),
        ("postgresql://h", "it must name one database after the host"),
        ("postgresql://h/a/b", "it must name one database after the host"),
        ("postgresql://h:port/name", "it is not an address"),
        ("postgresql://h/name?sslmode", "it is not an address"),
        ("postgresql://h/name?charset=utf8", "unknown settings charset"),
    ],
)
def test_an_address_that_is_not_understood_is_refused_without_showing_it(
    url: str, fault: str
) -> None:
    with pytest.raises(DatabaseUrlInvalid) as refused:
        settings_of(url)
    assert refused.value.params == {"fault": fault}


def parent_of(pid: int) -> int:
    """Return the parent of a process, the supervisor of a server."""
    if sys.platform == "linux":  # Small images have no ps. The name may hold blanks, in brackets.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    shown = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, check=True)
    return int(shown.stdout)


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
