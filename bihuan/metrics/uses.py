"""What uses a metric, as the packages above tell it.

``metrics`` knows no targets, rules or reports. A package that uses metrics
says so here, once, when it is set up, and answers two questions: what would be
different for it if a metric were defined otherwise, and whom a metric concerns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A metric that would be defined otherwise, over some days, in the eyes of one person."""

    tenant: Tenant
    key: str
    old: MetricDefinition | None
    new: MetricDefinition
    start: date
    end: date
    scope: Scope | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One thing that reads a metric: what it says by the old and by the new definition.

    Values are in the measure that ``unit`` names, as metrics have units.
    """

    name: str
    detail: str = ""
    url: str = ""
    before: Decimal | None = None
    after: Decimal | None = None
    unit: str = "ratio"

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A package's part: its name for people, and its answers."""

    code: str
    name: Promise
    uses: Callable[[Change], list[Use]]
    people: Callable[[Tenant, str, date], set[int]]
    """Ids of those whom a metric concerns on a day."""


_USERS: dict[str, User] = {}


def register(user: User) -> None:
    """Have a package asked what a change of a metric means to it."""
    _USERS[user.code] = user


def users() -> tuple[User, ...]:
    """Return every package that uses metrics, in the order they came."""
    return tuple(_USERS.values())
