"""Figures picked one by one from a board, which stays in columns of whole numbers.

A board of everybody over many spans has millions of figures; who looks at a few of
them for each person, one person after the other, need not have them all at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from bihuan.metrics.domain.figure import MetricRow
from bihuan.metrics.queries.board import FigureBoard
from bihuan.metrics.queries.figures import reckoner

Figure = tuple[Decimal | None, int]
"""A value, and how many facts went into it."""
NOTHING: Figure = (None, 0)
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Picked:
    """The figures of one metric: by an id and the place of a span."""

    pick: Callable[[int, int], Figure]
    places: frozenset[int]
    """The spans in which anybody's facts, or nobody's, went into it."""


def picked(board: FigureBoard, metrics: Iterable[str]) -> dict[str, Picked]:
    """Return the figures of some metrics of a board that has one dimension, of ids."""
    [dimension] = board.by
    in_columns = any(metric in board.columns for metric in metrics)
    lies = _Lies(board, dimension) if in_columns else None
    return {
        metric: _of_rows(board, board.others[metric], dimension)
        if lies is None or metric in board.others
        else _of_columns(board, metric, lies)
        for metric in metrics
    }


class _Lies:
    """In which row of a board each id and span lies."""

    def __init__(self, board: FigureBoard, dimension: str) -> None:
        self.spans = _whole(board.table["span"])
        self._width = len(board.spans)
        ids: list[int | None] = board.table[f"k_{dimension}"].to_pylist()
        self._slots = {key: slot for slot, key in enumerate(dict.fromkeys(ids))}
        self._rows = array("l", [NOWHERE]) * (len(self._slots) * self._width)
        for row, (key, place) in enumerate(zip(ids, self.spans, strict=True)):
            self._rows[self._slots[key] * self._width + place] = row

    def row(self, key: int, place: int) -> int:
        slot = self._slots.get(key)
        return NOWHERE if slot is None else self._rows[slot * self._width + place]


def _of_columns(board: FigureBoard, metric: str, lies: _Lies) -> Picked:
    *terms, facts = (_whole(board.table[name]) for name in board.columns[metric])
    reckon = reckoner(board.definitions[metric])

    def pick(key: int, place: int) -> Figure:
        row = lies.row(key, place)
        if row == NOWHERE or not facts[row]:
            return NOTHING
        return reckon([term[row] for term in terms])[0], facts[row]

    with_facts = zip(lies.spans, facts, strict=True)
    return Picked(pick, frozenset(place for place, count in with_facts if count))


def _of_rows(board: FigureBoard, rows: Iterable[MetricRow], dimension: str) -> Picked:
    places = {span: place for place, span in enumerate(board.spans)}
    found: dict[tuple[int, int], Figure] = {}
    with_facts = set()
    for row in rows:
        if row.period is None:
            continue
        place, key = places[row.period], row.keys[dimension]
        if row.is_total and row.facts:
            with_facts.add(place)
        elif isinstance(key, int):
            found[key, place] = (row.value, row.facts)
    return Picked(lambda key, place: found.get((key, place), NOTHING), frozenset(with_facts))


def _whole(column: pa.ChunkedArray) -> Sequence[int]:
    """Return a column of whole numbers, in eight bytes each where they fit."""
    try:
        narrow = column.cast(pa.int64()).combine_chunks()
    except pa.ArrowInvalid:
        return [int(each) for each in column.to_pylist()]
    found = array("q")
    for chunk in narrow.chunks if isinstance(narrow, pa.ChunkedArray) else [narrow]:
        assert not chunk.null_count, "sums of nothing are nought in a board"
        values = memoryview(chunk.buffers()[1]).cast("q") if len(chunk) else memoryview(array("q"))
        found.extend(values[chunk.offset : chunk.offset + len(chunk)])
    return found
