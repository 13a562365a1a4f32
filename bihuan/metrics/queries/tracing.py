"""What one fact does to figures: where it counts, what it adds, and what it keeps from counting.

Which metrics a fact can touch at all is read off their definitions; what it
changes in those is then asked of the engine, by the expression that figures and
the facts behind them go through: once with the fact and once without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from bihuan.facts.models import Fact
from bihuan.kernel.period import Period
from bihuan.metrics.domain.condition import Value
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import FIELDS
from bihuan.metrics.domain.lineage import LOWER, terms_met, terms_of
from bihuan.metrics.domain.measure import Over
from bihuan.metrics.engine import Alike, Line, ask_alike, ask_change, total_of
from bihuan.metrics.queries.catalogue import metrics_of
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A fact that a metric counts, or would count, because of the fact that is traced.

    ``sign`` is 1 where it counts because of that fact and -1 where it is kept from
    counting by it. ``shares`` are what it adds to the figure by each term that
    counts it, with the sign of the term.
    """

    seq: int
    day: date
    person_id: int | None
    unit_id: int | None
    sign: int
    shares: Mapping[str, Decimal]
    is_ratio: bool
    is_stock: bool
    """Whether it stays in the figures of all later days: it is gathered up to a day."""

    @property
    def numerator(self) -> Decimal:
        return self.adds()[0]

    @property
    def denominator(self) -> Decimal | None:
        return self.adds()[1]

    def adds(self, without: Collection[str] = ()) -> tuple[Decimal, Decimal | None]:
        """Return what it adds to the figure, or to the two parts of a ratio.

        ``without`` are the terms that count another fact in its stead.
        """
        parts = {True: Decimal(0), False: Decimal(0)}
        for place, share in self.shares.items():
            if place not in without:
                parts[place.startswith(LOWER)] += share
        return parts[False], parts[True] if self.is_ratio else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one fact does to one metric."""

    definition: MetricDefinition
    lines: tuple[Counted, ...]


def effects_of(
    tenant: Tenant, fact: Fact, metrics: Iterable[MetricDefinition] | None = None
) -> list[Effect]:
    """Return what a fact does to each metric, those it does nothing to left out.

    A fact that takes another one back does what that one did, the other way round.
    """
    touched = [fact] if fact.reverses is None else [fact, fact.reverses]
    said = fields_of_fact(touched[-1], tenant)
    found = []
    for definition in metrics_of(tenant) if metrics is None else metrics:
        if not terms_met(definition, said):
            continue
        lines = ask_change(tenant, definition, fact.seq, touches=[each.seq for each in touched])
        if lines:
            counted = tuple(_counted(definition, line) for line in lines)
            found.append(Effect(definition=definition, lines=counted))
    return found


def fields_of_fact(fact: Fact, tenant: Tenant) -> dict[str, Value]:
    """Return a fact by field, as conditions read it."""
    columns = {name: field.column for name, field in FIELDS.items() if name != "hour"}
    said = {name: _value(getattr(fact, column)) for name, column in columns.items()}
    at = fact.occurred_at
    hour = None if at is None else Decimal(at.astimezone(ZoneInfo(tenant.time_zone)).hour)
    return {**said, "hour": hour}


def _value(value: object) -> Value:
    return value if isinstance(value, str | Decimal | date | None) else str(value)


def _counted(definition: MetricDefinition, line: Line) -> Counted:
    shares: dict[str, Decimal] = {}
    is_stock = False
    for (place, term), is_met, units in zip(
        terms_of(definition), line.met, line.shares, strict=True
    ):
        if is_met:
            shares[place] = total_of((term,), (units,))
            is_stock = is_stock or term.over is Over.TO_DATE
    return Counted(
        seq=line.seq,
        day=line.day,
        person_id=line.person_id,
        unit_id=line.unit_id,
        sign=line.sign,
        shares=shares,
        is_ratio=definition.is_ratio,
        is_stock=is_stock,
    )


def alike_in(
    tenant: Tenant, definition: MetricDefinition, line: Counted, span: Period
) -> Mapping[str, Sequence[Alike]]:
    """Return, for each term that tells values apart, the other facts with this one's value.

    Where one of them lies in the same cell, this fact adds nothing to it.
    """
    return {
        place: ask_alike(tenant, definition, number, line.seq, span)
        for number, (place, term) in enumerate(terms_of(definition))
        if term.distinct is not None and place in line.shares
    }
