"""What was said with customers, by whom and when, the newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from bihuan.ai.domain.made import SourceText, Task
from bihuan.ai.models import AiText
from bihuan.ai.queries import last_text
from bihuan.customers.models import Conversation, ConversationQuerySet
from bihuan.org.access import scope_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person


def conversations_of(accounts: Collection[int], scope: Scope) -> ConversationQuerySet:
    """Return the conversations with some accounts whose facts the scope covers."""
    found = Conversation.objects.visible_to(scope).filter(account__in=accounts)
    return found.select_related("account", "person", "fact", "recording")


def last_conversations(
    person: Person, *, most: int = 3, before: datetime | None = None
) -> list[Conversation]:
    """Return the last conversations that a person held, with their words, the newest first.

    Those that were erased, and those whose fact was taken back, are none. Who may
    read them is for the caller to ask: whoever may see the facts of that person.
    """
    found = Conversation.objects.held_by(person).select_related("account", "fact")
    if before is not None:
        found = found.filter(happened_at__lt=before)
    return list(found.order_by("-happened_at", "-pk")[:most])


def last_conversations_with(
    accounts: Collection[int], *, to: Person, most: int = 3, before: datetime | None = None
) -> list[Conversation]:
    """Return the last conversations with a customer that somebody may see, the newest first."""
    found = conversations_of(accounts, scope_of(to)).filter(erased_at__isnull=True)
    if before is not None:
        found = found.filter(happened_at__lt=before)
    return list(found.order_by("-happened_at", "-pk")[:most])


def source_texts(conversations: Iterable[Conversation]) -> list[SourceText]:
    """Return the words of conversations, with the names that must not leave the house."""
    return [
        SourceText(each.about, each.text, names=(each.account.name, each.account.code))
        for each in conversations
    ]


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A record that a text is made of, and where it opens."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The last conversations with a customer, how many there are, and their summary."""

    shown: tuple[Conversation, ...]
    count: int
    summary: AiText | None

    @property
    def has_words(self) -> bool:
        return any(not each.is_erased for each in self.shown)

    @property
    def source_links(self) -> list[SourceLink]:
        """Return where to open the conversations that the summary is made of."""
        sources = self.summary.sources if self.summary else ()
        return [
            SourceLink(f"{each.happened_at:%m-%d}", reverse("facts:fact", args=[each.fact.seq]))
            for each in self.shown
            if each.about in sources
        ]


SHOWN = 5


def talk_with(accounts: Collection[int], scope: Scope, reader: Person) -> Talk:
    """Return what the page of a customer says of conversations.

    A summary made before the last conversation is none of today, and is not shown.
    """
    said = conversations_of(accounts, scope)
    shown = tuple(said[:SHOWN])
    newest = next((each for each in shown if not each.is_erased), None)
    summary = last_text(reader, Task.SUMMARY, about=newest.about) if newest else None
    return Talk(shown=shown, count=said.count(), summary=summary)
