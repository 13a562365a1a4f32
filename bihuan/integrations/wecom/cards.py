"""Messages in the two shapes that WeCom shows: a card of text, or one with buttons.

Both carry the id of the delivery: the second as the task's id, the first in its link.
So what is sent again is the same to the letter, and WeCom shows it once.
"""

from __future__ import annotations

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from bihuan.inbox.channels import Message, SaidButton
from bihuan.integrations.chat import Pressed

TITLE, DETAIL, TEXT, VALUE, LABEL = 36, 44, 160, 26, 10
"""How many characters WeCom shows of each."""
TEXT_BYTES, TITLE_BYTES = 512, 128
"""How many bytes a card of text holds."""
TWICE_SECONDS = 4 * 60 * 60
"""For so long WeCom notices what it has had already; it allows no more."""


def card(message: Message) -> dict[str, object]:
    """Return the body of a message, without whom it goes to."""
    with translation.override(message.language):
        shaped = _with_buttons(message) if message.buttons else _of_text(message)
    once = {"enable_duplicate_check": 1, "duplicate_check_interval": TWICE_SECONDS}
    return {**shaped, **once}


def _of_text(message: Message) -> dict[str, object]:
    lines = [*message.lines]
    lines += [f"{gettext('What is asked')}: {message.asks}"] if message.asks else []
    lines += [f"{gettext('Due on')}: {message.due_on.isoformat()}"] if message.due_on else []
    return {
        "msgtype": "textcard",
        "textcard": {
            "title": _within(message.title, TITLE_BYTES),
            "description": _within("\n".join(lines) or message.tenant.name, TEXT_BYTES),
            "url": message.link,
            "btntxt": gettext("Open it")[:4],
        },
    }


def _with_buttons(message: Message) -> dict[str, object]:
    details = []
    if message.due_on is not None:
        details.append({"keyname": gettext("Due on"), "value": message.due_on.isoformat()})
    buttons = [_button(each) for each in message.buttons]
    buttons.append({"type": 1, "text": gettext("Open it"), "style": 2, "url": message.link})
    return {
        "msgtype": "template_card",
        "template_card": {
            "card_type": "button_interaction",
            "source": {"desc": message.tenant.name[:13]},
            "main_title": {"title": message.title[:TITLE], "desc": message.asks[:DETAIL]},
            "sub_title_text": "\n".join([message.title, *message.lines])[:TEXT],
            "horizontal_content_list": details,
            "card_action": {"type": 1, "url": message.link},
            "task_id": message.stable_id.hex,
            "button_list": buttons,
        },
    }


def _button(button: SaidButton) -> dict[str, object]:
    """Return a button that calls back, or one that opens the page at its place."""
    text = button.label[:LABEL]
    if button.link:
        return {"type": 1, "text": text, "style": 2, "url": button.link}
    return {"text": text, "style": 1, "key": button.code}


def _within(text: str, count: int) -> str:
    """Return as much of a text as so many bytes hold, in whole characters."""
    said = text.encode()
    return text if len(said) <= count else said[: count - 3].decode(errors="ignore") + "…"


def pressed(event: dict[str, str]) -> Pressed | None:
    """Return which button an event tells of; nothing where it tells of something else."""
    if event.get("Event") != "template_card_event":
        return None
    try:
        stable_id = UUID(hex=event.get("TaskId", ""))
    except ValueError:
        return None
    return Pressed(
        user=event.get("FromUserName", ""),
        stable_id=stable_id,
        button=event.get("EventKey", ""),
        ticket=event.get("ResponseCode", ""),
    )
