"""Second factor: who has to show more than a password, and from when.

A company says who (nobody, those who keep order, everybody) and from which day, so that people
have days of grace to set it up. From that day on whoever has none sets one up before all else.

>>> from datetime import date
>>> keepers, day = NeededFor.KEEPERS, date(2026, 12, 1)
>>> is_needed(keepers, frozenset({Role.ADMIN}), since=day, today=day)
True
>>> is_needed(keepers, frozenset({Role.ADMIN}), since=day, today=date(2026, 11, 30))
False
>>> is_needed(keepers, frozenset({Role.REP}), since=day, today=day)
False
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date
from enum import StrEnum

from bihuan.org.domain.role import Role

KEEPERS = frozenset({Role.ADMIN, Role.QUALITY_OFFICER})
GRACE_DAYS_MOST = 90


class NeededFor(StrEnum):
    """Who has to show a second factor."""

    NOBODY = "nobody"
    KEEPERS = "keepers"
    EVERYONE = "everyone"


def is_wanted(of: NeededFor, roles: Set[Role]) -> bool:
    """Tell whether a company wants a second factor from whoever holds these roles."""
    return of is NeededFor.EVERYONE or (of is NeededFor.KEEPERS and bool(KEEPERS & roles))


def is_needed(of: NeededFor, roles: Set[Role], *, since: date | None, today: date) -> bool:
    """Tell whether it has to be there by now."""
    return is_wanted(of, roles) and (since is None or since <= today)
