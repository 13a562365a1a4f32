"""A connection that is over when its time is, however little at a time the other side says.

A limit for each read is none for the whole: who sends a byte before each limit runs out is
listened to for hours, in the headers of an answer as well as in its body.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic_ns
from typing import Any

import httpcore2

NS = 1_000_000_000
_ENDS: ContextVar[int | None] = ContextVar("ends", default=None)
"""When the request that this thread is at must be over, by the clock that is never set."""


@contextmanager
def over_in(seconds: int) -> Iterator[None]:
    """Give what is asked inside so much time in all."""
    token = _ENDS.set(monotonic_ns() + seconds * NS)
    try:
        yield
    finally:
        _ENDS.reset(token)


def left_of(timeout: Any, ends: int | None) -> Any:
    """Return how long one step may take: no longer than is left of the whole."""
    if ends is None:
        return timeout
    left = (ends - monotonic_ns()) / NS
    if left <= 0:
        raise httpcore2.ReadTimeout("the answer took too long")
    return left if timeout is None else min(timeout, left)


def left(timeout: Any) -> Any:
    return left_of(timeout, _ENDS.get())


class TimelyStream(httpcore2.NetworkStream):
    """A connection each step of which ends when the request must be over."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self.stream, self.ends = stream, _ENDS.get()

    def read(self, max_bytes: int, timeout: Any = None) -> bytes:
        return self.stream.read(max_bytes, left_of(timeout, self.ends))

    def write(self, buffer: bytes, timeout: Any = None) -> None:
        self.stream.write(buffer, left_of(timeout, self.ends))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: Any = None
    ) -> httpcore2.NetworkStream:
        left = left_of(timeout, self.ends)
        return TimelyStream(self.stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
