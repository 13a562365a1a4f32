"""Who is told that somebody looks at very much personal data: packages above say how.

``privacy`` lies below notices. The package that sends them registers here, once, when it
is set up.
"""

from __future__ import annotations

from collections.abc import Callable

from bihuan.org.models import Person

Watcher = Callable[[Person, int, str], None]
"""Told who looks, at how many people within an hour, and which hour it is."""

_WATCHERS: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Have somebody told of everyone who looks at very much."""
    _WATCHERS.append(watcher)


def tell(person: Person, count: int, hour: str) -> None:
    for watcher in _WATCHERS:
        watcher(person, count, hour)
