"""Files that people take away: what is asked before one is handed out.

Every workbook is made in one place, and so is every other kind of file; a file without rows
counts as a file. What somebody has a right to take is not asked for: the copy of their own data,
and everything of a company for whoever leaves with it. A package above that counts what people
take says so in ``ready()``, and may refuse; whoever asks is told by the door, as in
``base.acting``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest

Guard = Callable[[HttpRequest, int], None]
_GUARDS: list[Guard] = []
_REQUEST: ContextVar[HttpRequest | None] = ContextVar("taking", default=None)


def guard_by(guard: Guard) -> None:
    """Ask ``guard`` before a file of so many rows is handed out; it may refuse."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)


@contextmanager
def asked_by(request: HttpRequest) -> Iterator[None]:
    """Let files that are made inside be for whoever sent a request."""
    token = _REQUEST.set(request)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def require_may_take(rows: int) -> None:
    """Ask every guard whether a file may be handed out; what no request asks for, may."""
    request = _REQUEST.get()
    if request is not None:
        for guard in _GUARDS:
            guard(request, rows)
