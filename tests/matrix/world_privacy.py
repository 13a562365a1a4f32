"""Requests to erase contacts of both companies, each by who looks after personal data there."""

from __future__ import annotations

from bihuan.customers.models import Contact
from bihuan.privacy.actions import ask, hold, set_own_fields
from bihuan.privacy.domain.field import Field
from bihuan.privacy.domain.petition import Asked
from tests.matrix.canary import phone, word
from tests.matrix.world import World

ASKERS = {"rep": "quality officer", "their rep": "stranger"}


def keep_own_data(world: World) -> None:
    """Let some people say how they themselves are reached, which nobody else is shown."""
    for number, name in enumerate(("rep", "manager", "neighbour", "their rep")):
        person = world.people[name]
        given = {
            Field.MOBILE: phone(2_000_000 + number),
            Field.WECHAT: word("ownwechat", name),
            Field.MAIL: f"{word('ownmail', name)}@example.com",
        }
        set_own_fields(person=person, given=given, by=person)
        hidden = (given[Field.MOBILE], given[Field.WECHAT], word("ownmail", name))
        world.aviary.text("own_secret", person.pk, *hidden)


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
