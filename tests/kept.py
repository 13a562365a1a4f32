"""Databases that are filled once, and copied by whoever needs one.

To live through months of a company takes a minute, to copy its database a second. The copy is
dropped after use; what it was copied from goes with the run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from bihuan.facts.tests.conftest import Server, database, highest_role, parameters

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
"""Tells what this run keeps from what one left behind that was killed."""


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all processes of a run have in common."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def alone(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Keep the other processes of the run waiting; yield the folder of all."""
    shared = shared_folder(factory)
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield shared


class Keeper:
    """Knows the databases that this run keeps, and fills one when it is first asked for."""

    def __init__(self, empty: str, factory: pytest.TempPathFactory) -> None:
        self.empty, self.factory = empty, factory
        self.names: set[str] = set()

    @contextmanager
    def opened(self, name: str, fill: Callable[[], object]) -> Iterator[None]:
        """Work in a copy of a database and of the home that belongs to it."""
        own = self.factory.mktemp(name)
        with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
            with alone(self.factory, name) as shared:
                home = shared / f"{name}-home"
                self._fill_once(name, home, fill)
                shutil.copytree(home, own / "home")
                stack.enter_context(database(f"test_{name}_{os.getpid()}", _kept(name)))
            patch.setenv("BIHUAN_HOME", str(own / "home"))
            yield
        shutil.rmtree(own, ignore_errors=True)

    def _fill_once(self, name: str, home: Path, fill: Callable[[], object]) -> None:
        self.names.add(name)
        if is_there(_kept(name)):
            return
        drop_all(f"test_kept_{name}_")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BIHUAN_HOME", str(home))
            keep(_kept(name), fill, template=self.empty)

    def drop(self) -> None:
        """Drop what is kept; who needs it after all fills it anew."""
        for name in self.names:
            with alone(self.factory, name):
                drop_all(_kept(name))


@pytest.fixture(scope="session")
def keeper(
    empty_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Keeper]:
    found = Keeper(empty_database, tmp_path_factory)
    with django_db_blocker.unblock():
        yield found
        found.drop()


def _kept(name: str) -> str:
    return f"test_kept_{name}_{RUN}"


def keep(name: str, fill: Callable[[], object], *, template: str) -> None:
    """Fill a copy of a database, and keep it under a name: all of it or nothing."""
    making = f"test_in_making_{os.getpid()}"
    with database(making, template):
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        connections.close_all()
        words = (name, making, str(parameters()["user"]))
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        with _server() as server:
            server.execute(copied.format(*map(sql.Identifier, words)))


def is_there(name: str) -> bool:
    asked = "SELECT 1 FROM pg_database WHERE datname = %s"
    with _server() as server:
        return server.execute(asked, [name]).fetchone() is not None


def drop_all(prefix: str) -> None:
    """Drop the databases whose names begin like this; one that somebody is in stays."""
    there = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    with _server() as server:
        for (name,) in server.execute(there, [prefix]).fetchall():
            with suppress(psycopg.errors.ObjectInUse):
                server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@contextmanager
def _server() -> Iterator[Server]:
    reach = parameters(dbname="postgres", user=highest_role())
    with psycopg.connect(**reach, autocommit=True) as server:
        yield server
