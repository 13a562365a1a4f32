"""Requests to other machines: one client, which looks where it is led before it goes there.

Whoever types an address into a form must not make this machine speak to what only it can
reach: its own services, the network of the company, the metadata of a cloud. A name is resolved
once, every address behind it must be a public one, and the connection goes to the address that
was looked at; a name server that answers differently the next time is not asked again.

Addresses of the house are reached where the environment allows them: ``OUTBOUND_ALLOWED``
names networks and hosts; and an address that the environment itself spells (``AI_URL``,
``WECOM_URL``, ``OPENLINEAGE_URL``) may be one of the house where it is written as a number or
as ``localhost``. A name that merely leads there is refused.
"""

from __future__ import annotations

from bihuan.base.outbound.addresses import is_public
from bihuan.base.outbound.client import Answer, AnswerTooLarge, AnswerTooSlow, Bounds, ask
from bihuan.base.outbound.guard import AddressRefused, Allowed, allowed_by_settings, spelled_in

__all__ = [
    "AddressRefused",
    "Allowed",
    "Answer",
    "AnswerTooLarge",
    "AnswerTooSlow",
    "Bounds",
    "allowed_by_settings",
    "ask",
    "is_public",
    "spelled_in",
]
