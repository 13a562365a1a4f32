"""Reporting a market event, and asking those it touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.goals.access import may_carry_out, require_files_events
from bihuan.goals.domain.market import (
    Handling,
    Happening,
    Kind,
    Parameters,
    check_parameter,
    check_size,
    check_span,
)
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Cycle, MarketEvent, MarketModel, MarketPlace, MarketReckoning
from bihuan.goals.models.market import PARAMETERS
from bihuan.goals.queries.market import (
    MARKET,
    Asked,
    Reckoned,
    about,
    asked_of,
    cycles_running,
    first_day_after,
    nobody_answers,
    parameters_of,
    reckon,
    terms_of,
)
from bihuan.inbox.actions import propose
from bihuan.inbox.domain.proposal import ProposalDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.models import Proposal
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.org.access import require_admin_of
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Unit

LONGEST_ANSWER = 60


class EventUnclear(Invalid):
    code = "goals.event_unclear"
    says = gettext_noop("Say what happened, in up to 120 characters.")


class DaysToAnswerOutOfReach(Invalid):
    code = "goals.days_to_answer_out_of_reach"
    says = gettext_noop("Give between 1 and %(most)s days to answer.")


class PlaceUnknown(Invalid):
    code = "goals.place_unknown"
    says = gettext_noop("A market event cannot take place by “%(dimension)s”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAsked:
    """What somebody reports of the market."""

    name: str
    kind: Kind
    size: Decimal
    start: date
    end: date
    handling: Handling = Handling.KEEP
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Sequence[Unit] = ()
    metrics: Sequence[str] = ()
    evidence: str = ""
    evidence_url: str = ""
    answer_days: int = 5

    @property
    def happening(self) -> Happening:
        """Return it as the model reads it, refusing what cannot be."""
        check_size(self.kind, self.size)
        check_span(self.start, self.end)
        if not 1 <= self.answer_days <= LONGEST_ANSWER:
            raise DaysToAnswerOutOfReach(most=LONGEST_ANSWER)
        for name in self.where:
            if name not in DIMENSIONS or DIMENSIONS[name].is_reference:
                raise PlaceUnknown(dimension=name)
        return Happening(
            kind=self.kind,
            size=self.size,
            handling=self.handling,
            span=Span(self.start, self.end),
            where={name: tuple(values) for name, values in self.where.items() if values},
            units=frozenset(unit.pk for unit in self.units),
            metrics=frozenset(self.metrics),
        )


@transaction.atomic
def file_event(*, asked: EventAsked, by: Person) -> MarketEvent:
    """Report a market event and ask those it touches; no target is changed by it.

    Where it touches nothing, it is kept all the same and says why.
    """
    require_files_events(by)
    happening = asked.happening
    if not asked.name.strip() or len(asked.name) > 120:
        raise EventUnclear()
    assert all(unit.tenant_id == by.tenant_id for unit in asked.units), "units of the company"
    first_day = first_day_after(by.tenant, asked.answer_days)
    parameters = parameters_of(by.tenant)
    made = [
        reckon(cycle, happening, parameters, first_day)
        for cycle in cycles_running(by.tenant_id, happening.span, first_day)
    ]
    today = clock.today(by.tenant.time_zone)
    people = [asked_of(each, today) for each in made]
    event = MarketEvent.objects.create(
        tenant=by.tenant,
        name=asked.name.strip(),
        kind=asked.kind.value,
        size=asked.size,
        handling=asked.handling.value,
        where={name: list(values) for name, values in happening.where.items()},
        metrics=sorted(happening.metrics),
        start=asked.start,
        end=asked.end,
        evidence=asked.evidence,
        evidence_url=asked.evidence_url,
        answer_days=asked.answer_days,
        remarks=[each.as_data() for each in _remarks(made, people)],
        filed_by=by,
        filed_at=clock.now(),
    )
    MarketPlace.objects.bulk_create(MarketPlace(event=event, unit=unit) for unit in asked.units)
    journal.record(by, "market_event.filed", event, kind=event.kind)
    for each, whom in zip(made, people, strict=True):
        if each.goals and whom.nodes:
            ask(event, each, whom, by)
    return event


def _remarks(made: Sequence[Reckoned], people: Sequence[Asked]) -> list[Sentence]:
    """Return why there is nothing to ask, cycle by cycle."""
    if not made:
        return [Sentence(gettext_noop("No published cycle has days left that it touches."))]
    found: list[Sentence] = []
    for each, whom in zip(made, people, strict=True):
        found += each.remarks
        if each.goals and not whom.nodes:
            found.append(nobody_answers(each.cycle))
    return found


def ask(
    event: MarketEvent, made: Reckoned, whom: Asked, by: Person, *, round_: int = 1
) -> Proposal:
    """Keep what the model makes of an event for a cycle, and ask those it touches.

    A proposer sees every part and answer. So where ``by`` does not answer for the whole
    cycle, the system proposes in their stead.
    """
    reckoning = MarketReckoning.objects.create(
        event=event,
        cycle=made.cycle,
        base=made.base,
        round=round_,
        first_day=made.first_day,
        parameters=as_kept(made.parameters),
        words=[each.as_data() for each in made.words],
        terms=terms_of(made, whom),
        reckoned_at=clock.now(),
    )
    title = gettext_noop("Market event “%(event)s”: new targets for %(cycle)s")
    return propose(
        draft=ProposalDraft(
            kind=MARKET,
            about=about(reckoning),
            title=Sentence(title, {"event": event.name, "cycle": made.cycle.name}),
            words=tuple(made.words),
            terms={"reckoning": reckoning.pk},
            deadline_at=_deadline(by, made.first_day),
        ),
        to={person: whom.unit_of(person, made.cycle.root) for person in whom.nodes},
        by=by if may_carry_out(by, made.cycle) else robot_of(event.tenant),
    )


def _deadline(by: Person, first_day: date) -> datetime:
    """Return the last moment before the first day whose targets may change."""
    return datetime.combine(first_day, time(), ZoneInfo(by.tenant.time_zone)) - timedelta(seconds=1)


def as_kept(parameters: Parameters) -> dict[str, str]:
    return {name: f"{getattr(parameters, name).normalize():f}" for name in PARAMETERS}


@transaction.atomic
def set_market_model(*, parameters: Parameters, by: Person) -> MarketModel:
    """Set what the model of market events assumes from now on; what was reckoned stays."""
    require_admin_of(by, by.tenant_id)
    for name in PARAMETERS:
        check_parameter(getattr(parameters, name))
    before = MarketModel.objects.filter(tenant=by.tenant).order_by("-pk").first()
    model = MarketModel.objects.create(
        tenant=by.tenant,
        **{name: getattr(parameters, name) for name in PARAMETERS},
        set_by=by,
        set_at=clock.now(),
    )
    journal.record(
        by,
        "market_model.set",
        model,
        before=journal.told(before, *PARAMETERS) if before else None,
        after=journal.told(model, *PARAMETERS),
    )
    return model


def cycle_of(reckoning: MarketReckoning) -> Cycle:
    """Return the cycle of a reckoning, with what reckoning it again needs."""
    return Cycle.objects.select_related("tenant", "root").get(pk=reckoning.cycle_id)
