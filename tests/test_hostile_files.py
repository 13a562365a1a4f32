"""Hostile files at every door: each is refused for its reason, or kept and made harmless."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image, ImageFile

from bihuan.base.home import home
from bihuan.base.spreadsheet import rows_of
from bihuan.base.uploads.errors import FileBroken
from bihuan.inbox import actions as inbox
from bihuan.inbox.models import TaskFile
from bihuan.inbox.tests.tasks import give
from bihuan.integrations.actions import bring
from bihuan.integrations.models import Import
from bihuan.kernel.errors import DomainError
from bihuan.org.models import Person
from bihuan.playbooks import actions as playbooks
from bihuan.playbooks.actions import FileGiven
from bihuan.playbooks.domain.play import Kind, PlayText
from bihuan.playbooks.models import FileContent, PlayFile
from tests.hostile.cases import CASES, Case, Door
from tests.hostile.making import PDF, photo, picture
from tests.make import make_admin, make_login
from tests.matrix.figures import FIGURES

pytestmark = pytest.mark.django_db
TEXT = PlayText(title_zh="剧本", body_zh="正文")


@pytest.fixture
def admin() -> Person:
    return make_admin()


def files_in_home() -> list[Path]:
    return [path for path in home().rglob("*") if path.is_file()]


def at_task(case: Case, admin: Person) -> tuple[str, bytes]:
    made = inbox.attach(task=give(admin), name=case.name, content=case.content(), by=admin)
    assert made.path.name == made.digest
    return made.name, made.path.read_bytes()


def at_play(case: Case, admin: Person) -> tuple[str, bytes]:
    given = FileGiven(case.name, case.content())
    playbooks.write_play(kind=Kind.CASE, text=TEXT, files=[given], by=admin)
    found = PlayFile.objects.get()
    return found.name, bytes(found.content.content)


def at_import(case: Case, admin: Person) -> tuple[str, bytes]:
    file = ContentFile(case.content())
    file.name = case.name
    [kept] = bring(files=[file], by=admin).folder.iterdir()
    return kept.name, kept.read_bytes()


def at_bundle(case: Case, admin: Person) -> tuple[str, bytes]:
    playbooks.import_plays(name=case.name, content=case.content(), publish=False, by=admin)
    raise AssertionError("no hostile bundle is brought")


def at_sheet(case: Case, admin: Person) -> tuple[str, bytes]:
    rows_of(case.content())
    raise AssertionError("no hostile sheet is read")


DOORS = {
    Door.TASK: at_task,
    Door.PLAY: at_play,
    Door.IMPORT: at_import,
    Door.BUNDLE: at_bundle,
    Door.SHEET: at_sheet,
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_file_does_no_harm(
    case: Case, admin: Person, record_property: Callable[[str, object], None]
) -> None:
    before = files_in_home()
    if not case.code:
        name, kept = DOORS[case.door](case, admin)
        assert name == case.kept_as
        assert [each for each in case.gone if each in kept] == []
        record_property(FIGURES, {"hostile files": 1, "kept harmless": 1})
        return
    with pytest.raises(DomainError) as refusal:
        DOORS[case.door](case, admin)
    codes = {problem.code for problem in refusal.value.problems} or {refusal.value.code}
    assert codes == {case.code}
    assert files_in_home() == before
    kept_rows = (TaskFile.objects, FileContent.objects, PlayFile.objects, Import.objects)
    assert not any(rows.exists() for rows in kept_rows)
    record_property(FIGURES, {"hostile files": 1, "refused": 1})


def test_a_half_picture_is_refused_whatever_a_library_set(
    admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    content = picture("PNG")
    with pytest.raises(FileBroken):
        inbox.attach(task=give(admin), name="a.png", content=content[: len(content) // 2], by=admin)


def test_there_are_two_hundred_of_them() -> None:
    assert len(CASES) >= 200
    assert {case.door for case in CASES} == set(Door)


def test_a_photo_is_kept_upright_and_as_seen(admin: Person) -> None:
    made = inbox.attach(task=give(admin), name="a.jpg", content=photo(6), by=admin)
    with Image.open(io.BytesIO(made.path.read_bytes())) as kept:
        assert kept.size == (30, 40)  # Taken lying: forty across and thirty high.
        assert dict(kept.getexif()) == {}
        assert all(abs(a - b) < 8 for a, b in zip(kept.getpixel((15, 20)), (200, 30, 30)))  # type: ignore[arg-type]  # noqa: B905  # three points


def test_a_picture_of_a_play_that_comes_back_in_a_bundle_stays_the_same(admin: Person) -> None:
    given = FileGiven("a.jpg", photo())
    play = playbooks.write_play(kind=Kind.CASE, text=TEXT, files=[given], by=admin)
    kept = FileContent.objects.get()
    again = FileGiven("a.jpg", bytes(kept.content))
    playbooks.revise_play(play=play, text=TEXT, base=1, files=[given, again], by=admin)
    assert FileContent.objects.count() == 1
    assert PlayFile.objects.filter(version__number=2).count() == 1


def test_the_door_says_why_and_hands_back_only_to_be_saved(admin: Person) -> None:
    client = Client()
    client.force_login(make_login(admin))
    url = f"/api/v1/inbox/tasks/{give(admin).pk}/files"
    refused = client.post(url, {"file": ContentFile(b"<svg>", name="a.png")})
    assert (refused.status_code, refused.json()["code"]) == (422, "base.file_not_what_it_says")
    for name, content in (("a.pdf", PDF), ("a.png", picture("PNG"))):
        sent = client.post(url, {"file": ContentFile(content, name=name)})
        assert sent.status_code == 200
        made = TaskFile.objects.latest("pk")
        back = client.get(f"{url}/{made.pk}")
        assert b"".join(back) == made.path.read_bytes()
        assert back["Content-Type"] == "application/octet-stream"
        assert back["Content-Disposition"] == f'attachment; filename="{name}"'
        assert back["X-Content-Type-Options"] == "nosniff"
        assert back["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert back["Cache-Control"] == "private, no-store"


def test_a_request_that_says_it_brings_too_much_is_not_read(client: Client) -> None:
    for path, kind in (("/accounts/login/", "text/html"), ("/api/v1/imports", "application/json")):
        answer = client.post(path, b"x", content_type="text/plain", CONTENT_LENGTH=str(2**40))
        assert answer.status_code == 413
        assert answer["Content-Type"].startswith(kind)
        assert "base.request_too_large" in answer.content.decode()
