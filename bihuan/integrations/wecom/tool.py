"""WeCom as a chat tool: the app of a company, with its secrets unsealed for a call."""

from __future__ import annotations

from dataclasses import dataclass

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext_lazy as _

from bihuan.base.sealing import unseal
from bihuan.inbox.channels import Message, Sent
from bihuan.integrations.models import WeComApp
from bihuan.integrations.wecom.cards import card
from bihuan.integrations.wecom.client import Client, Credentials
from bihuan.integrations.wecom.crypt import CallbackForged, Crypt
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.models import Tenant

PURPOSE = "wecom"


class WeComMissing(Conflict):
    code = "integrations.wecom_missing"
    says = gettext_noop("WeCom is not set up for this company, or is switched off.")


@dataclass(frozen=True, slots=True)
class WeCom:
    """The tool; what belongs to a company is read when it is needed."""

    code: str = "wecom"
    name = _("WeCom")

    def is_open(self, tenant: Tenant) -> bool:
        return WeComApp.objects.filter(tenant=tenant, is_on=True).exists()

    def knows_codes(self, tenant: Tenant) -> bool:
        return WeComApp.objects.filter(tenant=tenant, ids_are_codes=True).exists()

    def send_card(self, message: Message) -> Sent:
        return Sent(_client(message.tenant).send(card(message), user=message.to))

    def close_card(self, tenant: Tenant, *, user: str, ticket: str, words: str) -> None:
        _client(tenant).close_card(user=user, ticket=ticket, words=words)


def _client(tenant: Tenant) -> Client:
    app = WeComApp.objects.filter(tenant=tenant, is_on=True).first()
    if app is None:
        raise WeComMissing()
    secret = unseal(app.secret, purpose=PURPOSE)
    return Client(Credentials(app.corp_id, secret, app.agent_id))


def crypt_of(app: WeComApp) -> Crypt:
    """Return what an app's callbacks are read with."""
    if not app.callback_token or not app.callback_key:
        raise WeComMissing()
    return Crypt(
        token=unseal(app.callback_token, purpose=PURPOSE),
        key=unseal(app.callback_key, purpose=PURPOSE),
        receiver=app.corp_id,
    )


def read_xml(text: str | bytes) -> dict[str, str]:
    """Return the fields of a call, without entities and outside documents."""
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as fault:
        raise CallbackForged() from fault
    return {each.tag: each.text or "" for each in root}
