"""Putting a metric to the replica and gathering what comes back, still in whole numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import add
from typing import cast

from bihuan.facts import replica
from bihuan.facts.replica import Reading
from bihuan.kernel.period import Period
from bihuan.metrics.domain.field import unscaled
from bihuan.metrics.domain.figure import KeyValue
from bihuan.metrics.domain.measure import Measure, Over, Term
from bihuan.metrics.engine.compiling import Asked, behind_sql, figures_sql, is_scaled
from bihuan.metrics.engine.tables import calendar_of, keep_organisation, steps_to
from bihuan.org.models import Tenant

Keys = tuple[KeyValue, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The sum of each term for one cell, and how many facts went in."""

    terms: tuple[int, ...]
    facts: int

    def __add__(self, other: Sums) -> Sums:
        return Sums(tuple(map(add, self.terms, other.terms)), self.facts + other.facts)


Cells = dict[tuple[Keys, int], Sums]
"""Sums by dimension values and the place of the span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindAnswer:
    """The sums over all facts behind a figure, and the numbers and shares of one page."""

    sums: Sums
    lines: list[tuple[int, tuple[int, ...]]]


def ask(
    tenant: Tenant, asked: Asked, by: tuple[str, ...], spans: Sequence[Period]
) -> tuple[Cells, Cells]:
    """Return the sums of every cell that has facts, and those over all cells of each span."""

    def question(reading: Reading) -> tuple[Cells, Cells]:
        keep_organisation(reading, tenant)
        cells: Cells = {}
        totals: Cells = {}
        for over in sorted({term.over for term in asked.definition.terms}):
            part = _part(reading, asked, by, spans, over)
            _merge(cells, part)
            if not by:
                continue
            if _adds_up(asked.definition.terms, over):
                _merge(totals, _rolled_up(part))
            else:
                _merge(totals, _part(reading, asked, (), spans, over))
        return cells, totals if by else cells

    return replica.answer(tenant, question)


def _adds_up(terms: Measure, over: Over) -> bool:
    """Tell whether cells can be added to their total: a distinct count cannot."""
    return all(term.distinct is None for term in terms if term.over is over)


def _part(
    reading: Reading, asked: Asked, by: tuple[str, ...], spans: Sequence[Period], over: Over
) -> Cells:
    """Return the sums of the terms of one reach, the others standing at nothing."""
    sql = figures_sql(asked, by, over)
    terms = asked.definition.terms
    if over is Over.PERIOD:
        calendar = calendar_of([(span.start, span.end) for span in spans])
        return _cells(reading.rows(sql, {"calendar": calendar}), terms, over, len(by))
    first_row = reading.rows("SELECT min(business_on) FROM facts")
    first = cast("tuple[date | None]", first_row[0])[0]
    if first is None:
        return {}
    steps = steps_to((span.end for span in spans), first)
    rows = reading.rows(sql, {"calendar": calendar_of(steps)})
    by_step = _cells(rows, terms, over, len(by))
    return _run_up(by_step, [end for _, end in steps], spans)


def _cells(rows: Iterable[tuple[object, ...]], terms: Measure, over: Over, width: int) -> Cells:
    places = {number: place for place, number in enumerate(_numbers(terms, over), width + 1)}
    cells: Cells = {}
    for row in cast("Iterable[tuple[int | None, ...]]", rows):
        found = tuple(
            (row[places[number]] or 0) if number in places else 0 for number in range(len(terms))
        )
        cells[row[:width], row[width] or 0] = Sums(found, row[-1] or 0)
    return cells


def _numbers(terms: Measure, over: Over) -> list[int]:
    return [number for number, term in enumerate(terms) if term.over is over]


def _run_up(by_step: Cells, ends: Sequence[date], spans: Sequence[Period]) -> Cells:
    """Return what had gathered by the end of each span, from what came between the ends."""
    places: dict[date, list[int]] = defaultdict(list)
    for place, span in enumerate(spans):
        places[span.end].append(place)
    so_far: dict[Keys, Sums] = {}
    steps: dict[int, list[tuple[Keys, Sums]]] = defaultdict(list)
    for (keys, step), sums in by_step.items():
        steps[step].append((keys, sums))
    cells: Cells = {}
    for step, end in enumerate(ends):
        for keys, sums in steps[step]:
            so_far[keys] = so_far[keys] + sums if keys in so_far else sums
        for place in places[end]:
            cells |= {(keys, place): sums for keys, sums in so_far.items()}
    return cells


def _rolled_up(cells: Cells) -> Cells:
    totals: Cells = {}
    for (_, place), sums in cells.items():
        key: tuple[Keys, int] = ((), place)
        totals[key] = totals[key] + sums if key in totals else sums
    return totals


def _merge(into: Cells, part: Cells) -> None:
    for key, sums in part.items():
        into[key] = into[key] + sums if key in into else sums


def ask_behind(
    tenant: Tenant, asked: Asked, span: Period, *, page: int, page_size: int
) -> BehindAnswer:
    """Return a page of the facts behind a figure, newest first, with the sums over all pages."""
    totals_sql, page_sql = behind_sql(asked, span, page=page, page_size=page_size)

    def question(reading: Reading) -> BehindAnswer:
        keep_organisation(reading, tenant)
        [totals] = cast("list[tuple[int | None, ...]]", reading.rows(totals_sql))
        lines = cast("list[tuple[int, ...]]", reading.rows(page_sql))
        return BehindAnswer(
            sums=Sums(tuple(each or 0 for each in totals[1:]), totals[0] or 0),
            lines=[(seq, tuple(shares)) for seq, *shares in lines],
        )

    return replica.answer(tenant, question)


def total_of(terms: Sequence[Term], sums: Sequence[int]) -> Decimal:
    """Return the exact value of terms with their signs, given the sum of each."""
    parts = (
        term.sign * (unscaled(units) if is_scaled(term) else Decimal(units))
        for term, units in zip(terms, sums, strict=True)
    )
    return sum(parts, Decimal(0))
