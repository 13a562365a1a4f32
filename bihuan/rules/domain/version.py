"""Version: which wording of a rule is in force on a day.

    draft ── put in force, from a business day on ──> in force until the next one's day
      └── withdraw ──> withdrawn

The product's own rules are version 0, in force from the beginning. Of two versions that
begin on one day the later number stands. A morning of the past is judged by the
version that was in force then; an alert that is open ends by the version that opened it.

>>> jan, mar = date(2026, 1, 1), date(2026, 3, 2)
>>> chain = in_order([Dated(1, jan), Dated(2, mar)], has_own=True)
>>> [(each.number, str(each.start), str(each.end)) for each in chain]
[(0, '0001-01-01', '2026-01-01'), (1, '2026-01-01', '2026-03-02'), (2, '2026-03-02', 'None')]
>>> number_on(chain, date(2026, 2, 2)), number_on(in_order([Dated(1, mar)], has_own=False), jan)
(1, None)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihuan.kernel.errors import Conflict, Invalid, Missing, gettext_noop

KEY = re.compile(r"^[a-z][a-z0-9_]{1,39}$")
RESERVED = frozenset({"new", "alerts", "try", "backtest"})
"""Words that stand in addresses where the key of a rule stands otherwise."""
BUILT_IN = 0
BEGINNING = date.min


class State(StrEnum):
    DRAFT = "draft"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


class RuleUnknown(Missing):
    code = "rules.rule_unknown"
    says = gettext_noop("There is no rule called “%(key)s”.")


class VersionMissing(Missing):
    code = "rules.version_missing"
    says = gettext_noop("The rule “%(key)s” has no version %(number)s.")


class NotADraft(Conflict):
    code = "rules.not_a_draft"
    says = gettext_noop("Version %(number)s is no draft any more.")


class DraftChanged(Conflict):
    code = "rules.draft_changed"
    says = gettext_noop("%(who)s changed this draft meanwhile. Look at it again.")


class KeyUnfit(Invalid):
    code = "rules.key_unfit"
    says = gettext_noop("“%(key)s” cannot be the key of a rule: use small letters, 2 to 40.")


class KeyTaken(Conflict):
    code = "rules.key_taken"
    says = gettext_noop("There is a rule called “%(key)s” already: give it a new version.")


class InForceTooEarly(Invalid):
    code = "rules.in_force_too_early"
    says = gettext_noop("A rule is put in force from today on, not for days that are judged.")


class SameAsBefore(Conflict):
    code = "rules.same_as_before"
    says = gettext_noop("This says exactly what is in force already.")


@dataclass(frozen=True, slots=True)
class Dated:
    """A version in force by its number, with the day it begins."""

    number: int
    start: date
    end: date | None = None


def in_order(versions: Iterable[Dated], *, has_own: bool) -> list[Dated]:
    """Return the versions, each until the next begins; first the product's own, if it has one."""
    newest = {each.start: each for each in sorted(versions, key=lambda each: each.number)}
    if has_own:
        newest.setdefault(BEGINNING, Dated(BUILT_IN, BEGINNING))
    starts = sorted(newest)
    ends: list[date | None] = [*starts[1:], None]
    return [
        Dated(newest[start].number, start, end) for start, end in zip(starts, ends, strict=False)
    ]


def number_on(chain: Sequence[Dated], on: date) -> int | None:
    """Return the number of the version in force on a day."""
    found = [each for each in chain if each.start <= on and (each.end is None or on < each.end)]
    return found[0].number if found else None


def check_key(key: str) -> None:
    """Refuse a key that could not stand in an address."""
    if not KEY.match(key) or key in RESERVED:
        raise KeyUnfit(key=key[:60])
