"""What one fact changes in the figures of a metric, asked of the replica."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

from bihuan.facts import replica
from bihuan.facts.replica import Reading
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.engine.compiling import Asked, alike_sql, change_sql
from bihuan.org.models import Tenant


class Line(NamedTuple):
    """A fact that a metric counts on a day, for a person and a unit, with its share of each term.

    ``sign`` is 1 where it counts because of the fact that is traced, -1 where it
    would count but for it. ``met`` says which terms count it.
    """

    seq: int
    day: date
    person_id: int | None
    unit_id: int | None
    met: tuple[bool, ...]
    shares: tuple[int, ...]
    sign: int


class Alike(NamedTuple):
    """A fact that stands for the same thing as another one where values are told apart."""

    seq: int
    day: date
    person_id: int | None
    unit_id: int | None


def ask_change(
    tenant: Tenant, definition: MetricDefinition, seq: int, *, touches: Sequence[int]
) -> list[Line]:
    """Return the lines that are there, or are not, because of one fact.

    ``touches`` are the facts it speaks of: itself, and the one it takes back.
    Where a metric counts firsts it may decide over others too, and all are compared.
    """
    is_alone = all(term.first is None for term in definition.terms)
    sql = change_sql(
        Asked(definition=definition, without_seq=seq), tuple(touches) if is_alone else None
    )
    width = len(definition.terms)

    def question(reading: Reading) -> list[Line]:
        return [
            Line(
                *cast("tuple[int, date, int | None, int | None]", row[:4]),
                met=tuple(bool(each) for each in row[4 : 4 + width]),
                shares=cast("tuple[int, ...]", row[4 + width : -1]),
                sign=cast("int", row[-1]),
            )
            for row in reading.rows(sql)
        ]

    return replica.answer(tenant, question)


def ask_alike(
    tenant: Tenant, definition: MetricDefinition, number: int, seq: int, span: Period
) -> list[Alike]:
    """Return the other facts of some days that a term counts as the same thing as a fact."""
    sql = alike_sql(Asked(definition=definition), number, seq, span)
    rows = replica.answer(tenant, lambda reading: reading.rows(sql))
    return [Alike(*cast("tuple[int, date, int | None, int | None]", row)) for row in rows]
