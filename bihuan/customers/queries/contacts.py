"""People at customers, as somebody is shown them.

Names lie in the vault, so the database cannot sort by them: a page is taken by age and
put in the order of names once it is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bihuan.customers.access import (
    CONTACT_FIELDS,
    contacts_asked_of,
    contacts_visible_to,
    place_of_contact,
)
from bihuan.customers.models import Contact, ContactQuerySet
from bihuan.org.access import people_visible_to, scope_of
from bihuan.org.domain.field_map import Sight
from bihuan.org.domain.name import sort_key
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant
from bihuan.privacy.domain.field import Field
from bihuan.privacy.queries import Values, alike, found, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """Somebody at a customer, with what the reader is shown of them."""

    contact: Contact
    values: Values
    owner: Person | None
    """Who looks after them, where the reader may know that."""
    has_masked: bool
    """Whether more is kept than is shown."""

    @property
    def name(self) -> str:
        return self.values.get(Field.NAME, "")

    @property
    def title(self) -> str:
        return self.values.get(Field.TITLE, "")

    @property
    def reached(self) -> list[tuple[str, str]]:
        """Return by what they are reached: the field and what is shown of it."""
        return [
            (field.value, self.values[field])
            for field in (Field.MOBILE, Field.PHONE, Field.MAIL, Field.WECHAT)
            if self.values.get(field)
        ]

    @property
    def notes(self) -> str:
        return self.values.get(Field.NOTES, "")


def contacts(
    scope: Scope, tenant: Tenant, entities: Mapping[int, int], *, text: str = ""
) -> ContactQuerySet:
    """Return the people at customers whom a person sees.

    By a number or an address they find those whose numbers they are shown in full.
    """
    seen = contacts_visible_to(scope, entities).there()
    if text.strip():
        seen = contacts_asked_of(seen, scope).filter(subject__in=found(tenant, text))
    return seen.select_related("account", "owner")


def contacts_at(accounts: Iterable[int]) -> ContactQuerySet:
    """Return the people at these accounts, of a customer that may be seen."""
    there = Contact.objects.filter(account__in=list(accounts), subject__erased_at__isnull=True)
    return there.there().select_related("account", "owner")


def contact_lines(found: Iterable[Contact], reader: Person) -> list[ContactLine]:
    """Return contacts in the order of their names, as the reader is shown them."""
    people = list(found)
    scope = scope_of(reader)
    owners = people_visible_to(scope).in_bulk([each.owner_id for each in people])
    places = {each.subject_id: place_of_contact(each) for each in people}
    values = shown(places, CONTACT_FIELDS, scope)
    lines = [
        ContactLine(
            contact=each,
            values=values[each.subject_id],
            owner=owners.get(each.owner_id),
            has_masked=any(
                CONTACT_FIELDS.sight(field, scope, places[each.subject_id]) is not Sight.FULL
                for field in values[each.subject_id]
            ),
        )
        for each in people
    ]
    return sorted(lines, key=lambda line: (sort_key(line.name), line.contact.pk))


def known_as(
    given: Values, scope: Scope, entities: Mapping[int, int], tenant: Tenant
) -> ContactQuerySet:
    """Return the contacts whom a person sees and who share a number or address with these."""
    same = alike(tenant, given)
    return contacts_visible_to(scope, entities).filter(subject__in=same).select_related("account")
