"""Starting newer and older code on a database that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from pytest_django import Settings

from bihuan.base import checks
from bihuan.base.backup import Kind, Shelf
from bihuan.base.backup.checking import check
from bihuan.base.refusals import sentence
from bihuan.base.schema import DatabaseNewer, bring_up_to_date, is_behind
from bihuan.facts.tests.conftest import empty_database, own_database
from tests.make import make_person

__all__ = ["empty_database", "own_database"]


def made() -> list[Kind]:
    return [each.kind for each in Shelf.usual().all()]


def test_tables_are_changed_after_a_backup_of_them(own_database: str) -> None:
    make_person("lin")
    bring_up_to_date()
    assert made() == []
    call_command("migrate", "org", "0002", verbosity=0)
    assert is_behind()
    bring_up_to_date()
    assert (made(), is_behind()) == ([Kind.UPGRADE], False)
    [backup] = Shelf.usual().all()
    head = check(Shelf.usual().folder / backup.name, secret=None)
    assert [name for app, name in head.migrations if app == "org"][-1] == (
        "0002_seats_do_not_overlap"
    )


def test_without_room_for_a_backup_nothing_is_changed(
    own_database: str, settings: Settings, tmp_path: Path
) -> None:
    call_command("migrate", "reports", "0001", verbosity=0)
    (tmp_path / "file").touch()
    settings.BACKUP_FOLDER = str(tmp_path / "file" / "below")
    with pytest.raises(Exception, match="cannot be written to"):
        bring_up_to_date()
    assert is_behind()
    settings.BACKUP_BEFORE_UPGRADE = False  # Whoever has backups of their own.
    bring_up_to_date()
    assert not is_behind()


def test_a_database_of_a_newer_version_is_refused_in_both_languages(own_database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('org', '0099_wings', now())"
        )
    with pytest.raises(DatabaseNewer) as refused:
        bring_up_to_date()
    assert "org.0099_wings is not known here" in str(refused.value)
    with translation.override("zh-hans"):
        assert "更新版本的闭环" in sentence(refused.value)
    [message] = checks.check_not_newer(None, databases=["default"])
    assert message.id == "base.E011"
