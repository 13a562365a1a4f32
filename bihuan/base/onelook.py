"""Looks once at what many questions of one page depend on.

A page that asks six figures would ask six times which fact is the last one, and which version
the organisation has. Within one look each of these is asked once, and the page shows one
state of the company throughout; whoever looks next sees what came meanwhile.

A look is for what only reads: what is written within it is not seen by it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

T = TypeVar("T")

_SEEN: ContextVar[dict[Hashable, object] | None] = ContextVar("seen_in_one_look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Ask what ``seen_once`` is asked for once within; a look within a look is the same one."""
    if _SEEN.get() is not None:
        yield
        return
    token = _SEEN.set({})
    try:
        yield
    finally:
        _SEEN.reset(token)


def seen_once(key: Hashable, look: Callable[[], T]) -> T:
    """Return what is found under a key, found once in a look, and each time outside of one."""
    seen = _SEEN.get()
    if seen is None:
        return look()
    if key not in seen:
        seen[key] = look()
    return cast("T", seen[key])
