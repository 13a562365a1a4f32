"""Packs for programs: those handed to the asker and to people they lead."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Router, Schema

from bihuan.org.access import PersonRequest
from bihuan.playbooks import actions, queries
from bihuan.playbooks.access import item_seen, pack_seen, play_seen
from bihuan.playbooks.api.plays import Id, Limit, Number, Page, next_page
from bihuan.playbooks.domain.choosing import Fit
from bihuan.playbooks.domain.play import Kind
from bihuan.playbooks.models import HandedItem, HandedOut

router = Router(tags=["playbooks"])


class RatingIn(Schema):
    helpful: bool


class PersonRef(Schema):
    id: int
    name: str


class ItemOut(Schema):
    """A play in a pack, and what the person did with it."""

    position: int
    play: int
    version: int
    kind: Kind
    title: str
    summary: str
    fit: Fit
    opened_at: datetime | None
    used_at: datetime | None
    helpful: bool | None


class PackOut(Schema):
    """A pack; ``recovered`` is null until it is known what came of its cause."""

    id: int
    person: PersonRef
    because_kind: str
    because_id: str
    metric: str
    reason: str | None
    made_at: datetime
    recovered: bool | None
    outcome_on: date | None
    items: int
    opened: int
    used: int


class PacksOut(Schema):
    count: int
    next: int | None
    items: list[PackOut]


class PackFullOut(Schema):
    """A pack with its plays."""

    id: int
    person: PersonRef
    because_kind: str
    because_id: str
    metric: str
    reason: str | None
    made_at: datetime
    recovered: bool | None
    outcome_on: date | None
    plays: list[ItemOut]


@router.get("/packs", response=PacksOut)
def packs(
    request: PersonRequest,
    mine: bool = False,  # noqa: FBT001, FBT002 (a parameter of the address)
    page: Page = 1,
    limit: Limit = queries.PAGE_SIZE,
) -> PacksOut:
    """The packs handed to you and to people you lead, the newest first."""
    found = queries.packs(request.scope, mine=mine)
    count = found.count()
    lines = queries.pack_lines(found[(page - 1) * limit : page * limit])
    items = [
        PackOut.model_validate(
            {**_pack(each.pack), "items": each.items, "opened": each.opened, "used": each.used}
        )
        for each in lines
    ]
    return PacksOut(count=count, next=next_page(page, limit, count), items=items)


def _pack(pack: HandedOut) -> dict[str, object]:
    return {
        "id": pack.pk,
        "person": {"id": pack.person.pk, "name": pack.person.name},
        "because_kind": pack.because_kind,
        "because_id": pack.because_id,
        "metric": pack.metric,
        "reason": pack.reason or None,
        "made_at": pack.made_at,
        "recovered": pack.recovered,
        "outcome_on": pack.outcome_on,
    }


@router.get("/packs/{pack_id}", response=PackFullOut)
def pack(request: PersonRequest, pack_id: Id) -> PackFullOut:
    """A pack: why it was handed out, its plays, and what was done with them."""
    view = queries.pack_view(pack_seen(pack_id, request.scope), request.person)
    items = [_item(each) for each in view.items]
    return PackFullOut.model_validate({**_pack(view.pack), "plays": items})


def _item(item: HandedItem) -> ItemOut:
    return ItemOut(
        position=item.position,
        play=item.version.play_id,
        version=item.version.number,
        kind=Kind(item.version.play.kind),
        title=queries.title_of(item.version),
        summary=queries.summary_of(item.version),
        fit=Fit(item.fit),
        opened_at=item.opened_at,
        used_at=item.used_at,
        helpful=item.helpful,
    )


class PickIn(Schema):
    """For which metric or with which customer, by name or code; one is enough."""

    metric: Annotated[str, Field(max_length=60)] = ""
    account: Annotated[str, Field(max_length=200)] = ""


class PickedOut(Schema):
    fact: int


@router.post("/plays/{play_id}/pick", response=PickedOut)
def pick(request: PersonRequest, play_id: Id, given: PickIn) -> PickedOut:
    """Say that you have used a play of the library that nobody handed you."""
    fact = actions.pick_play(
        play=play_seen(play_id, request.person),
        metric=given.metric,
        account=given.account,
        by=request.person,
    )
    return PickedOut(fact=fact.seq)


@router.post("/packs/{pack_id}/{position}/open", response=ItemOut)
def open_item(request: PersonRequest, pack_id: Id, position: Number) -> ItemOut:
    """Say that you have opened a play you were handed."""
    item = item_seen(pack_seen(pack_id, request.scope), position)
    return _item(actions.open_item(item=item, by=request.person))


@router.post("/packs/{pack_id}/{position}/use", response=ItemOut)
def use_item(request: PersonRequest, pack_id: Id, position: Number) -> ItemOut:
    """Say that you have used a play with a customer."""
    item = item_seen(pack_seen(pack_id, request.scope), position)
    return _item(actions.use_item(item=item, by=request.person))


@router.post("/packs/{pack_id}/{position}/rate", response=ItemOut)
def rate_item(request: PersonRequest, pack_id: Id, position: Number, given: RatingIn) -> ItemOut:
    """Say whether a play you were handed was helpful."""
    item = item_seen(pack_seen(pack_id, request.scope), position)
    return _item(actions.rate_item(item=item, helpful=given.helpful, by=request.person))
