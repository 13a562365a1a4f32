"""Targets and heat maps for programs. Numbers travel as text, ends are exclusive."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from bihuan.base import clock
from bihuan.base.idempotency import idempotent
from bihuan.base.matching import Edited, matched, tagged
from bihuan.goals import actions, queries
from bihuan.goals.access import quota_seen, team_seen
from bihuan.goals.actions import QuotaRow
from bihuan.goals.domain.span import Span
from bihuan.goals.forms.choosing import cell_choice, chosen, team_choice
from bihuan.goals.models import Quota
from bihuan.goals.queries import AttainmentRow, Cell, QuotaSearch, Row
from bihuan.goals.queries.behind import BehindLine, ShareLine
from bihuan.org.access import PersonRequest, person_seen

router = Router(tags=["goals"])

Id = Annotated[int, Field(ge=1, lt=2**63)]
FAR = Span(date(1, 1, 1), date(9999, 12, 31))
PAGE_SIZE = 100


class AttainmentOut(Schema):
    person: str | None = None
    unit: str | None = None
    manager: str | None = None
    start: date
    end: date
    quota: str
    actual: str | None
    attainment: str | None
    rolled_up: str | None = None

    @staticmethod
    def of(row: AttainmentRow) -> AttainmentOut:
        return AttainmentOut(
            person=row.person,
            unit=row.unit,
            manager=row.manager,
            start=row.span.start,
            end=row.span.end,
            quota=f"{row.quota:f}",
            actual=_text(row.actual),
            attainment=_text(row.attainment),
            rolled_up=_text(row.rolled_up),
        )


class QuotaOut(Schema):
    id: int
    metric: str
    person: int | None
    unit: int | None
    name: str
    start: date
    end: date
    amount: str
    currency: str
    origin: str
    file: str
    row: int | None
    set_by: int
    set_at: datetime
    ended_at: datetime | None

    @staticmethod
    def of(quota: Quota) -> QuotaOut:
        return QuotaOut(
            id=quota.pk,
            metric=quota.metric,
            person=quota.person_id,
            unit=quota.unit_id,
            name=quota.bearer_name,
            start=quota.start,
            end=quota.end,
            amount=f"{quota.amount:f}",
            currency=quota.currency,
            origin=quota.origin,
            file=quota.file,
            row=quota.row,
            set_by=quota.set_by_id,
            set_at=quota.set_at,
            ended_at=quota.ended_at,
        )


class QuotasOut(Schema):
    count: int
    items: list[QuotaOut]


class QuotaIn(Schema):
    metric: str
    person: Id | None = None
    unit: Id | None = None
    start: date
    end: date
    amount: Decimal
    origin: Annotated[str, Field(max_length=200)] = ""


class QuotaChangeIn(Schema):
    amount: Decimal
    origin: Annotated[str, Field(max_length=200)] = ""


class CellOut(Schema):
    """A cell; what is not there is null, and ``state`` says why."""

    period: str
    state: str
    actual: str | None
    due: str | None
    target: str | None
    deviation: str | None
    bin: int | None
    facts: int

    @staticmethod
    def of(cell: Cell) -> CellOut:
        return CellOut(
            period=cell.period.key,
            state=cell.state,
            actual=_text(cell.actual),
            due=_text(cell.due),
            target=_text(cell.target),
            deviation=_text(cell.judged.deviation),
            bin=cell.judged.bin,
            facts=cell.facts,
        )


class RowOut(Schema):
    kind: str
    name: str
    unit: int | None
    person: int | None
    cells: list[CellOut]
    whole: CellOut

    @staticmethod
    def of(row: Row) -> RowOut:
        return RowOut(
            kind=row.kind,
            name=row.name,
            unit=row.subject.unit_id,
            person=row.subject.person_id,
            cells=[CellOut.of(cell) for cell in row.cells],
            whole=CellOut.of(row.whole),
        )


class HeatMapOut(Schema):
    metric: str | None
    periods: list[str]
    rows: list[RowOut]
    total: RowOut | None = None
    page: int = 1
    page_count: int = 1


class ShareOut(Schema):
    quota: int
    name: str
    amount: str
    start: date
    end: date
    counted_days: int
    whole_days: int

    @staticmethod
    def of(share: ShareLine) -> ShareOut:
        return ShareOut(
            quota=share.quota.pk,
            name=share.quota.bearer_name,
            amount=f"{share.amount:f}",
            start=share.days.start,
            end=share.days.end,
            counted_days=share.counted.gone,
            whole_days=share.counted.whole,
        )


class FactOut(Schema):
    seq: int
    business_on: date
    source_ref: str
    contribution: str

    @staticmethod
    def of(each: BehindLine) -> FactOut:
        return FactOut(
            seq=each.fact.seq,
            business_on=each.fact.business_on,
            source_ref=each.fact.source_ref,
            contribution=f"{each.line.contribution:f}",
        )


class OpenedOut(Schema):
    cell: CellOut
    shares: list[ShareOut]
    rest: str
    fact_count: int | None
    facts: list[FactOut] | None


class Asked(Schema):
    """What a heat map is asked for; everything left out is chosen sensibly."""

    metric: str = ""
    grain: str = ""
    period: str = ""
    sort: str = ""
    defined: str = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class CellAsked(Schema):
    metric: str
    period: str
    unit: Id | None = None
    person: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    deep: str = ""
    defined: str = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


@router.get("/attainment", response=list[AttainmentOut])
def attainment(
    request: PersonRequest,
    metric: str,
    by: Literal["person", "unit"] | None = None,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
) -> list[AttainmentOut]:
    """Return people's targets with what was achieved, then units'. ``by``: person or unit."""
    rows = queries.attainment(
        tenant=request.tenant,
        metric=metric,
        scope=request.scope,
        by=by,
        within=Span(start or FAR.start, end or FAR.end),
    )
    return [AttainmentOut.of(row) for row in rows]


@router.get("/quotas", response=QuotasOut)
def quotas(
    request: PersonRequest,
    metric: str = "",
    text: str = "",
    when: str = "all",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> QuotasOut:
    """Return visible targets, 100 to a page. ``when``: now, past, all or ended."""
    asked = QuotaSearch(metric=metric, text=text, when=when)
    found = queries.quotas(request.scope, asked, clock.today(request.tenant.time_zone))
    first = (page - 1) * PAGE_SIZE
    items = [QuotaOut.of(quota) for quota in found[first : first + PAGE_SIZE]]
    return QuotasOut(count=found.count(), items=items)


@router.post("/quotas", response={201: QuotaOut})
@idempotent
def set_quota(request: PersonRequest, body: QuotaIn) -> Status[QuotaOut]:
    """Set a target; the same bearer, metric and span again replace it, and keep its history."""
    row = QuotaRow(
        metric=body.metric,
        person_id=body.person,
        unit_id=body.unit,
        start=body.start,
        end=body.end,
        amount=body.amount,
    )
    return Status(
        201, QuotaOut.of(actions.set_quota(row=row, by=request.person, origin=body.origin))
    )


def _quota(request: PersonRequest, quota_id: int) -> QuotaOut:
    return QuotaOut.of(quota_seen(quota_id, request.scope))


TARGET = Edited(held=lambda request: request.tenant, shown=_quota)


@router.get("/quotas/{quota_id}", response=QuotaOut)
@tagged(TARGET)
def quota(request: PersonRequest, quota_id: Id) -> QuotaOut:
    return _quota(request, quota_id)


@router.put("/quotas/{quota_id}", response=QuotaOut)
@matched(TARGET)
def change_quota(request: PersonRequest, quota_id: Id, body: QuotaChangeIn) -> QuotaOut:
    """Ask for another amount; the answer is the target that stands now, with its own number."""
    found = quota_seen(quota_id, request.scope)
    row = QuotaRow(
        metric=found.metric,
        person_id=found.person_id,
        unit_id=found.unit_id,
        start=found.start,
        end=found.end,
        amount=body.amount,
    )
    return QuotaOut.of(actions.set_quota(row=row, by=request.person, origin=body.origin))


@router.post("/quotas/{quota_id}/end", response=QuotaOut)
def end_quota(request: PersonRequest, quota_id: Id) -> QuotaOut:
    """Take a target out of force; it stays in the history."""
    found = quota_seen(quota_id, request.scope)
    return QuotaOut.of(actions.end_quota(quota=found, by=request.person))


@router.get("/heatmap/units/{unit_id}", response=HeatMapOut)
def heat_map_of_unit(
    request: PersonRequest, unit_id: Id, asked: Annotated[Asked, Query()]
) -> HeatMapOut:
    """Return one level of the tree: child units and the people in the unit, against periods."""
    chosen_here, choice = team_choice(request, team_seen(unit_id, request.scope))
    shown = queries.heat_map_team(choice, page=asked.page)
    return HeatMapOut(
        metric=choice.metric.key,
        periods=[period.key for period in chosen_here.window.columns],
        rows=[RowOut.of(row) for row in shown.rows],
        total=RowOut.of(shown.total),
        page=shown.page.number,
        page_count=shown.page.paginator.num_pages,
    )


@router.get("/heatmap/people/{person_id}", response=HeatMapOut)
def heat_map_of_person(
    request: PersonRequest, person_id: Id, asked: Annotated[Asked, Query()]
) -> HeatMapOut:
    """Return the metrics of one person against periods."""
    found = person_seen(person_id, request.scope)
    window = chosen(request, person=found).window
    shown = queries.heat_map_person(found, window, request.scope)
    return HeatMapOut(
        metric=asked.metric or None,
        periods=[period.key for period in window.columns],
        rows=[RowOut.of(row) for row in shown.rows],
    )


@router.get("/heatmap/cell", response=OpenedOut)
def cell(request: PersonRequest, asked: Annotated[CellAsked, Query()]) -> OpenedOut:
    """Return a cell with its target's origin and a page of the facts behind it."""
    view = queries.opened(cell_choice(request), page=asked.page)
    facts = view.facts
    return OpenedOut(
        cell=CellOut.of(view.cell),
        shares=[ShareOut.of(share) for share in view.shares],
        rest=f"{view.rest:f}",
        fact_count=None if facts is None else facts.count,
        facts=None if facts is None else [FactOut.of(each) for each in facts.lines],
    )
