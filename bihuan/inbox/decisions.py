"""What a proposal means, as the packages above tell it.

``inbox`` knows who is asked, until when, and what they answer. A package that
proposes registers its kind here, once, when it is set up. It shows each
addressee their part, says what is wrong with what they amend, and is told when
all have answered or the deadline has passed: what the answers mean together is
for it to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.models import Addressee, Answer, Proposal
from bihuan.kernel.errors import Problem
from bihuan.org.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One value that would change: how it is, and how it would be.

    Values are in the measure that ``unit`` names, as metrics have units: money,
    ratio, days or number. A line with a ``key`` can be amended.
    """

    name: str
    before: Decimal | None
    after: Decimal | None
    unit: str = "number"
    currency: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a decided proposal, and the page that shows it."""

    sentence: Sentence
    link: str = ""


Parts = Mapping[int, Sequence[Line]]
"""The lines of each addressee, by the addressee's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A package's part: the name of what it proposes, and its answers."""

    code: str
    name: Promise
    parts: Callable[[Proposal, Sequence[Addressee]], Parts]
    """What each of these addressees is shown, in the language in force, in few queries."""
    check: Callable[[Addressee, Mapping[str, Decimal]], Sequence[Problem]]
    """What is wrong with the values an addressee would have instead; ``column`` is the key."""
    decided: Callable[[Proposal, Sequence[Answer], Person], Result | None]
    """Do what the answers mean, within the transaction that closes the proposal, once.

    The state of the proposal is set already. The person is who answered last, or
    the system; they need not have a right to what is done. What cannot be done any
    more is told in the result: a refusal would leave the proposal open.
    """


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Have a package asked about the proposals of its kind."""
    _KINDS[kind.code] = kind


def kind_of(proposal: Proposal) -> Kind:
    """Return who knows what a proposal means."""
    return _KINDS[proposal.kind]


def is_known(code: str) -> bool:
    """Return whether some package proposes this kind."""
    return code in _KINDS
