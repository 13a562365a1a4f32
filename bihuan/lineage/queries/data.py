"""Lineage as programs read it, for the API and the command line alike."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bihuan.lineage.queries.across import ColumnLineage, ColumnRead
from bihuan.lineage.queries.down import FactBehind, NumberLineage
from bihuan.lineage.queries.up import FactLineage, LineMoved, MetricMoved
from bihuan.metrics.domain.definition import value_text


def metric_data(
    found: NumberLineage, columns: Sequence[ColumnRead], targets: int
) -> dict[str, object]:
    """Return what a metric reads and where that comes from."""
    return {
        "metric": found.metric.key,
        "version": found.metric.version,
        "terms": [
            {
                "place": term.place,
                "words": term.words,
                "reads": [
                    {"field": read.field, "column": read.column, "role": read.role.value}
                    for read in term.reads
                ],
            }
            for term in found.terms
        ],
        "statements": list(found.statements),
        "columns": [_read(each) for each in columns],
        "targets": targets,
    }


def number_data(found: NumberLineage) -> dict[str, object]:
    """Return a number and the facts it is made of."""
    row, span, facts = found.row, found.asked.span, found.facts
    return {
        "metric": found.metric.key,
        "version": found.metric.version,
        "start": "" if span is None else span.start.isoformat(),
        "end": "" if span is None else span.end.isoformat(),
        "value": None if row is None else value_text(found.metric, row.value),
        "numerator": None if row is None else _text(row.numerator),
        "denominator": None if row is None else _text(row.denominator),
        "count": 0 if facts is None else facts.count,
        "facts": [] if facts is None else [_behind(each) for each in facts.lines],
    }


def _behind(each: FactBehind) -> dict[str, str | int | None]:
    row = each.fact.source_row
    return {
        "seq": each.fact.seq,
        "kind": each.fact.kind,
        "business_on": each.fact.business_on.isoformat(),
        "numerator": _text(each.line.numerator),
        "denominator": _text(each.line.denominator),
        "source": each.fact.source.code,
        "source_kind": each.fact.source.kind,
        "ref": each.fact.source_ref,
        "file": None if row is None else row.file,
        "sheet": None if row is None else row.sheet,
        "line": None if row is None else row.line,
        "recorded_by": None if each.recorded_by is None else each.recorded_by.name,
    }


def fact_data(found: FactLineage) -> dict[str, object]:
    """Return a fact and every number it moved."""
    return {
        "seq": found.fact.seq,
        "kind": found.fact.kind,
        "metrics": [_moved(each) for each in found.metrics],
    }


def _moved(moved: MetricMoved) -> dict[str, object]:
    return {
        "metric": moved.definition.key,
        "version": moved.definition.version,
        "lines": [_line(line) for line in moved.lines],
        "targets": [
            {
                "type": each.type,
                "id": each.pk,
                "bearer": each.bearer,
                "start": each.span.start.isoformat(),
                "end": each.span.end.isoformat(),
                "url": each.url,
                "cell": each.cell_url,
            }
            for each in moved.moved
        ],
    }


def _line(line: LineMoved) -> dict[str, object]:
    counted = line.counted
    return {
        "seq": counted.seq,
        "role": line.role,
        "day": counted.day.isoformat(),
        "terms": {place: _text(share) for place, share in counted.shares.items()},
        "stays": counted.is_stock,
        "cells": [
            {
                "person": cell.place.person_id,
                "unit": cell.place.unit_id,
                "name": cell.name,
                "period": cell.place.period.key,
                "numerator": _text(cell.numerator),
                "denominator": _text(cell.denominator),
            }
            for cell in line.cells
        ],
    }


def column_data(found: ColumnLineage) -> dict[str, object]:
    """Return a column, what it feeds, and the metrics that read that."""
    return {
        "file": found.file,
        "column": found.column,
        "feeds": [
            {
                "source": feed.source,
                "file": feed.path,
                "column": feed.use.column,
                "role": feed.use.role.value,
                "target": feed.use.target,
                "field": feed.use.field,
            }
            for feed in found.feeds
        ],
        "metrics": [_read(each) for each in found.reads],
        "targets": found.targets,
    }


def _read(read: ColumnRead) -> dict[str, str]:
    use = read.feed.use
    return {
        "source": read.feed.source,
        "file": read.feed.path,
        "column": use.column,
        "used_as": use.role.value,
        "kind": use.target,
        "field": use.field,
        "metric": read.definition.key,
        "place": read.place,
        "role": read.role,
    }


def _text(value: Decimal | None) -> str | None:
    """Return an exact number without the zeros it does not need."""
    return None if value is None else f"{value.normalize() + 0:f}"
