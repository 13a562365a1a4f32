"""What a task brings with it besides the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from bihuan.ai.actions import summarise
from bihuan.ai.domain.made import Backend
from bihuan.ai.models import AiText
from bihuan.base import clock
from bihuan.customers.access import accounts_of, entity_map
from bihuan.customers.models import Conversation
from bihuan.customers.queries import last_conversations, last_conversations_with, source_texts
from bihuan.inbox.domain.evidence import Line
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.kernel.errors import gettext_noop
from bihuan.org.models import Person
from bihuan.rules.domain.response import Content, Response
from bihuan.rules.models import Alert
from bihuan.rules.queries.assessing import assessment_lines

MOST, SENTENCES = 3, 3
TALKS = gettext_noop("The last conversations with customers, in short")
NO_TALKS = gettext_noop("No conversation is recorded")
TALK = gettext_noop("Conversation with %(who)s")
MADE_BY = gettext_noop("The summary was made by")
MAKERS = {
    Backend.LOCAL: gettext_noop("this product itself (%(model)s)"),
    Backend.REMOTE: gettext_noop("a language service (%(model)s)"),
}


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
    """Return what was last said with customers, in a few sentences that name what made them."""
    found = _talks(alert, to)
    if found is None:
        return Brought()
    if not found:
        return Brought(lines=[Line(name=Sentence(TALKS), value=Sentence(NO_TALKS))])
    text = summarise(source_texts(found), tenant=alert.tenant, sentences=SENTENCES, reader=to)
    lines = [Line(name=Sentence(TALKS), value=plain(text.kept))]
    for each in found:
        on = clock.business_day(each.happened_at, alert.tenant.time_zone)
        name = Sentence(TALK, {"who": each.account.name})
        link = reverse("facts:fact", args=[each.fact.seq])
        lines.append(Line(name=name, value=on, link=link))
    made = Line(name=Sentence(MADE_BY), value=_maker(text))
    return Brought(lines=[*lines, made], kept={"text": text.pk, "sources": list(text.sources)})


def _maker(text: AiText) -> Sentence:
    return Sentence(MAKERS[Backend(text.backend)], {"model": text.model})
