"""How events and the state of their sending read."""

from __future__ import annotations

from django import template

from bihuan.integrations.domain.webhook.attempt import State
from bihuan.integrations.queries import kind_words

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
