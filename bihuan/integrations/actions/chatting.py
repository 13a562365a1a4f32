"""Setting WeCom up for a company, and doing what a button pressed in it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from bihuan.base import clock, journal
from bihuan.base.jobs import later, once
from bihuan.base.refusals import sentence
from bihuan.base.sealing import seal
from bihuan.inbox.actions import press
from bihuan.inbox.models import Delivery
from bihuan.inbox.queries import said
from bihuan.integrations.chat import Pressed, Tool, person_known_as
from bihuan.integrations.models import ChatAddress, WeComApp
from bihuan.integrations.wecom.tool import PURPOSE
from bihuan.kernel.errors import DomainError, Invalid, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person, Tenant

PRESSED = "integrations.pressed"
KEY = re.compile(r"[A-Za-z0-9+/]{43}")
LONGEST_WORDS = 20


class SecretNeeded(Invalid):
    code = "integrations.wecom_secret_needed"
    says = gettext_noop("The secret of the app is needed to set WeCom up.")


class CallbackKeyUnfit(Invalid):
    code = "integrations.wecom_callback_unfit"
    says = gettext_noop(
        "Token and EncodingAESKey belong together; the key is 43 letters and digits."
    )


class AddressTaken(Invalid):
    code = "integrations.chat_address_taken"
    says = gettext_noop("Two people cannot be “%(address)s” in the chat tool.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeComDraft:
    """What is said of an app; a secret that is empty stays as it is."""

    corp_id: str
    agent_id: int
    secret: str = ""
    callback_token: str = ""
    callback_key: str = ""
    ids_are_codes: bool = True
    is_on: bool = True


@transaction.atomic
def set_wecom(*, tenant: Tenant, draft: WeComDraft, by: Person) -> WeComApp:
    """Keep how a company's people are told by WeCom, with its secrets sealed."""
    require_admin_of(by, tenant.pk)
    app = WeComApp.objects.select_for_update().filter(tenant=tenant).first()
    if app is None and not draft.secret:
        raise SecretNeeded()
    if bool(draft.callback_token) != bool(draft.callback_key):
        raise CallbackKeyUnfit()
    if draft.callback_key and not KEY.fullmatch(draft.callback_key):
        raise CallbackKeyUnfit()
    app = app or WeComApp(tenant=tenant, public_id=uuid4())
    app.corp_id, app.agent_id = draft.corp_id, draft.agent_id
    app.ids_are_codes, app.is_on = draft.ids_are_codes, draft.is_on
    for field in ("secret", "callback_token", "callback_key"):
        if given := getattr(draft, field):
            setattr(app, field, seal(given, purpose=PURPOSE))
    app.changed_at = clock.now()
    app.save()
    journal.record(by, "wecom.set", app, is_on=app.is_on)
    return app


@transaction.atomic
def set_chat_addresses(
    *, tool: Tool, tenant: Tenant, addresses: Mapping[Person, str], by: Person
) -> int:
    """Keep by what name a tool knows these people; everybody else is known by their code."""
    require_admin_of(by, tenant.pk)
    assert {each.tenant_id for each in addresses} <= {tenant.pk}, "people of this company only"
    seen: set[str] = set()
    for address in addresses.values():
        if address.lower() in seen:
            raise AddressTaken(address=address)
        seen.add(address.lower())
    ChatAddress.objects.filter(tenant=tenant, tool=tool.code).delete()
    ChatAddress.objects.bulk_create(
        ChatAddress(tenant=tenant, tool=tool.code, person=person, address=address)
        for person, address in addresses.items()
    )
    journal.record(by, "chat.addresses_set", tenant, tool=tool.code, count=len(addresses))
    return len(addresses)


@transaction.atomic
def note_pressed(*, tool: Tool, tenant: Tenant, pressed: Pressed) -> bool:
    """Have a pressed button seen to; returns whether this is new.

    A tool that had no answer calls again: the second call changes nothing.
    """
    if not once(f"pressed/{tool.code}/{tenant.pk}/{pressed.stable_id}/{pressed.ticket[:80]}"):
        return False
    later(
        PRESSED,
        tenant=tenant.pk,
        tool=tool.code,
        user=pressed.user,
        stable_id=str(pressed.stable_id),
        button=pressed.button,
        ticket=pressed.ticket,
    )
    return True


def do_pressed(*, tool: Tool, tenant: Tenant, pressed: Pressed) -> str:
    """Do what a pressed button means, once, and have the card say what came of it.

    Returns the words on the card. Only to whom it was brought may press it.
    """
    person = person_known_as(tool, tenant, pressed.user)
    found = Delivery.objects.filter(tenant=tenant, channel=tool.code, stable_id=pressed.stable_id)
    delivery = found.filter(person=person).first() if person is not None else None
    if person is None or delivery is None:
        return ""
    login = person.login
    with translation.override(settings.LANGUAGE_CODE if login is None else login.language):
        words = _done(delivery, pressed, person)[:LONGEST_WORDS]
    tool.close_card(tenant, user=pressed.user, ticket=pressed.ticket, words=words)
    return words


@transaction.atomic
def _done(delivery: Delivery, pressed: Pressed, by: Person) -> str:
    """Press a button, and return what came of it: also where it is refused.

    What is run again because only the card could not be changed presses nothing.
    """
    if not once(f"done/{delivery.stable_id}/{pressed.ticket[:80]}"):
        return gettext("Done in Bihuan")
    try:
        with transaction.atomic():
            return said(press(delivery=delivery, code=pressed.button, by=by))
    except DomainError as refusal:
        return sentence(refusal)
