"""The guarded client in the shape that others' code asks for: a session of ``requests``.

OpenID Connect (allauth) and OpenLineage's own client speak through ``requests``. With this
session they go where everything goes.
"""

from __future__ import annotations

from http.client import responses
from io import BytesIO
from typing import Any

import httpx2
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import Timeout
from requests.structures import CaseInsensitiveDict

from bihuan.base.outbound.client import Bounds, ask
from bihuan.base.outbound.guard import Allowed

MOST_BYTES = 1024 * 1024


class GuardedAdapter(HTTPAdapter):
    """Sends what a session prepared by the guarded client."""

    def __init__(self, also: Allowed, seconds: int) -> None:
        super().__init__()
        self.also, self.bounds = also, Bounds(seconds=seconds, bytes=MOST_BYTES)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        try:
            said = ask(
                request.method or "GET",
                request.url or "",
                bounds=self.bounds,
                also=self.also,
                headers=_plain(request),
                content=request.body,
            )
        except httpx2.TimeoutException as fault:
            raise Timeout(fault, request=request) from fault
        except httpx2.HTTPError as fault:
            raise NotConnected(fault, request=request) from fault
        answer = Response()
        answer.status_code, answer.reason = said.status, responses.get(said.status, "")
        answer.headers = CaseInsensitiveDict(said.headers)
        answer.url, answer.request = request.url or "", request
        answer.raw = BytesIO(said.body)
        answer.encoding = "utf-8"
        return answer


def _plain(request: PreparedRequest) -> dict[str, str]:
    """Return the headers of a request that asks for nothing packed."""
    given = {str(name): str(value) for name, value in request.headers.items()}
    return {**given, "Accept-Encoding": "identity"}


def guarded_session(*, also: Allowed | None = None, seconds: int = 15) -> Session:
    """Return a session that follows no redirect and reaches only what may be reached."""
    session = Session()
    session.trust_env, session.max_redirects = False, 0
    adapter = GuardedAdapter(also or Allowed(), seconds)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
