"""What packages above are told, as they ask for it once, when they are set up.

``privacy`` lies below notices and conversations. Who sends notices says here how administrators
hear of somebody who looks at very much, and how somebody is asked to look into files by hand; who
keeps something beside words that were taken out, such as the sound of a conversation, says here how
that goes with them; who keeps files in the home says whose they are; and who keeps what need not be
kept for ever says which rows are old and how they go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.db.models import Model, QuerySet

from bihuan.org.models import Person, Tenant
from bihuan.privacy.domain.retention import Kept
from bihuan.privacy.domain.sight import Unlooked

Watcher = Callable[[Person, int, str], None]
"""Told who looks, at how many people within an hour, and which hour it is."""
WithWords = Callable[[Sequence[int]], int]
"""Told from which rows words were taken out; returns how many things went with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Whose a file of the home is: of which companies, who brought it, and where it opens."""

    tenants: frozenset[int]
    people: frozenset[int]
    page: str = ""


Owners = Callable[[PurePath], Owned | None]
"""Told where in its folder a file lies; says nothing of one that nobody names any more."""
Asker = Callable[[Tenant, "Person | None", "int | None", Sequence[Unlooked]], None]
"""Told whom to ask (administrators where nobody), about which request, and into what to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Who is held: the law or a dispute asks to keep their data, whatever its age."""

    people: frozenset[int] = frozenset()
    subjects: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Rows of one class: which are older than an instant and not held, and how some of them go."""

    old: Callable[[Tenant, datetime, Held], QuerySet[Model]]
    instant: str
    """The field that says how old a row is."""
    let_go: Callable[[Sequence[Model], Person], None]


Brought = Callable[[Person], Iterator[tuple[str, bytes]]]
"""Told whose files are asked for; yields each with its name."""

_WATCHERS: list[Watcher] = []
_WITH_WORDS: dict[str, WithWords] = {}
_OWNERS: dict[str, Owners] = {}
_ASKERS: list[Asker] = []
_BROUGHT: list[Brought] = []
_SHELVES: dict[Kept, Shelf] = {}


def watch(watcher: Watcher) -> None:
    """Have somebody told of everyone who looks at very much."""
    _WATCHERS.append(watcher)


def tell(person: Person, count: int, hour: str) -> None:
    for watcher in _WATCHERS:
        watcher(person, count, hour)


def go_with(model: str, deed: WithWords) -> None:
    """Have something go when words are taken out of rows of a model, given as app.Model."""
    _WITH_WORDS[model] = deed


def words_went(model: str, rows: Sequence[int]) -> int:
    deed = _WITH_WORDS.get(model)
    return deed(rows) if deed is not None and rows else 0


def files_belong(folder: str, owners: Owners) -> None:
    """Have it known whose the files in a folder of the home are."""
    _OWNERS[folder] = owners


def whose(place: PurePath) -> Owned | None:
    """Return whose a file is, given by where it lies in the home; ``None`` where nobody says."""
    owners = _OWNERS.get(place.parts[0])
    return owners(place.relative_to(place.parts[0])) if owners is not None else None


def look_by_hand(asker: Asker) -> None:
    """Have somebody asked to look into files that a program cannot look into."""
    _ASKERS.append(asker)


def ask_to_look(
    tenant: Tenant, person: Person | None, petition: int | None, files: Sequence[Unlooked]
) -> None:
    for asker in _ASKERS if files else ():
        asker(tenant, person, petition, files)


def keep_for_a_time(kept: Kept, shelf: Shelf) -> None:
    """Have a class let go of what is older than its period."""
    _SHELVES[kept] = shelf


def shelves() -> Mapping[Kept, Shelf]:
    return _SHELVES


def bring_files(brought: Brought) -> None:
    """Have what somebody brought come into the copy of their data."""
    _BROUGHT.append(brought)


def brought_by(person: Person) -> Iterator[tuple[str, bytes]]:
    for each in _BROUGHT:
        yield from each(person)


def whose_copy(place: PurePath) -> Owned | None:
    """Return whose a copy of somebody's data is: the company's, by the folder it lies in."""
    number = place.parts[0]
    if not number.isdecimal():
        return None
    return Owned(tenants=frozenset({int(number)}), people=frozenset())
