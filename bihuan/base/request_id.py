"""The number of a request: in the answer, on error pages and in every line of the log.

Whoever reports a fault names it, and whoever reads the log finds what happened. A proxy of ours may
give the number (``BEHIND_PROXY``); from anybody else it is not taken.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from time import monotonic_ns
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bihuan.base.acting import Door, through
from bihuan.base.attempts import forget, note_attempt
from bihuan.base.counting import count_request

HEADER = "X-Request-ID"
API = "/api/"
FINE = re.compile(r"[A-Za-z0-9._-]{8,64}")
CURRENT: ContextVar[str] = ContextVar("request_id", default="")

logger = logging.getLogger("bihuan.requests")


def request_id() -> str:
    """Return the number of the request that is being answered, or nothing outside of one."""
    return CURRENT.get()


class RequestIdMiddleware:
    """Gives each request its number, counts it, and writes one line about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = _given(request) or uuid4().hex
        token = CURRENT.set(number)
        forget()
        began = monotonic_ns()
        door = Door.API if request.path_info.startswith(API) else Door.PAGE
        try:
            with through(door, number=number):
                response = self.get_response(request)
            milliseconds = (monotonic_ns() - began) // 1_000_000
            response[HEADER] = number
            count_request(status=response.status_code, milliseconds=milliseconds)
            _note(request, response, milliseconds)
            note_attempt(request, response.status_code)
        finally:
            CURRENT.reset(token)
        return response


def _given(request: HttpRequest) -> str:
    said = request.headers.get(HEADER, "")
    return said if settings.BEHIND_PROXY and FINE.fullmatch(said) else ""


def _note(request: HttpRequest, response: HttpResponse, milliseconds: int) -> None:
    """Write which kind of page it was, never which words were in its address."""
    found = request.resolver_match
    logger.info(
        "answered",
        extra={
            "method": request.method,
            "route": found.route if found else "",
            "status": response.status_code,
            "milliseconds": milliseconds,
        },
    )
