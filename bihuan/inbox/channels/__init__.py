"""By which channels people are told, and what can be done from within a message.

The inbox itself, “in the product”, is always there. Every other channel registers
here when its package is set up: mail does, and chat tools above do. What is sent is a
finished message; who wishes it by which channel and when, the inbox has decided.
A package whose things carry buttons registers what a button does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.models import Person, Tenant

IN_APP = "in_app"
IN_APP_NAME = _("In the product")


class Refused(Invalid):
    """The channel will never take this message: no further attempt makes sense."""

    code = "inbox.refused_by_channel"
    says = gettext_noop("The receiver refuses it: %(reason)s")


class Later(Conflict):
    """The channel does not take this message now."""

    code = "inbox.channel_busy"
    says = gettext_noop("The receiver could not take it: %(reason)s")


class SlowDown(Later):
    """The channel takes nothing from us for a while; no attempt is counted."""

    code = "inbox.channel_limited"
    says = gettext_noop("The receiver asks to slow down and is left alone for %(seconds)s seconds.")

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class SaidButton:
    """A button as it is shown: its code for us, its words, and the page if it only opens one."""

    code: str
    label: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent: finished words in the language of whoever gets it."""

    stable_id: UUID
    tenant: Tenant
    to: str
    """The address within the channel."""
    title: str
    lines: tuple[str, ...]
    asks: str
    due_on: date | None
    link: str
    """The address of the page it leads to, for somebody outside of the product."""
    buttons: tuple[SaidButton, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Sent:
    """That the receiver has taken it, and what it calls it."""

    receipt: str = ""


class Channel(Protocol):
    """A way to reach people outside of the product."""

    @property
    def code(self) -> str:
        """Return what it is called in tables and addresses."""

    @property
    def name(self) -> Promise:
        """Return what it is called for people."""

    def is_open(self, tenant: Tenant) -> bool:
        """Return whether it is set up for a company."""

    def addresses(self, tenant: Tenant, people: Collection[int]) -> Mapping[int, str]:
        """Return where each of these people is reached, by their id, as far as it is known."""

    def send(self, message: Message) -> Sent:
        """Hand a message over, or say by ``Refused``, ``Later`` or ``SlowDown`` why not.

        Called again with the same ``stable_id`` where nobody knows whether the first
        was taken.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A sort of thing that is delivered, as whoever makes it tells."""

    what: str
    settled: Callable[[Collection[int]], Collection[int]]
    """Which of these ids need not be brought any more: they were read or done meanwhile."""
    press: Callable[[int, str, Person], Sentence] | None = None
    """Do what the button of this code on the thing of this id means, for this person.

    Returns what it says then. Pressed twice it may refuse; nothing is done twice.
    """


_CHANNELS: dict[str, Channel] = {}
_THINGS: dict[str, Thing] = {}


def register(channel: Channel) -> None:
    """Have people told by a channel, where it is open and they wish it."""
    _CHANNELS[channel.code] = channel


def forget(code: str) -> None:
    """Take a channel out again, as tests do with theirs."""
    del _CHANNELS[code]


def channels() -> tuple[Channel, ...]:
    """Return every channel beyond the product itself."""
    return tuple(_CHANNELS.values())


def open_channels(tenant: Tenant) -> tuple[Channel, ...]:
    """Return the channels that are set up for a company."""
    return tuple(each for each in _CHANNELS.values() if each.is_open(tenant))


def channel_of(code: str) -> Channel | None:
    """Return the channel of this code, if there still is one."""
    return _CHANNELS.get(code)


def channel_name(code: str) -> str | Promise:
    """Return what a channel is called; one that is not there any more, by its code."""
    if code == IN_APP:
        return IN_APP_NAME
    found = _CHANNELS.get(code)
    return code if found is None else found.name


def register_thing(thing: Thing) -> None:
    """Have a sort of thing asked whether it is settled, and its buttons answered."""
    _THINGS[thing.what] = thing


def thing_of(what: str) -> Thing | None:
    """Return who knows about a sort of thing."""
    return _THINGS.get(what)
