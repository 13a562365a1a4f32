"""Letter: what is to be brought to people of a notice, a task or a proposal.

It is written once, kept with each delivery, and said in the language of whoever
gets it. Deliveries to one person about one thing keep their order.

>>> from bihuan.inbox.domain.about import About
>>> from bihuan.inbox.domain.sentence import plain
>>> letter = Letter(
...     what="notice",
...     kind="goals.revision_published",
...     about=About("goals.revision", 12),
...     title=plain("Targets of Q1 are published."),
...     link="/goals/receipts/12/",
...     asks=plain("Acknowledge"),
... )
>>> letter.topic
<Topic.ASKING: 'asking'>
>>> order_key(person=7, channel="mail", about=letter.about)
'7/mail/goals.revision:12'
>>> read_letter(letter.as_data()) == letter
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeGuard

from bihuan.inbox.domain.about import About, read_about
from bihuan.inbox.domain.sentence import Sentence, read_sentence

NOTICE = "notice"
TASK = "task"
PROPOSAL = "proposal"
DIGEST = "digest"


class Topic(StrEnum):
    """By what people choose how they want to hear of something."""

    TASK = "task"
    PROPOSAL = "proposal"
    ASKING = "asking"
    """A notice that asks for a deed."""
    NEWS = "news"
    """A notice that is only to be read."""


@dataclass(frozen=True, slots=True)
class Button:
    """What can be answered from within a message: a code for us, and what it says.

    What needs more than a tap only opens the page, at the place that ``opens`` names.
    """

    code: str
    label: Sentence
    opens: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What people are to be brought: of which thing, what it says, and where it leads."""

    what: str
    """The sort of thing: a notice, a task, a proposal, or a digest of several."""
    kind: str
    about: About
    title: Sentence
    link: str
    lines: tuple[Sentence, ...] = ()
    asks: Sentence | None = None
    due_on: date | None = None
    buttons: tuple[Button, ...] = ()
    is_urgent: bool = False
    """Whether it passes quiet hours and waits for no digest."""

    @property
    def topic(self) -> Topic:
        if self.what in (TASK, PROPOSAL):
            return Topic(self.what)
        return Topic.NEWS if self.asks is None else Topic.ASKING

    def as_data(self) -> dict[str, object]:
        """Return it in the form in which it is kept."""
        return {
            "what": self.what,
            "kind": self.kind,
            "about": str(self.about),
            "title": self.title.as_data(),
            "link": self.link,
            "lines": [line.as_data() for line in self.lines],
            "asks": None if self.asks is None else self.asks.as_data(),
            "due_on": None if self.due_on is None else self.due_on.isoformat(),
            "buttons": [
                {"code": each.code, "label": each.label.as_data(), "opens": each.opens}
                for each in self.buttons
            ],
            "is_urgent": self.is_urgent,
        }


def read_letter(data: Mapping[str, object]) -> Letter:
    """Return the letter that was kept."""
    due, asks = data["due_on"], data["asks"]
    return Letter(
        what=str(data["what"]),
        kind=str(data["kind"]),
        about=read_about(str(data["about"])),
        title=_sentence(data["title"]),
        link=str(data["link"]),
        lines=tuple(_sentence(each) for each in _list(data["lines"])),
        asks=None if asks is None else _sentence(asks),
        due_on=None if due is None else date.fromisoformat(str(due)),
        buttons=tuple(_button(each) for each in _list(data["buttons"])),
        is_urgent=data["is_urgent"] is True,
    )


def order_key(*, person: int, channel: str, about: About) -> str:
    """Return the name of a row of deliveries in which none overtakes another."""
    return f"{person}/{channel}/{about}"


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _sentence(value: object) -> Sentence:
    assert _is_mapping(value), "a sentence is kept by its template and parameters"
    return read_sentence(value)


def _button(value: object) -> Button:
    assert _is_mapping(value), "a button is kept by its code and label"
    opens = str(value.get("opens", ""))
    return Button(str(value["code"]), _sentence(value["label"]), opens)


def _list(value: object) -> list[object]:
    assert isinstance(value, list), "lines and buttons are kept in lists"
    return value
