"""Closed periods for programs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from bihuan.metrics import actions
from bihuan.metrics.access import require_approver_of
from bihuan.metrics.queries.closed import ClosingLine, closing_lines, closing_of, line_of
from bihuan.metrics.queries.proof import closed_figures
from bihuan.org.access import PersonRequest

router = Router(tags=["closings"])
Id = Annotated[int, Field(ge=1, lt=2**63)]


class ClosingOut(Schema):
    id: int
    first_day: date | None
    """Nothing where everything earlier was closed at once."""
    last_day: date
    seq: int
    closed_at: datetime
    closed_by: str
    reason: str
    late_facts: int

    @staticmethod
    def of(line: ClosingLine) -> ClosingOut:
        closing = line.closing
        return ClosingOut(
            id=closing.pk,
            first_day=line.after,
            last_day=closing.through - timedelta(days=1),
            seq=closing.seq,
            closed_at=closing.closed_at,
            closed_by=closing.closed_by.name,
            reason=closing.reason,
            late_facts=line.late_count,
        )


class ClosingIn(Schema):
    last_day: date
    reason: str = Field("", max_length=500)


class ReopenIn(Schema):
    reason: str = Field(max_length=500)


class FigureOut(Schema):
    metric: str
    then: str | None
    now: str | None
    is_same: bool


@router.get("", response=list[ClosingOut], url_name="closings")
def closings(request: HttpRequest) -> list[ClosingOut]:
    """The periods that are closed, the newest first."""
    person = cast(PersonRequest, request)
    require_approver_of(person.person, person.tenant.pk)
    return [ClosingOut.of(line) for line in closing_lines(person.tenant, person.scope)]


@router.post("", response={201: ClosingOut}, url_name="close")
def close(request: HttpRequest, body: ClosingIn) -> Status[ClosingOut]:
    """Close all days up to one, that one included."""
    person = cast(PersonRequest, request)
    closing = actions.close_period(
        tenant=person.tenant,
        through=body.last_day + timedelta(days=1),
        reason=body.reason,
        by=person.person,
    )
    return Status(201, ClosingOut.of(line_of(closing, person.scope)))


@router.get("/{closing_id}/proof", response=list[FigureOut], url_name="closing_proof")
def proof(request: HttpRequest, closing_id: Id) -> list[FigureOut]:
    """Every metric of a closing as it stood then, and as it is reckoned today."""
    person = cast(PersonRequest, request)
    require_approver_of(person.person, person.tenant.pk)
    closing = closing_of(person.tenant, closing_id)
    return [
        FigureOut(metric=each.metric, then=each.then, now=each.now, is_same=each.is_same)
        for each in closed_figures(closing)
    ]


@router.post("/{closing_id}/reopen", response=ClosingOut, url_name="closing_reopen")
def reopen(request: HttpRequest, closing_id: Id, body: ReopenIn) -> ClosingOut:
    """Open the last closing again."""
    person = cast(PersonRequest, request)
    require_approver_of(person.person, person.tenant.pk)
    closing = closing_of(person.tenant, closing_id)
    line = line_of(closing, person.scope)
    actions.reopen_period(closing=closing, reason=body.reason, by=person.person)
    return ClosingOut.of(line)
