"""Proposal: a change that waits for the word of those it touches.

It ends in exactly one state. Which one follows from the answers alone:

- everybody accepts: accepted; some of them with changes: amended;
- nobody says yes: refused if somebody refused, else expired;
- some say yes and some do not, or are silent: accepted in part.

>>> outcome([Choice.ACCEPT, Choice.ACCEPT]), outcome([Choice.ACCEPT, Choice.AMEND])
(<State.ACCEPTED: 'accepted'>, <State.AMENDED: 'amended'>)
>>> outcome([Choice.REFUSE, Choice.NONE]), outcome([Choice.NONE])
(<State.REFUSED: 'refused'>, <State.EXPIRED: 'expired'>)
>>> outcome([Choice.ACCEPT, Choice.REFUSE]), outcome([Choice.ACCEPT, Choice.NONE])
(<State.PARTLY: 'partly'>, <State.PARTLY: 'partly'>)

Who has left is not waited for, and does not count:

>>> outcome([Choice.ACCEPT, Choice.GONE]), outcome([Choice.GONE])
(<State.ACCEPTED: 'accepted'>, <State.EXPIRED: 'expired'>)

What a state means for the thing that was proposed, the package that proposed decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.answer import YES, Choice
from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import gettext_noop


class State(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    AMENDED = "amended"
    REFUSED = "refused"
    PARTLY = "partly"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


SAYS = {
    State.OPEN: gettext_noop("Waiting for answers"),
    State.ACCEPTED: gettext_noop("Accepted"),
    State.AMENDED: gettext_noop("Accepted with changes"),
    State.REFUSED: gettext_noop("Refused"),
    State.PARTLY: gettext_noop("Accepted in part"),
    State.EXPIRED: gettext_noop("Expired without an answer"),
    State.WITHDRAWN: gettext_noop("Proposal withdrawn"),
}
"""Each state in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDraft:
    """What is proposed: its title, why in words, what would change, and until when to answer."""

    kind: str
    about: About
    title: Sentence
    terms: Mapping[str, object]
    deadline_at: datetime
    words: tuple[Sentence, ...] = field(default=())


def outcome(choices: Iterable[Choice]) -> State:
    """Return the state in which a proposal ends that was answered like this."""
    counted = {choice for choice in choices if choice is not Choice.GONE}
    if not counted & YES:
        return State.REFUSED if Choice.REFUSE in counted else State.EXPIRED
    if counted - YES:
        return State.PARTLY
    return State.AMENDED if Choice.AMEND in counted else State.ACCEPTED
