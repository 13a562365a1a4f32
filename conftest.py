"""The whole suite runs on real PostgreSQL: ``DATABASE_URL``, or the embedded server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared" / "data"
settings.register_profile("suite", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None, print_blob=True)
# What passed once passes again on any machine; `make properties` looks for new cases.
settings.load_profile("search" if "BIHUAN_EXAMPLES" in os.environ else "suite")
QUEUE = "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers"


def pytest_configure(config: pytest.Config) -> None:
    from bihuan.base.home import home
    from bihuan.base.postgres import ensure_running
    from build_assets import compile_messages

    compile_messages()
    ensure_running(home())
    _do_not_wait_for_the_disk(home())
    _let_the_test_database_be_emptied()


def pytest_collection_finish() -> None:
    from tests.sweeping import leave_what_is_there

    leave_what_is_there()


def _do_not_wait_for_the_disk(home: Path) -> None:
    """Let the server of the tests leave writing to the system: its rows last for one run.

    A killed process loses nothing by it, only a machine that goes down. Homes that tests
    make for themselves have servers of their own, set as everybody's are.
    """
    import psycopg

    from bihuan.base.postgres.cluster import SUPERUSER
    from bihuan.base.postgres.place import PORT, Place

    if os.environ.get("DATABASE_URL"):
        return
    host = str(Place(home).socket_folder)
    with psycopg.connect(
        host=host, port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True
    ) as server:
        for setting in ("fsync", "full_page_writes"):
            server.execute(f"ALTER SYSTEM SET {setting} = off")
        server.execute("SELECT pg_reload_conf()")


def _let_the_test_database_be_emptied() -> None:
    """Let Django empty append-only tables between tests that commit; nobody else may."""
    from django.db import connection
    from django.db.backends.postgresql.operations import DatabaseOperations

    from bihuan.base.append_only import AppendOnlyModel

    flush = DatabaseOperations.execute_sql_flush

    def flush_all(self: DatabaseOperations, statements: list[str]) -> None:
        tables = [model._meta.db_table for model in AppendOnlyModel.__subclasses__()]
        triggers = [(table, end) for table in tables for end in ("is_final", "stays")]
        with connection.cursor() as cursor:
            for table, end in triggers:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_{end}")
        flush(self, [*statements, QUEUE] if statements else [])  # Django manages it not.
        with connection.cursor() as cursor:
            for table, end in triggers:
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{end}")

    DatabaseOperations.execute_sql_flush = flush_all  # type: ignore[method-assign]  # Tests only.


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Begin the test database with the tables that a run before this has made."""
    from django.conf import settings

    from tests.tables import tables

    with django_db_blocker.unblock():
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = tables(tmp_path_factory)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str | None]:
    """Set up the test database and, before any test has used it, a copy that none will.

    PostgreSQL copies no database somebody is connected to, and a browser test may leave a
    session behind; so tests that need a database of their own copy this one.

    Yields:
        The name of the copy; ``None`` where no test of this run needs a database.
    """
    from django.conf import settings
    from django.db import connection, connections
    from psycopg import sql

    made = settings.DATABASES["default"]["NAME"]
    if not made.startswith("test_"):
        yield None
        return
    copy = f"{made}_untouched"
    dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy))
    copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (copy, made)))
    with django_db_blocker.unblock():
        connections.close_all()
        with connection._nodb_cursor() as server:
            server.execute(dropped)
            server.execute(copied)
        yield copy
        with connection._nodb_cursor() as server:
            server.execute(dropped)


@pytest.fixture(autouse=True)
def _a_key_for_each_deed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let test clients send a new key with each deed, as a well-behaved program does.

    And let them write over whatever is there, where a test does not say what was read.
    """
    from django.test import Client

    from bihuan.base.idempotency import HEADER
    from bihuan.base.matching import ANY
    from bihuan.base.matching import HEADER as MATCH

    generic = Client.generic

    def with_key(self: Client, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", None) or {})
        if method not in ("GET", "HEAD") and path.startswith("/api/v1/"):
            headers.setdefault(HEADER, uuid4().hex)
            headers.setdefault(MATCH, ANY)
        return generic(self, method, path, *args, headers=headers, **kwargs)

    monkeypatch.setattr(Client, "generic", with_key)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of public data sets, or skip where the checkout stands alone."""
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside this checkout (../shared/data)")
    return SHARED


@pytest.fixture(autouse=True)
def _own_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Give each test its own folder for files; the database server stays where it is."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("BIHUAN_HOME", str(folder))
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Drive the Chromium that the machine has; Playwright downloads none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next((p for n in names if (p := shutil.which(n))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    return {
        "executable_path": path,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
