"""Sending somebody a message only to see whether it arrives."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from bihuan.base import journal
from bihuan.inbox.channels import Message, Refused, Sent, channel_of
from bihuan.inbox.queries.writing import public
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person


class ChannelMissing(Missing):
    code = "inbox.channel_missing"
    says = gettext_noop("There is no channel “%(channel)s”, or it is not set up.")


class AddressMissing(Refused):
    code = "inbox.address_missing"
    says = gettext_noop("No address of this person is known for this channel.")


def send_test(*, to: Person, channel: str, by: Person) -> Sent:
    """Send a person a test message now, and return what the receiver said.

    A refusal of the receiver is raised as it comes.
    """
    require_admin_of(by, to.tenant_id)
    found = channel_of(channel)
    if found is None or not found.is_open(to.tenant):
        raise ChannelMissing(channel=channel)
    address = found.addresses(to.tenant, [to.pk]).get(to.pk)
    if address is None:
        raise AddressMissing()
    language = settings.LANGUAGE_CODE if to.login is None else to.login.language
    with translation.override(language):
        title = gettext("A test message from Bihuan: what you read here arrives.")
    message = Message(
        stable_id=uuid4(),
        tenant=to.tenant,
        to=address,
        title=title,
        lines=(),
        asks="",
        due_on=None,
        link=public(reverse("inbox:list")),
        buttons=(),
        language=language,
    )
    sent = found.send(message)
    journal.record(by, "delivery.tested", to, channel=channel)
    return sent
