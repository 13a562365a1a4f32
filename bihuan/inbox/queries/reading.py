"""One proposal as somebody may see it: what would change for whom, and what was said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bihuan.inbox import decisions
from bihuan.inbox.access import (
    addressees_visible_to,
    answer_words,
    may_answer_for,
    may_withdraw,
    proposal_words_to,
)
from bihuan.inbox.decisions import Line
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.models import Addressee, Answer, Proposal
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person


@dataclass(frozen=True, slots=True)
class Row:
    """A line with the value an addressee would have instead, where they amended it."""

    line: Line
    amended: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Return by how much the proposed value differs from the one there is."""
        before, after = self.line.before, self.line.after
        return None if before is None or after is None else after - before


@dataclass(frozen=True, slots=True)
class Part:
    """What a proposal would change for one addressee, and what they said."""

    addressee: Addressee
    rows: tuple[Row, ...]
    answer: Answer | None
    words: str = ""
    """The reason of the answer, as its reader is shown it."""

    @property
    def is_amended(self) -> bool:
        return any(row.amended is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a proposal: made, answered or closed."""

    what: str
    at: datetime
    by: Person | None = None
    answer: Answer | None = None
    words: str = ""
    """What was said with it, as its reader is shown it."""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal as one person may see it at a moment."""

    proposal: Proposal
    own: Part | None
    stood_for: tuple[Part, ...]
    """Of those in whose place the person may answer."""
    others: tuple[Part, ...]
    trail: tuple[Step, ...]
    asked_count: int
    given_count: int
    is_late: bool
    """Whether the deadline has passed, though nobody has closed it yet."""
    may_withdraw: bool
    read: Callable[[str], str]
    """Shows words of the proposal as its reader is to see them."""

    @property
    def may_answer(self) -> bool:
        """Return whether the person is asked and can still say something."""
        return self.own is not None and self.takes_answer(self.own)

    def takes_answer(self, part: Part) -> bool:
        """Return whether a part can still be answered, by whom the view is for."""
        is_theirs = part is self.own or part in self.stood_for
        return is_theirs and part.answer is None and self.proposal.is_open and not self.is_late

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return all parts the person sees, their own first."""
        return (*((self.own,) if self.own is not None else ()), *self.stood_for, *self.others)

    @property
    def hidden_count(self) -> int:
        """Return how many were asked whom the person may not see."""
        return self.asked_count - len(self.parts)


def proposal_view(
    proposal: Proposal, *, person: Person, scope: Scope, now: datetime
) -> ProposalView:
    """Return a proposal with the addressees and answers that a person may see."""
    seen = addressees_visible_to(scope, proposal).select_related("person", "unit", "answer__deputy")
    shown = list(seen.order_by("person__pinyin", "pk"))
    parts = _parts(proposal, shown, scope)
    read = proposal_words_to(proposal, shown, scope)
    given = Answer.objects.filter(addressee__proposal=proposal).exclude(
        choice__in=[Choice.NONE.value, Choice.GONE.value]
    )
    theirs = {pk for pk in scope.stands_for if may_answer_for(proposal, pk, person)}
    return ProposalView(
        proposal=proposal,
        own=next((each for each in parts if each.addressee.person_id == person.pk), None),
        stood_for=tuple(each for each in parts if each.addressee.person_id in theirs),
        others=tuple(
            each for each in parts if each.addressee.person_id not in {person.pk, *theirs}
        ),
        trail=_trail(proposal, parts, read),
        asked_count=proposal.addressees.count(),
        given_count=given.count(),
        is_late=proposal.is_open and proposal.deadline_at <= now,
        may_withdraw=proposal.is_open and may_withdraw(proposal, person),
        read=read,
    )


def _parts(proposal: Proposal, shown: Sequence[Addressee], scope: Scope) -> list[Part]:
    for each in shown:
        each.proposal = proposal
    lines = decisions.kind_of(proposal).parts(proposal, shown)
    return [_part(each, lines.get(each.pk, ()), scope) for each in shown]


def _part(addressee: Addressee, lines: Sequence[Line], scope: Scope) -> Part:
    answer: Answer | None = getattr(addressee, "answer", None)
    amended = (answer.amended or {}) if answer is not None else {}
    rows = (
        Row(line, Decimal(amended[line.key]) if line.key in amended else None) for line in lines
    )
    words = "" if answer is None else answer_words(answer, scope)
    return Part(addressee, tuple(rows), answer, words)


def _trail(
    proposal: Proposal, parts: Sequence[Part], read: Callable[[str], str]
) -> tuple[Step, ...]:
    """Return what happened, in order, as far as the parts tell of it."""
    given = [(each.answer, each.words) for each in parts if each.answer is not None]
    given.sort(key=lambda pair: (pair[0].answered_at, pair[0].pk))
    steps = [Step("made", proposal.made_at, proposal.made_by)]
    steps += [
        Step("answered", each.answered_at, each.addressee.person, each, words)
        for each, words in given
    ]
    if proposal.closed_at is not None:
        what = "withdrawn" if proposal.state == "withdrawn" else "decided"
        by = proposal.closed_by if what == "withdrawn" else None
        steps.append(Step(what, proposal.closed_at, by, words=read(proposal.reason)))
    return tuple(steps)
