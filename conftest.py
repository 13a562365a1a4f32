"""The whole suite runs on real PostgreSQL: ``DATABASE_URL``, or the embedded server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    from bihuan.base.home import home
    from bihuan.base.postgres import ensure_running
    from build_assets import compile_messages

    compile_messages()
    ensure_running(home())
    _let_the_test_database_be_emptied()


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
        flush(self, statements)
        with connection.cursor() as cursor:
            for table, end in triggers:
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{end}")

    DatabaseOperations.execute_sql_flush = flush_all  # type: ignore[method-assign]  # Tests only.


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
