"""Deliveries for programs: what was told to whom by which channel, and mending what failed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Field, Router, Schema

from bihuan.inbox import actions, queries
from bihuan.inbox.access import delivery_seen
from bihuan.inbox.api.routes import Id, Limit, Page, PersonRef, next_page, person_ref
from bihuan.inbox.domain.delivery import State
from bihuan.inbox.models import Delivery
from bihuan.org.access import PersonRequest, require_role
from bihuan.org.domain.role import Role

router = Router(tags=["inbox"])


class DeliveryOut(Schema):
    """One thing brought to one person by one channel; what it says is for its reader alone."""

    id: int
    id_for_receiver: UUID
    """The same at every attempt."""
    person: PersonRef
    channel: str
    what: str
    about: str
    state: State
    attempts: int
    made_at: datetime
    next_at: datetime | None
    sent_at: datetime | None
    opened_at: datetime | None
    code: str
    reason: str


class DeliveriesOut(Schema):
    count: int
    next: int | None
    items: list[DeliveryOut]


class CountsOut(Schema):
    """How many deliveries by one channel are in each state."""

    channel: str
    is_open: bool
    counts: dict[str, int]


@router.get("/deliveries", response=DeliveriesOut)
def deliveries(
    request: PersonRequest,
    state: State | None = None,
    channel: Annotated[str, Field(max_length=20)] = "",
    page: Page = 1,
    limit: Limit = queries.PAGE_SIZE,
) -> DeliveriesOut:
    """The deliveries of the company, for its administrators, the newest first."""
    require_role(request.person, Role.ADMIN)
    found = queries.deliveries(request.tenant, channel=channel, state=state.value if state else "")
    count = found.count()
    items = [_delivery(each) for each in found[(page - 1) * limit : page * limit]]
    return DeliveriesOut(count=count, next=next_page(page, limit, count), items=items)


def _delivery(each: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=each.pk,
        id_for_receiver=each.stable_id,
        person=person_ref(each.person),
        channel=each.channel,
        what=each.what,
        about=str(each.letter.about),
        state=State(each.state),
        attempts=each.attempts,
        made_at=each.made_at,
        next_at=each.next_at,
        sent_at=each.sent_at,
        opened_at=each.opened_at,
        code=each.fault_code,
        reason=queries.fault_of(each),
    )


@router.get("/deliveries/counts", response=list[CountsOut])
def delivery_counts(request: PersonRequest) -> list[CountsOut]:
    """How many deliveries by each channel are in each state, for administrators."""
    require_role(request.person, Role.ADMIN)
    return [
        CountsOut(channel=each.code, is_open=each.is_open, counts=each.counts)
        for each in queries.delivery_counts(request.tenant)
    ]


@router.post("/deliveries/{delivery_id}/retry", response=DeliveryOut)
def retry_delivery(request: PersonRequest, delivery_id: Id) -> DeliveryOut:
    """Send a delivery that failed again."""
    require_role(request.person, Role.ADMIN)
    found = delivery_seen(delivery_id, request.person)
    return _delivery(actions.retry_delivery(delivery=found, by=request.person))


@router.post("/deliveries/{delivery_id}/discard", response=DeliveryOut)
def discard_delivery(request: PersonRequest, delivery_id: Id) -> DeliveryOut:
    """Give a delivery that failed up for good."""
    require_role(request.person, Role.ADMIN)
    found = delivery_seen(delivery_id, request.person)
    return _delivery(actions.discard_delivery(delivery=found, by=request.person))
