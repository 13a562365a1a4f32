"""What becomes of targets on their way down, for programs. Numbers travel as text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from ninja import Field, Query, Router, Schema

from bihuan.base import clock
from bihuan.goals.access import require_prover, team_seen
from bihuan.goals.domain.chain import Chain, Link
from bihuan.goals.domain.dilution import Level
from bihuan.goals.domain.span import Span
from bihuan.goals.forms.choosing import span_named
from bihuan.goals.forms.dilution import dilution_asked, period_asked
from bihuan.goals.queries.dilution import (
    ChainLine,
    Line,
    Problem,
    Scrutiny,
    Skipped,
    chains,
    tree_of,
    verify,
)
from bihuan.kernel.period import day
from bihuan.org.access import PersonRequest, person_seen

router = Router(tags=["goals"])

Id = Annotated[int, Field(ge=1, lt=2**63)]


class LevelOut(Schema):
    """A level of the tree: what arrives there, and what was lost since the level above."""

    kind: str
    nodes: int
    asked: str | None
    growth: str | None
    reach: str | None
    lost: str
    added: str

    @staticmethod
    def of(level: Level, kind: str) -> LevelOut:
        return LevelOut(
            kind=kind,
            nodes=level.nodes,
            asked=_text(level.asked),
            growth=_text(level.growth),
            reach=_text(level.reach),
            lost=f"{level.lost:f}",
            added=f"{level.added:f}",
        )


class NodeOut(Schema):
    """A unit or a person; ``state`` is even, leak, buffer, stops (nobody below) or open."""

    name: str
    kind: str
    unit: int
    person: int | None
    level: int
    carries: bool
    asked: str | None
    before: str | None
    growth: str | None
    passed: str | None
    gap: str | None
    state: str
    is_vacant: bool

    @staticmethod
    def of(line: Line) -> NodeOut:
        standing, named = line.standing, line.named
        return NodeOut(
            name=named.name,
            kind=named.kind,
            unit=named.unit_id,
            person=named.person_id,
            level=standing.level,
            carries=standing.carries,
            asked=_text(standing.asked),
            before=_text(standing.before),
            growth=_text(standing.growth),
            passed=_text(standing.passed),
            gap=_text(standing.gap),
            state=standing.state.value,
            is_vacant=line.is_vacant,
        )


class IdleOut(Schema):
    """Somebody who sells and has no target."""

    person: int
    name: str
    unit: str
    before: str | None


class DilutionOut(Schema):
    metric: str
    start: date
    end: date
    adds_up: bool
    reach: str | None
    root: NodeOut
    below: list[NodeOut]
    levels: list[LevelOut]
    leaks: list[NodeOut]
    leak_count: int
    worst: list[list[NodeOut]]
    without_target: list[IdleOut]


class LinkOut(Schema):
    """A step up. ``amount`` is null where the figures of the unit are not yours to see."""

    name: str
    amount: str | None
    share: str | None
    share_of: str

    @staticmethod
    def of(link: Link) -> LinkOut:
        return LinkOut(
            name=link.name,
            amount=_text(link.asked),
            share=_text(link.share),
            share_of=link.below,
        )


class ChainOut(Schema):
    metric: str
    name: str
    amount: str
    links: list[LinkOut]
    growth: str | None
    strategy: str

    @staticmethod
    def of(line: ChainLine) -> ChainOut:
        told: Chain = line.chain
        return ChainOut(
            metric=line.metric.key,
            name=told.name,
            amount=f"{told.asked:f}",
            links=[LinkOut.of(link) for link in told.links],
            growth=_text(told.growth),
            strategy=told.strategy,
        )


class ProblemOut(Schema):
    """A target of a unit that is not what those below are asked together."""

    check: str
    metric: str
    unit: str
    target: int | None
    start: date
    end: date
    asked: str
    passed: str
    gap: str

    @staticmethod
    def of(each: Problem) -> ProblemOut:
        return ProblemOut(
            check=each.check,
            metric=each.metric,
            unit=each.name,
            target=each.quota,
            start=each.span.start,
            end=each.span.end,
            asked=f"{each.asked:f}",
            passed=f"{each.passed:f}",
            gap=f"{each.gap:f}",
        )


class SkippedOut(Schema):
    check: str
    metric: str
    why: str
    count: int

    @staticmethod
    def of(each: Skipped) -> SkippedOut:
        return SkippedOut(check=each.check, metric=each.metric, why=each.why, count=each.count)


class VerifiedOut(Schema):
    checked: int
    problems: list[ProblemOut]
    not_checked: list[SkippedOut]


class TreeAsked(Schema):
    """What a tree is asked for; everything left out is chosen sensibly."""

    metric: str = ""
    period: str = ""
    grain: str = ""
    defined: str = ""


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


@router.get("/dilution/units/{unit_id}", response=DilutionOut)
def dilution(
    request: PersonRequest, unit_id: Id, asked: Annotated[TreeAsked, Query()]
) -> DilutionOut:
    """Return what arrives of a unit's target on each level below it, and where it leaks."""
    chosen = dilution_asked(request, team_seen(unit_id, request.scope)).asked
    tree = tree_of(chosen)
    return DilutionOut(
        metric=chosen.metric.key,
        start=chosen.span.start,
        end=chosen.span.end,
        adds_up=tree.adds_up,
        reach=_text(tree.found.reach),
        root=NodeOut.of(tree.line(tree.found.root)),
        below=[NodeOut.of(line) for line in tree.rows()],
        levels=[LevelOut.of(level, kind) for level, kind in tree.levels],
        leaks=[NodeOut.of(line) for line in tree.leaks],
        leak_count=tree.leak_count,
        worst=[[NodeOut.of(line) for line in way] for way in tree.worst],
        without_target=[
            IdleOut(
                person=each.named.person_id or 0,
                name=each.named.name,
                unit=each.unit,
                before=_text(each.before),
            )
            for each in tree.idle
        ],
    )


@router.get("/dilution/people/{person_id}", response=list[ChainOut])
def chain(
    request: PersonRequest, person_id: Id, asked: Annotated[TreeAsked, Query()]
) -> list[ChainOut]:
    """Return, for each target of a person, its way up to what the company wants."""
    found = person_seen(person_id, request.scope)
    lines = chains(found, period_asked(request), request.scope)
    return [ChainOut.of(line) for line in lines]


@router.get("/verify", response=VerifiedOut)
def verified(request: PersonRequest, metric: str = "", period: str = "") -> VerifiedOut:
    """Prove that units' targets add up to those below; for those who see the whole company."""
    require_prover(request.person)
    tenant = request.tenant
    named = span_named(period, tenant) if period else day(clock.today(tenant.time_zone))
    found = verify(Scrutiny(tenant, Span(named.start, named.end), metric or None))
    return VerifiedOut(
        checked=found.checked,
        problems=[ProblemOut.of(each) for each in found.problems],
        not_checked=[SkippedOut.of(each) for each in found.skipped],
    )
