"""What a version changes, as programs get it. Numbers travel as text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Schema

from bihuan.metrics.domain.definition import value_text
from bihuan.metrics.queries.differing import Comparison, DifferenceLine
from bihuan.metrics.queries.telling import MovedLine, moved_page, uses_of


class LineOut(Schema):
    """A figure before and after; ``period`` or ``unit`` says of what."""

    period: str | None = None
    unit: int | None = None
    unit_name: str | None = None
    old: str | None
    new: str | None
    difference: str | None
    old_facts: int
    new_facts: int


class MovedOut(Schema):
    """A fact that comes in, goes out or counts otherwise, with what it adds on either side."""

    seq: int
    how: str
    business_on: date
    source_row: int | None
    old_on: date | None
    old_contribution: str
    old_denominator: str
    new_on: date | None
    new_contribution: str
    new_denominator: str


class UseOut(Schema):
    kind: str
    name: str
    detail: str
    before: str | None
    after: str | None
    is_changed: bool


class DifferenceOut(Schema):
    metric: str
    number: int
    start: date
    end: date
    throughout: bool
    old_version: str | None
    new_version: str
    periods: list[LineOut]
    whole: LineOut
    units: list[LineOut]
    come: int
    gone: int
    changed: int
    facts: list[MovedOut]
    metrics: list[str]
    uses: list[UseOut]


def difference_out(found: Comparison, page: int) -> dict[str, object]:
    """Return a comparison with a page of its facts."""
    lines = [line_out(found, line) for line in found.by_period()]
    moved = moved_page(found, page)
    return {
        "metric": found.key,
        "number": found.version.number,
        "start": found.asked.start,
        "end": found.asked.end,
        "throughout": found.asked.is_throughout,
        "old_version": None if found.old is None else found.old.version,
        "new_version": found.new.version,
        "periods": lines[:-1],
        "whole": lines[-1],
        "units": [line_out(found, line) for line in found.by_unit()],
        "come": moved.counts.come,
        "gone": moved.counts.gone,
        "changed": moved.counts.changed,
        "facts": [_moved(line) for line in moved.lines],
        "metrics": [metric.key for metric in found.followers()],
        "uses": [
            {
                "kind": told.user.code,
                "name": use.name,
                "detail": use.detail,
                "before": _text(use.before),
                "after": _text(use.after),
                "is_changed": use.is_changed,
            }
            for told in uses_of(found)
            for use in told.uses
        ],
    }


def line_out(found: Comparison, line: DifferenceLine) -> dict[str, object]:
    """Return a figure before and after."""
    return {
        "period": line.period.key if line.period is not None else None,
        "unit": line.unit.pk if line.unit is not None else None,
        "unit_name": line.unit.name if line.unit is not None else None,
        "old": value_text(found.new, line.old),
        "new": value_text(found.new, line.new),
        "difference": value_text(found.new, line.difference),
        "old_facts": line.old_facts,
        "new_facts": line.new_facts,
    }


def _moved(line: MovedLine) -> dict[str, object]:
    old, new = line.moved.old, line.moved.new
    return {
        "seq": line.fact.seq,
        "how": line.moved.how,
        "business_on": line.fact.business_on,
        "source_row": line.fact.source_row_id,
        "old_on": old.counted_on,
        "old_contribution": f"{old.upper:f}",
        "old_denominator": f"{old.lower:f}",
        "new_on": new.counted_on,
        "new_contribution": f"{new.upper:f}",
        "new_denominator": f"{new.lower:f}",
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
