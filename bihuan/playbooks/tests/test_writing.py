"""Plays are written by their owners, in versions, and read by everybody once published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.base.append_only import RowIsFinal
from bihuan.base.models import JournalEntry
from bihuan.kernel.errors import DomainError, ProblemsFound
from bihuan.org.access import NotYourRole
from bihuan.playbooks import actions
from bihuan.playbooks.access import (
    NotYourPlay,
    PlayMissing,
    file_seen,
    play_seen,
    plays_visible_to,
    version_seen,
    versions_visible_to,
)
from bihuan.playbooks.actions import CodeTaken, CodeUnfit, FileGiven, SavedMeanwhile, VersionOver
from bihuan.playbooks.domain.play import Kind, Tags
from bihuan.playbooks.models import FileContent, Play, PlayVersion
from bihuan.playbooks.tests.world import World, hand, make_play, make_world, text
from tests.make import make_admin, make_tenant

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 handbook"


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_draft_is_seen_by_its_owner_and_administrators_only(world: World) -> None:
    play = make_play(world, publish=False)
    seen = {
        person.code: plays_visible_to(person).filter(pk=play.pk).exists()
        for person in (world.rep, world.leader, world.other_leader, world.admin)
    }
    assert seen == {"rep": False, "leader": True, "other leader": False, "admin": True}
    with pytest.raises(PlayMissing):
        play_seen(play.pk, world.rep)


def test_what_is_published_everybody_of_the_company_reads(world: World) -> None:
    play = make_play(world)
    assert play_seen(play.pk, world.other).pk == play.pk
    with pytest.raises(PlayMissing):
        play_seen(play.pk, make_admin("elsewhere", tenant=make_tenant("other")))


def test_a_change_is_a_draft_beside_the_version_in_force(world: World) -> None:
    play = make_play(world)
    kept = actions.revise_play(play=play, text=text("四步"), base=1, by=world.leader)
    assert kept.number == 2
    assert version_seen(play, None, world.rep).title_zh == "约见三步"
    assert [each.number for each in versions_visible_to(world.rep, play)] == [1]
    assert [each.number for each in versions_visible_to(world.leader, play)] == [1, 2]
    with pytest.raises(PlayMissing):
        version_seen(play, 2, world.rep)
    actions.publish_play(play=play, number=2, by=world.leader)
    play.refresh_from_db()
    assert version_seen(play, None, world.rep).title_zh == "四步"
    assert version_seen(play, 1, world.rep).title_zh == "约见三步"


def test_the_same_words_are_no_new_version(world: World) -> None:
    play = make_play(world)
    same = text(tags=Tags(metrics=("visits", "visits")), body_zh="- 一  \r\n- 二\n\n")
    assert actions.revise_play(play=play, text=same, base=1, by=world.leader).number == 1
    assert PlayVersion.objects.filter(play=play).count() == 1


def test_of_two_who_write_at_once_the_second_is_told(world: World) -> None:
    play = make_play(world)
    actions.revise_play(play=play, text=text("甲"), base=1, by=world.leader)
    with pytest.raises(SavedMeanwhile) as refusal:
        actions.revise_play(play=play, text=text("乙"), base=1, by=world.admin)
    assert refusal.value.params == {"number": 2}
    assert PlayVersion.objects.filter(play=play).count() == 2


@pytest.mark.parametrize("who", ["rep", "other_leader"])
def test_nobody_else_changes_publishes_or_retires_it(world: World, who: str) -> None:
    play, person = make_play(world), getattr(world, who)
    before = JournalEntry.objects.count()
    deeds = (
        lambda: actions.revise_play(play=play, text=text("甲"), base=1, by=person),
        lambda: actions.publish_play(play=play, number=1, by=person),
        lambda: actions.retire_play(play=play, by=person),
        lambda: actions.restore_play(play=play, by=person),
    )
    for deed in deeds:
        with pytest.raises(NotYourPlay):
            deed()
    with pytest.raises(NotYourRole):
        actions.give_play(play=play, to=person, by=person)
    assert JournalEntry.objects.count() == before


def test_a_rep_begins_no_play(world: World) -> None:
    with pytest.raises(NotYourRole):
        make_play(world, by=world.rep)
    assert Play.objects.count() == 0


def test_codes_are_made_and_belong_to_one_play(world: World) -> None:
    first, second = make_play(world), make_play(world)
    assert (first.code, second.code) == ("script-1", "script-2")
    with pytest.raises(CodeTaken):
        make_play(world, code="script-1")
    with pytest.raises(CodeUnfit):
        make_play(world, code="Script 1")
    assert Play.objects.count() == 2


def test_everything_wrong_is_told_at_once_and_nothing_is_kept(world: World) -> None:
    wrong = text("", link="ftp://x", tags=Tags(metrics=("invented",), reasons=("price", "nope")))
    with pytest.raises(ProblemsFound) as refusal:
        actions.write_play(
            kind=Kind.VIDEO, text=wrong, files=[FileGiven("a.html", b"<b>")], by=world.leader
        )
    assert [(each.column, each.value) for each in refusal.value.problems] == [
        ("title_zh", ""),
        ("link", "ftp://x"),
        ("metrics", "invented"),
        ("reasons", "nope"),
        ("files", ""),
    ]
    assert Play.objects.count() == 0


def test_what_is_over_is_not_published(world: World) -> None:
    yesterday = world.today() - timedelta(days=1)
    play = make_play(world, publish=False, valid_until=yesterday)
    with pytest.raises(VersionOver):
        actions.publish_play(play=play, number=1, by=world.leader)


def test_a_retired_play_is_read_by_those_who_were_handed_it(world: World) -> None:
    play = make_play(world)
    hand(world)
    actions.retire_play(play=play, by=world.leader)
    assert play_seen(play.pk, world.rep).pk == play.pk
    with pytest.raises(PlayMissing):
        play_seen(play.pk, world.other)
    actions.restore_play(play=play, by=world.admin)
    assert play_seen(play.pk, world.other).pk == play.pk


def test_an_administrator_gives_it_to_somebody_else(world: World) -> None:
    play = make_play(world)
    actions.give_play(play=play, to=world.rep, by=world.admin)
    play.refresh_from_db()
    actions.revise_play(play=play, text=text("甲"), base=1, by=world.rep)
    with pytest.raises(NotYourPlay):
        actions.revise_play(play=play, text=text("乙"), base=2, by=world.leader)


def test_files_are_kept_once_and_go_on_with_versions(world: World) -> None:
    given = FileGiven("C:\\x\\手册.pdf", PDF)
    play = make_play(world, publish=False)
    actions.revise_play(play=play, text=text(), base=1, files=[given], by=world.leader)
    actions.revise_play(play=play, text=text("甲"), base=2, by=world.leader)
    actions.revise_play(play=play, text=text("甲"), base=3, files=[given], by=world.leader)
    assert FileContent.objects.count() == 1
    assert [each.files.count() for each in play.versions.order_by("number")] == [0, 1, 1, 1]
    found = file_seen(play, given.digest, world.leader)
    assert (found.name, bytes(found.content.content)) == ("手册.pdf", PDF)
    with pytest.raises(PlayMissing):
        file_seen(play, given.digest, world.rep)
    actions.publish_play(play=play, number=3, by=world.leader)
    assert file_seen(play, given.digest, world.rep).name == "手册.pdf"
    gone = actions.revise_play(play=play, text=text("甲"), base=4, keep=[], by=world.leader)
    assert gone.files.count() == 0


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([FileGiven("a.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024))], "playbooks.file_too_large"),
        ([FileGiven("a.svg", b"<svg>")], "playbooks.file_unfit"),
        ([FileGiven(f"{n}.pdf", PDF + b"%d" % n) for n in range(6)], "playbooks.too_many_files"),
    ],
)
def test_files_that_may_not_belong_are_refused(
    world: World, files: list[FileGiven], code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        actions.write_play(kind=Kind.VIDEO, text=text(), files=files, by=world.leader)
    assert [each.code for each in refusal.value.problems] == [code]
    assert Play.objects.count() == 0


def test_versions_and_files_are_final(world: World) -> None:
    play = make_play(world)
    version = play.versions.get()
    version.title_zh = "x"
    with pytest.raises(RowIsFinal):
        version.save()
    for table in ("playversion", "publication"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM playbooks_{table}")
