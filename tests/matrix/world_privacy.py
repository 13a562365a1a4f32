"""Requests to erase contacts of both companies, each by who looks after personal data there."""

from __future__ import annotations

from bihuan.customers.models import Contact
from bihuan.privacy.actions import ask, hold
from bihuan.privacy.domain.petition import Asked
from tests.matrix.canary import word
from tests.matrix.world import World

ASKERS = {"rep": "quality officer", "their rep": "stranger"}


def ask_to_erase(world: World) -> None:
    """Ask for an erasure in each company, and hold another contact of the first one."""
    for name, asker in ASKERS.items():
        contact = Contact.objects.get(pk=world.objects["contact"][name])
        reason = word("petition", name)
        made = ask(
            kind=Asked.ERASURE, subject=contact.subject, reason=reason, by=world.people[asker]
        )
        world.know("petition", name, made.pk)
        world.aviary.text("petition", made.pk, reason)
    other = Contact.objects.get(pk=world.objects["contact"]["neighbour"])
    held = hold(subject=other.subject, reason="r", until=None, by=world.people["admin"])
    world.know("hold", "neighbour", held.pk)
    for kind in ("petition", "hold"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))
