"""How events and the state of their sending read."""

from __future__ import annotations

from datetime import datetime

from django import template

from bihuan.base import clock
from bihuan.integrations.domain.webhook.attempt import State
from bihuan.integrations.models import Webhook, WebhookDelivery
from bihuan.integrations.queries import kind_words, next_attempt_of

register = template.Library()
register.filter("event_words", kind_words)

TONES = {
    State.WAITING.value: "tag-quiet",
    State.FAILED.value: "tag-warn",
    State.TAKEN.value: "tag-pos",
    State.DEAD.value: "tag-neg",
}


@register.filter
def sending_tone(state: str) -> str:
    """Return the look of a state."""
    return TONES[state]


@register.simple_tag
def next_attempt(delivery: WebhookDelivery, hook: Webhook) -> datetime | None:
    """Return when an event is sent next, as far as that is known."""
    return next_attempt_of(delivery, hook)


@register.filter
def is_over(at: datetime) -> bool:
    """Return whether an instant has come."""
    return at <= clock.now()
