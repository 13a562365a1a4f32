"""Whoever is erased is nowhere: not in rows, files, logs, answers, nor in a backup from before."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client

from bihuan.base import clock
from bihuan.base.append_only import redacting
from bihuan.base.backup import Kind, Shelf, make_backup
from bihuan.base.home import home
from bihuan.base.journal.checking import check_journal
from bihuan.base.journal.sealing import seal_journal
from bihuan.base.postgres.address import settings_of
from bihuan.customers.models import Conversation, Sound
from bihuan.facts.actions import seal
from bihuan.facts.queries import verify
from bihuan.facts.tests.conftest import empty_database, own_database, parameters
from bihuan.inbox import actions as inbox
from bihuan.inbox.models import Task, TaskFile
from bihuan.org.actions import put_person, robot_of
from bihuan.org.models import Person
from bihuan.privacy.actions import ErasureHeld, StillHere, ask, decide, hold, lift
from bihuan.privacy.actions.asking import AlreadyAsked
from bihuan.privacy.domain.petition import Asked, PetitionDecided, SecondPersonNeeded, State
from bihuan.privacy.jobs import erase
from bihuan.privacy.models import Petition, Subject, SubjectKey, VaultField
from bihuan.privacy.queries import found
from bihuan.privacy.queries.traces import sought, traces
from tests.hostile.making import zipped
from tests.make import make_login, make_person, make_tenant
from tests.sowing import (
    KEPT,
    SHAPES,
    Sown,
    hits_in_database,
    hits_in_files,
    name_of,
    said_of,
    sow,
    values_of,
)
from tests.test_backup import bihuan, other_database

__all__ = ["empty_database", "own_database"]
COUNT = 10


def erase_all(sown: Sown) -> dict[str, int]:
    """Have each asked for by one, agreed to by another, and erased."""
    counts: dict[str, int] = {}
    for subject in sown.subjects:
        asked = ask(kind=Asked.ERASURE, subject=subject, reason="本人要求", by=sown.asker)
        decide(petition=asked, agree=True, by=sown.decider)
        erase(tenant=sown.tenant.pk, petition=asked.pk, by=sown.decider.pk)
        asked.refresh_from_db()
        assert asked.state == State.DONE.value
        for part, count in asked.counts.items():
            counts[part] = counts.get(part, 0) + count
    return counts


def test_the_shapes_find_what_is_sown() -> None:
    assert len(SHAPES.findall(said_of(7))) == 5
    assert len({name_of(number) for number in range(200)}) == 200
    assert SHAPES.search(KEPT) is None


def test_nothing_is_left_of_who_was_erased_also_after_a_restore(
    own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path / "home"))
    sown = sow(COUNT)
    while seal(tenant=sown.tenant):
        pass
    while seal_journal(sown.tenant.pk):
        pass
    before = hits_in_database(parameters())
    assert {
        *("public.customers_conversation", "public.ai_aitext", "public.inbox_task"),
        *("public.inbox_taskevent", "public.inbox_taskfile", "public.inbox_notice"),
        *("public.base_journalentry", "public.procrastinate_jobs", "public.base_jobnote"),
        *("public.facts_batch", "public.facts_sourcerow", "public.org_person"),
        *("public.org_login", "public.integrations_chataddress", "public.inbox_delivery"),
    } - set(before) <= {"public.inbox_delivery"}
    assert len(hits_in_files(home())) > COUNT
    shelf = Shelf(tmp_path / "shelf")
    backup = shelf.folder / make_backup(shelf=shelf, kind=Kind.MANUAL).name

    erase_all(sown)

    assert hits_in_database(parameters()) == {}
    assert hits_in_files(home()) == []
    assert Sound.objects.count() == 0
    assert verify(sown.tenant).is_whole
    assert check_journal(sown.tenant.pk).findings == ()
    _assert_a_forged_entry_is_still_seen(sown)
    _assert_the_others_are_untouched(sown)
    _assert_no_search_finds_them(sown)
    connection.close()
    _assert_a_restore_brings_nobody_back(backup, tmp_path)


def _assert_a_forged_entry_is_still_seen(sown: Sown) -> None:
    """Taking words out is no licence to put others in."""
    with transaction.atomic():
        with redacting(), connection.cursor() as cursor:
            cursor.execute("UPDATE base_journalentry SET reason = 'forged' WHERE verb = 'sown'")
        assert check_journal(sown.tenant.pk).findings != ()
        transaction.set_rollback(True)


def _assert_the_others_are_untouched(sown: Sown) -> None:
    assert Conversation.objects.filter(text=f"{KEPT}。").count() == 1
    assert KEPT in (home() / "logs/imports.log").read_text()
    assert found(sown.tenant, "13700137000") != set()
    cards = [each for each in TaskFile.objects.all() if each.path.exists()]
    assert len(cards) == COUNT, "a file that says nothing of anybody stays"


def _assert_no_search_finds_them(sown: Sown) -> None:
    client = Client()
    client.force_login(make_login(sown.asker))
    for number in (0, 1):
        values = values_of(number)
        for text in values.values():
            assert found(sown.tenant, text) == set()
            for path in ("/search/", "/customers/contacts/", "/org/people/"):
                page = client.get(path, {"q": text, "standing": "all"}).content.decode()
                assert SHAPES.search(page.replace(text, "")) is None


def _assert_a_restore_brings_nobody_back(backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    for folder in ("keys", "erasures"):
        shutil.copytree(tmp_path / "home" / folder, new / folder)
    with other_database() as url:
        done = bihuan("restore", backup, "--into", url, "--json", BIHUAN_HOME=str(new))
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["erased_again"] == COUNT
        assert "whole." in done.stderr
        where = settings_of(url)
        reach = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"]}
        assert hits_in_database({**reach, "dbname": where["NAME"]}) == {}
        assert hits_in_files(new) == []


@pytest.fixture
def sown(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sown:
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))
    return sow(2)


def test_two_people_erase_and_neither_is_the_one_meant(sown: Sown) -> None:
    contact, colleague = sown.subjects
    asked = ask(kind=Asked.ERASURE, subject=contact, reason="本人要求", by=sown.asker)
    with pytest.raises(AlreadyAsked):
        ask(kind=Asked.ERASURE, subject=contact, reason="again", by=sown.decider)
    with pytest.raises(SecondPersonNeeded):
        decide(petition=asked, agree=True, by=sown.asker)
    decide(petition=asked, agree=False, decision="合同未完", by=sown.decider)
    with pytest.raises(PetitionDecided):
        decide(petition=asked, agree=True, by=sown.decider)
    assert Subject.objects.get(pk=contact.pk).erased_at is None
    assert SubjectKey.objects.filter(subject=contact).count() == 1
    own = Subject.objects.get(pk=colleague.pk)
    assert own.person is not None


def test_who_still_works_here_is_not_erased(sown: Sown) -> None:
    from bihuan.privacy.actions import subject_for

    subject = subject_for(sown.keeper)
    asked = ask(kind=Asked.ERASURE, subject=subject, reason="r", by=sown.keeper)
    with pytest.raises(StillHere):
        decide(petition=asked, agree=True, by=sown.decider)


def test_a_hold_restricts_and_stops_the_erasure(sown: Sown) -> None:
    contact = sown.subjects[0]
    held = hold(subject=contact, reason="诉讼", until=None, by=sown.decider)
    asked = ask(kind=Asked.ERASURE, subject=contact, reason="本人要求", by=sown.asker)
    with pytest.raises(ErasureHeld):
        decide(petition=asked, agree=True, by=sown.decider)
    assert Petition.objects.get().state == State.ASKED.value
    client = Client()
    client.force_login(make_login(sown.keeper))
    assert name_of(0) not in str(client.get("/api/v1/contacts").json())
    lift(held=held, by=sown.decider)
    assert name_of(0) in str(client.get("/api/v1/contacts").json())


def test_the_preview_counts_and_changes_nothing(sown: Sown) -> None:
    before = hits_of(sown)
    seen = traces(sought(sown.subjects[0]))
    parts = {each.part: each.count for each in seen}
    assert parts["vault"] == 4
    assert parts["conversations"] == 1
    assert parts["imports"] >= 1
    assert parts["files"] == 4
    assert hits_of(sown) == before


def hits_of(sown: Sown) -> int:
    return sum(each.count for subject in sown.subjects for each in traces(sought(subject)))


def locked() -> bytes:
    """Return an archive whose directory says that a password is needed."""
    content = bytearray(zipped({"名单.txt": said_of(0).encode()}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def test_files_nobody_can_look_into_go_with_who_brought_them_or_are_named(
    sown: Sown, tmp_path: Path
) -> None:
    """Locked, damaged, swollen and drawn: each stays where others brought it, and is listed."""
    colleague = sown.subjects[1].person
    assert colleague is not None
    task = Task.objects.get(made_by=sown.keeper, about__endswith=":1")
    cases = {
        "locked.zip": (locked(), "locked"),
        "cut.zip": (zipped({"a.txt": said_of(0).encode() * 99})[:-30], "damaged"),
        "big.zip": (zipped({f"{n}.txt": b"a" * 33 * 2**20 for n in range(2)}), "too_large"),
        "drawn.pdf": (b"%PDF-1.7 <</Encoding /Identity-H>>", "glyphs"),
        "other.7z": (b"7z\xbc\xaf\x27\x1c", "unreadable"),
    }
    for name, (content, _) in cases.items():
        _lay(task, name, content, sown.keeper)
    theirs = _lay(task, "theirs.zip", zipped({"b.txt": b"b"})[:-9], colleague)
    deep = _lay(
        task, "deep.zip", zipped({"in.zip": zipped({"a.txt": said_of(1).encode()})}), sown.keeper
    )
    foreign = _foreign_file(said_of(1).encode())

    counts = erase_all(sown)

    assert counts["unlooked_gone"] == 1
    assert not theirs.exists()
    assert not deep.exists()
    assert foreign.exists(), "what another company keeps is not ours to destroy"
    for asked in Petition.objects.all():
        named = {(each["place"].rpartition("/")[2], each["why"]) for each in asked.unlooked}
        assert {(sha256(content).hexdigest(), why) for content, why in cases.values()} <= named
    last = Petition.objects.order_by("pk").last()
    assert last is not None
    given = Task.objects.get(kind="privacy.look", about=f"privacy.petition:{last.pk}")
    assert (given.owner, given.copies.count()) == (sown.decider, 1)
    client = Client()
    client.force_login(make_login(sown.decider))
    page = client.get(f"/privacy/requests/{last.pk}/").content.decode()
    assert "需人工检查的文件" in page
    assert f"/inbox/tasks/{task.pk}/" in page


def _lay(task: Task, name: str, content: bytes, by: Person) -> Path:
    """Lay a file to a task past the door that would refuse it: it came before there was one."""
    digest = sha256(content).hexdigest()
    laid = TaskFile.objects.create(
        task=task, by=by, at=clock.now(), name=name, size=len(content), digest=digest
    )
    laid.path.parent.mkdir(parents=True, exist_ok=True)
    laid.path.write_bytes(content)
    return laid.path


def _foreign_file(content: bytes) -> Path:
    other = make_tenant("other")
    owner = make_person("外人", tenant=other)
    task = inbox.make_task(
        owner=owner, title="t", body="", due_on=clock.today(other.time_zone), by=owner, key=1
    )
    return _lay(task, "o.txt", content + b"!", owner)


def test_an_old_file_brings_no_name_back(sown: Sown) -> None:
    colleague = sown.subjects[1].person
    assert colleague is not None
    code = colleague.code
    erase_all(sown)
    again = put_person(tenant=sown.tenant, code=code, name="甄新", by=robot_of(sown.tenant))
    assert (again.pk, again.name[:2]) == (colleague.pk, "P-")
    assert VaultField.objects.filter(subject__in=sown.subjects).count() == 0
