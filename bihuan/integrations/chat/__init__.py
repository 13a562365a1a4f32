"""Chat tools: what each must be able to do so that people are told by it and answer in it.

A tool knows how to hand over a card and how to change one whose button was pressed. To
the inbox it is a channel like mail. A further tool is a package beside this one,
which says these few things of itself and registers when the app is set up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise

from bihuan.inbox.channels import Message, Sent
from bihuan.integrations.models import ChatAddress
from bihuan.org.models import Person, Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """That somebody pressed a button of a card: who, on which, and how to change the card."""

    user: str
    stable_id: UUID
    button: str
    ticket: str
    """What the tool wants back when the card is to show what came of it."""


class Tool(Protocol):
    """A chat tool of which a company has an app."""

    @property
    def code(self) -> str:
        """Return what it is called in tables."""

    @property
    def name(self) -> Promise:
        """Return what it is called for people."""

    def is_open(self, tenant: Tenant) -> bool:
        """Return whether a company has set it up and it is on."""

    def knows_codes(self, tenant: Tenant) -> bool:
        """Return whether it knows people by their codes here where nothing else is said."""

    def send_card(self, message: Message) -> Sent:
        """Hand a card over; with the same ``stable_id`` it is shown once."""

    def close_card(self, tenant: Tenant, *, user: str, ticket: str, words: str) -> None:
        """Put words in the place of a card's button."""


@dataclass(frozen=True, slots=True)
class ChatChannel:
    """A chat tool as the inbox sees it."""

    tool: Tool

    @property
    def code(self) -> str:
        return self.tool.code

    @property
    def name(self) -> Promise:
        return self.tool.name

    def is_open(self, tenant: Tenant) -> bool:
        return self.tool.is_open(tenant)

    def addresses(self, tenant: Tenant, people: Collection[int]) -> Mapping[int, str]:
        named = _named(self.tool.code, tenant)
        known = {}
        if self.tool.knows_codes(tenant):
            ours = Person.objects.filter(tenant=tenant, pk__in=people, is_robot=False)
            taken = set(named.values())
            known = {pk: code for pk, code in ours.values_list("pk", "code") if code not in taken}
        return known | {pk: address for pk, address in named.items() if pk in set(people)}

    def send(self, message: Message) -> Sent:
        return self.tool.send_card(message)


def person_known_as(tool: Tool, tenant: Tenant, user: str) -> Person | None:
    """Return who in a company a tool knows by this name."""
    named = {address.lower(): pk for pk, address in _named(tool.code, tenant).items()}
    people = Person.objects.filter(tenant=tenant, is_robot=False).select_related("tenant")
    if user.lower() in named:
        return people.get(pk=named[user.lower()])
    if not tool.knows_codes(tenant):
        return None
    found = list(people.filter(code__iexact=user).exclude(pk__in=named.values())[:2])
    return found[0] if len(found) == 1 else None


def _named(tool: str, tenant: Tenant) -> dict[int, str]:
    kept = ChatAddress.objects.filter(tool=tool, tenant=tenant)
    return dict(kept.values_list("person_id", "address"))
