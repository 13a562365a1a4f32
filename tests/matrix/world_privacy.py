"""What both companies keep of people: own fields, requests, a hold, copies, consents, exports."""

from __future__ import annotations

from bihuan.base import clock
from bihuan.customers.models import Contact
from bihuan.org.actions import robot_of
from bihuan.org.models import Person
from bihuan.privacy.actions import ask, decide, hold, note_consent, set_own_fields, subject_for
from bihuan.privacy.actions.copying import make_copy
from bihuan.privacy.domain.consent import Channel, Use
from bihuan.privacy.domain.field import FIELDS_OF, Field, Kind
from bihuan.privacy.domain.petition import Asked
from bihuan.tenants.actions.exporting import make_export
from bihuan.tenants.models import Export
from tests.matrix.canary import phone, word
from tests.matrix.world import World

ASKERS = {"rep": "quality officer", "their rep": "stranger"}
COPIED = {"rep": "rep", "neighbour": "quality officer", "their rep": "their rep"}
"""Of whose data there is a finished copy, and who asked for it."""


def keep_own_data(world: World) -> None:
    """Let some people say how they themselves are reached, which nobody else is shown."""
    for number, name in enumerate(("rep", "manager", "neighbour", "their rep")):
        person = world.people[name]
        note_consent(
            subject=subject_for(person),
            use=Use.SENSITIVE,
            text_version="1",
            channel=Channel.PAGE,
            by=person,
        )
        given = {field: own_value(field, name, number) for field in FIELDS_OF[Kind.PERSON]}
        set_own_fields(person=person, given=given, by=person)
        hidden = (value.removesuffix("@example.com") for value in given.values())
        world.aviary.text("own_secret", person.pk, *hidden)


def own_value(field: Field, name: str, number: int) -> str:
    """Return a value that is in nobody else's field, in the form that the field asks for."""
    written = word("own", field.value, name)
    if field in (Field.MOBILE, Field.EMERGENCY_PHONE):
        return phone(2_000_000 + 2 * number + (field is Field.MOBILE))
    if field is Field.BIRTHDAY:
        return f"190{number}-02-1{number}"
    return f"{written}@example.com" if field is Field.MAIL else written


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


def hand_out_copies(world: World) -> None:
    """Make copies of some people's data: for themselves, and for another on their behalf."""
    for name, asker in COPIED.items():
        by, reason = world.people[asker], word("copy", name)
        subject = subject_for(world.people[name])
        made = ask(kind=Asked.COPY, subject=subject, reason=reason, by=by)
        if asker != name:
            made = decide(petition=made, agree=True, by=world.people["admin"])
        make_copy(petition=made, by=robot_of(by.tenant))
        world.know("petition", f"{name} copy", made.pk)
        world.aviary.text("petition", made.pk, reason)


def note_consents(world: World) -> None:
    """Note what people at customers agreed to, each in words of its own."""
    for name in ("rep", "deep", "neighbour", "their rep"):
        contact = Contact.objects.get(pk=world.objects["contact"][name])
        version = word("consent", name)
        made = note_consent(
            subject=contact.subject,
            use=Use.CONTACTING,
            text_version=version,
            channel=Channel.PAPER,
            by=world.people[name],
        )
        world.know("consent", name, made.pk)
        world.aviary.text("consent", made.pk, version)


def take_everything(world: World) -> None:
    """Make the export of all that there is, in each company."""
    for name, by in (("ours", "admin"), ("theirs", "stranger")):
        world.know("export", name, _exported(world.people[by]).pk)
    for kind in ("petition", "hold", "consent", "export"):  # What is there before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))


def _exported(by: Person) -> Export:
    asked = Export.objects.create(tenant=by.tenant, by=by, asked_at=clock.now())
    return make_export(export=asked)
