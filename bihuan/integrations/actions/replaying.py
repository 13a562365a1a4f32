"""Sending again what was sent before or given up, trying a webhook, and forgetting the old."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.base.jobs import later
from bihuan.integrations.actions.gathering import TELL
from bihuan.integrations.actions.posting import attempt, note
from bihuan.integrations.domain.webhook.attempt import State
from bihuan.integrations.domain.webhook.event import TEST
from bihuan.integrations.models import Webhook, WebhookDelivery
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person

OVER = (State.TAKEN.value, State.DEAD.value)
KEPT_FOR = timedelta(days=30)
MOST_AGAIN = 10_000


class WebhookIsOff(Conflict):
    code = "integrations.webhook_is_off"
    says = gettext_noop("This webhook is switched off; switch it on first.")


class PeriodUnfit(Invalid):
    code = "integrations.replay_period_unfit"
    says = gettext_noop("The end of the period lies after its beginning.")


class TooMuchAgain(Invalid):
    code = "integrations.replay_too_much"
    says = gettext_noop(
        "%(count)s events lie in this period; no more than %(most)s are sent again at once."
    )


@transaction.atomic
def replay_delivery(*, delivery: WebhookDelivery, by: Person) -> WebhookDelivery:
    """Have an event sent again, under the number it had, with all its attempts before it."""
    hook = delivery.webhook
    require_admin_of(by, hook.tenant_id)
    if not hook.is_on:
        raise WebhookIsOff()
    held = WebhookDelivery.objects.select_for_update(of=["self"]).get(pk=delivery.pk)
    _begin_anew([held.pk])
    _hurry(hook)
    journal.record(by, "webhook.replayed", hook, count=1)
    held.refresh_from_db()
    return held


@transaction.atomic
def replay_period(*, webhook: Webhook, since: datetime, until: datetime, by: Person) -> int:
    """Have everything sent again that happened in a period and is kept; returns how much."""
    require_admin_of(by, webhook.tenant_id)
    if not webhook.is_on:
        raise WebhookIsOff()
    if until <= since:
        raise PeriodUnfit()
    told = WebhookDelivery.objects.filter(
        webhook=webhook, happened_at__gte=since, happened_at__lt=until, state__in=OVER
    ).exclude(kind=TEST)
    ids = list(told.order_by("pk").select_for_update().values_list("pk", flat=True))
    if len(ids) > MOST_AGAIN:
        raise TooMuchAgain(count=len(ids), most=MOST_AGAIN)
    _begin_anew(ids)
    _hurry(webhook)
    journal.record(by, "webhook.replayed", webhook, count=len(ids))
    return len(ids)


def _begin_anew(ids: list[int]) -> None:
    WebhookDelivery.objects.filter(pk__in=ids).update(
        state=State.WAITING.value, attempts=0, next_at=clock.now()
    )


def _hurry(hook: Webhook) -> None:
    """Send at once: who asks for something to be sent again has seen to the receiver."""
    Webhook.objects.filter(pk=hook.pk).update(quiet_until=None)
    later(TELL, queueing_lock=f"webhook/{hook.pk}", tenant=hook.tenant_id, webhook=hook.pk)


@transaction.atomic
def try_webhook(*, webhook: Webhook, by: Person) -> WebhookDelivery:
    """Send a made-up event at once, and return what came of it."""
    require_admin_of(by, webhook.tenant_id)
    now = clock.now()
    made = WebhookDelivery.objects.create(
        webhook=webhook,
        stable_id=uuid4(),
        kind=TEST,
        content={"by": by.pk},
        happened_at=now,
        made_at=now,
        state=State.WAITING.value,
        next_at=now,
    )
    journal.record(by, "webhook.tried", webhook)
    outcome = attempt(made)
    state = note(made, outcome)
    if state is not State.TAKEN:  # What was only tried is not tried again by itself.
        made.state, made.next_at = State.DEAD.value, None
        made.save(update_fields=["state", "next_at"])
    return made


def forget_deliveries(now: datetime, *, tenant_id: int) -> int:
    """Remove what is over and older than thirty days; returns how many deliveries."""
    old = WebhookDelivery.objects.filter(
        webhook__tenant_id=tenant_id, state__in=OVER, made_at__lt=now - KEPT_FOR
    )
    return old.delete()[0]
