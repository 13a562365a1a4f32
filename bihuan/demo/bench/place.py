"""Where the bench keeps its company: a home and a database of its own, nothing of the user's.

The embedded server gets a second home below the first. With ``DATABASE_URL`` the
bench makes a database of its own name on that server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bihuan.base.home import subfolder
from bihuan.base.postgres import ensure_running, release
from bihuan.base.postgres.address import is_embedded
from bihuan.base.postgres.place import DATABASE, PORT, ROLE, Place
from bihuan.demo.bench.world import ACCOUNTS, PEOPLE, read_world

SUFFIX = "_bench"


@contextmanager
def place(
    *, keep: bool, facts: int, seed: int, people: int = PEOPLE, accounts: int = ACCOUNTS
) -> Iterator[Path]:
    """Have the home of the bench, with a server that runs; gone afterwards unless kept.

    A company of another size or seed that was kept goes first.
    """
    folder = subfolder("bench")
    if not is_made(folder, facts=facts, seed=seed, people=people, accounts=accounts):
        _clear(folder)
    ensure_running(folder)
    try:
        yield folder
    finally:
        release(folder)
        shutil.rmtree(folder / "sync", ignore_errors=True)
        if not keep:
            _clear(folder)
            folder.rmdir()


def is_made(
    folder: Path, *, facts: int, seed: int, people: int = PEOPLE, accounts: int = ACCOUNTS
) -> bool:
    """Tell whether the company of this size and seed is there already."""
    try:
        world = read_world(folder)
    except (OSError, ValueError, TypeError):
        return False
    there = (world.facts, world.seed, world.people, world.accounts)
    return there == (facts, seed, people, accounts)


def _clear(folder: Path) -> None:
    """Have an empty home, and on another server an empty database."""
    shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    if not is_embedded():
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_database()))


def make_database() -> None:
    """Make the bench's database on the server that is not ours."""
    if not is_embedded():
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(_database()))


def environment(folder: Path) -> dict[str, str]:
    """Return what a process of the bench needs to find its home and its database."""
    found = {**os.environ, "BIHUAN_HOME": str(folder)}
    return found if is_embedded() else {**found, "DATABASE_URL": _address()}


def following(folder: Path) -> dict[str, str]:
    """Return the same for a process that follows: its replica is a copy that may grow."""
    sync = folder / "sync"
    shutil.rmtree(sync, ignore_errors=True)
    for source in (folder / "replica").rglob("*.*"):
        target = sync / "replica" / source.relative_to(folder / "replica")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.link(source, target)
    return {**environment(folder), "BIHUAN_HOME": str(sync), "DATABASE_URL": _address(folder)}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "bihuan.demo.bench.child", *words]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a process of the bench to its end."""
    return subprocess.run(
        command(words[0], str(folder), *words[1:]),
        env=environment(folder),
        capture_output=True,
        encoding="utf-8",
    )


def _address(folder: Path | None = None) -> str:
    """Return the address of the bench's database."""
    if is_embedded():
        assert folder is not None, "the embedded server is found by its home"
        socket = Place(folder.resolve()).socket_folder
        return f"postgresql://{ROLE}@localhost:{PORT}/{DATABASE}?host={socket}"
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=parts.path + SUFFIX))


def _database() -> sql.Identifier:
    return sql.Identifier(urlsplit(_address()).path.removeprefix("/"))
