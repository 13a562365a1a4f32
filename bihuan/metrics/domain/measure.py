"""Measure: terms that are added up, each a sum or a count over facts that meet a condition.

    sum           the sum of a field                        net sales, minutes
    count         how many facts                            calls
    distinct      how many different values of a dimension  active customers
    first         how many first-ever facts per value       new customers
    days_between  the days from one field to another        cycle
    metric        what another metric adds up               share of new contracts

A term with ``sign: -1`` is taken off. Its days are those of the asked period,
or with ``over: to_date`` all days from the beginning up to the end of it, which
makes a stock out of flows: what was opened and neither won nor lost.

A term with gates counts a fact only once other facts have come, and on the day
that they make it count: see ``gate``.

A distinct count cannot be added to another, over people or over time; the first
fact of an account is one fact, on one day, by one person, and can:

>>> orders = {"field": "kind", "op": "eq", "value": "order.placed"}
>>> Term.model_validate({"distinct": "account", "where": orders}).is_additive
False
>>> Term.model_validate({"first": "account", "where": orders}).is_additive
True
>>> Term.model_validate({"sum": "amount", "over": "to_date"}).is_additive
False
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import Field, model_validator

from bihuan.metrics.domain.condition import Condition, Part
from bihuan.metrics.domain.gate import Gates

HOWS = ("sum", "count", "distinct", "first", "days_between", "metric")


class Over(StrEnum):
    PERIOD = "period"
    TO_DATE = "to_date"


class Reach(NamedTuple):
    """Which days a term looks at; terms of one reach are reckoned together."""

    over: Over
    gates: Gates | None

    @property
    def order(self) -> tuple[str, str]:
        """Return what reaches sort by."""
        return self.over.value, "" if self.gates is None else self.gates.model_dump_json()


class Term(Part):
    """One sum or count with its sign, its condition and the days it reaches over."""

    sum: str | None = None
    count: Literal["facts"] | None = None
    distinct: str | None = None
    first: str | None = None
    days_between: tuple[str, str] | None = None
    metric: str | None = None
    where: Condition | None = None
    sign: Literal[1, -1] = 1
    over: Over = Over.PERIOD
    gates: Gates | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Term:
        given = [how for how in HOWS if getattr(self, how) is not None]
        if len(given) != 1:
            raise ValueError("say exactly one of: " + ", ".join(HOWS))
        return self

    @property
    def how(self) -> str:
        """Return which of the six ways it is reckoned."""
        return next(how for how in HOWS if getattr(self, how) is not None)

    @property
    def reach(self) -> Reach:
        return Reach(self.over, self.gates)

    @property
    def is_additive(self) -> bool:
        """Tell whether its parts, over people and over time, add up to the whole."""
        return self.distinct is None and self.over is Over.PERIOD


Measure = tuple[Term, ...]


class Ratio(Part):
    """One measure divided by another; ``complement`` makes it what is left of one."""

    of: Measure = Field(min_length=1)
    to: Measure = Field(min_length=1)
    complement: bool = False
