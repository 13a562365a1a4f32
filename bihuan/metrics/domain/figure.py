"""Figure: the value of a metric for one cell, with what went into it.

A row carries what it is broken down by, its span, and the sums it was reckoned
from, so that a ratio can be checked and rolled up. ``value`` is ``None`` where
there is no data, and where a ratio would divide by zero; ``facts`` tells which.

>>> from datetime import date
>>> from bihuan.kernel.period import Grain, period_of
>>> march = period_of(date(2017, 3, 1), Grain.MONTH)
>>> row = MetricRow(keys={"person": 7}, period=march, value=Decimal("0.714286"),
...                 numerator=Decimal(25), denominator=Decimal(35), facts=35)
>>> row.is_total, row.key("person")
(False, 7)

What is asked for can be narrowed to people, a part of the tree, or single values:

>>> Where(region="East", person_ids=(3, 7)).dimensions
{'region': 'East'}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import NamedTuple

from bihuan.kernel.period import Period
from bihuan.metrics.domain.field import DIMENSIONS

KeyValue = int | str | None
"""An id for a reference, the text itself for the rest, ``None`` for what a fact does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What a figure is narrowed to. Everything left out is not narrowed.

    ``unit_path`` is a unit and all below it. ``unit_depth`` says at which level
    of the tree the dimension ``unit`` is read: the ancestor at this depth (the
    root is 0), or the unit itself where it lies higher. ``unit_id`` then is such
    an ancestor too. ``without`` names dimensions that a fact must not carry.
    """

    person_ids: tuple[int, ...] | None = None
    unit_path: str = ""
    unit_depth: int | None = None
    without: tuple[str, ...] = ()
    person_id: int | None = None
    manager_id: int | None = None
    unit_id: int | None = None
    account_id: int | None = None
    opportunity_id: int | None = None
    product_id: int | None = None
    store_id: int | None = None
    product_line: str | None = None
    region: str | None = None
    tier: str | None = None
    channel: str | None = None
    category: str | None = None
    industry: str | None = None
    contract: str | None = None
    stage: str | None = None
    outcome: str | None = None
    kind: str | None = None

    @property
    def dimensions(self) -> dict[str, int | str]:
        """Return the single values asked for, by dimension."""
        by_column = {dimension.column: name for name, dimension in DIMENSIONS.items()}
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            by_column[name]: value
            for name, value in given.items()
            if name in by_column and value is not None
        }


class MetricRow(NamedTuple):
    """The figure of one cell, or of all of a span when ``is_total``.

    A tuple, because a heat map of a company makes twenty thousand of them.
    """

    keys: Mapping[str, KeyValue]
    period: Period | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    facts: int
    is_total: bool = False

    def key(self, dimension: str) -> KeyValue:
        """Return what the row says of a dimension."""
        return self.keys[dimension]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """A fact behind a figure, with what it adds to it.

    ``contribution`` is what it adds to the figure, or to the upper part of a ratio.
    """

    seq: int
    contribution: Decimal
    numerator: Decimal
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsBehind:
    """One page of the facts behind a figure, and the figure that all of them give."""

    count: int
    total_value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    lines: list[FactLine]
