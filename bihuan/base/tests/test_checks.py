from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.core.checks import CheckMessage
from django.db import connection, transaction
from django.utils import translation
from pytest_django import Settings

from bihuan.base import checks
from bihuan.base.append_only import AppendOnlyModel
from bihuan.base.home import home


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("key", "debug", "expected"),
    [
        ("x" * 50, False, []),
        ("x" * 49, False, ["base.E001"]),
        ("django-insecure-" + "x" * 50, False, ["base.E001"]),
        ("short", True, []),
    ],
)
def test_a_weak_key_is_refused(
    settings: Settings, key: str, expected: list[str], *, debug: bool
) -> None:
    settings.SECRET_KEY, settings.DEBUG = key, debug
    assert ids(checks.check_secret_key(None)) == expected


@pytest.mark.parametrize(("mode", "expected"), [(0o600, []), (0o640, ["base.E002"])])
def test_the_key_file_is_the_owner_s_alone(mode: int, expected: list[str]) -> None:
    path: Path = home() / "secret_key"
    assert checks.check_key_file(None) == []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("key", encoding="ascii")
    path.chmod(mode)
    assert ids(checks.check_key_file(None)) == expected


@pytest.mark.parametrize(
    ("hosts", "debug", "https", "expected"),
    [
        (["localhost", "127.0.0.1", "[::1]"], True, False, []),
        (["sales.example.com"], False, True, []),
        (["sales.example.com"], True, True, ["base.E003"]),
        (["*"], False, True, ["base.E004"]),
        ([""], False, True, ["base.E004"]),
        (["*"], True, False, ["base.E003", "base.E004"]),
    ],
)
def test_a_public_host_is_guarded(
    settings: Settings, hosts: list[str], expected: list[str], *, debug: bool, https: bool
) -> None:
    settings.ALLOWED_HOSTS, settings.DEBUG = hosts, debug
    settings.SESSION_COOKIE_SECURE = https
    assert ids(checks.check_hosts(None)) == expected


@pytest.mark.parametrize(
    ("zone", "expected"), [("Asia/Shanghai", []), ("Asia/Beijing", ["base.E005"])]
)
def test_the_business_zone_exists(settings: Settings, zone: str, expected: list[str]) -> None:
    settings.BUSINESS_TIME_ZONE = zone
    assert ids(checks.check_time_zone(None)) == expected


@pytest.mark.django_db
def test_every_table_that_is_written_once_is_guarded() -> None:
    tables = [m._meta.db_table for m in apps.get_models() if issubclass(m, AppendOnlyModel)]
    assert "base_journalentry" in tables
    assert [table for table in tables if checks.unguarded(connection, table)] == []
    assert checks.check_written_once(None, databases=["default"]) == []


@pytest.mark.django_db
def test_a_lost_guard_is_found() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER base_journalentry_stays ON base_journalentry")
        with translation.override("en"):
            found = checks.check_written_once(None, databases=["default"])
        transaction.set_rollback(True)
    assert ids(found) == ["base.E006"]
    assert found[0].msg == "base_journalentry can be changed: no trigger refuses TRUNCATE."


@pytest.mark.django_db
def test_the_server_is_new_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_server_version(None, databases=["default"]) == []
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 990000)
    assert ids(checks.check_server_version(None, databases=["default"])) == ["base.E007"]


def test_without_a_database_nothing_is_looked_up() -> None:
    assert checks.check_written_once(None) == []
    assert checks.check_server_version(None) == []
