"""How tasks escalate, for programs."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema

from bihuan.base.matching import Edited, matched, tagged
from bihuan.inbox import actions, queries
from bihuan.inbox.domain.escalation import MOST_DAYS, MOST_STEPS, Counting, Deed, Ladder, Step
from bihuan.inbox.queries import EscalationRow
from bihuan.org.access import PersonRequest, require_role
from bihuan.org.domain.role import Role

router = Router(tags=["inbox"])

KindCode = Annotated[str, Field(max_length=60)]


class StepIn(Schema):
    after: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    deed: Deed


class EscalationOut(Schema):
    """The steps of a kind of task; the empty kind stands for all that say nothing else."""

    kind: str
    counting: Counting
    steps: list[StepIn]
    is_own: bool


class EscalationIn(Schema):
    """The steps of a kind; none takes back what was said of it."""

    kind: KindCode = ""
    counting: Counting = Counting.WORKING
    steps: Annotated[list[StepIn], Field(max_length=MOST_STEPS)] | None = None


def _rows(request: PersonRequest) -> list[EscalationOut]:
    require_role(request.person, Role.ADMIN)
    return [_row(each) for each in queries.escalations(request.tenant)]


def _row(row: EscalationRow) -> EscalationOut:
    steps = [StepIn(after=each.after, deed=each.deed) for each in row.ladder.steps]
    return EscalationOut(
        kind=row.kind, counting=row.ladder.counting, steps=steps, is_own=row.is_own
    )


LADDERS = Edited(held=lambda request: request.tenant, shown=_rows)


@router.get("/escalation", response=list[EscalationOut])
@tagged(LADDERS)
def escalation(request: PersonRequest) -> list[EscalationOut]:
    """How each kind of task escalates."""
    return _rows(request)


@router.put("/escalation", response=list[EscalationOut])
@matched(LADDERS)
def put_escalation(request: PersonRequest, given: EscalationIn) -> list[EscalationOut]:
    """Say how tasks of a kind escalate that are made from now on."""
    ladder = None
    if given.steps is not None:
        ladder = Ladder(tuple(Step(each.after, each.deed) for each in given.steps), given.counting)
    actions.set_escalation(tenant=request.tenant, kind=given.kind, ladder=ladder, by=request.person)
    return _rows(request)
