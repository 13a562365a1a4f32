"""Says what is kept of notices and proposals in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise

from bihuan.inbox.decisions import kind_of
from bihuan.inbox.domain.proposal import State
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.models import CHOICE_LABELS, STATE_LABELS, Answer, Proposal
from bihuan.inbox.queries import ProposalView, TaskRow, TaskView, saying

register = template.Library()

TONES = {
    State.OPEN.value: "tag-warn",
    State.ACCEPTED.value: "tag-pos",
    State.AMENDED.value: "tag-pos",
    State.PARTLY.value: "tag-warn",
    State.REFUSED.value: "tag-neg",
}


@register.filter
def said(sentence: Sentence | None) -> str:
    """Write a kept sentence."""
    return saying.said(sentence)


@register.filter
def told(sentence: Sentence | None) -> str:
    """Write a kept sentence of a notice."""
    return saying.told(sentence)


@register.filter
def as_read(text: str, shown: TaskView | TaskRow | ProposalView) -> str:
    """Write words of a task or a proposal as its reader is shown them."""
    return shown.read(text)


@register.filter
def kind_name(proposal: Proposal) -> Promise:
    """Write what kind of proposal it is."""
    return kind_of(proposal).name


@register.filter
def state_name(proposal: Proposal) -> Promise:
    return STATE_LABELS[proposal.state]


@register.filter
def state_tone(proposal: Proposal) -> str:
    """Return the class that colours a state; the words beside it say it too."""
    return TONES.get(proposal.state, "tag-quiet")


@register.filter
def choice_name(answer: Answer) -> Promise:
    return CHOICE_LABELS[answer.choice]
