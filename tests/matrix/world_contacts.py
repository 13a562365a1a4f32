"""People at customers of both companies: what whoever sees the customer reads, and secrets."""

from __future__ import annotations

from bihuan.customers.actions import add_contact
from bihuan.customers.models import Contact
from bihuan.facts.models import Member
from bihuan.org.models import Person
from bihuan.privacy.domain.field import Field
from tests.matrix.canary import phone, word
from tests.matrix.world import NO_MARK, Mark, World


def meet_contacts(world: World) -> None:
    """Let some people write down somebody at a customer of theirs."""
    for number, name in enumerate(("rep", "deep", "neighbour", "their rep")):
        meet(world, name, at=name, number=number, by=world.people[name])
    world.know("contact", "absent", world.objects["contact"].pop("absent"))
    world.know("subject", "absent", NO_MARK)


def meet(world: World, name: str, *, at: str, number: int, by: Person) -> Contact:
    """Write down somebody at a customer, with a canary in every field."""
    account = Member.objects.get(pk=world.objects["member"][at])
    given = {
        Field.NAME: word("contact", name),
        Field.TITLE: word("title", name),
        Field.MOBILE: phone(number),
        Field.PHONE: phone(1_000_000 + number),
        Field.WECHAT: word("wechat", name),
        Field.NOTES: word("notes", name),
        Field.MAIL: f"{word('mail', name)}@example.com",
    }
    made = add_contact(account=account, given=given, by=by)
    world.know("contact", name, made.pk)
    world.know("subject", name, Mark.of(made.subject_id))
    world.aviary.text("contact", made.pk, given[Field.NAME], given[Field.TITLE])
    shown = (Field.NAME, Field.TITLE)
    hidden = (value for field, value in given.items() if field not in shown)
    world.aviary.text(
        "contact_secret", made.pk, *(value.removesuffix("@example.com") for value in hidden)
    )
    return made
