"""Asking another machine: bounded in time and size, following nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import Any

import httpcore2
import httpx2

from bihuan.base.outbound.deadline import over_in
from bihuan.base.outbound.guard import (
    AddressRefused,
    Allowed,
    GuardedNetwork,
    allowed_by_settings,
    require_fit,
)

CONNECT_SECONDS = 5
CONNECTIONS = 20


class AnswerTooLarge(httpx2.TransportError):
    """An answer that is longer than it may be; what follows is not read."""


class AnswerTooSlow(httpx2.ReadTimeout):
    """An answer that is not all there when its time is over, however much of it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How long an answer may take in all, and how many bytes of it are read."""

    seconds: int = 15
    bytes: int = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, read whole and unpacked by nobody."""

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def is_success(self) -> bool:
        return httpx2.codes.is_success(self.status)


def ask(
    method: str,
    url: str,
    *,
    bounds: Bounds,
    also: Allowed | None = None,
    headers: Mapping[str, str] | None = None,
    **content: Any,
) -> Answer:
    """Return what another machine answers; a redirect is an answer and is not followed.

    ``also`` allows more than the settings do; ``content`` is what httpx takes: ``json``,
    ``content``, ``data``, ``files``, ``params``. Raises ``AddressRefused`` where it must not
    be asked, and ``httpx2.HTTPError`` where it does not answer as it should.
    """
    allowed = allowed_by_settings() | (also or Allowed())
    require_fit(url, allowed)
    limit = httpx2.Timeout(bounds.seconds, connect=min(CONNECT_SECONDS, bounds.seconds))
    # What is packed could unpack to more than fits here.
    sent = {"Accept-Encoding": "identity", **(headers or {})}
    try:
        asked = _client(allowed).stream(method, url, headers=sent, timeout=limit, **content)
        with over_in(bounds.seconds), asked as response:
            body = _read(response, bounds.bytes)
    except (httpx2.InvalidURL, UnicodeError) as fault:
        raise AddressRefused(host=url[:200]) from fault
    except httpx2.ReadTimeout as fault:
        raise AnswerTooSlow("the answer took too long") from fault
    return Answer(status=response.status_code, headers=response.headers, body=body)


def _read(response: httpx2.Response, most: int) -> bytes:
    read = bytearray()
    for piece in response.iter_raw():
        read += piece
        if len(read) > most:
            raise AnswerTooLarge("the answer is too large")
    return bytes(read)


@cache
def _certificates() -> SSLContext:
    """Return what answers are checked against: reading it costs more than a request.

    ``SSL_CERT_FILE`` adds what a company signs for itself.
    """
    return httpx2.create_ssl_context()


class GuardedTransport(httpx2.HTTPTransport):
    """A transport whose pool reaches nothing but what the guard lets it reach."""

    def __init__(self, allowed: Allowed) -> None:
        super().__init__(verify=_certificates(), trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_certificates(),
            max_connections=CONNECTIONS,
            max_keepalive_connections=0,  # Each request looks anew where it is led.
            network_backend=GuardedNetwork(allowed),
        )


@cache
def _client(allowed: Allowed) -> httpx2.Client:
    """Return what all requests of this process share; a proxy of the environment reads nothing."""
    return httpx2.Client(
        transport=GuardedTransport(allowed), follow_redirects=False, trust_env=False
    )
