"""Calibrations kept for a morning, since they are of periods that are over.

Reckoning one takes a second, and everybody of a kind needs the same. What is corrected
in a past period during the day is heard the next morning; a metric defined anew, at
once. Each process keeps its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import Lock

from bihuan.advice.domain.landing import Calibration
from bihuan.advice.queries.asking import Question
from bihuan.advice.queries.seeing import Kind

KEPT_AT_MOST = 64

Key = tuple[int, str, date, int | None, tuple[str, ...], Kind]
Calibrations = dict[str, Calibration]

_KEPT: OrderedDict[Key, Calibrations] = OrderedDict()
_LOCK = Lock()


def kept(
    asked: Question, kind: Kind, reckon: Callable[[Question, Kind], Calibrations]
) -> Calibrations:
    """Return the calibrations of a question and a kind, reckoned where they are not kept."""
    versions = tuple(f"{metric.key} {metric.version}" for metric in asked.metrics)
    key = (asked.tenant.pk, asked.period.key, asked.morning, asked.as_of_seq, versions, kind)
    with _LOCK:
        found = _KEPT.get(key)
    if found is not None:
        return found
    found = reckon(asked, kind)
    with _LOCK:
        _KEPT[key] = found
        while len(_KEPT) > KEPT_AT_MOST:
            _KEPT.popitem(last=False)
    return found


def forget_calibrations() -> None:
    """Keep nothing: for tests that add to the past."""
    with _LOCK:
        _KEPT.clear()
