"""What is shown of webhooks: how each stands, and what it was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.base.journal import words_of
from bihuan.integrations.domain.webhook.attempt import State, next_attempt
from bihuan.integrations.domain.webhook.event import (
    ALERTS,
    FROM_DEEDS,
    RECORDED,
    REVERSED,
    TEST,
    body_of,
    number_of,
)
from bihuan.integrations.models import Webhook, WebhookDelivery, WebhookDeliveryQuerySet
from bihuan.org.models import Tenant

PAGE_SIZE = 50
MOST_EXPORTED = 10_000
OWN_WORDS: dict[str, Promise] = {
    RECORDED: _("A fact is recorded, but for those of an import"),
    REVERSED: _("A fact is reversed"),
    ALERTS[0]: _("An alert opens"),
    ALERTS[1]: _("An alert recovers"),
    TEST: _("A webhook is tried"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookLine:
    """A webhook, and how many events wait for it, were taken and were given up."""

    hook: Webhook
    waiting: int
    taken: int
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What was sent for an event and what came back; signature and secrets are not kept."""

    number: str
    url: str
    body: str
    answer: str


def kind_words(kind: str) -> str:
    """Return how a kind of event reads."""
    return str(OWN_WORDS.get(kind) or words_of(kind))


def kind_choices() -> list[tuple[str, str]]:
    """Return every kind of event that may be asked for, with its words."""
    return [(kind, kind_words(kind)) for kind in (RECORDED, REVERSED, *ALERTS, *FROM_DEEDS)]


def webhooks_of(tenant: Tenant) -> Sequence[Webhook]:
    """Return the webhooks of a company that were not removed, by name."""
    return list(Webhook.objects.filter(tenant=tenant, ended_at__isnull=True))


def webhook_lines(tenant: Tenant) -> list[WebhookLine]:
    """Return how each webhook of a company stands."""
    hooks = webhooks_of(tenant)
    counted = WebhookDelivery.objects.filter(webhook__in=hooks).order_by()
    numbers: dict[tuple[int, str], int] = {}
    for pk, state, number in counted.values_list("webhook", "state").annotate(n=Count("pk")):
        numbers[pk, state] = number
    return [
        WebhookLine(
            hook=each,
            waiting=sum(numbers.get((each.pk, state), 0) for state in ("waiting", "failed")),
            taken=numbers.get((each.pk, State.TAKEN.value), 0),
            dead=numbers.get((each.pk, State.DEAD.value), 0),
        )
        for each in hooks
    ]


def deliveries_of(webhook: Webhook, *, state: str = "", kind: str = "") -> WebhookDeliveryQuerySet:
    """Return what a webhook was told, the newest first."""
    found = WebhookDelivery.objects.filter(webhook=webhook)
    said = {"state": state, "kind": kind}
    return found.filter(**{name: value for name, value in said.items() if value})


def exchange_of(delivery: WebhookDelivery) -> Exchange:
    """Return what was sent and what came back."""
    body = body_of(delivery.kind, delivery.happened_at, delivery.content)
    return Exchange(
        number=number_of(delivery.stable_id),
        url=delivery.webhook.url,
        body=body.decode(),
        answer=delivery.answer,
    )


def next_attempt_of(delivery: WebhookDelivery, hook: Webhook) -> datetime | None:
    """Return when an event is sent to its webhook next, as far as that is known."""
    return next_attempt(due=delivery.next_at, quiet_until=hook.quiet_until, is_on=hook.is_on)


def fault_of(delivery: WebhookDelivery) -> str:
    """Return why the last attempt failed, in the language in force."""
    if not delivery.fault:
        return ""
    said: str = gettext(delivery.fault) % delivery.fault_params
    return said
