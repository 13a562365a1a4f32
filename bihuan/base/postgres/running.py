"""Starts the embedded server, shares it, and lets go of it."""

from __future__ import annotations

import atexit
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from psycopg import sql

from bihuan.base.postgres import locks
from bihuan.base.postgres.account import Account, server_account
from bihuan.base.postgres.address import is_embedded
from bihuan.base.postgres.binaries import programs_for
from bihuan.base.postgres.cluster import (
    SECOND_ROLE,
    SUPERUSER,
    environment,
    make_cluster,
    server_command,
)
from bihuan.base.postgres.errors import (
    PostgresFolderForeign,
    PostgresNotHere,
    PostgresNotStarted,
)
from bihuan.base.postgres.place import DATABASE, PORT, ROLE, WALLED_ROLE, Place

SUPERVISOR = Path(__file__).with_name("supervisor.py")
LONGEST_START = 60.0
LONGEST_STOP = 20.0
PAUSE = 0.03
LARGEST_LOG = 5_000_000

_leases: dict[Path, tuple[int, int]] = {}
"""The lease of each home: its descriptor, and the process that took it."""
_supervisors: dict[Path, subprocess.Popen[bytes]] = {}
"""The supervisors that this process started, to be waited for as any child."""


def ensure_running(home: Path) -> None:
    """Start the embedded server unless it runs, and use it as long as this process lives.

    Does nothing when ``DATABASE_URL`` points elsewhere. Forked processes share the
    lease of their parent.
    """
    if not is_embedded():
        return
    if sys.platform == "win32":
        raise PostgresNotHere
    place = Place(home.resolve())
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    account = server_account(place)
    with locks.alone(place.start_lock):
        _take_lease(place)
        was_there = locks.is_taken(place.supervisor_lock)
        if not was_there:
            _start(place, account)
        is_up = _comes_up(place, account)
        if was_there and not is_up:  # It was found dying.
            _start(place, account)
            is_up = _comes_up(place, account)
        if is_up:
            _make_second_role(place)
    if not is_up:
        said = place.log.read_text(encoding="utf-8", errors="replace").strip()
        raise PostgresNotStarted(log=place.log, said=said[-2000:])


def release(home: Path) -> None:
    """Stop using the server; if nobody else does, wait until it has stopped.

    The lease that a forked process inherited belongs to its parent and stays.
    """
    place = Place(home.resolve())
    descriptor, taken_by = _leases.get(place.home, (-1, -1))
    if taken_by != os.getpid():
        return
    del _leases[place.home]
    with locks.alone(place.start_lock):
        was_last = locks.take(descriptor)
        os.close(descriptor)
        deadline = time.monotonic() + LONGEST_STOP
        while was_last and locks.is_taken(place.supervisor_lock) and time.monotonic() < deadline:
            time.sleep(PAUSE)
    if place.home in _supervisors and _supervisors[place.home].poll() is not None:
        del _supervisors[place.home]


def _take_lease(place: Place) -> None:
    if place.home in _leases:
        return
    descriptor = locks.opened(place.lease)
    # Waits while a supervisor is stopping its server.
    locks.wait_shared(descriptor)
    _leases[place.home] = (descriptor, os.getpid())
    atexit.register(release, place.home)


def _start(place: Place, account: Account) -> None:
    programs = programs_for(place.data)
    _shorten(place.log)
    make_cluster(place, programs, account)
    _make_socket_folder(place.socket_folder, account)
    _hand_over(place)
    supervisor_lock = locks.opened(place.supervisor_lock)
    try:
        locks.take(supervisor_lock)
        with place.log.open("ab") as log:
            _supervisors[place.home] = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    str(SUPERVISOR),
                    str(place.folder),
                    str(place.socket_folder),
                    *server_command(place, programs, account),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment(),
                pass_fds=[supervisor_lock],
                start_new_session=True,  # So that Ctrl-C in the terminal does not reach it.
            )
    finally:
        os.close(supervisor_lock)


def _shorten(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


def _make_socket_folder(folder: Path, account: Account) -> None:
    if not folder.is_symlink() and not folder.exists():
        folder.mkdir(mode=0o700)
        account.own(folder)


def _check_private(folder: Path, account: Account) -> None:
    """Refuse a folder that somebody else put there: what listens in it is not ours."""
    found = folder.lstat()
    is_private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    if not is_private or found.st_uid != account.uid:
        raise PostgresFolderForeign(folder=folder)


def _hand_over(place: Place) -> None:
    """Give what root made to the owner of the home, who may start the server next."""
    if os.geteuid() != 0:
        return
    owner = place.home.stat()
    for path in (place.log, place.server_lock):
        path.touch(mode=0o600)
    for path in (place.folder, place.log, *place.folder.glob("*.lock")):
        os.chown(path, owner.st_uid, owner.st_gid)


def _comes_up(place: Place, account: Account) -> bool:
    """Wait until the server answers, unless its supervisor gives it up or is gone."""
    _check_private(place.socket_folder, account)
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        does_answer = _answers(place)
        if not locks.is_taken(place.supervisor_lock):
            return False
        if does_answer:
            return True
        time.sleep(PAUSE)
    return False


def _make_second_role(place: Place) -> None:
    """Give a database that an earlier version made the role behind the wall."""
    with _connected(place, ROLE) as session:
        asked = session.execute("SELECT to_regrole(%s) IS NULL", [WALLED_ROLE])
        is_missing = asked.fetchone() == (True,)
    if is_missing:
        with _connected(place, SUPERUSER) as session:
            for statement in SECOND_ROLE:
                session.execute(sql.SQL(statement))


def _answers(place: Place) -> bool:
    try:
        _connected(place, ROLE).close()
    except psycopg.OperationalError:
        return False
    return True


def _connected(place: Place, role: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(place.socket_folder),
        port=PORT,
        user=role,
        dbname=DATABASE,
        connect_timeout=5,
        autocommit=True,
    )
