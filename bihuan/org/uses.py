"""What people can share and look into, and how they are told, as the packages above tell it.

``org`` knows who sits where, and no customers, tasks or notices. A package that has things
which can be shared, or of which somebody may ask who sees them, says so here, once, when it
is set up; and so does the package that tells people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from bihuan.kernel.errors import gettext_noop
from bihuan.org.domain.scope import Scope
from bihuan.org.domain.sharing import KindMissing
from bihuan.org.models import Person

OWNS, FIGURES = gettext_noop("It is their own."), gettext_noop("Their own figures.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What it rests on who sees a thing, beside the roles that see the whole company.

    ``people`` see it for a reason of their own; whoever manages one of the units sees it, and
    whoever serves one, where it is figures.
    """

    people: Sequence[tuple[int, str]] = ()
    """Ids and English reasons, marked for translation."""
    unit_paths: Sequence[str] = ()
    is_figures: bool = False
    is_for_all: bool = False
    """Whether everybody of the company sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing as it is named to people."""

    kind: str
    pk: int
    name: str
    url: str
    ids: tuple[int, ...] = ()
    """The rows that it is, where it is more than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingKind:
    """A package's part: the name of a sort of thing, and its answers."""

    code: str
    name: Promise
    seen: Callable[[int, Scope], Thing | None]
    """Return a thing as far as a scope sees it."""
    basis: Callable[[int], Basis]
    rows: Callable[[Scope], QuerySet[Model]]
    """Return all that a scope sees of this kind."""
    is_shareable: bool = False
    shares: Callable[[int, Scope], bool] = field(default=lambda pk, scope: False)
    """Tell whether a scope, without what is shared or lent, sees it in full."""


_KINDS: dict[str, ThingKind] = {}


def register(kind: ThingKind) -> None:
    """Have a sort of thing shared, or asked about."""
    _KINDS[kind.code] = kind


def kinds() -> tuple[ThingKind, ...]:
    """Return every sort of thing, in the order they came."""
    return tuple(_KINDS.values())


def kind_of(code: str) -> ThingKind:
    if code not in _KINDS:
        raise KindMissing()
    return _KINDS[code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What people are told: English and marked for translation, and the page it leads to."""

    says: str
    params: Mapping[str, str]
    about: tuple[str, int]
    link: str


Teller = Callable[[Telling, Sequence[int], Person], None]
_TELLERS: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """Have a package tell people what they are to know, within the transaction of a deed."""
    _TELLERS.append(teller)


def tell(telling: Telling, *, people: Sequence[int], by: Person) -> None:
    """Tell people of something that ``by`` did."""
    for teller in _TELLERS:
        teller(telling, people, by)
