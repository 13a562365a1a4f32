"""Landings, levers, the cockpit and weekly reports for programs. Numbers travel as text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from bihuan.advice import actions, queries
from bihuan.advice.access import weekly_seen, weekly_visible_to
from bihuan.advice.domain.line import Line
from bihuan.advice.forms import asked_in, morning_of, subject_in
from bihuan.advice.models import WeeklyReport
from bihuan.advice.queries import Deed, LandingView
from bihuan.goals.access import team_seen
from bihuan.goals.queries.reasons.wording import sentence
from bihuan.org.access import PersonRequest
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Unit

router = Router(tags=["advice"])

Text = Annotated[str, Field(max_length=100)]


class LandingOut(Schema):
    """``attained`` is the landing over the target; eight in ten lie within low and high."""

    kind: str
    id: int
    name: str
    metric: str
    period: str
    done: str
    target: str | None
    landing: str | None
    low: str | None
    high: str | None
    attained: str | None
    gap: str
    verdict: str | None
    periods: int
    errors: int

    @staticmethod
    def of(line: Line) -> LandingOut:
        return LandingOut(
            kind=line.kind,
            id=line.id,
            name=line.name,
            metric=line.metric,
            period=line.period,
            done=f"{line.done:f}",
            target=_text(line.target),
            landing=_text(line.middle),
            low=_text(line.low),
            high=_text(line.high),
            attained=_text(line.attained),
            gap=f"{line.gap:f}",
            verdict=line.verdict or None,
            periods=line.periods,
            errors=line.errors,
        )


class FigureOut(Schema):
    metric: str
    value: str
    own: bool
    url: str


class LeverOut(Schema):
    kind: str
    metric: str
    needed: str
    able: str
    gives: str
    closes: bool
    message: str
    figures: list[FigureOut]


class AdviceOut(LandingOut):
    message: str
    levers: list[LeverOut]


class DeedOut(Schema):
    kind: str
    message: str
    url: str
    who: str
    due_on: date | None
    overdue: bool

    @staticmethod
    def of(deed: Deed) -> DeedOut:
        return DeedOut(
            kind=deed.kind,
            message=deed.text,
            url=deed.url,
            who=deed.who,
            due_on=deed.due_on,
            overdue=deed.is_overdue,
        )


class CockpitOut(Schema):
    unit: int
    morning: date
    own: list[LandingOut]
    off: list[LandingOut]
    to_decide: list[DeedOut]
    under_way: list[DeedOut]


class WeeklyHeadOut(Schema):
    id: int
    unit: int
    week: str
    made_at: datetime

    @staticmethod
    def of(report: WeeklyReport) -> WeeklyHeadOut:
        return WeeklyHeadOut(
            id=report.pk, unit=report.unit_id, week=report.week, made_at=report.made_at
        )


class WeeklyOut(WeeklyHeadOut):
    content: dict[str, object]

    @staticmethod
    def full(report: WeeklyReport) -> WeeklyOut:
        return WeeklyOut(**WeeklyHeadOut.of(report).dict(), content=report.content)


class WeeklyIn(Schema):
    unit: int


@router.get("/landing", response=AdviceOut, url_name="advice_landing")
def landing(
    request: HttpRequest, metric: Text, person: Text = "", unit: Text = "", grain: Text = ""
) -> AdviceOut:
    """Where a person or a unit will stand at the end of the month or quarter that runs."""
    known = cast(PersonRequest, request)
    given = {"metric": metric, "person": person, "unit": unit, "grain": grain}
    subject = subject_in(known, given)
    asked = asked_in(known, given)
    view = queries.landing_of(asked, known.scope, person=subject.person, unit=subject.unit)
    return AdviceOut(
        **LandingOut.of(queries.line_of(view)).dict(),
        message=sentence(queries.landing_said(view)),
        levers=_levers(view, known.scope),
    )


@router.get("/landings", response=list[LandingOut], url_name="advice_landings")
def landings(request: HttpRequest, person: Text = "", unit: Text = "") -> list[LandingOut]:
    """The landing in each running target of a person or a unit; one's own without either."""
    known = cast(PersonRequest, request)
    subject = subject_in(known, {"person": person, "unit": unit})
    found = queries.gauges_of(
        known.tenant, morning_of(known), known.scope, person=subject.person, unit=subject.unit
    )
    return [LandingOut.of(each) for each in queries.lines_of(found)]


@router.get("/cockpit/{int:unit_id}", response=CockpitOut, url_name="advice_cockpit")
def cockpit(request: HttpRequest, unit_id: int) -> CockpitOut:
    """A unit's morning: who will miss what, what is under way and what waits for one's word."""
    known = cast(PersonRequest, request)
    found = queries.cockpit(_unit(known, unit_id), known.person, known.scope, morning_of(known))
    return CockpitOut(
        unit=unit_id,
        morning=found.morning,
        own=[LandingOut.of(each) for each in queries.lines_of(found.own)],
        off=[LandingOut.of(each) for each in queries.lines_of(found.off)],
        to_decide=[DeedOut.of(each) for each in found.to_decide],
        under_way=[DeedOut.of(each) for each in found.under_way],
    )


@router.get("/weekly", response=list[WeeklyHeadOut], url_name="advice_weekly_list")
def weekly_list(request: HttpRequest) -> list[WeeklyHeadOut]:
    """The weekly reports of the units whose figures one sees, the newest first."""
    known = cast(PersonRequest, request)
    return [WeeklyHeadOut.of(each) for each in weekly_visible_to(known.scope)]


@router.post("/weekly", response={201: WeeklyOut}, url_name="advice_make_weekly")
def make_weekly(request: HttpRequest, body: WeeklyIn) -> Status[WeeklyOut]:
    """Make the report of the week that is over; one that is there stays."""
    known = cast(PersonRequest, request)
    unit = _unit(known, body.unit)
    made = actions.make_weekly(unit=unit, morning=morning_of(known), by=known.person)
    return Status(201, WeeklyOut.full(made))


@router.get("/weekly/{int:report_id}", response=WeeklyOut, url_name="advice_weekly")
def weekly(request: HttpRequest, report_id: int) -> WeeklyOut:
    """A weekly report as it was frozen."""
    return WeeklyOut.full(weekly_seen(report_id, cast(PersonRequest, request).scope))


class DifferenceOut(Schema):
    path: str
    then: str | None
    now: str | None


class ProofOut(Schema):
    """Whether a weekly report, reckoned again, is the same; and every value that is not."""

    is_same: bool
    digest_then: str
    digest_now: str
    differing: list[DifferenceOut]


@router.get("/weekly/{int:report_id}/proof", response=ProofOut, url_name="advice_prove_weekly")
def prove_weekly(request: HttpRequest, report_id: int) -> ProofOut:
    """Reckon a weekly report again up to its last fact, with the targets of today."""
    found = queries.proof_of(weekly_seen(report_id, cast(PersonRequest, request).scope))
    return ProofOut(
        is_same=found.is_same,
        digest_then=found.then,
        digest_now=found.now,
        differing=[
            DifferenceOut(path=each.path, then=each.then, now=each.now) for each in found.differing
        ],
    )


def _levers(view: LandingView, scope: Scope) -> list[LeverOut]:
    levers = queries.levers_of(view, scope)
    if levers is None:
        return []
    return [
        LeverOut(
            kind=each.kind.value,
            metric=each.metric,
            needed=f"{each.needed:f}",
            able=f"{each.able:f}",
            gives=f"{each.gives:f}",
            closes=each.closes,
            message=sentence(queries.lever_said(each, levers, view)),
            figures=[
                FigureOut(
                    metric=part.metric,
                    value=f"{part.value:f}",
                    own=part.is_own,
                    url=f"/goals/heatmap/cell/?{part.query}" if part.query else "",
                )
                for part in queries.figures_of(each, levers)
            ],
        )
        for each in levers.found
    ]


def _unit(request: PersonRequest, unit_id: int) -> Unit:
    seen = team_seen(unit_id, request.scope)
    return Unit.objects.select_related("tenant", "parent").get(pk=seen.pk)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
