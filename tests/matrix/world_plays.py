"""Plays and packs of both companies: published, drafts, retired, and handed out."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.playbooks import actions
from bihuan.playbooks.actions import FileGiven
from bihuan.playbooks.domain.play import Kind, PlayText, Tags
from bihuan.playbooks.models import Play
from bihuan.playbooks.queries import pack_for
from tests.matrix.canary import word
from tests.matrix.world import METRIC, World

FILE = FileGiven("a.pdf", b"%PDF-1.7 the same everywhere")


@dataclass(frozen=True)
class Because:
    kind: str
    id: int


def fill_playbooks(world: World) -> None:
    """Write plays of three owners and of the other company, and hand some of them out."""
    shown = write(world, "shown", "head")
    retired = write(world, "retired", "manager")
    theirs = write(world, "theirs", "stranger")
    for each in (shown, retired, theirs):
        actions.publish_play(play=each, number=1, by=each.owner)
    for number, name in enumerate(("rep", "neighbour", "their rep")):
        hand_out(world, name, name, number)
    actions.retire_play(play=retired, by=retired.owner)
    write(world, "draft", "manager")
    changed = actions.revise_play(play=shown, text=_text("changed"), base=1, by=shown.owner)
    world.aviary.text("play_draft", shown.pk, changed.title_zh, changed.body_zh)
    for kind in ("play", "pack"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))


def hand_out(world: World, who: str, name: str, number: int) -> None:
    """Hand somebody what there is for one metric."""
    person = world.people[who]
    pack = pack_for(tenant=person.tenant, metric=METRIC, reason=None, today=world.today)
    because = Because("matrix.alert", number)
    handed = actions.hand_out(pack=pack, to=person, because=because, by=person)
    world.know("pack", name, handed.pk)


def _text(name: str) -> PlayText:
    return PlayText(
        title_zh=word("play", name),
        body_zh=word("playbody", name),
        tags=Tags(metrics=(METRIC,)),
    )


def write(world: World, name: str, owner: str) -> Play:
    """Have somebody begin a play."""
    person, text = world.people[owner], _text(name)
    play = actions.write_play(
        kind=Kind.CASE,
        text=text,
        code=name.replace("*", "-placed").replace(" ", "-"),
        files=[FILE],
        by=person,
    )
    world.know("play", name, play.pk)
    world.aviary.text("play", play.pk, text.title_zh, text.body_zh)
    return play
