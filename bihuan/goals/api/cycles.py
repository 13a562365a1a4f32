"""Cycles for programs: opened, asked for, published. Numbers travel as text, ends are exclusive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Field, Query, Router, Schema, Status

from bihuan.base import clock
from bihuan.base.idempotency import idempotent
from bihuan.goals import actions
from bihuan.goals.access import cycle_seen, draft_seen, edit_seen, goal_seen, sees_drafts
from bihuan.goals.actions import GoalAsked
from bihuan.goals.domain.cycle import Method, Seasonality
from bihuan.goals.models import Cycle, Edit, Goal
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import CycleLine, EditTold
from bihuan.org.access import PersonRequest, unit_seen

router = Router(tags=["goals"])

Id = Annotated[int, Field(ge=1, lt=2**63)]
Number = Annotated[int, Field(ge=0, lt=2**31)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Note = Annotated[str, Field(max_length=300)]


class CycleOut(Schema):
    id: int
    code: str
    name: str
    start: date
    end: date
    grain: str
    state: str
    revision: int
    """The one in force; 0 before the first."""
    waiting: int
    """How many edits no revision holds yet."""
    asked: int
    acknowledged: int

    @staticmethod
    def of(line: CycleLine) -> CycleOut:
        cycle = line.cycle
        return CycleOut(
            id=cycle.pk,
            code=cycle.code,
            name=cycle.name,
            start=cycle.start,
            end=cycle.end,
            grain=cycle.grain,
            state=line.state,
            revision=cycle.revision_number,
            waiting=line.waiting,
            asked=line.asked,
            acknowledged=line.acknowledged,
        )


class CycleIn(Schema):
    code: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    start: date
    end: date
    grain: str
    root: Id
    cuts: list[date] = []
    """Where its own spans end, for the grain “own”."""


class GoalOut(Schema):
    id: int
    metric: str
    amount: str | None
    """The company's target; nothing to who does not see the company's figures."""
    digits: int
    floor_ratio: str | None
    stretch_ratio: str | None
    strategy: str
    seasonality: str
    period_weights: list[int]
    depths: dict[str, int]

    @staticmethod
    def of(goal: Goal, *, is_whole: bool) -> GoalOut:
        return GoalOut(
            id=goal.pk,
            metric=goal.metric,
            amount=f"{goal.amount:f}" if is_whole else None,
            digits=goal.digits,
            floor_ratio=text(goal.floor_ratio),
            stretch_ratio=text(goal.stretch_ratio),
            strategy=goal.strategy,
            seasonality=goal.seasonality,
            period_weights=goal.period_weights,
            depths=goal.depths,
        )


class GoalIn(Schema):
    metric: str
    amount: Decimal
    strategy: Annotated[str, Field(max_length=120)] = ""
    floor_ratio: Decimal | None = None
    stretch_ratio: Decimal | None = None
    seasonality: Seasonality = Seasonality.WORKING_DAYS
    period_weights: list[Number] = []
    method: Method = Method.HISTORY
    potential: str = ""
    depths: dict[str, int] = {}
    values: dict[str, list[str]] = {}

    def asked(self) -> GoalAsked:
        return GoalAsked(**self.dict())


class GoalChangeIn(Schema):
    """What is left out stays as it is."""

    amount: Decimal | None = None
    strategy: Annotated[str, Field(max_length=120)] | None = None
    floor_ratio: Decimal | None = None
    stretch_ratio: Decimal | None = None
    has_levels: bool = False
    """Whether floor and stretch are meant, also where they are left out."""
    seasonality: Seasonality | None = None
    period_weights: list[Number] | None = None
    note: Note = ""


class CycleDetailOut(CycleOut):
    goals: list[GoalOut]


class EditOut(Schema):
    number: int
    deed: str
    by: str
    at: datetime
    note: str
    undoes: int | None
    undone_by: int | None
    changes: int
    """How many groups and fields of it are visible to you."""

    @staticmethod
    def of(told: EditTold) -> EditOut:
        edit = told.edit
        undone = getattr(edit, "undone_by", None)
        return EditOut(
            number=edit.number,
            deed=edit.deed,
            by=edit.by.name,
            at=edit.at,
            note=edit.note,
            undoes=None if edit.undoes is None else edit.undoes.number,
            undone_by=None if undone is None else undone.number,
            changes=len(told.groups) + told.more + len(told.fields),
        )


class EditsOut(Schema):
    count: int
    items: list[EditOut]


class DoneOut(Schema):
    """The edit that a deed left behind."""

    number: int
    deed: str

    @staticmethod
    def of(edit: Edit) -> DoneOut:
        return DoneOut(number=edit.number, deed=edit.deed)


def text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _line(request: PersonRequest, cycle: Cycle) -> CycleLine:
    lines = cascade.cycle_lines(request.scope, clock.today(request.tenant.time_zone))
    return next(line for line in lines if line.cycle.pk == cycle.pk)


def _detail(request: PersonRequest, cycle: Cycle) -> CycleDetailOut:
    goals: Sequence[Goal] = list(cycle.goals.on()) if sees_drafts(request.scope) else []
    is_whole = request.scope.covers_figures(cycle.root.path)
    told = CycleOut.of(_line(request, cycle)).dict()
    return CycleDetailOut(**told, goals=[GoalOut.of(goal, is_whole=is_whole) for goal in goals])


@router.get("/cycles", response=list[CycleOut])
def cycles(request: PersonRequest) -> list[CycleOut]:
    """Return the cycles you see, the latest first."""
    lines = cascade.cycle_lines(request.scope, clock.today(request.tenant.time_zone))
    return [CycleOut.of(line) for line in lines]


@router.post("/cycles", response={201: CycleDetailOut})
@idempotent
def open_cycle(request: PersonRequest, body: CycleIn) -> Status[CycleDetailOut]:
    """Open a cycle for a unit and all below it; it asks for nothing yet."""
    made = actions.open_cycle(
        code=body.code,
        name=body.name,
        start=body.start,
        end=body.end,
        grain=body.grain,
        cuts=body.cuts,
        root=unit_seen(body.root, request.scope),
        by=request.person,
    )
    return Status(201, _detail(request, cycle_seen(made.pk, request.scope)))


@router.get("/cycles/{cycle_id}", response=CycleDetailOut)
def cycle(request: PersonRequest, cycle_id: Id) -> CycleDetailOut:
    return _detail(request, cycle_seen(cycle_id, request.scope))


@router.post("/cycles/{cycle_id}/close", response=CycleDetailOut)
def close_cycle(request: PersonRequest, cycle_id: Id) -> CycleDetailOut:
    """Close a cycle: what was published stays in force, nothing more can be changed."""
    found = draft_seen(cycle_id, request.scope)
    actions.close_cycle(cycle=found, by=request.person)
    return _detail(request, found)


@router.post("/cycles/{cycle_id}/goals", response={201: GoalOut})
@idempotent
def add_goal(request: PersonRequest, cycle_id: Id, body: GoalIn) -> Status[GoalOut]:
    """Ask for a metric: its target, shared down to every person who carries it."""
    found = draft_seen(cycle_id, request.scope)
    goal = actions.add_goal(cycle=found, asked=body.asked(), by=request.person)
    return Status(201, GoalOut.of(goal, is_whole=True))


@router.post("/cycles/{cycle_id}/goals/{goal_id}", response=DoneOut)
@idempotent
def change_goal(request: PersonRequest, cycle_id: Id, goal_id: Id, body: GoalChangeIn) -> DoneOut:
    """Change what a goal asks for; everything below follows in its proportions."""
    goal = goal_seen(draft_seen(cycle_id, request.scope), goal_id)
    levels = (body.floor_ratio, body.stretch_ratio)
    edit = actions.change_goal(
        goal=goal,
        by=request.person,
        amount=body.amount,
        strategy=body.strategy,
        levels=levels if body.has_levels or any(levels) else None,
        seasonality=body.seasonality,
        period_weights=body.period_weights,
        note=body.note,
    )
    return DoneOut.of(edit)


@router.post("/cycles/{cycle_id}/goals/{goal_id}/drop", response=DoneOut)
def drop_goal(request: PersonRequest, cycle_id: Id, goal_id: Id) -> DoneOut:
    """Ask for a metric no more; its targets end when the cycle is published."""
    goal = goal_seen(draft_seen(cycle_id, request.scope), goal_id)
    return DoneOut.of(actions.drop_goal(goal=goal, by=request.person))


@router.get("/cycles/{cycle_id}/edits", response=EditsOut)
def edits(request: PersonRequest, cycle_id: Id, page: PageNumber = 1) -> EditsOut:
    """Return who changed what of the working copy, the last first, 20 to a page."""
    found = draft_seen(cycle_id, request.scope)
    shown, told = cascade.edits_told(found, request.scope, page)
    return EditsOut(count=shown.paginator.count, items=[EditOut.of(each) for each in told])


@router.post("/cycles/{cycle_id}/edits/{number}/undo", response=DoneOut)
def undo_edit(request: PersonRequest, cycle_id: Id, number: Number) -> DoneOut:
    """Undo an edit; undoing an undoing does it again."""
    edit = edit_seen(draft_seen(cycle_id, request.scope), number)
    return DoneOut.of(actions.undo(edit=edit, by=request.person))
