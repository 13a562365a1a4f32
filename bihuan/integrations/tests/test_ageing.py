"""Files of imports go after their period, and stay while anybody is held."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from bihuan.base import clock
from bihuan.integrations.actions import bring
from bihuan.integrations.domain.progress import State
from bihuan.integrations.models import Import
from bihuan.org.domain.role import Role
from bihuan.privacy.actions import hold, let_go_of_the_old, lift, subject_for
from bihuan.privacy.domain.retention import Kept
from bihuan.privacy.queries import due
from tests.make import make_admin, make_login, make_person

pytestmark = pytest.mark.django_db
LATER = timedelta(days=401)


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))
    listed = ContentFile("客户,电话\n甲,13800138000\n".encode(), name="customers.csv")
    return bring(files=[listed], by=make_admin())


def test_files_go_after_their_period_and_the_page_stays(
    brought: Import,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    tenant, folder, later = brought.tenant, brought.folder, clock.now() + LATER
    assert [each.name for each in folder.iterdir()] == ["customers.csv"]
    with django_capture_on_commit_callbacks(execute=True):
        assert let_go_of_the_old(tenant, clock.now() + LATER / 2) == {}
    [said] = [each for each in due(tenant, later) if each.kept is Kept.UPLOADS]
    assert (said.count, folder.exists()) == (1, True), "a dry run takes nothing"
    Import.objects.update(state=State.RUNNING.value)
    assert let_go_of_the_old(tenant, later) == {}, "it is being read"
    Import.objects.update(state=State.UPLOADED.value)
    with django_capture_on_commit_callbacks(execute=True):
        assert let_go_of_the_old(tenant, later) == {Kept.UPLOADS: 1}
    assert not folder.exists()
    assert let_go_of_the_old(tenant, later) == {}
    client.force_login(make_login(brought.by, "admin"))
    assert client.get(f"/imports/{brought.pk}/").status_code == 200
    assert client.get(f"/imports/{brought.pk}/mapping/").status_code == 200


def test_files_stay_while_anybody_of_the_company_is_held(
    brought: Import, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    keeper = make_person("keeper", tenant=brought.tenant, role=Role.QUALITY_OFFICER)
    held = hold(subject=subject_for(brought.by), reason="诉讼", until=None, by=keeper)
    with django_capture_on_commit_callbacks(execute=True):
        assert let_go_of_the_old(brought.tenant, clock.now() + LATER) == {}
    assert brought.folder.exists()
    lift(held=held, by=keeper)
    with django_capture_on_commit_callbacks(execute=True):
        assert let_go_of_the_old(brought.tenant, clock.now() + LATER) == {Kept.UPLOADS: 1}
    assert not brought.folder.exists()
