"""What a task brings with it besides the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from bihuan.ai.actions import summarise
from bihuan.ai.domain.made import Backend
from bihuan.ai.models import AiText
from bihuan.base import clock
from bihuan.customers.queries import last_conversations, source_texts
from bihuan.inbox.domain.evidence import Line
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.kernel.errors import gettext_noop
from bihuan.org.access import scope_of
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
    if alert.person is None:
        return Brought()
    if Content.ASSESSMENT in response.brings:
        lines = assessment_lines(person=alert.person, metric=alert.about_metric, on=alert.opened_on)
        return Brought(lines=lines)
    if Content.CONVERSATIONS in response.brings:
        return _conversations(alert, alert.person, to)
    return Brought()


def _conversations(alert: Alert, person: Person, to: Person) -> Brought:
    """Return what was last said with customers, in a few sentences that name what made them."""
    found = last_conversations(person, most=MOST, before=clock.now())
    texts = source_texts(found, scope_of(to))
    if not texts:
        return Brought(lines=[Line(name=Sentence(TALKS), value=Sentence(NO_TALKS))])
    text = summarise(texts, tenant=alert.tenant, sentences=SENTENCES, reader=to)
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
