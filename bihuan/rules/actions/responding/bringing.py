"""What a task brings with it besides the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from bihuan.ai.actions import summarise
from bihuan.base import clock
from bihuan.customers.access import accounts_of, entity_map
from bihuan.customers.models import Conversation
from bihuan.customers.queries import last_conversations, last_conversations_with, source_texts
from bihuan.inbox.domain.evidence import Line, Source, brought_text
from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import gettext_noop
from bihuan.org.models import Person, Tenant
from bihuan.rules.domain.response import Content, Response
from bihuan.rules.models import Alert
from bihuan.rules.queries.assessing import assessment_lines

MOST, SENTENCES = 3, 3
TALKS = gettext_noop("The last conversations with customers, in short")
NO_TALKS = gettext_noop("No conversation is recorded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Lines for whoever reads the task, and what is kept beside them for the product."""

    lines: Sequence[Line] = ()
    kept: Mapping[str, object] = field(default_factory=dict)


def brought(alert: Alert, response: Response, to: Person) -> Brought:
    """Return what a response brings with it."""
    if Content.ASSESSMENT in response.brings and alert.person is not None:
        lines = assessment_lines(person=alert.person, metric=alert.about_metric, on=alert.opened_on)
        return Brought(lines=lines)
    if Content.CONVERSATIONS in response.brings:
        return _conversations(alert, to)
    return Brought()


def _talks(alert: Alert, to: Person) -> list[Conversation] | None:
    """Return the last conversations of a person, or those with a customer that one may see."""
    if alert.account is not None:
        accounts = accounts_of(alert.account, entity_map(alert.tenant))
        return last_conversations_with(accounts, to=to, most=MOST, before=clock.now())
    if alert.person is not None:
        return last_conversations(alert.person, most=MOST, before=clock.now())
    return None


def _conversations(alert: Alert, to: Person) -> Brought:
    """Return what was last said with customers in a few sentences, and which talks they are of.

    The words lie with the text and not in the task: they go when a conversation is erased.
    """
    found = _talks(alert, to)
    if found is None:
        return Brought()
    if not found:
        return Brought(lines=[Line(name=Sentence(TALKS), value=Sentence(NO_TALKS))])
    text = summarise(source_texts(found), tenant=alert.tenant, sentences=SENTENCES, reader=to)
    return Brought(kept=brought_text(text.pk, [_source(each, alert.tenant) for each in found]))


def _source(each: Conversation, tenant: Tenant) -> Source:
    on = clock.business_day(each.happened_at, tenant.time_zone)
    label = f"{each.account.name} {on:%m-%d}"
    return Source(label, reverse("facts:fact", args=[each.fact.seq]))
