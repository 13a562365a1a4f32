"""Webhooks of both companies, at an address that nothing goes out to, and an event of each."""

from __future__ import annotations

from uuid import uuid4

from bihuan.base import clock
from bihuan.integrations import actions
from bihuan.integrations.models import WebhookDelivery
from tests.matrix.canary import word
from tests.matrix.world import World

NOWHERE = "https://127.0.0.1/in"
"""The guard lets it be typed, and refuses to connect without asking any name server."""


def set_up_webhooks(world: World) -> None:
    for name, admin in (("ours", "admin"), ("theirs", "stranger")):
        title = word("webhook", name)
        draft = actions.WebhookDraft(name=title, url=NOWHERE, kinds=["task.done"])
        hook, _ = actions.make_webhook(draft=draft, by=world.people[admin])
        world.know("webhook", name, hook.pk)
        world.aviary.text("webhook", hook.pk, title)
        now = clock.now()
        event = WebhookDelivery.objects.create(
            webhook=hook,
            stable_id=uuid4(),
            kind="task.done",
            content={},
            happened_at=now,
            made_at=now,
            state="dead",
        )
        world.know("hook_delivery", name, event.pk)
    for kind in ("webhook", "hook_delivery"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))
