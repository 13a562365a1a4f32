"""The page of backups, and the jobs that make them."""

from __future__ import annotations

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from bihuan.base.backup import Kind, Shelf
from bihuan.base.models import JournalEntry
from bihuan.org.actions import BackupNotYours, BackupUnderWay, ask_for_backup
from bihuan.org.jobs import back_up, back_up_now
from bihuan.org.models import Person
from tests.make import make_admin, make_login, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin() -> Person:
    return make_admin()


@pytest.fixture
def visitor(admin: Person) -> Client:
    client = Client()
    client.force_login(make_login(admin))
    return client


def test_without_a_backup_the_page_says_when_there_will_be_one(visitor: Client) -> None:
    page = visitor.get("/org/backups/").content.decode()
    assert "还没有备份" in page
    assert "立即备份" in page


def test_a_backup_that_is_asked_for_is_made_read_through_and_shown(
    visitor: Client, admin: Person
) -> None:
    answer = visitor.post("/org/backups/make/", follow=True)
    assert "正在生成备份" in answer.content.decode()
    [job] = ProcrastinateJob.objects.filter(task_name="org.back_up_now")
    assert job.args == {"tenant": admin.tenant_id, "by": admin.pk}
    again = visitor.post("/org/backups/make/", follow=True)
    assert "备份已在排队或执行中" in again.content.decode()
    assert ProcrastinateJob.objects.filter(task_name="org.back_up_now").count() == 1
    assert JournalEntry.objects.filter(verb="backup.asked").count() == 1
    back_up_now(**job.args)
    [made] = Shelf.usual().all()
    assert (made.kind, made.checked_at is not None) == (Kind.MANUAL, True)
    page = visitor.get("/org/backups/").content.decode()
    assert "手动" in page
    assert "完整" in page
    assert str(Shelf.usual().folder) not in page
    assert visitor.get("/org/backups/export.xlsx").status_code == 200


def test_who_shares_an_installation_is_told_that_there_are_backups_and_no_more(
    visitor: Client, admin: Person
) -> None:
    back_up(on="2026-11-26")
    alone = visitor.get("/api/v1/backups").json()
    make_tenant("other")
    shared = visitor.get("/api/v1/backups").json()
    assert alone[0]["size"] > 1000
    assert shared == [{**alone[0], "size": None}]
    assert "立即备份" not in visitor.get("/org/backups/").content.decode()
    with pytest.raises(BackupNotYours):
        ask_for_backup(by=admin)
    assert visitor.post("/org/backups/make/").status_code == 403
    assert not ProcrastinateJob.objects.filter(task_name="org.back_up_now").exists()
    assert not JournalEntry.objects.filter(verb="backup.asked").exists()


def test_one_backup_is_asked_for_at_a_time(admin: Person) -> None:
    ask_for_backup(by=admin)
    with pytest.raises(BackupUnderWay):
        ask_for_backup(by=admin)


def test_a_nightly_backup_can_be_left_to_others(settings: Settings) -> None:
    settings.BACKUP_NIGHTLY = False
    back_up(on="2026-11-26")
    assert Shelf.usual().all() == []
