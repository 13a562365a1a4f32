"""Conversations of both companies, and texts that were made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bihuan.ai.actions import summarise
from bihuan.base import clock
from bihuan.customers.actions import keep_recording, record_conversation, write_down
from bihuan.customers.domain.conversation import Channel, Held
from bihuan.customers.queries import source_texts
from bihuan.facts.models import Member
from tests.matrix.canary import word
from tests.matrix.world import World


def hold_conversations(world: World) -> None:
    """Let some people say something to a customer of theirs, and have it summed up."""
    for name in ("rep", "deep", "neighbour", "their rep"):
        person = world.people[name]
        said = word("said", name)
        held = Held(
            happened_at=clock.now() - timedelta(hours=1), channel=Channel.CALL, text=f"{said}."
        )
        account = Member.objects.get(pk=world.objects["member"][name])
        made = record_conversation(account=account, held=held, by=person)
        world.know("conversation", name, made.pk)
        world.aviary.text("conversation", made.pk, said)
        _record(world, name, account, held)
        text = summarise(source_texts([made]), tenant=person.tenant, reader=person)
        world.know("ai_text", name, text.pk)
    for kind in ("conversation", "ai_text", "recording"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))
    world.objects["own_recording"] = world.objects["recording"]


def _record(world: World, name: str, account: Member, held: Held) -> None:
    """Let somebody record a conversation; those far away have written theirs down."""
    person = world.people[name]
    earlier = replace(held, happened_at=held.happened_at - timedelta(days=1))
    made = keep_recording(account=account, held=earlier, content=b"OggS" + bytes(40), by=person)
    if name in ("deep", "neighbour"):
        write_down(recording=made, text="r", by=person)
    world.know("recording", name, made.pk)
