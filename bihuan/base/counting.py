"""How many requests were answered, how, and how fast: counted by all workers together.

gunicorn forks its workers from one process. A piece of memory that this process made
before is shared by all of them, so each counts in the same place, under a lock that they share as
well, and whoever is asked knows all. A worker that dies takes nothing with it. Where no such
process was, as in tests or under another server, a process counts for itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from mmap import mmap
from multiprocessing import Lock
from struct import Struct

CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
BOUNDS_MS = (10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
COUNT = Struct("<Q")
SLOTS = len(CLASSES) + len(BOUNDS_MS) + 2
"""One of each class; each bound and what is slower; the sum of milliseconds."""
SUM = SLOTS - 1

Line = tuple[str, str, int | str, dict[str, str], str]

_MEMORY = mmap(-1, SLOTS * COUNT.size)
_LOCK = Lock()


def count_request(*, status: int, milliseconds: int) -> None:
    """Count one answer."""
    kind = min(max(status // 100, 1), len(CLASSES)) - 1
    bucket = len(CLASSES) + bisect_left(BOUNDS_MS, milliseconds)
    with _LOCK:
        for slot, more in ((kind, 1), (bucket, 1), (SUM, milliseconds)):
            COUNT.pack_into(_MEMORY, slot * COUNT.size, _at(slot) + more)


def _at(slot: int) -> int:
    found: int = COUNT.unpack_from(_MEMORY, slot * COUNT.size)[0]
    return found


def request_figures() -> Iterator[Line]:
    """Yield name, help, value, labels and kind of each figure."""
    with _LOCK:
        counts = [_at(slot) for slot in range(SLOTS)]
    for name, count in zip(CLASSES, counts, strict=False):
        said = "Requests answered, by class of status."
        yield "requests_total", said, count, {"status": name}, "counter"
    said = "How long answers took."
    so_far = 0
    for bound, count in zip(BOUNDS_MS, counts[len(CLASSES) :], strict=False):
        so_far += count
        labels = {"le": _seconds(bound)}
        yield "request_seconds_bucket", said, so_far, labels, "histogram"
    so_far += counts[len(CLASSES) + len(BOUNDS_MS)]
    yield "request_seconds_bucket", said, so_far, {"le": "+Inf"}, "histogram"
    yield "request_seconds_sum", said, _seconds(counts[SUM]), {}, "histogram"
    yield "request_seconds_count", said, so_far, {}, "histogram"


def _seconds(milliseconds: int) -> str:
    """Return milliseconds as seconds, exactly.

    >>> _seconds(2500), _seconds(10), _seconds(61_007)
    ('2.500', '0.010', '61.007')
    """
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03}"
