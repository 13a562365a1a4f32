"""Calibrations kept for a morning, since they are of periods that are over.

Reckoning one takes a second, and everybody of a kind needs the same. A job reckons them
before people come; all processes share them, and each keeps those it read. What is
corrected in a past period during the day is heard the next morning; a metric defined
anew, at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from threading import Lock

from django.core.cache import cache

from bihuan.advice.domain.landing import Calibration
from bihuan.advice.queries.asking import Question
from bihuan.advice.queries.seeing import Kind

KEPT_AT_MOST = 64
A_DAY = 24 * 60 * 60

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
    found = _shared(key, lambda: reckon(asked, kind))
    with _LOCK:
        _KEPT[key] = found
        while len(_KEPT) > KEPT_AT_MOST:
            _KEPT.popitem(last=False)
    return found


def _shared(key: Key, reckon: Callable[[], Calibrations]) -> Calibrations:
    name = _name(key)
    found: Calibrations | None = cache.get(name)
    if found is None:
        found = reckon()
        cache.set(name, found, A_DAY)
    return found


def _name(key: Key) -> str:
    return f"advice-{sha256(repr(key).encode()).hexdigest()}"


def forget_calibrations() -> None:
    """Keep nothing: for tests that add to the past."""
    with _LOCK:
        cache.delete_many([_name(key) for key in _KEPT])
        _KEPT.clear()
