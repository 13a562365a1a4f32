"""Conversation: what was said with a customer, when, and over which channel.

Each is a fact of its own, or belongs to one: a call, a visit, a message. The
ledger keeps that it took place; the words are personal data, and lie beside the
ledger, where they can be erased.

>>> CHANNELS[Channel.CALL].kind, CHANNELS[Channel.MAIL].kind
('call.logged', 'message.exchanged')
>>> worded("王主任说价格偏高。\\r\\n月底前再报一次价。\\x07  ")
'王主任说价格偏高。\\n月底前再报一次价。'

A conversation without words says nothing:

>>> worded(" \\n ")
Traceback (most recent call last):
    ...
bihuan.customers.domain.conversation.WordsMissing: Write down what was said.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bihuan.kernel.errors import Invalid, gettext_noop

LONGEST = 20_000
"""So many characters a conversation may have: an hour of talk, written down."""


class Channel(StrEnum):
    """How a conversation was held."""

    CALL = "call"
    VISIT = "visit"
    MESSAGE = "message"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Means:
    """The kind of fact that a channel makes, and the word that the ledger keeps for it."""

    kind: str
    word: str


CHANNELS: Mapping[Channel, Means] = {
    Channel.CALL: Means("call.logged", "电话"),
    Channel.VISIT: Means("visit.logged", "上门"),
    Channel.MESSAGE: Means("message.exchanged", "消息"),
    Channel.MAIL: Means("message.exchanged", "邮件"),
}


class WordsMissing(Invalid):
    code = "customers.words_missing"
    says = gettext_noop("Write down what was said.")


class WordsTooMany(Invalid):
    code = "customers.words_too_many"
    says = gettext_noop("A conversation has up to %(limit)s characters; this one has %(length)s.")


class NotYetHeld(Invalid):
    code = "customers.not_yet_held"
    says = gettext_noop("A conversation is written down after it was held, not before.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A conversation as somebody tells of it."""

    happened_at: datetime
    channel: Channel
    text: str


def worded(text: str) -> str:
    """Return a text as it is kept: lines and words, without what only a machine writes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(each for each in lines if each == "\n" or not _is_control(each)).strip()
    if not kept:
        raise WordsMissing()
    if len(kept) > LONGEST:
        raise WordsTooMany(limit=LONGEST, length=len(kept))
    return kept


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def reference(*, person: int, account: int, held: Held) -> str:
    """Return what tells one conversation from all others, without a word of what was said.

    Nobody holds two conversations with one customer over one channel in one second.
    """
    return f"{person}/{account}/{held.channel.value}/{held.happened_at.isoformat('T', 'seconds')}"


def channel_of(kind: str, word: str) -> Channel | None:
    """Return over which channel a fact says that a conversation was held, if it is of one.

    >>> channel_of("message.exchanged", "邮件"), channel_of("quote.sent", "")
    (<Channel.MAIL: 'mail'>, None)
    """
    fitting = [channel for channel, means in CHANNELS.items() if means.kind == kind]
    named = [channel for channel in fitting if CHANNELS[channel].word == word]
    return next(iter([*named, *fitting]), None)


def check_past(happened_at: datetime, now: datetime) -> None:
    """Refuse a conversation that is still to come."""
    if happened_at > now:
        raise NotYetHeld()
