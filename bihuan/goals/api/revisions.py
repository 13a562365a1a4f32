"""Revisions for programs: what publishing would change, publishing, comparing, acknowledging."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query, Router, Schema

from bihuan.goals import actions
from bihuan.goals.access import draft_seen, revision_seen
from bihuan.goals.api.cycles import DoneOut, Id, Note, Number, PageNumber, text
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.models import Receipt
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import Changes, ChangeSearch
from bihuan.org.access import PersonRequest

router = Router(tags=["goals"])

PAGE_SIZE = 100


class ChangeOut(Schema):
    metric: str
    node: str
    name: str
    asked_before: str | None
    asked_after: str | None
    difference: str


class ChangesOut(Schema):
    count: int
    people: int
    items: list[ChangeOut]


class PublishIn(Schema):
    reason: Reason
    note: Note = ""
    seen_edit: Number | None = None
    """The last edit you have seen: where somebody edited since, nothing is published."""


class PublishedOut(Schema):
    revision: int
    new: int
    replaced: int
    unchanged: int
    ended: int
    people: int


class RevisionOut(Schema):
    number: int
    reason: str
    note: str
    published_by: str
    published_at: datetime
    restores: int | None
    asked: int
    acknowledged: int


class ReceiptOut(Schema):
    person: int
    name: str
    acknowledged_at: datetime | None
    note: str

    @staticmethod
    def of(receipt: Receipt) -> ReceiptOut:
        return ReceiptOut(
            person=receipt.person_id,
            name=receipt.person.name,
            acknowledged_at=receipt.acknowledged_at,
            note=receipt.note,
        )


class ReceiptsOut(Schema):
    count: int
    items: list[ReceiptOut]


def _told(request: PersonRequest, found: Changes, asked: ChangeSearch, page: int) -> ChangesOut:
    rows, names = cascade.visible_changes(found, asked, request.scope)
    first = (page - 1) * PAGE_SIZE
    return ChangesOut(
        count=len(rows),
        people=len({row.node for row in rows if row.node.startswith("p")}),
        items=[
            ChangeOut(
                metric=row.metric,
                node=row.node,
                name=names.get(row.node, row.node),
                asked_before=text(row.before),
                asked_after=text(row.after),
                difference=f"{row.difference:f}",
            )
            for row in rows[first : first + PAGE_SIZE]
        ],
    )


@router.get("/cycles/{cycle_id}/preview", response=ChangesOut)
def preview(
    request: PersonRequest,
    cycle_id: Id,
    metric: str = "",
    text: str = "",
    page: PageNumber = 1,
) -> ChangesOut:
    """Return who would change by how much, the largest first, 100 to a page."""
    cycle = draft_seen(cycle_id, request.scope)
    return _told(request, cascade.preview(cycle), ChangeSearch(metric, text), page)


@router.post("/cycles/{cycle_id}/publish", response=PublishedOut)
def publish(request: PersonRequest, cycle_id: Id, body: PublishIn) -> PublishedOut:
    """Freeze the working copy as a revision and set the targets it asks for."""
    done = actions.publish(
        cycle=draft_seen(cycle_id, request.scope),
        reason=body.reason,
        note=body.note,
        seen_edit=body.seen_edit,
        by=request.person,
    )
    return PublishedOut(
        revision=done.revision.number,
        new=done.new,
        replaced=done.replaced,
        unchanged=done.unchanged,
        ended=done.ended,
        people=len(done.people),
    )


@router.get("/cycles/{cycle_id}/revisions", response=list[RevisionOut])
def revisions(request: PersonRequest, cycle_id: Id) -> list[RevisionOut]:
    """Return a cycle's revisions, the one in force first."""
    found = cascade.revisions_of(draft_seen(cycle_id, request.scope))
    counted = cascade.acknowledged(found, request.scope)
    none = cascade.Acknowledged()
    return [
        RevisionOut(
            number=each.number,
            reason=each.reason,
            note=each.note,
            published_by=each.published_by.name,
            published_at=each.published_at,
            restores=None if each.restores is None else each.restores.number,
            asked=counted.get(each.pk, none).asked,
            acknowledged=counted.get(each.pk, none).done,
        )
        for each in found
    ]


@router.get("/cycles/{cycle_id}/revisions/compare", response=ChangesOut)
def compare(
    request: PersonRequest,
    cycle_id: Id,
    first: Annotated[Number, Query(alias="from")] = 0,
    second: Annotated[Number, Query(alias="to")] = 0,
    page: PageNumber = 1,
) -> ChangesOut:
    """Return what differs between two revisions; 0 is before there was one."""
    cycle = draft_seen(cycle_id, request.scope)
    before = revision_seen(cycle, first) if first else None
    after = revision_seen(cycle, second) if second else None
    found = cascade.changes(cascade.revision_amounts(before), cascade.revision_amounts(after))
    return _told(request, found, ChangeSearch(), page)


@router.get("/cycles/{cycle_id}/revisions/{number}/receipts", response=ReceiptsOut)
def receipts(
    request: PersonRequest, cycle_id: Id, number: Number, page: PageNumber = 1
) -> ReceiptsOut:
    """Return who acknowledged a revision and who has not yet, those first, 100 to a page."""
    revision = revision_seen(draft_seen(cycle_id, request.scope), number)
    found = cascade.receipts_of(revision, request.scope)
    first = (page - 1) * PAGE_SIZE
    items = [ReceiptOut.of(each) for each in found[first : first + PAGE_SIZE]]
    return ReceiptsOut(count=found.count(), items=items)


@router.post("/cycles/{cycle_id}/revisions/{number}/restore", response=DoneOut)
def restore(request: PersonRequest, cycle_id: Id, number: Number) -> DoneOut:
    """Take an earlier revision as the working copy; publish it to bring it into force."""
    revision = revision_seen(draft_seen(cycle_id, request.scope), number)
    return DoneOut.of(actions.restore(revision=revision, by=request.person))
