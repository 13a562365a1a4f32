"""Rows of imports and files of tasks go after their period; facts, tasks and open work stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import Settings

from bihuan.base import clock
from bihuan.base.wall import inside
from bihuan.facts.actions import begin_batch, open_source, record_many
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, SourceRow
from bihuan.inbox import actions as inbox
from bihuan.inbox.domain.task import Outcome
from bihuan.inbox.models import Task, TaskFile
from bihuan.integrations import actions as imports
from bihuan.org.actions import deactivate_person
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.privacy.actions import (
    ask,
    decide,
    hold,
    let_go_of_the_old,
    lift,
    set_own_fields,
    set_periods,
    subject_for,
)
from bihuan.privacy.domain.field import Field
from bihuan.privacy.domain.petition import Asked
from bihuan.privacy.domain.retention import Kept
from bihuan.privacy.jobs import erase
from bihuan.privacy.queries import due
from tests.make import make_admin, make_login, make_person, make_tenant

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PERIODS = {Kept.SOURCE_ROWS: 30, Kept.TASK_FILES: 30}
CELLS = {"客户": "甲", "电话": "13800138000"}


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))


@pytest.fixture
def admin() -> Person:
    found = make_admin()
    set_periods(tenant=found.tenant, days=PERIODS, by=found)
    return found


def go(by: Person, *, days: int) -> dict[Kept, int]:
    """Let go of what is older by then, and return how much went of rows and files."""
    gone = let_go_of_the_old(by.tenant, clock.now() + days * DAY)
    return {kept: count for kept, count in gone.items() if kept in PERIODS}


def would_go(by: Person, kept: Kept) -> int:
    found = due(by.tenant, clock.now() + 31 * DAY)
    [count] = [each.count for each in found if each.kept is kept]
    return count


def imported(by: Person) -> SourceRow:
    """Return the row of a file from which a fact was read."""
    source = open_source(tenant=by.tenant, code="erp")
    batch = begin_batch(source=source, label="b", by=by)
    row = SourceRow.objects.create(
        tenant=by.tenant, batch=batch, file="erp.csv", line=2, content=CELLS
    )
    draft = Draft(
        kind="visit.logged",
        business_on=clock.today(by.tenant.time_zone),
        person_id=by.pk,
        source_ref="1",
        source_row_id=row.pk,
    )
    record_many(drafts=[draft], source=source, by=by, batch=batch)
    return row


def test_rows_go_after_their_period_and_what_was_made_of_them_stays(
    admin: Person, client: Client
) -> None:
    row = imported(admin)
    client.force_login(make_login(admin))
    assert "13800138000" in client.get(f"/facts/rows/{row.pk}/").content.decode()
    assert go(admin, days=29) == {}
    assert would_go(admin, Kept.SOURCE_ROWS) == 1
    assert SourceRow.objects.get().content == CELLS, "a dry run takes nothing"
    assert go(admin, days=31) == {Kept.SOURCE_ROWS: 1}
    row.refresh_from_db()
    assert (row.content, row.file, row.line) == ({}, "erp.csv", 2)
    assert Fact.objects.get().source_row_id == row.pk
    client.force_login(make_login(admin))  # Sessions are a class of their own, and went.
    page = client.get(f"/facts/rows/{row.pk}/").content.decode()
    assert "已超过保存期限" in page
    assert "13800138000" not in page
    assert go(admin, days=31) == {}
    assert would_go(admin, Kept.SOURCE_ROWS) == 0


def test_rows_and_files_stay_while_anybody_of_the_company_is_held(admin: Person) -> None:
    imported(admin)
    attach(closed_task(admin), admin)
    keeper = make_person("keeper", role=Role.QUALITY_OFFICER)
    held = hold(subject=subject_for(admin), reason="诉讼", until=None, by=keeper)
    assert go(admin, days=31) == {}
    assert (would_go(admin, Kept.SOURCE_ROWS), would_go(admin, Kept.TASK_FILES)) == (0, 0)
    lift(held=held, by=keeper)
    assert go(admin, days=31) == {Kept.SOURCE_ROWS: 1, Kept.TASK_FILES: 1}


def test_another_company_keeps_its_own(admin: Person) -> None:
    theirs = make_admin("theirs", tenant=make_tenant("other"))
    row = imported(theirs)
    file = attach(closed_task(theirs), theirs)
    assert go(admin, days=31) == {}
    row.refresh_from_db()
    assert row.content == CELLS
    assert file.path.is_file()


def open_task(by: Person, key: int = 1) -> Task:
    today = clock.today(by.tenant.time_zone)
    return inbox.make_task(title="t", due_on=today, owner=by, by=by, key=key)


def closed_task(by: Person) -> Task:
    task = open_task(by)
    inbox.finish(task=task, outcome=Outcome.DONE, result="ok", by=by)
    return task


def attach(task: Task, by: Person, content: bytes = b"words of somebody") -> TaskFile:
    return inbox.attach(task=task, name="a.txt", content=content, by=by)


def test_files_of_closed_tasks_go_and_the_same_beside_an_open_one_stays(
    admin: Person, client: Client
) -> None:
    closed, still_open = closed_task(admin), open_task(admin, key=2)
    gone, same = attach(closed, admin, b"only here"), attach(closed, admin)
    kept = attach(still_open, admin)
    assert same.path == kept.path
    assert go(admin, days=29) == {}
    assert would_go(admin, Kept.TASK_FILES) == 2
    assert gone.path.is_file(), "a dry run takes nothing"
    assert go(admin, days=31) == {Kept.TASK_FILES: 2}
    assert (gone.path.is_file(), kept.path.is_file()) == (False, True)
    assert go(admin, days=31) == {}
    client.force_login(make_login(admin))
    page = client.get(f"/inbox/tasks/{closed.pk}/").content.decode()
    assert page.count("已超过保存期限") == 2
    assert f'href="/inbox/tasks/{closed.pk}/files/' not in page
    taken = client.get(f"/inbox/tasks/{still_open.pk}/files/{kept.pk}/")
    assert b"".join(taken) == b"words of somebody"


def test_the_same_content_of_another_company_stays_behind_the_wall(
    admin: Person, settings: Settings
) -> None:
    """The night's job runs on its company's side, where the other's rows are not there."""
    settings.TENANT_WALL = "on"
    theirs = make_admin("theirs", tenant=make_tenant("other"))
    kept = attach(open_task(theirs), theirs)
    attach(closed_task(admin), admin)
    with inside(admin.tenant_id):
        assert go(admin, days=31) == {Kept.TASK_FILES: 1}
    assert kept.path.is_file()


def test_what_is_gone_can_be_laid_there_again(admin: Person) -> None:
    task = closed_task(admin)
    first = attach(task, admin)
    go(admin, days=31)
    again = attach(task, admin)
    assert again.pk != first.pk
    assert again.path.is_file()
    assert attach(task, admin).pk == again.pk


MAPPING = """
source: erp
files: {deals: {path: deals.csv}}
facts:
  - {file: deals, kind: contract.signed, key: 编号, person: 负责人, business_on: 日期, amount: 金额}
"""
LEFT = "13912340077"


def test_an_erasure_reaches_files_of_imports_and_what_was_refused_of_them(
    admin: Person, tmp_path: Path
) -> None:
    """A row that is refused is told of with its value, which may be the number of a person."""
    gone = make_person("甄璟锴")
    set_own_fields(person=gone, given={Field.MOBILE: LEFT}, by=gone)
    deactivate_person(person=gone, on=clock.today(admin.tenant.time_zone), by=admin)
    text = f"编号,负责人,日期,金额\n1,{admin.code},2026-03-02,{LEFT}元整{gone.name}\n"
    brought = imports.bring(files=[ContentFile(text.encode(), name="deals.csv")], by=admin)
    other = imports.bring(files=[ContentFile(b"a,b\n1,2\n", name="other.csv")], by=admin)
    imports.set_mapping(import_=brought, text=MAPPING, by=admin)
    claimed = imports.claim_import(import_=brought, by=admin)
    refused = imports.run_import(import_=claimed, path=None, by=admin)
    assert refused.state == "refused"
    assert LEFT in str(refused.problems)
    assert LEFT in (brought.folder / "deals.csv").read_text()

    petition = ask(kind=Asked.ERASURE, subject=subject_for(gone), reason="本人要求", by=admin)
    second = make_admin("second")
    decide(petition=petition, agree=True, by=second)
    erase(tenant=admin.tenant_id, petition=petition.pk, by=second.pk)

    refused.refresh_from_db()
    assert LEFT not in str((refused.problems, refused.notes, refused.label))
    assert refused.problem_count >= 1
    assert not (brought.folder / "deals.csv").exists()
    assert (other.folder / "other.csv").exists()
    assert not [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and LEFT.encode() in path.read_bytes()
    ]
    client = Client()
    client.force_login(make_login(admin))
    assert LEFT not in client.get(f"/imports/{brought.pk}/").content.decode()
