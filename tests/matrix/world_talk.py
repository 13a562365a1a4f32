"""Conversations of both companies, and texts that were made of them."""

from __future__ import annotations

from datetime import timedelta

from bihuan.ai.actions import summarise
from bihuan.base import clock
from bihuan.customers.actions import record_conversation
from bihuan.customers.domain.conversation import Channel, Held
from bihuan.customers.queries import source_texts
from bihuan.facts.models import Member
from bihuan.org.access import scope_of
from tests.matrix.canary import word
from tests.matrix.world import World


def hold_conversations(world: World) -> None:
    """Let some people say something to a customer of theirs, and have it summed up."""
    for name in ("rep", "deep", "neighbour", "their rep"):
        person = world.people[name]
        said, hidden = word("said", name), word("hidden", name)
        held = Held(
            happened_at=clock.now() - timedelta(hours=1),
            channel=Channel.CALL,
            text=f"{said}，微信 {hidden}。",
        )
        account = Member.objects.get(pk=world.objects["member"][name])
        made = record_conversation(account=account, held=held, by=person)
        world.know("conversation", name, made.pk)
        world.aviary.text("conversation", made.pk, said)
        world.aviary.text("conversation_secret", made.pk, hidden)
        text = summarise(
            source_texts([made], scope_of(person)), tenant=person.tenant, reader=person
        )
        world.know("ai_text", name, text.pk)
    for kind in ("conversation", "ai_text"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))
