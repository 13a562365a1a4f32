"""Evidence: where what speaks for a reason can be opened, down to the facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from bihuan.goals.domain.reason.said import Said
from bihuan.kernel.errors import gettext_noop

FACTS_AT_MOST = 5
THE_FACTS = gettext_noop("The facts")
FACT = gettext_noop("Fact number %(seq)s")
FIGURE = gettext_noop("The figure")
CELL = gettext_noop("Cell of %(name)s")
WAITING_LIST = gettext_noop("What waits")
VERSIONS = gettext_noop("The versions")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A page that shows what was seen."""

    label: Said
    route: str
    arguments: tuple[str | int, ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    seq: int | None = field(default=None)
    """The number of the fact, where it is a single one."""

    @property
    def url(self) -> str:
        address = reverse(self.route, args=self.arguments)
        return f"{address}?{urlencode(self.given)}" if self.given else address


def facts_listed(kind: str, person: int | None, start: date, end: date) -> Evidence:
    """Return the list of facts of a kind, of a person, in days until before an end."""
    given = [("kind", kind), ("start", start.isoformat())]
    given.append(("last", (end - timedelta(days=1)).isoformat()))
    if person is not None:
        given.insert(1, ("person", str(person)))
    return Evidence(Said(THE_FACTS), "facts:list", given=tuple(given))


def facts_named(seqs: Iterable[int]) -> tuple[Evidence, ...]:
    """Return the first of the very facts, each to be opened by its number."""
    return tuple(
        Evidence(Said(FACT, {"seq": seq}), "facts:fact", (seq,), seq=seq)
        for seq in list(seqs)[:FACTS_AT_MOST]
    )


def cell_of(metric: str, period: str, *, person: int | None = None, label: Said) -> Evidence:
    """Return the cell of a person, or what stands behind a figure."""
    given = [("metric", metric), ("period", period)]
    if person is not None:
        given.append(("person", str(person)))
    return Evidence(label, "goals:cell", given=tuple(given))
