"""What is kept of people and opened to others, for each role: there for where it lies."""

from __future__ import annotations

from datetime import timedelta

from bihuan.base import clock
from bihuan.customers.models import Contact
from bihuan.org import actions
from bihuan.org.domain.delegation import EVERYTHING, Days
from bihuan.org.models import Delegation, Share
from bihuan.privacy.actions import ask, hold, note_consent, subject_for
from bihuan.privacy.domain.consent import Channel, Use
from bihuan.privacy.domain.petition import Asked
from tests.matrix.canary import word
from tests.matrix.world import FOR_ITS_PLACE, SEATED, World
from tests.matrix.world_contacts import meet

FIRST_NUMBER = 40
"""Numbers of phones below are of contacts that are asked for by name."""


def keep_of_everybody(world: World) -> None:
    for number, name in enumerate(SEATED[1:], start=FIRST_NUMBER):
        _look_after(world, name, number)
        _ask_for_oneself(world, name)
    for number, name in enumerate((*SEATED, "their rep"), start=FIRST_NUMBER * 2):
        _hold(world, name, number)
    _open(world)


def _look_after(world: World, name: str, number: int) -> None:
    """Let somebody look after a contact at their customer, who agreed to be called."""
    contact = _contact(world, name, f"{name}{FOR_ITS_PLACE}", number)
    version = word("consent", f"{name}{FOR_ITS_PLACE}")
    made = note_consent(
        subject=contact.subject,
        use=Use.CONTACTING,
        text_version=version,
        channel=Channel.PAPER,
        by=world.people[name],
    )
    world.know("consent", f"{name}{FOR_ITS_PLACE}", made.pk)
    world.aviary.text("consent", made.pk, version)


def _contact(world: World, owner: str, name: str, number: int) -> Contact:
    """Write down a contact, and whoever looks after it since, whatever they are now."""
    person = world.people[owner]
    known = world.objects["member"]
    customer = owner if owner in known else f"{owner}{FOR_ITS_PLACE}"
    made = meet(world, name, at=customer, number=number, by=actions.robot_of(person.tenant))
    Contact.objects.filter(pk=made.pk).update(owner=person)
    return made


def _ask_for_oneself(world: World, name: str) -> None:
    person, reason = world.people[name], word("petition", f"{name}{FOR_ITS_PLACE}")
    made = ask(kind=Asked.ERASURE, subject=subject_for(person), reason=reason, by=person)
    world.know("petition", f"{name}{FOR_ITS_PLACE}", made.pk)
    world.aviary.text("petition", made.pk, reason)


def _hold(world: World, name: str, number: int) -> None:
    """Hold a contact that nothing else is asked of."""
    contact = _contact(world, name, f"{name} held{FOR_ITS_PLACE}", number)
    by = world.people["stranger" if name == "their rep" else "admin"]
    held = hold(subject=contact.subject, reason="r", until=None, by=by)
    world.know("hold", f"{name}{FOR_ITS_PLACE}", held.pk)


def _open(world: World) -> None:
    """Lend and share from a day that is still to come, so that nobody sees more by it."""
    begin = world.today + timedelta(days=20)
    days = Days(begin, begin + timedelta(days=5))
    head = world.people["head"]
    for name in (*SEATED, "neighbour"):
        if name != "manager":
            lent = actions.lend(
                lender=head,
                deputy=world.people[name],
                days=days,
                limits=EVERYTHING,
                reason="away",
                by=head,
            )
            world.know("delegation", f"{name}{FOR_ITS_PLACE}", lent.pk)
    stranger, theirs = world.people["stranger"], world.people["their rep"]
    far = Delegation.objects.create(
        tenant=world.other,
        lender=stranger,
        deputy=theirs,
        valid_from=days.valid_from,
        valid_to=days.valid_to,
        reason="away",
        made_by=stranger,
        made_at=clock.now(),
    )
    world.know("delegation", f"their rep{FOR_ITS_PLACE}", far.pk)
    for name in (*SEATED[1:], "head", "neighbour", "their rep"):
        _share(world, name, days)


def _share(world: World, name: str, days: Days) -> None:
    sharer = world.people[name]
    known = world.objects["member"]
    account = known[name] if name in known else known[f"{name}{FOR_ITS_PLACE}"]
    to = {"their rep": "stranger", "head": "sibling manager", "neighbour": "sibling manager"}
    shared = Share.objects.create(
        tenant=sharer.tenant,
        kind="customers.customer",
        thing_id=account,
        ids=[account],
        sharer=sharer,
        person=world.people[to.get(name, "guest")],
        valid_from=days.valid_from,
        valid_to=days.valid_to,
        reason="to read",
        made_at=clock.now(),
    )
    world.know("share", f"{name}{FOR_ITS_PLACE}", shared.pk)
