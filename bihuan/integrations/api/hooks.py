"""Webhooks for programs: which systems are told of what, and telling them again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Field, Router, Schema, Status

from bihuan.base.instants import Instant
from bihuan.base.matching import Edited, matched, tagged
from bihuan.integrations import actions, queries
from bihuan.integrations.access import webhook_delivery_seen, webhook_seen
from bihuan.integrations.domain.webhook.attempt import State
from bihuan.integrations.models import Webhook, WebhookDelivery
from bihuan.org.access import PersonRequest, require_role
from bihuan.org.domain.role import Role

router = Router(tags=["webhooks"])

Id = Annotated[int, Field(ge=1, lt=2**63)]
Page = Annotated[int, Field(ge=1, le=100_000)]
LIMIT = 50


class WebhookIn(Schema):
    """Where events are sent, and of which kinds; see ``/webhooks/kinds``."""

    name: Annotated[str, Field(max_length=200)]
    url: Annotated[str, Field(max_length=600)]
    kinds: list[str]
    is_on: bool = True


class WebhookOut(Schema):
    id: int
    name: str
    url: str
    kinds: list[str]
    is_on: bool
    was_switched_off: bool
    failing_since: datetime | None
    former_secret_until: datetime | None
    made_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, hook: Webhook) -> WebhookOut:
        return cls(
            id=hook.pk,
            name=hook.name,
            url=hook.url,
            kinds=hook.kinds,
            is_on=hook.is_on,
            was_switched_off=hook.was_switched_off,
            failing_since=hook.failing_since,
            former_secret_until=hook.former_until,
            made_at=hook.made_at,
            changed_at=hook.changed_at,
        )


class NewWebhookOut(Schema):
    """The one answer that carries the secret."""

    webhook: WebhookOut
    secret: str


class EventKindOut(Schema):
    kind: str
    words: str


class WebhookDeliveryOut(Schema):
    """An event a webhook was or is to be told of, and what came of the last attempt."""

    id: int
    number: str
    """What stands in ``webhook-id``: the same at every attempt."""
    event: UUID
    kind: str
    happened_at: datetime
    state: State
    attempts: int
    next_at: datetime | None
    tried_at: datetime | None
    milliseconds: int | None
    status: int | None
    request: str
    answer: str
    code: str
    reason: str

    @classmethod
    def of(cls, each: WebhookDelivery) -> WebhookDeliveryOut:
        exchange = queries.exchange_of(each)
        return cls(
            id=each.pk,
            number=exchange.number,
            event=each.stable_id,
            kind=each.kind,
            happened_at=each.happened_at,
            state=State(each.state),
            attempts=each.attempts,
            next_at=queries.next_attempt_of(each, each.webhook),
            tried_at=each.tried_at,
            milliseconds=each.milliseconds,
            status=each.status,
            request=exchange.body,
            answer=exchange.answer,
            code=each.fault_code,
            reason=queries.fault_of(each),
        )


class WebhookDeliveriesOut(Schema):
    count: int
    items: list[WebhookDeliveryOut]


class PeriodIn(Schema):
    since: Instant
    until: Instant


class AgainOut(Schema):
    count: int


def _held(request: PersonRequest, webhook_id: int) -> Webhook:
    return webhook_seen(webhook_id, request.person)


def _stands(request: PersonRequest, webhook_id: int) -> list[object]:
    """Return what people say of a webhook; how its sending goes changes by itself."""
    hook = _held(request, webhook_id)
    return [hook.name, hook.url, hook.kinds, hook.is_on]


HOOK = Edited(held=_held, shown=_stands)


@router.get("", response=list[WebhookOut], operation_id="list_webhooks")
def webhooks(request: PersonRequest) -> list[WebhookOut]:
    """Other systems that are told of what happens, for administrators."""
    require_role(request.person, Role.ADMIN)
    return [WebhookOut.of(each.hook) for each in queries.webhook_lines(request.tenant)]


@router.get("/kinds", response=list[EventKindOut], operation_id="list_kinds_of_events")
def kinds(request: PersonRequest) -> list[EventKindOut]:
    """The kinds of events that a webhook may be told of."""
    require_role(request.person, Role.ADMIN)
    return [EventKindOut(kind=kind, words=words) for kind, words in queries.kind_choices()]


@router.post("", response={201: NewWebhookOut}, operation_id="make_webhook")
def make(request: PersonRequest, body: WebhookIn) -> Status[NewWebhookOut]:
    """Have another system told from now on; its secret is in this answer only."""
    draft = actions.WebhookDraft(**body.model_dump())
    hook, secret = actions.make_webhook(draft=draft, by=request.person)
    return Status(201, NewWebhookOut(webhook=WebhookOut.of(hook), secret=secret))


@router.get("/{webhook_id}", response=WebhookOut, operation_id="show_webhook")
@tagged(HOOK)
def one(request: PersonRequest, webhook_id: Id) -> WebhookOut:
    """A webhook and how it stands."""
    return WebhookOut.of(webhook_seen(webhook_id, request.person))


@router.put("/{webhook_id}", response=WebhookOut, operation_id="change_webhook")
@matched(HOOK)
def change(request: PersonRequest, webhook_id: Id, body: WebhookIn) -> WebhookOut:
    """Change a webhook; one that is switched on again catches up."""
    hook = webhook_seen(webhook_id, request.person)
    draft = actions.WebhookDraft(**body.model_dump())
    return WebhookOut.of(actions.change_webhook(webhook=hook, draft=draft, by=request.person))


@router.delete("/{webhook_id}", response={204: None}, operation_id="remove_webhook")
def remove(request: PersonRequest, webhook_id: Id) -> Status[None]:
    """Tell this system nothing more."""
    actions.remove_webhook(webhook=webhook_seen(webhook_id, request.person), by=request.person)
    return Status(204, None)


@router.post("/{webhook_id}/secret", response=NewWebhookOut, operation_id="rotate_webhook_secret")
def rotate(request: PersonRequest, webhook_id: Id) -> NewWebhookOut:
    """Give a webhook another secret; for a day events are signed with both."""
    hook = webhook_seen(webhook_id, request.person)
    changed, secret = actions.rotate_secret(webhook=hook, by=request.person)
    return NewWebhookOut(webhook=WebhookOut.of(changed), secret=secret)


@router.post("/{webhook_id}/try", response=WebhookDeliveryOut, operation_id="try_webhook")
def try_(request: PersonRequest, webhook_id: Id) -> WebhookDeliveryOut:
    """Send a made-up event at once, and tell what came back."""
    hook = webhook_seen(webhook_id, request.person)
    return WebhookDeliveryOut.of(actions.try_webhook(webhook=hook, by=request.person))


@router.post("/{webhook_id}/replay", response=AgainOut, operation_id="replay_webhook")
def replay(request: PersonRequest, webhook_id: Id, body: PeriodIn) -> AgainOut:
    """Send again what happened in a period; events are kept for thirty days."""
    hook = webhook_seen(webhook_id, request.person)
    count = actions.replay_period(
        webhook=hook, since=body.since, until=body.until, by=request.person
    )
    return AgainOut(count=count)


@router.get(
    "/{webhook_id}/deliveries",
    response=WebhookDeliveriesOut,
    operation_id="list_webhook_deliveries",
)
def deliveries(
    request: PersonRequest, webhook_id: Id, state: State | None = None, page: Page = 1
) -> WebhookDeliveriesOut:
    """What a webhook was told, the newest first, fifty at a time."""
    hook = webhook_seen(webhook_id, request.person)
    found = queries.deliveries_of(hook, state=state.value if state else "")
    shown = found.select_related("webhook")[(page - 1) * LIMIT : page * LIMIT]
    return WebhookDeliveriesOut(
        count=found.count(), items=[WebhookDeliveryOut.of(each) for each in shown]
    )


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay",
    response=WebhookDeliveryOut,
    operation_id="replay_webhook_delivery",
)
def replay_one(request: PersonRequest, webhook_id: Id, delivery_id: Id) -> WebhookDeliveryOut:
    """Send an event again, under the number it had."""
    found = webhook_delivery_seen(webhook_id, delivery_id, request.person)
    return WebhookDeliveryOut.of(actions.replay_delivery(delivery=found, by=request.person))
