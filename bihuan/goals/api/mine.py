"""One's own targets and the weight profiles, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Router, Schema, Status

from bihuan.base import clock
from bihuan.base.matching import Edited, matched, tagged
from bihuan.goals import actions
from bihuan.goals.access import cycle_seen, profile_seen, receipt_seen, sees_drafts
from bihuan.goals.api.cycles import Id, Note, text
from bihuan.goals.models import WeightProfile
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import MyGoal
from bihuan.goals.queries.cascade.mine import Part
from bihuan.org.access import PersonRequest

router = Router(tags=["goals"])


class PartOut(Schema):
    start: date
    end: date
    target: str
    floor: str | None
    stretch: str | None
    actual: str | None
    attainment: str | None

    @staticmethod
    def of(part: Part) -> PartOut:
        return PartOut(
            start=part.start,
            end=part.end,
            target=f"{part.target:f}",
            floor=text(part.floor),
            stretch=text(part.stretch),
            actual=text(part.actual),
            attainment=text(part.attainment),
        )


class MyGoalOut(Schema):
    metric: str
    unit: int | None
    strategy: str
    share: str | None
    rating: int | None
    whole: PartOut
    parts: list[PartOut]

    @staticmethod
    def of(each: MyGoal) -> MyGoalOut:
        return MyGoalOut(
            metric=each.goal.metric,
            unit=None if each.unit is None else each.unit.pk,
            strategy=each.strategy,
            share=None if each.share is None else f"{each.share:.4f}",
            rating=each.rating,
            whole=PartOut.of(each.whole),
            parts=[PartOut.of(part) for part in each.parts],
        )


class MyCycleOut(Schema):
    cycle: int
    name: str
    start: date
    end: date
    receipt: int | None
    acknowledged_at: datetime | None
    goals: list[MyGoalOut]


class NoteIn(Schema):
    note: Note = ""


class ReceiptDoneOut(Schema):
    id: int
    acknowledged_at: datetime | None


class RatingIn(Schema):
    metric: str
    rating: int


class RatingOut(Schema):
    metric: str
    rating: int


class FactorIn(Schema):
    """A factor on a goal's weight (axis “goal”, key a metric), or on a value of a dimension."""

    axis: str
    key: Annotated[str, Field(max_length=200)]
    factor: Annotated[str, Field(max_length=20)]


class ProfileIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    note: Note = ""
    factors: list[FactorIn]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        return [(each.axis, each.key, each.factor) for each in self.factors]


class ProfileOut(Schema):
    id: int
    name: str
    note: str
    factors: list[FactorIn]

    @staticmethod
    def of(profile: WeightProfile) -> ProfileOut:
        return ProfileOut(
            id=profile.pk,
            name=profile.name,
            note=profile.note,
            factors=[
                FactorIn(axis=axis, key=key, factor=factor) for axis, key, factor in profile.factors
            ],
        )


@router.get("/mine", response=list[MyCycleOut])
def mine(request: PersonRequest) -> list[MyCycleOut]:
    """Return what is asked of you in the cycles that run or come, the nearest first."""
    today = clock.today(request.tenant.time_zone)
    return [
        MyCycleOut(
            cycle=own.cycle.pk,
            name=own.cycle.name,
            start=own.cycle.start,
            end=own.cycle.end,
            receipt=None if own.receipt is None else own.receipt.pk,
            acknowledged_at=None if own.receipt is None else own.receipt.acknowledged_at,
            goals=[MyGoalOut.of(each) for each in own.goals],
        )
        for own in cascade.mine(request.person, request.scope, today).cycles
    ]


@router.post("/receipts/{receipt_id}/acknowledge", response=ReceiptDoneOut)
def acknowledge(request: PersonRequest, receipt_id: Id, body: NoteIn) -> ReceiptDoneOut:
    """Note that you have seen what a revision asks of you."""
    receipt = receipt_seen(receipt_id, request.scope)
    done = actions.acknowledge(receipt=receipt, by=request.person, note=body.note)
    return ReceiptDoneOut(id=done.pk, acknowledged_at=done.acknowledged_at)


@router.post("/cycles/{cycle_id}/rating", response=RatingOut)
def rate(request: PersonRequest, cycle_id: Id, body: RatingIn) -> RatingOut:
    """Say how important a goal of your own is, from 1 to 5; the last word counts."""
    cycle = cycle_seen(cycle_id, request.scope)
    rated = actions.rate(cycle=cycle, metric=body.metric, rating=body.rating, by=request.person)
    return RatingOut(metric=rated.metric, rating=rated.rating)


@router.get("/profiles", response=list[ProfileOut])
def profiles(request: PersonRequest) -> list[ProfileOut]:
    """Return the weight profiles on the list; who shares nothing out sees none."""
    if not sees_drafts(request.scope):
        return []
    found = WeightProfile.objects.filter(tenant=request.tenant, ended_at__isnull=True)
    return [ProfileOut.of(each) for each in found]


@router.post("/profiles", response={201: ProfileOut})
def save_profile(request: PersonRequest, body: ProfileIn) -> Status[ProfileOut]:
    """Keep a named set of factors."""
    made = actions.save_profile(
        name=body.name, note=body.note, factors=body.rows, by=request.person
    )
    return Status(201, ProfileOut.of(made))


def _profile(request: PersonRequest, profile_id: int) -> WeightProfile:
    return profile_seen(profile_id, request.scope)


PROFILE = Edited(
    held=_profile,
    shown=lambda request, profile_id: ProfileOut.of(_profile(request, profile_id)),
)


@router.get("/profiles/{profile_id}", response=ProfileOut)
@tagged(PROFILE)
def profile(request: PersonRequest, profile_id: Id) -> ProfileOut:
    """A weight profile on the list."""
    return ProfileOut.of(_profile(request, profile_id))


@router.post("/profiles/{profile_id}", response=ProfileOut)
@matched(PROFILE)
def change_profile(request: PersonRequest, profile_id: Id, body: ProfileIn) -> ProfileOut:
    """Put a profile on the list anew, as it shall be from now on."""
    made = actions.change_profile(
        profile=profile_seen(profile_id, request.scope),
        name=body.name,
        note=body.note,
        factors=body.rows,
        by=request.person,
    )
    return ProfileOut.of(made)


@router.post("/profiles/{profile_id}/end", response=ProfileOut)
def end_profile(request: PersonRequest, profile_id: Id) -> ProfileOut:
    """Take a profile off the list; what it was applied to stays."""
    profile = profile_seen(profile_id, request.scope)
    return ProfileOut.of(actions.end_profile(profile=profile, by=request.person))
