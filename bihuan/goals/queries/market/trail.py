"""A market event with its trail: what was reckoned, proposed, answered, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import get_language

from bihuan.base import clock
from bihuan.goals.access import events_visible_to
from bihuan.goals.domain.market import Ending, Parameters
from bihuan.goals.models import MarketEnding, MarketEvent, MarketModel, MarketReckoning
from bihuan.goals.models.market import ENDING_LABELS
from bihuan.goals.queries.cascade import revision_amounts
from bihuan.goals.queries.cascade.shape import nodes_named
from bihuan.goals.queries.market.parts import as_amount
from bihuan.inbox.access import addressees_visible_to, answer_words, proposal_words_to
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.proposal import State
from bihuan.inbox.domain.sentence import Sentence, read_sentence
from bihuan.inbox.models import STATE_LABELS, Answer, Proposal
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.queries import metric_named
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Tenant, Unit

MARKET = "goals.market_event"
RECKONING = "goals.market_reckoning"


def about(reckoning: MarketReckoning) -> About:
    """Return what a proposal of a reckoning is about."""
    return About(RECKONING, reckoning.pk)


def proposal_of(reckoning: MarketReckoning) -> Proposal:
    return Proposal.objects.get(
        tenant=reckoning.event.tenant_id, kind=MARKET, about=str(about(reckoning))
    )


def parameters_of(tenant: Tenant) -> Parameters:
    """Return what the model assumes for a company now."""
    last = MarketModel.objects.filter(tenant=tenant).first()
    return Parameters() if last is None else last.parameters


def first_day_after(tenant: Tenant, answer_days: int) -> date:
    """Return the first day whose targets may change when people get some days to answer."""
    return clock.today(tenant.time_zone) + timedelta(days=answer_days + 1)


def waiting_reckonings(tenant_id: int) -> QuerySet[MarketReckoning]:
    """Return reckonings that were agreed to but not carried out yet."""
    agreed_to = [each.value for each in (State.ACCEPTED, State.AMENDED, State.PARTLY)]
    proposals = Proposal.objects.filter(
        tenant_id=tenant_id,
        kind=MARKET,
        about=Concat(Value(f"{RECKONING}:"), Cast(OuterRef("pk"), CharField())),
    )
    found = MarketReckoning.objects.filter(event__tenant=tenant_id, ending__isnull=True)
    found = found.annotate(state=Subquery(proposals.values("state")[:1]))
    return found.filter(state__in=agreed_to).select_related("event__tenant", "event__filed_by")


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of a list, and how it stands."""

    event: MarketEvent
    states: tuple[str, ...]
    """How each of its last rounds stands, as a label."""


def event_lines(scope: Scope, events: Iterable[MarketEvent]) -> list[EventLine]:
    """Return events with how they stand; three statements for any number."""
    shown = list(events)
    reckonings = MarketReckoning.objects.filter(event__in=shown).select_related("ending")
    by_event: dict[int, dict[int, MarketReckoning]] = {}
    for each in reckonings.order_by("cycle_id", "round"):
        by_event.setdefault(each.event_id, {})[each.cycle_id] = each
    last = [each for found in by_event.values() for each in found.values()]
    states = _states(scope.tenant_id, last)
    return [
        EventLine(
            event,
            tuple(dict.fromkeys(states[each.pk] for each in by_event.get(event.pk, {}).values())),
        )
        for event in shown
    ]


def _states(tenant_id: int, reckonings: Sequence[MarketReckoning]) -> dict[int, str]:
    proposals = dict(
        Proposal.objects.filter(
            tenant_id=tenant_id, kind=MARKET, about__in=[str(about(each)) for each in reckonings]
        ).values_list("about", "state")
    )
    return {each.pk: state_said(each, proposals[str(about(each))]) for each in reckonings}


def state_said(reckoning: MarketReckoning, state: str) -> str:
    """Return how a round stands: what came of it, else how its proposal stands."""
    ending = ending_of(reckoning)
    return str(STATE_LABELS[state] if ending is None else ENDING_LABELS[ending.ending])


def ending_of(reckoning: MarketReckoning) -> MarketEnding | None:
    return reckoning.ending if hasattr(reckoning, "ending") else None


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One node of a reckoning that a person may see: before, proposed, and now in force."""

    metric: MetricDefinition
    node: str
    name: str
    before: Decimal
    after: Decimal
    currency: str
    is_part: bool
    """Whether it is one that somebody is asked for as a whole."""
    published: Decimal | None = None
    """What it became, where the answers led to a revision."""

    @property
    def difference(self) -> Decimal:
        return self.after - self.before

    @property
    def ratio(self) -> Decimal | None:
        """Return by which part it would change; nothing where nothing was asked."""
        return self.difference / self.before if self.before else None

    @property
    def metric_name(self) -> str:
        return self.metric.name(get_language() or "zh-hans")


@dataclass(frozen=True, slots=True)
class Round:
    """One time those touched were asked: the model, the proposal, the answers, the end."""

    reckoning: MarketReckoning
    proposal: Proposal
    words: list[Sentence]
    answers: list[Answer]
    """Those a person may see."""
    reasons: Mapping[int, str]
    """What was said with each of them, as the person is shown it."""
    withdrawn: str
    asked_count: int
    lines: list[NodeLine]
    ending: MarketEnding | None
    said: Sentence | None
    may_open: bool
    """Whether the person sees the proposal itself."""

    @property
    def is_cut(self) -> bool:
        """Return whether there may be more lines than are shown."""
        return len(self.lines) == MOST_LINES

    @property
    def is_waiting(self) -> bool:
        """Return whether it was agreed to and waits for the working copy."""
        closed = self.proposal.state not in (State.OPEN.value, State.WITHDRAWN.value)
        return closed and self.ending is None

    @property
    def is_published(self) -> bool:
        return self.ending is not None and self.ending.ending == Ending.PUBLISHED.value


MOST_LINES = 30


def rounds_of(event: MarketEvent, scope: Scope, most: int | None = MOST_LINES) -> list[Round]:
    """Return an event's rounds, with the parts and answers that a person may see."""
    found = event.reckonings.select_related("cycle__root", "base", "ending__revision__cycle")
    return [
        _round(each, scope, most) for each in found.order_by("cycle__start", "cycle_id", "round")
    ]


def _round(reckoning: MarketReckoning, scope: Scope, most: int | None) -> Round:
    proposal = proposal_of(reckoning)
    seen = addressees_visible_to(scope, proposal)
    found = Answer.objects.filter(addressee__in=seen).select_related(
        "addressee__person", "addressee__unit", "addressee__proposal"
    )
    answers = list(found)
    read = proposal_words_to(proposal, seen, scope)
    ending = ending_of(reckoning)
    return Round(
        reckoning=reckoning,
        proposal=proposal,
        words=[read_sentence(each) for each in reckoning.words],
        answers=answers,
        reasons={each.pk: answer_words(each, scope) for each in answers},
        withdrawn=read(proposal.reason),
        asked_count=proposal.addressees.count(),
        lines=_with_published(
            node_lines(reckoning.event.tenant, reckoning.goals, scope, most), ending
        ),
        ending=ending,
        said=None if ending is None else read_sentence(ending.said),
        may_open=Proposal.objects.visible_to(scope).filter(pk=proposal.pk).exists(),
    )


def _with_published(lines: list[NodeLine], ending: MarketEnding | None) -> list[NodeLine]:
    if ending is None or ending.revision is None:
        return lines
    found = revision_amounts(ending.revision)
    return [replace(line, published=found.get((line.metric.key, line.node))) for line in lines]


def node_lines(
    tenant: Tenant, goals: Sequence[dict[str, Any]], scope: Scope, most: int | None
) -> list[NodeLine]:
    """Return the nodes of a reckoning whose figures a person may see, units first."""
    nodes = {node for said in goals for node in said["before"]}
    seen = _seen(tenant, nodes, scope)
    shown = [
        (said, node)
        for said in goals
        for node in sorted(said["before"], key=lambda each: _place(said, each))
        if node in seen and said["before"][node] != said["after"][node]
    ][:most]
    names = nodes_named({node for _, node in shown})
    return [
        NodeLine(
            metric=metric_named(tenant, said["metric"]),
            node=node,
            name=names[node],
            before=as_amount(said["before"][node], said["digits"]),
            after=as_amount(said["after"][node], said["digits"]),
            currency=said["currency"],
            is_part=node in said["below"],
        )
        for said, node in shown
    ]


def _place(said: Mapping[str, Any], node: str) -> tuple[bool, bool, int]:
    """Return where a node is listed: parts first, then units, each by how much they change."""
    change = abs(said["after"][node] - said["before"][node])
    return node not in said["below"], node.startswith("p"), -change


def _seen(tenant: Tenant, nodes: set[str], scope: Scope) -> set[str]:
    """Return the nodes whose figures a person may see: units covered, and people in them today."""
    units = Unit.objects.filter(tenant=tenant).values_list("pk", "path")
    covered = {pk for pk, path in units if scope.covers_figures(path)}
    people = {int(node[1:]) for node in nodes if node.startswith("p")}
    seats = Assignment.objects.filter(person_id__in=people, is_home=True, unit_id__in=covered).on(
        clock.today(tenant.time_zone)
    )
    found = {f"p{pk}" for pk in seats.values_list("person_id", flat=True)}
    found.add(f"p{scope.person_id}")
    return found | {f"u{pk}" for pk in covered}


def events_shown(scope: Scope) -> QuerySet[MarketEvent]:
    """Return the events a person may see, the newest first."""
    units = Prefetch("units", Unit.objects.order_by("path"))
    return events_visible_to(scope).select_related("filed_by").prefetch_related(units)


def remarks_of(event: MarketEvent) -> list[Sentence]:
    """Return why an event led to no proposal somewhere."""
    return [read_sentence(each) for each in event.remarks]


def models_of(tenant: Tenant, most: int = 20) -> list[MarketModel]:
    """Return what the model assumed and assumes, the last first."""
    return list(MarketModel.objects.filter(tenant=tenant).select_related("set_by")[:most])


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened in the trail of an event."""

    what: str
    at: datetime
    who: str = ""
    round: Round | None = None
    answer: Answer | None = None
    words: str = ""


def trail(event: MarketEvent, rounds: Sequence[Round]) -> list[Step]:
    """Return everything that happened, in order: reported, proposed, answered, ended."""
    steps = [Step("filed", event.filed_at, event.filed_by.name)]
    for each in rounds:
        steps.append(Step("proposed", each.reckoning.reckoned_at, round=each))
        steps += [
            Step(
                "answered",
                answer.answered_at,
                who=answer.addressee.person.name,
                round=each,
                answer=answer,
                words=each.reasons[answer.pk],
            )
            for answer in each.answers
        ]
        closed = each.proposal.closed_at
        if each.ending is not None:
            steps.append(Step("ended", max(each.ending.at, closed or each.ending.at), round=each))
        elif closed is not None:
            what, said = ("waits", "") if each.is_waiting else ("withdrawn", each.withdrawn)
            steps.append(Step(what, closed, round=each, words=said if each.may_open else ""))
    order = ("filed", "proposed", "answered", "ended", "waits", "withdrawn")
    return sorted(steps, key=lambda step: (step.at, order.index(step.what)))
