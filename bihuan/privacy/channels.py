"""What packages above are told, as they ask for it once, when they are set up.

``privacy`` lies below notices and conversations. Who sends notices says here how administrators
hear of somebody who looks at very much; who keeps something beside words that were taken out, such
as the sound of a conversation, says here how that goes with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bihuan.org.models import Person

Watcher = Callable[[Person, int, str], None]
"""Told who looks, at how many people within an hour, and which hour it is."""
WithWords = Callable[[Sequence[int]], int]
"""Told from which rows words were taken out; returns how many things went with them."""

_WATCHERS: list[Watcher] = []
_WITH_WORDS: dict[str, WithWords] = {}


def watch(watcher: Watcher) -> None:
    """Have somebody told of everyone who looks at very much."""
    _WATCHERS.append(watcher)


def tell(person: Person, count: int, hour: str) -> None:
    for watcher in _WATCHERS:
        watcher(person, count, hour)


def go_with(model: str, deed: WithWords) -> None:
    """Have something go when words are taken out of rows of a model, given as app.Model."""
    _WITH_WORDS[model] = deed


def words_went(model: str, rows: Sequence[int]) -> int:
    deed = _WITH_WORDS.get(model)
    return deed(rows) if deed is not None and rows else 0
