"""Attempts: refusals that may be somebody trying, told apart from the mistakes of every day.

Each is a line of its own logger, ``bihuan.attempts``, with what was tried, the code of the refusal,
which kind of page it was and the number of whoever is signed in; never what was typed:

- ``bad request``: it is none that a browser or a program of ours makes
- ``not known``: a token or a session that opens nothing
- ``forbidden``: something that others may do, or a message nobody signed
- ``form from elsewhere``: a form of ours that no page of ours sent
- ``not there for them``: something that does not exist, or belongs to others
- ``in clear``: a program that sent its token over a line anybody may read
- ``too often``: more than somebody may ask, or guess

One such line is a slip; many by one person, or from many, are for whoever watches the log.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar

from django.http import HttpRequest

logger = logging.getLogger("bihuan.attempts")

BY_STATUS = {
    400: "bad request",
    401: "not known",
    403: "forbidden",
    404: "not there for them",
    429: "too often",
}
BY_CODE = {"csrf": "form from elsewhere", "base.not_encrypted": "in clear"}
CODE: ContextVar[str] = ContextVar("refusal_code", default="")


def remember(code: str) -> None:
    """Keep with the request that is being answered why it is refused."""
    CODE.set(code)


def forget() -> None:
    """Begin a request of which nothing is refused yet."""
    CODE.set("")


def note_attempt(request: HttpRequest, status: int) -> None:
    """Write a line if an answer refused what looks like an attempt."""
    code, found = CODE.get(), request.resolver_match
    what = BY_CODE.get(code) or BY_STATUS.get(status)
    is_scan = status == 404 and found is None  # An address that leads nowhere refuses nothing.
    if what is None or status < 400 or is_scan:
        return
    person = getattr(request, "person", None)
    extra = {
        "method": request.method,
        "route": found.route if found else "",
        "status": status,
        "code": code,
    }
    logger.info(what, extra=extra if person is None else {**extra, "person": person.pk})
