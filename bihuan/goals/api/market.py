"""Market events for programs: the same model, the same questions, the same refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Field, Query, Router, Schema, Status

from bihuan.base.idempotency import idempotent
from bihuan.base.matching import Edited, matched, tagged
from bihuan.goals import actions
from bihuan.goals.access import event_seen, reckoning_seen, require_files_events
from bihuan.goals.actions import EventAsked
from bihuan.goals.domain.market import Handling, Kind, Parameters
from bihuan.goals.models import MarketEvent
from bihuan.goals.models.market import PARAMETERS
from bihuan.goals.queries import market as queries
from bihuan.goals.queries.market.previewing import Preview, previews
from bihuan.goals.queries.market.trail import NodeLine, Round
from bihuan.inbox.queries import said
from bihuan.org.access import PersonRequest, UnitMissing, units_covered_by
from bihuan.org.models import Unit

router = Router(tags=["market"])

MOST = 200
MOST_CHANGES = 1000
Id = Annotated[int, Field(ge=1, lt=2**63)]
Size = Annotated[Decimal, Field(max_digits=9, decimal_places=4)]
Parameter = Annotated[Decimal, Field(ge=0, le=10, max_digits=6, decimal_places=4)]
Text = Annotated[str, Field(max_length=200)]


class MarketEventIn(Schema):
    """What happened; ``size`` is a ratio, weeks of stock or days of delay; ends are exclusive."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: Kind
    size: Size
    start: date
    end: date
    handling: Handling = Handling.KEEP
    where: dict[Text, list[Text]] = {}
    units: list[Id] = []
    metrics: list[Text] = []
    evidence: Annotated[str, Field(max_length=1000)] = ""
    evidence_url: Annotated[str, Field(max_length=500, pattern=r"^(https?://.+)?$")] = ""
    answer_days: Annotated[int, Field(ge=1, le=60)] = 5


class MarketEventOut(Schema):
    id: int
    name: str
    kind: str
    size: str
    handling: str
    where: dict[str, list[str]]
    units: list[int]
    metrics: list[str]
    start: date
    end: date
    evidence: str
    evidence_url: str
    remarks: list[str]
    filed_by: str
    filed_at: datetime

    @staticmethod
    def of(event: MarketEvent) -> MarketEventOut:
        return MarketEventOut(
            id=event.pk,
            name=event.name,
            kind=event.kind,
            size=f"{event.size.normalize():f}",
            handling=event.handling,
            where=event.where,
            units=[unit.pk for unit in event.units.all()],
            metrics=event.metrics,
            start=event.start,
            end=event.end,
            evidence=event.evidence,
            evidence_url=event.evidence_url,
            remarks=[said(each) for each in queries.remarks_of(event)],
            filed_by=event.filed_by.name,
            filed_at=event.filed_at,
        )


class MarketEventsOut(Schema):
    count: int
    items: list[MarketEventOut]


class MarketChangeOut(Schema):
    """One unit or person that would get another target, as far as the asker may see it."""

    metric: str
    node: str
    name: str
    before: str
    after: str
    currency: str

    @staticmethod
    def of(line: NodeLine) -> MarketChangeOut:
        return MarketChangeOut(
            metric=line.metric.key,
            node=line.node,
            name=line.name,
            before=f"{line.before:f}",
            after=f"{line.after:f}",
            currency=line.currency,
        )


class MarketSaidOut(Schema):
    person: str
    unit: int | None
    choice: str
    reason: str
    answered_at: datetime


class MarketRoundOut(Schema):
    """One time those touched were asked; ``ending`` is null while it is open or waits.

    ``proposal`` is null for those who see the event but not what others are asked.
    """

    id: int
    cycle: int
    round: int
    base_revision: int
    first_day: date
    model: list[str]
    proposal: int | None
    state: str
    deadline_at: datetime
    asked: int
    answers: list[MarketSaidOut]
    changes: list[MarketChangeOut]
    is_waiting: bool
    ending: str | None
    message: str
    revision: int | None

    @staticmethod
    def of(found: Round) -> MarketRoundOut:
        ending = found.ending
        revision = None if ending is None else ending.revision
        return MarketRoundOut(
            id=found.reckoning.pk,
            cycle=found.reckoning.cycle_id,
            round=found.reckoning.round,
            base_revision=found.reckoning.base.number,
            first_day=found.reckoning.first_day,
            model=[said(each) for each in found.words],
            proposal=found.proposal.pk if found.may_open else None,
            state=found.proposal.state,
            deadline_at=found.proposal.deadline_at,
            asked=found.asked_count,
            answers=[
                MarketSaidOut(
                    person=each.addressee.person.name,
                    unit=each.addressee.unit_id,
                    choice=each.choice,
                    reason=found.reasons[each.pk],
                    answered_at=each.answered_at,
                )
                for each in found.answers
            ],
            changes=[MarketChangeOut.of(each) for each in found.lines],
            is_waiting=found.is_waiting,
            ending=None if ending is None else ending.ending,
            message=said(found.said or (found.proposal.outcome if found.is_waiting else None)),
            revision=None if revision is None else revision.number,
        )


class MarketOneOut(MarketEventOut):
    rounds: list[MarketRoundOut]


class MarketPreviewOut(Schema):
    """What reporting it would propose for one cycle; nothing is kept."""

    cycle: int
    model: list[str]
    asked: list[str]
    changes: list[MarketChangeOut]

    @staticmethod
    def of(each: Preview) -> MarketPreviewOut:
        return MarketPreviewOut(
            cycle=each.cycle.pk,
            model=[said(sentence) for sentence in each.words],
            asked=[person.name for person in each.asked],
            changes=[MarketChangeOut.of(line) for line in each.lines],
        )


class MarketModelOut(Schema):
    """What the model assumes now."""

    elasticity: str
    stock_weight: str
    delay_weight: str
    policy_weight: str

    @staticmethod
    def of(parameters: Parameters) -> MarketModelOut:
        return MarketModelOut(
            **{name: f"{getattr(parameters, name).normalize():f}" for name in PARAMETERS}
        )


class MarketModelIn(Schema):
    elasticity: Parameter
    stock_weight: Parameter
    delay_weight: Parameter
    policy_weight: Parameter


@router.get("/events", response=MarketEventsOut, summary="Market events")
def list_events(
    request: PersonRequest,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> MarketEventsOut:
    """Return market events, the newest first; who leads nobody sees none."""
    found = queries.events_shown(request.scope)
    return MarketEventsOut(
        count=found.count(), items=[MarketEventOut.of(each) for each in found[:limit]]
    )


@router.post("/events", response={201: MarketOneOut}, summary="Report a market event")
@idempotent
def file_event(request: PersonRequest, given: MarketEventIn) -> Status[MarketOneOut]:
    """Report what happened and ask those it touches; no target changes by it."""
    event = actions.file_event(asked=_asked(request, given), by=request.person)
    return Status(201, _one(request, event_seen(event.pk, request.scope)))


@router.post("/events/preview", response=list[MarketPreviewOut], summary="Preview a market event")
def preview_event(request: PersonRequest, given: MarketEventIn) -> list[MarketPreviewOut]:
    """Return what reporting this would propose, in words and numbers; nothing is kept."""
    require_files_events(request.person)
    asked = _asked(request, given)
    shown = previews(
        request.tenant, asked.happening, answer_days=asked.answer_days, scope=request.scope
    )
    return [MarketPreviewOut.of(each) for each in shown]


@router.get("/events/{event_id}", response=MarketOneOut, summary="A market event with its trail")
def one_event(request: PersonRequest, event_id: Id) -> MarketOneOut:
    """Return an event, what was reckoned, proposed and answered, and what came of it."""
    return _one(request, event_seen(event_id, request.scope))


@router.post(
    "/events/{event_id}/reckonings/{reckoning_id}/carry-out",
    response=MarketOneOut,
    summary="Carry out answers that waited",
)
def carry_out(request: PersonRequest, event_id: Id, reckoning_id: Id) -> MarketOneOut:
    """Carry out what was agreed to once the working copy is published or taken back."""
    reckoning = reckoning_seen(event_id, reckoning_id, request.scope)
    actions.carry_out(reckoning=reckoning, by=request.person)
    return _one(request, event_seen(event_id, request.scope))


def _model(request: PersonRequest) -> MarketModelOut:
    require_files_events(request.person)
    return MarketModelOut.of(queries.parameters_of(request.tenant))


MODEL = Edited(held=lambda request: request.tenant, shown=_model)


@router.get("/model", response=MarketModelOut, summary="The model of market events")
@tagged(MODEL)
def read_model(request: PersonRequest) -> MarketModelOut:
    """Return the four numbers that the model assumes."""
    return _model(request)


@router.put("/model", response=MarketModelOut, summary="Set the model of market events")
@matched(MODEL)
def set_model(request: PersonRequest, given: MarketModelIn) -> MarketModelOut:
    """Set what the model assumes from now on; administrators only."""
    parameters = Parameters(**{name: getattr(given, name) for name in PARAMETERS})
    return MarketModelOut.of(
        actions.set_market_model(parameters=parameters, by=request.person).parameters
    )


def _asked(request: PersonRequest, given: MarketEventIn) -> EventAsked:
    return EventAsked(
        name=given.name,
        kind=given.kind,
        size=given.size,
        start=given.start,
        end=given.end,
        handling=given.handling,
        where=given.where,
        units=_units(request, given.units),
        metrics=given.metrics,
        evidence=given.evidence,
        evidence_url=given.evidence_url,
        answer_days=given.answer_days,
    )


def _units(request: PersonRequest, asked: Sequence[int]) -> list[Unit]:
    """Return the units named, refusing what the asker does not see."""
    found = {unit.pk: unit for unit in units_covered_by(request.scope).filter(pk__in=asked)}
    for pk in asked:
        if pk not in found:
            raise UnitMissing(unit=pk)
    return list(found.values())


def _one(request: PersonRequest, event: MarketEvent) -> MarketOneOut:
    rounds = [
        MarketRoundOut.of(each)
        for each in queries.rounds_of(event, request.scope, most=MOST_CHANGES)
    ]
    return MarketOneOut(**MarketEventOut.of(event).dict(), rounds=rounds)
