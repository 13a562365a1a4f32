"""What was seen when a rule fired, frozen as plain data.

Figures are kept exact, with the version of the metric that they were read by and the
number of the last fact that was known, so that they can be read again as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from bihuan.kernel.period import Period
from bihuan.metrics.queries import catalogue_of
from bihuan.rules.domain.condition import (
    Absence,
    Drop,
    Dwell,
    FieldIs,
    Leaf,
    Level,
    Since,
    Tree,
    leaves,
)
from bihuan.rules.domain.reading import Reading
from bihuan.rules.domain.verdict import compared, holds, running, series_of
from bihuan.rules.engine.board import Board, Known

Plain = dict[str, object]


def evidence(board: Board, tree: Tree, known: Known, on: date) -> Plain:
    """Return what each leaf of a condition read on a morning, and whether it held."""
    return {
        "on": on.isoformat(),
        "seq": board.last_seq,
        "leaves": [
            {
                "leaf": leaf.model_dump(mode="json", by_alias=True, exclude_none=True),
                "holds": holds(leaf, known, on),
                **_seen(board, leaf, known, on),
            }
            for leaf in leaves(tree)
        ],
    }


def _seen(board: Board, leaf: Leaf, known: Known, on: date) -> Plain:
    if isinstance(leaf, Level):
        periods = [_figure(leaf, period, reading) for period, reading in running(leaf, known, on)]
        return {"version": _version(board, leaf.metric), "periods": periods[::-1]}
    if isinstance(leaf, Drop):
        period, reading, usual = compared(leaf, known, on)
        shown = None if usual is None else _text(usual)
        return {
            "version": _version(board, leaf.metric),
            "periods": [_figure(leaf, period, reading)],
            "usual": shown,
        }
    if isinstance(leaf, FieldIs):
        said = known.says(leaf.field, on)
        return {"said": None if said is None else str(said)}
    return dict(_days(leaf, known, on))


def _days(leaf: Since | Absence | Dwell, known: Known, on: date) -> Iterator[tuple[str, object]]:
    if isinstance(leaf, Dwell):
        since = known.waiting_since(leaf.stages, on)
    else:
        since = known.last_on(leaf.facts, on)
    yield "since", None if since is None else since.isoformat()
    yield "days", None if since is None else (on - since) // timedelta(days=1)


def _figure(leaf: Level | Drop, period: Period, reading: Reading) -> Plain:
    read = series_of(leaf)
    assert read is not None, "levels and drops read a series"
    span = read[0].span(period)
    return {
        "period": period.key,
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "value": None if reading.value is None else _text(reading.value),
        "actual": None if reading.actual is None else f"{reading.actual:f}",
        "due": None if reading.due is None else f"{reading.due:f}",
        "lack": None if reading.lack is None else reading.lack.value,
        "facts": reading.facts,
    }


def _text(value: Fraction) -> str:
    """Return an exact figure: ``13/20``, or ``5``."""
    return str(value)


def _version(board: Board, metric: str) -> Plain:
    catalogue = catalogue_of(board.tenant)
    definition = board.figures.definitions[metric]
    return {"number": catalogue.number(metric), "digest": definition.version}
