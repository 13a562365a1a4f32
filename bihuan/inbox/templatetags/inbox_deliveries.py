"""Says how deliveries stand, in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise

from bihuan.base import clock
from bihuan.inbox.actions.mending import MENDABLE
from bihuan.inbox.channels import channel_name
from bihuan.inbox.domain.delivery import State
from bihuan.inbox.models import DELIVERY_LABELS, Delivery
from bihuan.inbox.queries import Matter, fault_of, matter_of

register = template.Library()

TONES = {
    State.SENT.value: "tag-pos",
    State.FAILED.value: "tag-warn",
    State.DEAD.value: "tag-neg",
}


@register.filter
def channel_words(code: str) -> str | Promise:
    """Write what a channel is called."""
    return channel_name(code)


@register.filter
def delivery_state(delivery: Delivery) -> Promise:
    return DELIVERY_LABELS[delivery.state]


@register.filter
def delivery_tone(delivery: Delivery) -> str:
    """Return the class that colours a state; the words beside it say it too."""
    return TONES.get(delivery.state, "tag-quiet")


@register.filter
def fault(delivery: Delivery) -> str:
    """Write why a delivery failed, where it did."""
    return fault_of(delivery)


@register.filter
def matter(delivery: Delivery) -> Matter:
    """Return of what sort and about what it is."""
    return matter_of(delivery)


@register.filter
def is_due(delivery: Delivery) -> bool:
    """Return whether the next attempt is not waited for any more: it comes as soon as it can."""
    return delivery.next_at is not None and delivery.next_at <= clock.now()


@register.filter
def is_mendable(delivery: Delivery) -> bool:
    """Return whether an operator can do something about it."""
    return delivery.state in MENDABLE
