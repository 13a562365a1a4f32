"""The inbox for programs: the same notices and proposals, the same answers, the same refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Field, Router, Schema

from bihuan.base import clock
from bihuan.inbox import actions, queries
from bihuan.inbox.access import notice_seen, proposal_seen
from bihuan.inbox.domain.answer import REASON_LENGTH, Choice
from bihuan.inbox.domain.proposal import State
from bihuan.inbox.models import Answer, Notice, Proposal
from bihuan.inbox.queries import NoticesShown, ProposalsShown, said, told
from bihuan.inbox.queries.reading import Part, Row
from bihuan.org.access import PersonRequest
from bihuan.org.models import Person

router = Router(tags=["inbox"])

MOST = 500

Id = Annotated[int, Field(ge=1, lt=2**63)]
Page = Annotated[int, Field(ge=1, le=1_000_000)]
Limit = Annotated[int, Field(ge=1, le=MOST)]
Amount = Annotated[Decimal, Field(max_digits=24, decimal_places=8)]
Key = Annotated[str, Field(max_length=100)]


class WaitingOut(Schema):
    """How much waits for the asker."""

    proposals: int
    notices: int
    tasks: int


class NoticeOut(Schema):
    """Something the asker was told; ``asks`` is the deed it asks for, if any."""

    id: int
    kind: str
    about: str
    message: str
    link: str
    made_by: str | None
    made_at: datetime
    asks: str | None
    due_on: date | None
    is_unread: bool
    read_at: datetime | None
    done_at: datetime | None
    lapsed_at: datetime | None
    reminders: int


class NoticesOut(Schema):
    count: int
    next: int | None
    items: list[NoticeOut]


class ReadOut(Schema):
    count: int


class PersonRef(Schema):
    id: int
    name: str


class ProposalOut(Schema):
    """A proposal; ``made_by`` is null where the system made it."""

    id: int
    kind: str
    about: str
    title: str
    made_by: PersonRef | None
    made_at: datetime
    deadline: datetime
    state: State
    asked: int
    answered: int


class ProposalsOut(Schema):
    count: int
    next: int | None
    items: list[ProposalOut]


class LineOut(Schema):
    """One value that would change; one with a ``key`` can be amended."""

    key: str
    name: str
    unit: str
    currency: str
    before: Decimal | None
    after: Decimal | None
    amended: Decimal | None


class AnswerOut(Schema):
    choice: Choice
    reason: str
    answered_at: datetime
    deputy: PersonRef | None
    """Who said it in the addressee's place."""


class PartOut(Schema):
    """What would change for one of those who are asked, and what they said."""

    person: PersonRef
    unit: str | None
    lines: list[LineOut]
    answer: AnswerOut | None
    may_answer: bool
    """Whether the asker can answer it, as addressee or in their place."""


class ProposalFullOut(ProposalOut):
    """A proposal with the parts that the asker may see."""

    words: list[str]
    may_answer: bool
    parts: list[PartOut]
    closed_at: datetime | None
    withdrawn_because: str
    result: str
    result_link: str


class AnswerIn(Schema):
    """An answer: ``accept``, ``refuse``, or ``amend`` with other values by the key of a line.

    ``in_place_of`` is the id of the addressee in whose place you answer, where it is not you.
    """

    choice: Literal["accept", "amend", "refuse"]
    reason: Annotated[str, Field(max_length=REASON_LENGTH)] = ""
    amended: Annotated[dict[Key, Amount], Field(max_length=MOST)] = Field(default_factory=dict)
    in_place_of: Id | None = None


class WithdrawIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=REASON_LENGTH)]


@router.get("", response=WaitingOut)
def waiting(request: PersonRequest) -> queries.Waiting:
    """How many proposals, notices and tasks wait for you."""
    return queries.waiting(request.person, clock.now())


@router.get("/notices", response=NoticesOut)
def notices(
    request: PersonRequest,
    which: NoticesShown = NoticesShown.ALL,
    page: Page = 1,
    limit: Limit = queries.PAGE_SIZE,
) -> NoticesOut:
    """What you were told, the newest first."""
    found = queries.notices(request.person, which)
    count = found.count()
    items = [_notice(each) for each in found[(page - 1) * limit : page * limit]]
    return NoticesOut(count=count, next=next_page(page, limit, count), items=items)


def next_page(page: int, limit: int, count: int) -> int | None:
    return page + 1 if page * limit < count else None


def _notice(each: Notice) -> NoticeOut:
    return NoticeOut(
        id=each.pk,
        kind=each.kind,
        about=each.about,
        message=told(each.sentence),
        link=each.link,
        made_by=None if each.made_by.is_robot else each.made_by.name,
        made_at=each.made_at,
        asks=told(each.deed) or None,
        due_on=each.due_on,
        is_unread=each.is_unread,
        read_at=each.read_at,
        done_at=each.done_at,
        lapsed_at=each.lapsed_at,
        reminders=each.reminder_count,
    )


@router.post("/notices/read", response=ReadOut)
def read_all(request: PersonRequest) -> ReadOut:
    """Mark everything you were told as read."""
    return ReadOut(count=actions.read_all(by=request.person))


@router.post("/notices/{notice_id}/read", response=NoticeOut)
def read(request: PersonRequest, notice_id: Id) -> NoticeOut:
    """Mark a notice as read."""
    notice = notice_seen(notice_id, request.person)
    return _notice(actions.read_notice(notice=notice, by=request.person))


@router.get("/proposals", response=ProposalsOut)
def proposals(
    request: PersonRequest,
    which: ProposalsShown = ProposalsShown.ALL,
    state: State | None = None,
    page: Page = 1,
    limit: Limit = queries.PAGE_SIZE,
) -> ProposalsOut:
    """The proposals you may see, the newest first."""
    found = queries.proposals(request.scope, which, state)
    count = found.count()
    shown = list(found[(page - 1) * limit : page * limit])
    counts = queries.answers_counted(shown)
    items = [ProposalOut.model_validate(_proposal(each, *counts[each.pk])) for each in shown]
    return ProposalsOut(count=count, next=next_page(page, limit, count), items=items)


def _proposal(each: Proposal, answered: int, asked: int) -> dict[str, object]:
    return {
        "id": each.pk,
        "kind": each.kind,
        "about": each.about,
        "title": told(each.title),
        "made_by": None if each.made_by.is_robot else person_ref(each.made_by),
        "made_at": each.made_at,
        "deadline": each.deadline_at,
        "state": each.state,
        "asked": asked,
        "answered": answered,
    }


def person_ref(person: Person) -> PersonRef:
    return PersonRef(id=person.pk, name=person.name)


@router.get("/proposals/{proposal_id}", response=ProposalFullOut)
def proposal(request: PersonRequest, proposal_id: Id) -> ProposalFullOut:
    """A proposal: what would change for whom, as far as you may see, and what was said of it."""
    return _full(request, proposal_id)


def _full(request: PersonRequest, proposal_id: int) -> ProposalFullOut:
    found = proposal_seen(proposal_id, request.scope)
    view = queries.proposal_view(found, person=request.person, scope=request.scope, now=clock.now())
    return ProposalFullOut.model_validate(
        {
            **_proposal(found, view.given_count, view.asked_count),
            "words": [view.read(said(line)) for line in found.lines],
            "may_answer": view.may_answer,
            "parts": [_part(each, view) for each in view.parts],
            "closed_at": found.closed_at,
            "withdrawn_because": view.read(found.reason),
            "result": said(found.outcome),
            "result_link": found.result_link,
        }
    )


def _part(part: Part, view: queries.ProposalView) -> PartOut:
    unit = part.addressee.unit
    return PartOut(
        person=person_ref(part.addressee.person),
        unit=unit.name if unit is not None else None,
        lines=_lines(part.rows),
        answer=None if part.answer is None else _answer(part.answer, part.words),
        may_answer=view.takes_answer(part),
    )


def _lines(rows: Sequence[Row]) -> list[LineOut]:
    return [
        LineOut(
            key=row.line.key,
            name=row.line.name,
            unit=row.line.unit,
            currency=row.line.currency,
            before=row.line.before,
            after=row.line.after,
            amended=row.amended,
        )
        for row in rows
    ]


def _answer(answer: Answer, words: str) -> AnswerOut:
    return AnswerOut(
        choice=Choice(answer.choice),
        reason=words,
        answered_at=answer.answered_at,
        deputy=None if answer.deputy is None else person_ref(answer.deputy),
    )


@router.post("/proposals/{proposal_id}/answer", response=ProposalFullOut)
def answer(request: PersonRequest, proposal_id: Id, given: AnswerIn) -> ProposalFullOut:
    """Accept, amend or refuse a proposal that asks you, or whom you stand in for; it stands."""
    actions.answer(
        proposal=proposal_seen(proposal_id, request.scope),
        choice=Choice(given.choice),
        reason=given.reason,
        amended=given.amended,
        in_place_of=given.in_place_of,
        by=request.person,
    )
    return _full(request, proposal_id)


@router.post("/proposals/{proposal_id}/withdraw", response=ProposalFullOut)
def withdraw(request: PersonRequest, proposal_id: Id, given: WithdrawIn) -> ProposalFullOut:
    """Take back a proposal that you made, before it is decided."""
    found = proposal_seen(proposal_id, request.scope)
    actions.withdraw(proposal=found, reason=given.reason, by=request.person)
    return _full(request, proposal_id)
