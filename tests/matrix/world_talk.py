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
from bihuan.org.access import scope_of
from bihuan.org.models import Person
from tests.matrix.canary import word
from tests.matrix.world import World


def hold_conversations(world: World) -> None:
    """Let some people say something to a customer of theirs, and have it summed up."""
    for name in ("rep", "deep", "neighbour", "their rep"):
        talk(world, name, name, with_customer=name)
    for kind in ("conversation", "ai_text", "recording"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))
    world.objects["own_recording"] = world.objects["recording"]


def talk(world: World, who: str, name: str, *, with_customer: str) -> None:
    """Let somebody talk to a customer, by word and on a recording, and have it summed up."""
    person = world.people[who]
    said, hidden = word("said", name), word("hidden", name)
    held = Held(
        happened_at=clock.now() - timedelta(hours=1),
        channel=Channel.CALL,
        text=f"{said}，微信 {hidden}。",
    )
    account = Member.objects.get(pk=world.objects["member"][with_customer])
    made = record_conversation(account=account, held=held, by=person)
    world.know("conversation", name, made.pk)
    world.aviary.text("conversation", made.pk, said)
    world.aviary.text("conversation_secret", made.pk, hidden)
    _record(world, person, name, account, held)
    texts = source_texts([made], scope_of(person))
    text = summarise(texts, tenant=person.tenant, reader=person)
    world.know("ai_text", name, text.pk)


def _record(world: World, person: Person, name: str, account: Member, held: Held) -> None:
    """Let somebody record a conversation; those far away have written theirs down."""
    earlier = replace(held, happened_at=held.happened_at - timedelta(days=1))
    made = keep_recording(account=account, held=earlier, content=b"OggS" + bytes(40), by=person)
    if name in ("deep", "neighbour"):
        write_down(recording=made, text="r", by=person)
    world.know("recording", name, made.pk)
