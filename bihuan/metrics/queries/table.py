"""Tables of figures with names in them, for the command line, the API, a page and a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Max

from bihuan.facts.models import Fact, Member
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics.domain.definition import MetricDefinition, value_text
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.domain.figure import KeyValue, MetricRow, Where
from bihuan.metrics.engine import days_of_facts
from bihuan.metrics.queries.figures import NOWHERE, evaluate
from bihuan.metrics.queries.versions import Defined, metric_named
from bihuan.org.domain.name import sort_key
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit

MOST_PERIODS = 4000
AS_PEOPLE = frozenset({"person", "manager"})


class SpanBackwards(Invalid):
    code = "metrics.span_backwards"
    says = gettext_noop("The span must end after it begins: %(start)s to %(end)s.")


class SpanTooFine(Invalid):
    code = "metrics.span_too_fine"
    says = gettext_noop("That would be more than %(most)s periods; ask for longer ones.")


@dataclass(frozen=True, slots=True)
class Named:
    """What an id stands for."""

    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAsked:
    """What a table is asked to show. Days not said are those of the facts."""

    metric: str
    by: tuple[str, ...] = ()
    grain: Grain | None = None
    start: date | None = None
    end: date | None = None
    as_of_seq: int | None = None
    where: Where = NOWHERE
    defined: Defined = Defined.THEN


class TableLine(NamedTuple):
    """A row with the names of what it says."""

    names: tuple[str | None, ...]
    period: Period | None
    row: MetricRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTable:
    """A metric's figures by what was asked, with the names of everything in them."""

    definition: MetricDefinition
    by: tuple[str, ...]
    has_periods: bool
    span: tuple[date, date] | None
    rows: list[MetricRow]
    names: Mapping[str, Mapping[KeyValue, Named]]

    def named(self, dimension: str, row: MetricRow) -> str | None:
        """Return the name of what a row says of a dimension."""
        key = row.keys[dimension]
        if key is None or not DIMENSIONS[dimension].is_reference:
            return None if key is None else str(key)
        return self.names[dimension][key].name

    def place(self, row: MetricRow) -> tuple[date, bool, list[tuple[bool, str]]]:
        """Return what rows sort by: the period, then names as Chinese sorts them, totals last."""
        assert row.period is not None, "every figure has its days"
        names = [self.named(dimension, row) for dimension in self.by]
        by_name = [(name is None, sort_key(name or "")) for name in names]
        return row.period.start, row.is_total, by_name

    def lines(self) -> list[TableLine]:
        """Return the rows as people read them, with names for ids."""
        return [
            TableLine(
                tuple(self.named(dimension, row) for dimension in self.by),
                row.period if self.has_periods else None,
                row,
            )
            for row in self.rows
        ]

    def data(self) -> list[dict[str, object]]:
        """Return the rows as programs get them."""
        return [self._data(row) for row in self.rows]

    def _data(self, row: MetricRow) -> dict[str, object]:
        told: dict[str, object] = {}
        for dimension in self.by:
            told[dimension] = self.named(dimension, row)
            if DIMENSIONS[dimension].is_reference:
                key = row.keys[dimension]
                told[f"{dimension}_code"] = None if key is None else self.names[dimension][key].code
        told["period"] = row.period.key if self.has_periods and row.period else None
        told["value"] = value_text(self.definition, row.value)
        told["facts"] = row.facts
        if row.is_total:
            told["total"] = True
        return told


def figures_for_cli(
    tenant: Tenant, asked: TableAsked, scope: Scope | None
) -> list[dict[str, object]]:
    """Return a table as the rows that programs get."""
    return figure_table(tenant, asked, scope).data()


def figure_table(tenant: Tenant, asked: TableAsked, scope: Scope | None) -> FigureTable:
    """Return the table that is asked for."""
    definition = metric_named(tenant, asked.metric)
    span = _span(tenant, asked)
    spans = [] if span is None else _spans(tenant, asked, *span)
    rows = evaluate(
        tenant=tenant,
        metric=asked.metric,
        by=asked.by,
        spans=spans,
        where=asked.where,
        scope=scope,
        as_of_seq=asked.as_of_seq,
        defined=asked.defined,
    )
    table = FigureTable(
        definition=definition,
        by=asked.by,
        has_periods=asked.grain is not None,
        span=span,
        rows=rows,
        names={name: _names(name, rows) for name in asked.by if DIMENSIONS[name].is_reference},
    )
    return replace(table, rows=sorted(rows, key=table.place))


def _span(tenant: Tenant, asked: TableAsked) -> tuple[date, date] | None:
    """Return the days asked for; without any, those of the facts, if there are facts."""
    start, end = asked.start, asked.end
    if start is None or end is None:
        there = days_of_facts(tenant)
        if there is None:
            return None
        start, end = start or there[0], end or there[1]
        if end <= start:
            return None
    if end <= start:
        raise SpanBackwards(start=start, end=end)
    return start, end


def _spans(tenant: Tenant, asked: TableAsked, start: date, end: date) -> list[Period]:
    """Return the spans of a table; the first and the last hold only the days asked for."""
    if asked.grain is None:
        return [Period(f"{start}/{end}", start, end)]
    if (end - start).days > MOST_PERIODS * (1 if asked.grain is Grain.DAY else 7):
        raise SpanTooFine(most=MOST_PERIODS)
    whole = periods(start, end, asked.grain, fiscal_start_month=tenant.fiscal_start_month)
    return [Period(each.key, max(each.start, start), min(each.end, end)) for each in whole]


def _names(dimension: str, rows: Iterable[MetricRow]) -> dict[KeyValue, Named]:
    ids = {key for row in rows if isinstance(key := row.keys[dimension], int)}
    asked = "pk", "name", "code"
    if dimension in AS_PEOPLE:
        found = list(Person.objects.filter(pk__in=ids).values_list(*asked))
    elif dimension == "unit":
        found = list(Unit.objects.filter(pk__in=ids).values_list(*asked))
    else:
        found = list(Member.objects.filter(pk__in=ids).values_list(*asked))
    return {pk: Named(name, code) for pk, name, code in found}


def seq_at(tenant: Tenant, moment: datetime) -> int:
    """Return the number of the last fact recorded by a moment; 0 when there was none.

    A moment without a zone is one of the company's own clocks.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(tenant.time_zone))
    facts = Fact.objects.filter(tenant=tenant, recorded_at__lte=moment)
    last: int | None = facts.aggregate(last=Max("seq"))["last"]
    return last or 0


def dimensions_known() -> Sequence[str]:
    """Return every dimension there is, in the order people choose from."""
    return tuple(DIMENSIONS)
