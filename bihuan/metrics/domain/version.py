"""Version: the way of a metric's definition from a draft to being in force.

    draft ── check ──> checked ── approve, by a second person ──> approved
      ^                  │                                          │
      └── send back ─────┘                         in force from its first day
                                                    until the next one's
    draft, checked, or approved for a day to come ── withdraw ──> withdrawn

Of two approved versions that begin on one day, the one with the higher number
stands. Before the first one, the metric is what the product came with; a metric
that a company made itself is what its first version says, from the beginning.

>>> from datetime import date
>>> jan, nov = date(2026, 1, 1), date(2026, 11, 1)
>>> [(each.number, str(each.valid_from), str(each.valid_to))
...  for each in in_order([Dated(1, nov), Dated(2, jan), Dated(3, nov)])]
[(2, '2026-01-01', '2026-11-01'), (3, '2026-11-01', 'None')]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihuan.kernel.errors import Conflict, Forbidden, Invalid, Missing, gettext_noop


class State(StrEnum):
    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class VersionMissing(Missing):
    code = "metrics.version_missing"
    says = gettext_noop("“%(metric)s” has no version %(number)s.")


class VersionNotReachable(Conflict):
    code = "metrics.version_not_reachable"
    says = gettext_noop("Version %(number)s is %(state)s; that cannot be done to it any more.")


class VersionChanged(Conflict):
    code = "metrics.version_changed"
    says = gettext_noop(
        "%(who)s changed this draft meanwhile. Yours is kept below; compare, then save again."
    )


class NeedsSecondPerson(Forbidden):
    code = "metrics.needs_second_person"
    says = gettext_noop("Whoever wrote or checked a version cannot approve it: ask somebody else.")


class ReasonMissing(Invalid):
    code = "metrics.reason_missing"
    says = gettext_noop("Say why: it is read by everybody whose figures change.")


class NothingChanges(Invalid):
    code = "metrics.nothing_changes"
    says = gettext_noop("This reckons exactly what is in force already.")


class KeyTaken(Conflict):
    code = "metrics.key_taken"
    says = gettext_noop("There is a metric called “%(metric)s” already: give it a new version.")


class KeyReserved(Invalid):
    code = "metrics.key_reserved"
    says = gettext_noop("“%(metric)s” is the address of a page: choose another key.")


RESERVED = frozenset({"new", "cards", "explore", "pending", "closings", "lineage"})
"""Words that stand in addresses where the key of a metric stands otherwise."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An approved version by its number, with the days it is in force."""

    number: int
    valid_from: date
    valid_to: date | None = None


def in_order(versions: Iterable[Dated]) -> list[Dated]:
    """Return the versions that are ever in force, each until the next one begins."""
    newest = {each.valid_from: each for each in sorted(versions, key=lambda each: each.number)}
    starts = sorted(newest)
    ends: list[date | None] = [*starts[1:], None]
    return [
        Dated(newest[start].number, start, end) for start, end in zip(starts, ends, strict=False)
    ]
