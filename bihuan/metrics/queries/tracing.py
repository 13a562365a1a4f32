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
from bihuan.metrics.domain.lineage import LOWER, gates_met, terms_met, terms_of
from bihuan.metrics.domain.measure import Over
from bihuan.metrics.engine import Alike, Line, ask_alike, ask_change, total_of
from bihuan.metrics.queries.catalogue import metrics_of
from bihuan.metrics.queries.closings import pieces_of
from bihuan.metrics.queries.versions import Defined, catalogue_of, metric_as
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
    as_of_seq: int | None = None
    """The closing as of which it is read, or nothing for days that are open."""

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

    Facts are read by the versions of their days. A fact that takes another one back
    does what that one did, the other way round. Closed days keep what they had, so
    what was recorded later is looked for once more as of each closing.
    """
    touched = [fact] if fact.reverses is None else [fact, fact.reverses]
    said = fields_of_fact(touched[-1], tenant)
    closings = catalogue_of(tenant).closings
    readings = [None, *(each.seq for each in closings if each.seq >= fact.seq)]
    found = []
    for definition in _as_then(tenant) if metrics is None else metrics:
        if not (terms_met(definition, said) or gates_met(definition, said)):
            continue
        lines = [
            counted
            for as_of in readings
            for counted in _counted(
                definition,
                ask_change(
                    tenant,
                    definition,
                    fact.seq,
                    touches=[each.seq for each in touched],
                    as_of_seq=as_of,
                ),
                as_of,
            )
        ]
        if lines:
            found.append(Effect(definition=definition, lines=tuple(lines)))
    return found


def _as_then(tenant: Tenant) -> list[MetricDefinition]:
    keys = (metric.key for metric in metrics_of(tenant))
    return [metric_as(tenant, key, Defined.THEN) for key in keys]


def is_read_so(tenant: Tenant, effect: Effect, line: Counted, period: Period) -> bool:
    """Tell whether the figure of a period reads a line's day as of the reading of the line."""
    if not catalogue_of(tenant).closings:
        return True
    return any(
        piece.as_of_seq == line.as_of_seq and piece.span.contains(line.day)
        for piece in pieces_of(tenant, effect.definition, [period])
    )


def fields_of_fact(fact: Fact, tenant: Tenant) -> dict[str, Value]:
    """Return a fact by field, as conditions read it."""
    columns = {name: field.column for name, field in FIELDS.items() if name != "hour"}
    said = {name: _value(getattr(fact, column)) for name, column in columns.items()}
    at = fact.occurred_at
    hour = None if at is None else Decimal(at.astimezone(ZoneInfo(tenant.time_zone)).hour)
    return {**said, "hour": hour}


def _value(value: object) -> Value:
    return value if isinstance(value, str | Decimal | date | None) else str(value)


def _counted(
    definition: MetricDefinition, lines: Sequence[Line], as_of_seq: int | None
) -> list[Counted]:
    """Return lines of one fact, day and direction as one, with its share of each term."""
    terms = terms_of(definition)
    groups: dict[tuple[int, date, int], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.seq, line.day, line.sign), []).append(line)
    return [
        Counted(
            seq=seq,
            day=day,
            person_id=group[0].person_id,
            unit_id=group[0].unit_id,
            sign=sign,
            shares={
                terms[line.term][0]: total_of((terms[line.term][1],), (line.share,))
                for line in group
            },
            is_ratio=definition.is_ratio,
            is_stock=any(terms[line.term][1].over is Over.TO_DATE for line in group),
            as_of_seq=as_of_seq,
        )
        for (seq, day, sign), group in groups.items()
    ]


def alike_in(
    tenant: Tenant, definition: MetricDefinition, line: Counted, span: Period
) -> Mapping[str, Sequence[Alike]]:
    """Return, for each term that tells values apart, the other facts with this one's value.

    Where one of them lies in the same cell, this fact adds nothing to it.
    """
    return {
        place: ask_alike(tenant, definition, number, line.seq, span, as_of_seq=line.as_of_seq)
        for number, (place, term) in enumerate(terms_of(definition))
        if term.distinct is not None and place in line.shares
    }
