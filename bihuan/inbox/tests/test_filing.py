"""Files of tasks: what is accepted, how they are kept, and how they come back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.base.uploads import MOST_BYTES, FileEmpty, FileKindRefused, FileTooBig, clean_name
from bihuan.inbox import actions
from bihuan.inbox.domain.attachment import FilesTooMany
from bihuan.inbox.models import TaskFile
from bihuan.inbox.tests.tasks import give
from bihuan.inbox.tests.world import World
from bihuan.kernel.errors import DomainError
from bihuan.org.models import Person
from tests.make import make_login

pytestmark = pytest.mark.django_db
OFFER = b"%PDF-1.7 offer"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))
    return World()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def test_the_same_file_is_kept_once_and_laid_once(world: World) -> None:
    one, two = give(world.rep, 1), give(world.rep, 2)
    first = actions.attach(task=one, name="offer.pdf", content=OFFER, by=world.rep)
    again = actions.attach(task=one, name="offer.pdf", content=OFFER, by=world.rep)
    other = actions.attach(task=two, name="copy.pdf", content=OFFER, by=world.rep)
    assert (first, first.path) == (again, other.path)
    assert first.path.read_bytes() == OFFER
    assert [each.name for each in TaskFile.objects.all()] == ["offer.pdf", "copy.pdf"]
    assert len([each for each in first.path.parents[1].rglob("*") if each.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("page.html", b"<script>", FileKindRefused),
        ("drawing.svg", b"<svg>", FileKindRefused),
        ("run.pdf.exe", b"MZ", FileKindRefused),
        ("noname", b"a", FileKindRefused),
        (".pdf", b"a", FileKindRefused),
        ("offer.pdf", b"", FileEmpty),
        ("offer.pdf", b"a" * (MOST_BYTES + 1), FileTooBig),
    ],
)
def test_what_could_be_run_or_is_too_large_is_refused(
    world: World, name: str, content: bytes, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        actions.attach(task=give(world.rep), name=name, content=content, by=world.rep)
    assert not TaskFile.objects.exists()


def test_a_task_takes_twenty_files(world: World) -> None:
    task = give(world.rep)
    for number in range(20):
        actions.attach(task=task, name=f"{number}.txt", content=b"a", by=world.rep)
    with pytest.raises(FilesTooMany):
        actions.attach(task=task, name="one more.txt", content=b"a", by=world.rep)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/etc/../offer.pdf", "offer.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ('we"ird<name>.xlsx', "weirdname.xlsx"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("报价单 2026.xlsx", "报价单 2026.xlsx"),
    ],
)
def test_names_are_made_harmless(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_file_comes_back_to_be_kept_and_never_to_be_shown(world: World) -> None:
    task = give(world.rep)
    client = signed_in(world.rep)
    sent = SimpleUploadedFile("报价.txt", b"1 < 2 <script>alert(1)</script>", "text/html")
    answer = client.post(f"/inbox/tasks/{task.pk}/files/", {"file": sent})
    assert answer.status_code == 302
    file = TaskFile.objects.get()
    back = client.get(f"/inbox/tasks/{task.pk}/files/{file.pk}/")
    assert b"".join(back) == b"1 < 2 <script>alert(1)</script>"
    assert back["Content-Type"] == "application/octet-stream"
    assert back["Content-Disposition"].startswith("attachment; ")
    assert back["X-Content-Type-Options"] == "nosniff"
    assert back["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert signed_in(world.west).get(back.request["PATH_INFO"]).status_code == 404
    file.path.unlink()
    assert client.get(back.request["PATH_INFO"]).status_code == 404


def test_a_refused_file_is_explained_on_the_page(world: World) -> None:
    task = give(world.rep)
    sent = SimpleUploadedFile("page.html", b"a")
    answer = signed_in(world.rep).post(f"/inbox/tasks/{task.pk}/files/", {"file": sent})
    assert answer.status_code == 422
    assert "不支持这类文件：.html。" in answer.content.decode()
