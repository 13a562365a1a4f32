"""The board for programs: one level of a goal's tree, and what can be done to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Query, Router, Schema

from bihuan.base import clock
from bihuan.base.idempotency import idempotent
from bihuan.goals import actions
from bihuan.goals.access import draft_seen, goal_seen, node_seen, profile_seen
from bihuan.goals.actions.weighing import Deed
from bihuan.goals.api.cycles import DoneOut, Id, Note, Number, PageNumber, text
from bihuan.goals.domain.cycle import Method
from bihuan.goals.forms.weighing import in_units
from bihuan.goals.models import Goal
from bihuan.goals.models.cycle import ORG
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import Board, Line, Looker
from bihuan.goals.queries.cascade.board import WEIGHT_DIGITS
from bihuan.goals.queries.cascade.joining import Mover
from bihuan.org.access import PersonRequest

router = Router(tags=["goals"])

Node = Annotated[str, Field(max_length=40)]


class LineOut(Schema):
    key: str
    name: str
    amount: str
    share: str | None
    is_locked: bool
    before: str | None
    growth: str | None

    @staticmethod
    def of(line: Line, digits: int) -> LineOut:
        return LineOut(
            key=line.key,
            name=line.name,
            amount=f"{line.amount:.{digits}f}",
            share=text(line.share),
            is_locked=line.is_locked,
            before=text(line.before),
            growth=text(line.growth),
        )


class BoardOut(Schema):
    """One level: who shares a node's target. ``version`` goes back with what is saved."""

    axis: str
    node: str
    name: str
    amount: str
    before: str | None
    growth: str | None
    version: int
    changed_by: str | None
    changed_at: datetime | None
    may_set: bool
    count: int
    items: list[LineOut]

    @staticmethod
    def of(shown: Board) -> BoardOut:
        by, at = shown.changed or (None, None)
        return BoardOut(
            axis=shown.axis,
            node=shown.node,
            name=shown.name,
            amount=f"{shown.amount:.{shown.digits}f}",
            before=text(shown.before.whole) if shown.before else None,
            growth=text(shown.growth),
            version=shown.version,
            changed_by=by,
            changed_at=at,
            may_set=shown.may_set,
            count=shown.page.paginator.count,
            items=[LineOut.of(line, shown.digits) for line in shown.lines],
        )


class WeighIn(Schema):
    """What some shall be asked for; the others share the rest as they did."""

    node: Node = ""
    axis: str = ORG
    amounts: dict[str, str] = {}
    locks: dict[str, bool] = {}
    version: Number | None = None
    note: Note = ""

    def deed(self, digits: int) -> Deed:
        asked = {key: in_units(amount, digits) for key, amount in self.amounts.items()}
        return actions.put(asked, self.locks)


class CarryIn(Schema):
    """An amount carried from one to another; nobody else is touched."""

    node: Node = ""
    axis: str = ORG
    source: str
    target: str
    amount: str
    version: Number | None = None
    note: Note = ""


class SplitIn(Schema):
    node: Node = ""
    method: Method
    potential: str = ""
    is_deep: bool = False
    version: Number | None = None


class DimensionIn(Schema):
    dimension: str
    note: Note = ""


class PlaceOut(Schema):
    node: str
    name: str
    dimension: str
    value: str
    asked: str
    fitted: str


class MoverOut(Schema):
    name: str
    before: str | None
    after: str | None

    @staticmethod
    def of(mover: Mover) -> MoverOut:
        return MoverOut(name=mover.name, before=text(mover.before), after=text(mover.after))


class JoiningOut(Schema):
    came: list[MoverOut]
    left: list[MoverOut]
    moved: list[MoverOut]
    unlocked: list[MoverOut]


class FollowedOut(Schema):
    came: int
    left: int
    moved: int
    unlocked: int


def _goal(request: PersonRequest, cycle_id: int, goal_id: int) -> Goal:
    return goal_seen(draft_seen(cycle_id, request.scope), goal_id)


def _node(request: PersonRequest, goal: Goal, node: str) -> str:
    """Return the node that is asked for, or where one's board begins; it must be visible."""
    return node_seen(node or cascade.start_node(goal.cycle, request.scope), request.scope)


def _by(request: PersonRequest) -> Looker:
    return Looker(request.person, request.scope, clock.today(request.tenant.time_zone))


@router.get("/cycles/{cycle_id}/goals/{goal_id}/board", response=BoardOut)
def board(
    request: PersonRequest,
    cycle_id: Id,
    goal_id: Id,
    node: Annotated[str, Query(max_length=40)] = "",
    axis: str = ORG,
    page: PageNumber = 1,
) -> BoardOut:
    """Return one level of a goal's working copy, 50 rows to a page."""
    goal = _goal(request, cycle_id, goal_id)
    where = _node(request, goal, node)
    return BoardOut.of(cascade.board(goal, axis, where, _by(request), page=page))


@router.post("/cycles/{cycle_id}/goals/{goal_id}/weigh", response=DoneOut)
@idempotent
def weigh(request: PersonRequest, cycle_id: Id, goal_id: Id, body: WeighIn) -> DoneOut:
    """Set what some of a level are asked for, and lock or unlock some."""
    goal = _goal(request, cycle_id, goal_id)
    edit = actions.reweigh(
        goal=goal,
        axis=body.axis,
        node=_node(request, goal, body.node),
        deed=body.deed(goal.digits),
        by=request.person,
        version=body.version,
        note=body.note,
    )
    return DoneOut.of(edit)


@router.post("/cycles/{cycle_id}/goals/{goal_id}/carry", response=DoneOut)
def carry(request: PersonRequest, cycle_id: Id, goal_id: Id, body: CarryIn) -> DoneOut:
    """Carry an amount from one of a level to another."""
    goal = _goal(request, cycle_id, goal_id)
    edit = actions.reweigh(
        goal=goal,
        axis=body.axis,
        node=_node(request, goal, body.node),
        deed=actions.carry(body.source, body.target, in_units(body.amount, goal.digits)),
        by=request.person,
        version=body.version,
        note=body.note,
    )
    return DoneOut.of(edit)


@router.post("/cycles/{cycle_id}/goals/{goal_id}/split", response=DoneOut)
@idempotent
def split(request: PersonRequest, cycle_id: Id, goal_id: Id, body: SplitIn) -> DoneOut:
    """Share a node's target anew: evenly by head, as last year, or by another metric."""
    goal = _goal(request, cycle_id, goal_id)
    edit = actions.split_anew(
        goal=goal,
        node=_node(request, goal, body.node),
        method=body.method,
        potential=body.potential,
        is_deep=body.is_deep,
        version=body.version,
        by=request.person,
    )
    return DoneOut.of(edit)


@router.get("/cycles/{cycle_id}/goals/{goal_id}/differences", response=list[PlaceOut])
def differences(request: PersonRequest, cycle_id: Id, goal_id: Id) -> list[PlaceOut]:
    """Return where a dimension and the organisation disagree, the largest first."""
    found = cascade.disagreements_of(_goal(request, cycle_id, goal_id))
    return [
        PlaceOut(
            node=place.found.node,
            name=place.name,
            dimension=place.found.dimension,
            value=place.found.value,
            asked=f"{place.found.asked:f}",
            fitted=f"{place.found.fitted:f}",
        )
        for place in cascade.places_of(found, request.scope)
    ]


@router.post("/cycles/{cycle_id}/goals/{goal_id}/reconcile", response=DoneOut)
def reconcile(request: PersonRequest, cycle_id: Id, goal_id: Id, body: DimensionIn) -> DoneOut:
    """Bring a dimension and the organisation together in proportion; locks stay to the cent."""
    goal = _goal(request, cycle_id, goal_id)
    edit = actions.reconcile(goal=goal, dimension=body.dimension, by=request.person, note=body.note)
    return DoneOut.of(edit)


@router.get("/cycles/{cycle_id}/goals/{goal_id}/joining", response=JoiningOut)
def joining(request: PersonRequest, cycle_id: Id, goal_id: Id) -> JoiningOut:
    """Return who came, left or moved since a goal was shared out; for who sets all of it."""
    goal = _goal(request, cycle_id, goal_id)
    actions.require_sets_whole(request.person, goal.cycle)
    found = cascade.joining(goal)
    return JoiningOut(
        came=[MoverOut.of(each) for each in found.came],
        left=[MoverOut.of(each) for each in found.left],
        moved=[MoverOut.of(each) for each in found.moved],
        unlocked=[MoverOut.of(each) for each in found.unlocked],
    )


@router.post("/cycles/{cycle_id}/goals/{goal_id}/follow", response=FollowedOut)
def follow(request: PersonRequest, cycle_id: Id, goal_id: Id) -> FollowedOut:
    """Bring a goal's tree into the shape of the organisation."""
    grown = actions.follow_organisation(goal=_goal(request, cycle_id, goal_id), by=request.person)
    return FollowedOut(
        came=len(grown.came),
        left=len(grown.left),
        moved=len(grown.moved),
        unlocked=len(grown.unlocked),
    )


@router.get("/cycles/{cycle_id}/weights", response=BoardOut)
def weights(request: PersonRequest, cycle_id: Id) -> BoardOut:
    """Return how the goals of a cycle share its weight, in percent."""
    cycle = draft_seen(cycle_id, request.scope)
    return BoardOut.of(cascade.weights_board(cycle, _by(request)))


@router.post("/cycles/{cycle_id}/weights", response=DoneOut)
@idempotent
def set_weights(request: PersonRequest, cycle_id: Id, body: WeighIn) -> DoneOut:
    """Set how much some goals of a cycle weigh, in percent."""
    edit = actions.reweigh_goals(
        cycle=draft_seen(cycle_id, request.scope),
        deed=body.deed(WEIGHT_DIGITS),
        by=request.person,
        version=body.version,
        note=body.note,
    )
    return DoneOut.of(edit)


@router.post("/cycles/{cycle_id}/profiles/{profile_id}/apply", response=DoneOut)
def apply_profile(request: PersonRequest, cycle_id: Id, profile_id: Id) -> DoneOut:
    """Apply a weight profile to a cycle: to its goals' weights and the company's mixes."""
    cycle = draft_seen(cycle_id, request.scope)
    profile = profile_seen(profile_id, request.scope)
    return DoneOut.of(actions.apply_profile(cycle=cycle, profile=profile, by=request.person))
