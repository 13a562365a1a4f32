"""Where the master key lies is looked at before anything is opened with it."""

from __future__ import annotations

import pytest
from django.core.checks import CheckMessage
from pytest_django.fixtures import Settings

from bihuan.base.home import home_path, subfolder
from bihuan.org.actions import robot_of
from bihuan.privacy.actions import keep_fields, open_subject
from bihuan.privacy.domain.field import Field, Kind
from bihuan.privacy.models import SubjectKey
from bihuan.privacy.vault import master_keys
from bihuan.privacy.vault.checking import check_key_is_here, check_key_place
from bihuan.privacy.vault.master import key_path
from tests.make import make_tenant

pytestmark = pytest.mark.django_db


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def test_others_may_not_read_the_key(settings: Settings) -> None:
    assert check_key_place(None) == []
    master_keys()
    assert check_key_place(None) == []
    key_path().chmod(0o644)
    assert ids(check_key_place(None)) == ["privacy.E001"]


def test_the_key_does_not_lie_among_the_backups(settings: Settings) -> None:
    master_keys()
    settings.BACKUP_FOLDER = str(subfolder("backups"))
    assert check_key_place(None) == []
    settings.BACKUP_FOLDER = str(home_path())
    assert ids(check_key_place(None)) == ["privacy.E003"]


def test_a_key_on_the_disk_of_the_database_is_doubtful_where_others_come(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    master_keys()
    settings.ALLOWED_HOSTS = ["sales.example.com"]
    assert ids(check_key_place(None)) == ["privacy.W001"]
    monkeypatch.setenv("BIHUAN_MASTER_KEY", key_path().read_text("ascii"))
    assert check_key_place(None) == []


def test_a_start_without_the_key_that_sealed_is_refused() -> None:
    assert check_key_is_here(None, databases=["default"]) == []
    robot = robot_of(make_tenant())
    subject = open_subject(tenant=robot.tenant, kind=Kind.CONTACT)
    keep_fields(subject=subject, given={Field.NAME: "李雷"}, by=robot)
    assert check_key_is_here(None, databases=["default"]) == []
    assert check_key_is_here(None) == [], "without a database nothing is looked up"
    key_path().unlink()
    [message] = check_key_is_here(None, databases=["default"])
    assert message.id == "privacy.E002"
    master = SubjectKey.objects.values_list("master", flat=True)[0]
    assert master in message.msg
