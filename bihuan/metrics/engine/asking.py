"""Putting a metric to the replica and gathering what comes back, still in whole numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from operator import add
from typing import NamedTuple, cast

from bihuan.facts import replica
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import unscaled
from bihuan.metrics.domain.figure import KeyValue
from bihuan.metrics.domain.measure import Measure, Over, Reach
from bihuan.metrics.engine.adding import calendar, is_added, prepared
from bihuan.metrics.engine.backends import Days, Reading, answer
from bihuan.metrics.engine.behind import behind_sql
from bihuan.metrics.engine.compiling import ACCOUNT, Asked, figures_sql, is_scaled
from bihuan.metrics.engine.shape import Shape, shape_of
from bihuan.metrics.engine.tables import calendar_of, keep_organisation, steps_to
from bihuan.metrics.engine.tallies import tallies_of
from bihuan.org.models import Tenant


class Cell(NamedTuple):
    """The sum of each term for one cell of one span, and how many facts went in."""

    keys: tuple[KeyValue, ...]
    place: int
    sums: tuple[int, ...]
    facts: int


Totals = dict[int, Cell]
"""The cell of each span that stands for all of them, by the span's place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindAnswer:
    """The sums over all facts behind a figure, and the numbers and shares of one page."""

    sums: tuple[int, ...]
    facts: int
    lines: list[tuple[int, tuple[int, ...]]]


def ask(
    tenant: Tenant, asked: Asked, by: tuple[str, ...], spans: tuple[Period, ...]
) -> tuple[list[Cell], Totals]:
    """Return every cell that has facts, by span and key, and the total of each span."""
    if is_added(asked.definition) and not asked.is_of_few:
        return _ask_added(tenant, asked, by, spans)
    terms = asked.definition.terms
    shape = shape_of(asked)
    reaches = sorted({term.reach for term in terms}, key=lambda reach: reach.order)

    def question(reading: Reading) -> tuple[list[Cell], Totals]:
        keep_organisation(reading, tenant)
        cells: list[Cell] = []
        totals: list[Cell] = []
        for reach in reaches:
            part = _part(reading, shape, by, spans, reach)
            cells = joined([*cells, *part]) if cells else part
            can_add = all(term.distinct is None for term in terms if term.reach == reach)
            totals += part if can_add else _part(reading, shape, (), spans, reach)
        return cells, {cell.place: cell for cell in joined(totals, keyless=True)}

    return answer(tenant, question, of_few=asked.is_of_few and ACCOUNT not in by)


def _ask_added(
    tenant: Tenant, asked: Asked, by: tuple[str, ...], spans: tuple[Period, ...]
) -> tuple[list[Cell], Totals]:
    """Return cells and totals of a metric that adds up."""

    def question(reading: replica.Reading) -> Sequence[tuple[object, ...]]:
        sql = prepared(reading, tenant, [asked.definition], asked, by)
        return reading.kept_rows(sql, {"calendar": calendar(spans)})

    found = cast("Sequence[tuple[int, ...]]", replica.answer(tenant, question))
    *sums, facts = places_of(asked.definition, len(by) + 1)
    width = len(by)
    cells = [
        Cell(row[:width], row[width], tuple(row[place] for place in sums), row[facts])
        for row in found
    ]
    return cells, {cell.place: cell for cell in joined(cells, keyless=True)}


def places_of(definition: MetricDefinition, first: int) -> list[int]:
    """Return where the tally of each term stands among the different ones, and that of facts."""
    tallies = tallies_of(definition)
    different = list(dict.fromkeys(tallies))
    return [first + different.index(tally) for tally in tallies]


def _part(
    reading: Reading,
    shape: Shape,
    by: tuple[str, ...],
    spans: tuple[Period, ...],
    reach: Reach,
) -> list[Cell]:
    """Return the cells of the terms of one reach, the other terms standing at nothing."""
    asked = shape.asked
    sql = shape.filled(figures_sql(replace(asked, dialect=reading.dialect), by, reach))
    if reach.over is Over.PERIOD:
        rows = reading.rows(sql, {"calendar": calendar(spans)}, days=_days(asked, spans))
        return _cells(rows, asked, reach, len(by))
    [(first,)] = cast(
        "list[tuple[date | None]]", reading.rows("SELECT min(business_on) FROM facts")
    )
    if first is None:
        return []
    steps = steps_to((span.end for span in spans), first)
    rows = reading.rows(sql, {"calendar": calendar_of(steps)})
    return _run_up(_cells(rows, asked, reach, len(by)), [end for _, end in steps], spans)


def _days(asked: Asked, spans: tuple[Period, ...]) -> Days | None:
    """Return the days whose facts matter; none of them, where others decide what counts."""
    if not all(term.first is None and term.gates is None for term in asked.definition.terms):
        return None
    return min(span.start for span in spans), max(span.end for span in spans)


def _cells(
    rows: Iterable[tuple[object, ...]], asked: Asked, reach: Reach, width: int
) -> list[Cell]:
    terms = asked.definition.terms
    found = cast("Iterable[tuple[int, ...]]", rows)
    if all(term.reach == reach for term in terms):
        return [Cell(row[:width], row[width], row[width + 1 : -1], row[-1]) for row in found]
    here = [number for number, term in enumerate(terms) if term.reach == reach]
    places = {number: place for place, number in enumerate(here, width + 1)}
    return [
        Cell(
            row[:width],
            row[width],
            tuple(row[places[n]] if n in places else 0 for n in range(len(terms))),
            row[-1],
        )
        for row in found
    ]


def _run_up(by_step: list[Cell], ends: Sequence[date], spans: Sequence[Period]) -> list[Cell]:
    """Return what had gathered by the end of each span, from what came between the ends."""
    steps: dict[int, list[Cell]] = defaultdict(list)
    for cell in by_step:
        steps[cell.place].append(cell)
    so_far: dict[tuple[KeyValue, ...], Cell] = {}
    at_end: dict[date, list[Cell]] = {}
    for step, end in enumerate(ends):
        for cell in steps[step]:
            so_far[cell.keys] = _plus(so_far.get(cell.keys), cell)
        at_end[end] = sorted(so_far.values(), key=_in_order)
    return [
        cell._replace(place=place) for place, span in enumerate(spans) for cell in at_end[span.end]
    ]


def joined(cells: Iterable[Cell], *, keyless: bool = False) -> list[Cell]:
    """Return cells with those of one span and the same keys, or of one span at all, made one."""
    found: dict[tuple[tuple[KeyValue, ...], int], Cell] = {}
    for cell in cells:
        key = (() if keyless else cell.keys, cell.place)
        found[key] = _plus(found.get(key), cell)
    return sorted(found.values(), key=_in_order)


def _plus(one: Cell | None, other: Cell) -> Cell:
    if one is None:
        return other
    sums = tuple(map(add, one.sums, other.sums))
    return Cell(one.keys, one.place, sums, one.facts + other.facts)


def _in_order(cell: Cell) -> tuple[int, list[tuple[bool, KeyValue]]]:
    """Return what cells sort by: the span, then each key, what has none last."""
    return cell.place, [(key is None, key) for key in cell.keys]


def ask_behind(
    tenant: Tenant, pieces: Sequence[tuple[Asked, Period]], *, page: int, page_size: int
) -> BehindAnswer:
    """Return a page of the facts behind a figure, newest first, with the sums over all pages."""

    def question(reading: Reading) -> BehindAnswer:
        keep_organisation(reading, tenant)
        put = [(replace(asked, dialect=reading.dialect), span) for asked, span in pieces]
        totals_sql, page_sql = behind_sql(put, page=page, page_size=page_size)
        [totals] = cast("list[tuple[int | None, ...]]", reading.rows(totals_sql))
        lines = cast("list[tuple[int, ...]]", reading.rows(page_sql))
        return BehindAnswer(
            sums=tuple(each or 0 for each in totals[1:]),
            facts=totals[0] or 0,
            lines=[(seq, tuple(shares)) for seq, *shares in lines],
        )

    return answer(tenant, question, of_few=all(asked.is_of_few for asked, _ in pieces))


def days_of_facts(tenant: Tenant) -> tuple[date, date] | None:
    """Return the first business day of the facts and the day after the last, if there are any."""
    rows = answer(
        tenant,
        lambda reading: reading.rows("SELECT min(business_on), max(business_on) FROM facts"),
    )
    [(first, last)] = cast("list[tuple[date | None, date | None]]", rows)
    return None if first is None or last is None else (first, last + timedelta(days=1))


def total_of(terms: Measure, sums: Sequence[int]) -> Decimal:
    """Return the exact value of terms with their signs, given the sum of each.

    The terms of a measure are of one sort, so they are added while still whole.
    """
    units = sum(term.sign * each for term, each in zip(terms, sums, strict=True))
    return unscaled(units) if is_scaled(terms[0]) else Decimal(units)
