"""A delivery as the message that is sent: in the words of whoever gets it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from bihuan.inbox.channels import Message, SaidButton
from bihuan.inbox.models import Delivery
from bihuan.inbox.queries.saying import said, told


def message_of(delivery: Delivery, *, to: str) -> Message:
    """Return what is sent to an address; at every attempt the same."""
    login = delivery.person.login
    language = settings.LANGUAGE_CODE if login is None else login.language
    letter, link = delivery.letter, public(reverse("inbox:delivered", args=[delivery.pk]))
    with translation.override(language):
        return Message(
            stable_id=delivery.stable_id,
            tenant=delivery.tenant,
            to=to,
            title=told(letter.title),
            lines=tuple(told(line) for line in letter.lines),
            asks=told(letter.asks),
            due_on=letter.due_on,
            link=link,
            buttons=tuple(
                SaidButton(
                    each.code, said(each.label), f"{link}?at={each.opens}" if each.opens else ""
                )
                for each in letter.buttons
            ),
            language=language,
        )


def public(path: str) -> str:
    """Return the address of a page for somebody outside of the product."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"
