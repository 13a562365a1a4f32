"""What every engine does for a question."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

import pyarrow as pa

from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.metrics.engine.dialect import Dialect
from bihuan.org.models import Tenant

T = TypeVar("T")
Row = tuple[object, ...]
Days = tuple[date, date]
"""The first of some days, and the day after the last."""


class EngineAway(Conflict):
    code = "metrics.engine_away"
    says = gettext_noop(
        "The engine that figures are reckoned on does not answer. Nothing is lost: "
        "try again in a while, or ask whoever runs this system."
    )


class Reading(Protocol):
    """What a question sees: a table ``facts``, and side tables that the asker keeps there."""

    @property
    def dialect(self) -> Dialect:
        """Return the SQL that is spoken here."""

    @property
    def upto(self) -> int:
        """Return the number of the last fact that is seen."""

    def keep(self, name: str, stamp: Hashable, make: Callable[[], pa.Table]) -> None:
        """Keep a side table until its stamp changes."""

    def rows(
        self, sql: str, tables: Mapping[str, pa.Table] | None = None, *, days: Days | None = None
    ) -> Sequence[Row]:
        """Return what a statement gives, with tables that only this statement sees.

        Facts outside of ``days``, where given, do not matter to it, so an
        engine need not look at them.
        """


class Backend(Protocol):
    """An engine."""

    def answer(self, tenant: Tenant, question: Callable[[Reading], T]) -> T:
        """Put a question to it, with every committed fact in it."""


def with_whole_numbers(rows: Iterable[Row]) -> list[Row]:
    """Return rows with each whole number as ``int``, as which engine ever counted it.

    PostgreSQL and Spark give sums as decimals without digits after the point.
    """
    return [tuple(map(_whole, row)) for row in rows]


def _whole(value: object) -> object:
    if not isinstance(value, Decimal):
        return value
    number = int(value)
    assert number == value, "sums of whole numbers are whole"
    return number
