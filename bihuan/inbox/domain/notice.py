"""Notice: something one person is told, and perhaps asked to do by a day.

It is written down once as a draft and goes to any number of people. It leads to
a page of the product, never elsewhere.

>>> from bihuan.inbox.domain.about import About
>>> from bihuan.inbox.domain.sentence import plain
>>> told = NoticeDraft(
...     kind="goals.revision_published",
...     about=About("goals.revision", 12),
...     sentence=plain("Targets of Q1 are published."),
...     link="/goals/receipts/12/",
... )
>>> told.asks is None
True
>>> is_page("/goals/"), is_page("//elsewhere.example/"), is_page("https://elsewhere.example/")
(True, False, False)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDraft:
    """What people are told: ``asks`` names the deed that is asked for, such as “Acknowledge”."""

    kind: str
    about: About
    sentence: Sentence
    link: str
    asks: Sentence | None = None
    due_on: date | None = None
    """The last day on which it may be done in time."""
    is_urgent: bool = False
    """Whether it passes quiet hours and waits for no digest."""

    def __post_init__(self) -> None:
        assert is_page(self.link), "a notice leads to a page of the product"
        assert self.asks is not None or self.due_on is None, "only what is asked for is due"


def is_page(link: str) -> bool:
    """Return whether a link is the path of a page of the product."""
    return link.startswith("/") and not link.startswith(("//", "/\\"))
