"""Sending events to other systems, each with its row held, and writing down what came of it.

A row is locked, sent and noted in one transaction, as with what is brought to people (ADR 29): who
dies in between lets it go as it was, and it is sent again under the same number. After a
fault nothing else goes to that receiver for a while, so one that hangs costs one attempt at
a time and holds nobody up but itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic_ns

import httpx2
from django.db import transaction
from django.db.models import Q

from bihuan.base import clock, journal
from bihuan.base.outbound import AddressRefused, Answer, AnswerTooLarge, Bounds, ask
from bihuan.base.sealing import SealBroken
from bihuan.inbox.actions import notify
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.integrations.actions.hooking import secrets_in_force
from bihuan.integrations.domain.webhook.attempt import (
    State,
    is_off,
    quiet_for,
    wait_after,
)
from bihuan.integrations.domain.webhook.event import body_of, number_of
from bihuan.integrations.domain.webhook.signature import signed
from bihuan.integrations.models import Webhook, WebhookDelivery
from bihuan.kernel.errors import Conflict, DomainError, gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment

AT_ONCE = 100
BOUNDS = Bounds(seconds=15, bytes=64 * 1024)
ANSWER_KEPT = 2000
AGENT = "Bihuan-Webhooks/1"
OFF = gettext_noop(
    "The webhook “%(name)s” is switched off: its receiver took nothing for days, or said that it "
    "is gone. Nothing is lost; switched on again, it goes on where it was."
)


class NotTaken(Conflict):
    code = "integrations.webhook_not_taken"
    says = gettext_noop("The receiver answered with %(status)s.")


class NotReached(Conflict):
    code = "integrations.webhook_not_reached"
    says = gettext_noop("The receiver was not reached, or did not answer in time: %(fault)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one attempt."""

    at: datetime
    milliseconds: int
    status: int | None = None
    answer: str = ""
    retry_after: int | None = None
    refusal: DomainError | None = None


def post_due(*, webhook_id: int) -> int:
    """Send what is due to one webhook, the oldest first; returns how much was taken."""
    taken = 0
    due = WebhookDelivery.objects.filter(webhook=webhook_id).due(clock.now())
    for pk in due.order_by("next_at", "pk").values_list("pk", flat=True)[:AT_ONCE]:
        state = _post_one(pk)
        if state is not State.TAKEN:
            break  # It is quiet now, or somebody else is at it.
        taken += 1
    return taken


@transaction.atomic
def _post_one(pk: int) -> State | None:
    """Send one event and return how it stands; nothing where it is not to be sent now."""
    now = clock.now()
    due = WebhookDelivery.objects.filter(pk=pk).due(now)
    delivery = due.select_for_update(of=["self"], skip_locked=True).first()
    if delivery is None:
        return None
    free = Q(quiet_until__isnull=True) | Q(quiet_until__lte=now)
    hook = Webhook.objects.filter(free, pk=delivery.webhook_id, is_on=True).first()
    if hook is None:
        return None
    delivery.webhook = hook
    return note(delivery, attempt(delivery))


def attempt(delivery: WebhookDelivery) -> Outcome:
    """Send an event once, and return what came of it; nothing is written."""
    hook, now, began = delivery.webhook, clock.now(), monotonic_ns()
    body = body_of(delivery.kind, delivery.happened_at, delivery.content)
    number = number_of(delivery.stable_id)
    answer: Answer | None = None
    refusal: DomainError | None = None
    try:
        signature = signed(secrets_in_force(hook, now), number=number, at=now, body=body)
        headers = {**headers_of(number, now), "webhook-signature": signature}
        answer = ask("POST", hook.url, bounds=BOUNDS, headers=headers, content=body)
        if not answer.is_success:
            refusal = NotTaken(status=answer.status)
    except (AddressRefused, SealBroken) as fault:
        refusal = fault
    except AnswerTooLarge:
        refusal = NotReached(fault="AnswerTooLarge")
    except httpx2.HTTPError as fault:
        refusal = NotReached(fault=type(fault).__name__)
    return Outcome(
        at=now,
        milliseconds=(monotonic_ns() - began) // 1_000_000,
        status=answer.status if answer else None,
        answer=_beginning(answer.body) if answer else "",
        retry_after=_retry_after(answer) if answer else None,
        refusal=refusal,
    )


def headers_of(number: str, at: datetime) -> dict[str, str]:
    """Return the headers that are sent, but for the signature."""
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": number,
        "webhook-timestamp": str(int(at.timestamp())),
    }


def _beginning(body: bytes) -> str:
    return body[:ANSWER_KEPT].decode("utf-8", errors="replace").replace("\0", "")


def _retry_after(answer: Answer) -> int | None:
    """Return for how many seconds a receiver asks to be left alone; a date is not read."""
    said = answer.headers.get("Retry-After", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def note(delivery: WebhookDelivery, outcome: Outcome) -> State:
    """Write down what came of an attempt, at the delivery and at its webhook."""
    delivery.attempts += 1
    delivery.tried_at, delivery.milliseconds = outcome.at, outcome.milliseconds
    delivery.status, delivery.answer = outcome.status, outcome.answer
    _put_fault(delivery, outcome.refusal)
    state, wait = State.TAKEN, None
    if outcome.refusal is not None:
        wait = wait_after(attempts=delivery.attempts, asked=outcome.retry_after)
        state = State.DEAD if wait is None else State.FAILED
    delivery.state = state.value
    delivery.next_at = None if wait is None else outcome.at + timedelta(seconds=wait)
    delivery.save()
    if outcome.refusal is None:
        troubled = Webhook.objects.filter(pk=delivery.webhook_id, failing_since__isnull=False)
        troubled.update(failing_since=None, quiet_until=None)
    else:
        _note_fault(delivery, outcome)
    return state


def _put_fault(delivery: WebhookDelivery, refusal: DomainError | None) -> None:
    delivery.fault_code = refusal.code if refusal else ""
    delivery.fault = refusal.says if refusal else ""
    params = refusal.params if refusal else {}
    delivery.fault_params = {
        name: value if isinstance(value, int) else str(value)[:200]
        for name, value in params.items()
    }


def _note_fault(delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Leave a receiver alone for a while, and for good when it has taken nothing for days."""
    hook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    hook.failing_since = hook.failing_since or outcome.at
    quiet = quiet_for(attempts=delivery.attempts, asked=outcome.retry_after)
    hook.quiet_until = outcome.at + timedelta(seconds=quiet)
    off = is_off(failing_since=hook.failing_since, now=outcome.at, status=outcome.status)
    is_now_off = off and hook.is_on
    if is_now_off:
        hook.is_on, hook.was_switched_off = False, True
    hook.save(update_fields=["failing_since", "quiet_until", "is_on", "was_switched_off"])
    if is_now_off:
        _tell_administrators(hook, delivery)


def _tell_administrators(hook: Webhook, delivery: WebhookDelivery) -> None:
    robot, today = robot_of(hook.tenant), clock.today(hook.tenant.time_zone)
    journal.record(robot, "webhook.switched_off", hook)
    held = Assignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today),
        person__tenant_id=hook.tenant_id,
        role=Role.ADMIN.value,
        valid_from__lte=today,
    )
    draft = NoticeDraft(
        kind="integrations.webhook_off",
        about=About("integrations.webhookdelivery", delivery.pk),
        sentence=Sentence(OFF, {"name": hook.name}),
        link=f"/webhooks/{hook.pk}/",
    )
    notify(draft=draft, people=list(held.values_list("person_id", flat=True)), by=robot)
