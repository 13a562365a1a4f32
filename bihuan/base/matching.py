"""Editing by programs: nothing is written over that the program has not read.

What two people may edit has a version. Its ``GET`` says it as ``ETag``, and whoever edits sends
it back as ``If-Match``:

- no ``If-Match``: 428
- another version stands there by now: 412, and nothing is done
- ``If-Match: *`` writes over whatever is there, knowingly

An operation declares both sides below its route (``@tagged``, ``@matched``) by one ``Edited``:
which row its action locks, and what is not to be lost. The version is asked while that row is
held, in the transaction of the deed. So of two who read the same, one is refused, however close
they come. The answer to an edit has no ``ETag``: as HTTP has it (RFC 9110, 9.3.4), that would say
that what was sent is what is kept, letter by letter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.base.meanwhile import hold, stamp
from bihuan.base.operations import F, Run, whole, wrapped
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop

HEADER = "If-Match"
ANY = "*"
TAG = "_etag"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "schema": {"type": "string", "pattern": '^([*]|"[!-~]{1,64}")$'},
    "description": "The ETag of what was read; * writes over whatever is there.",
}


class MatchMissing(Invalid):
    status = 428
    code = "base.if_match_missing"
    says = gettext_noop(
        "Send a header If-Match with the ETag of what you read, so that nobody's change is lost."
    )


class Stale(Conflict):
    status = 412
    code = "base.stale"
    says = gettext_noop(
        "Somebody changed this since you read it. Read it again, and send your change with "
        "its ETag."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Something that two may edit. Both are given the request and what they name of its path."""

    held: Callable[..., models.Model]
    """Returns the row that the action locks first; refuses as the operation would."""
    shown: Callable[..., object]
    """Reads what is not to be lost, and refuses whom its ``GET`` refuses."""

    def tag(self, request: HttpRequest, given: dict[str, Any]) -> str:
        return stamp(_asked(self.shown, request, given))

    def check(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Hold the resource until the transaction ends, and refuse who has not read it."""
        wanted = request.headers.get(HEADER, "").strip()
        if not wanted:
            raise MatchMissing()
        hold(_asked(self.held, request, given))
        if wanted != ANY and self.tag(request, given) not in _tags(wanted):
            raise Stale()


def tagged(edited: Edited) -> Callable[[F], F]:
    """Make the ``GET`` of a resource say its version; stands below its route."""

    def around(view: F) -> F:
        @wraps(view)
        def told(request: HttpRequest, *args: object, **given: Any) -> object:
            # Before it is read: who gets an old version with new content is refused, not lost.
            setattr(request, TAG, edited.tag(request, given))
            return view(request, *args, **given)

        return wrapped(view, told, _telling)

    return around


def matched(edited: Edited) -> Callable[[F], F]:
    """Make an edit ask for the version that was read; stands below its route."""

    def around(view: F) -> F:
        @wraps(view)
        def checked(request: HttpRequest, *args: object, **given: Any) -> object:
            edited.check(request, given)
            return view(request, *args, **given)

        return wrapped(view, checked, whole(), header=PARAMETER)

    return around


def _telling(run: Run) -> Run:
    @wraps(run)
    def told(request: HttpRequest, **given: Any) -> HttpResponseBase:
        answer = run(request, **given)
        tag: str | None = getattr(request, TAG, None)
        if tag is not None and answer.status_code < 300:
            answer["ETag"] = f'"{tag}"'
        return answer

    return told


def _asked(of: Callable[..., Any], request: HttpRequest, given: dict[str, Any]) -> Any:
    names = signature(of).parameters
    return of(request, **{name: value for name, value in given.items() if name in names})


def _tags(header: str) -> set[str]:
    """Return the versions a program names; what zipped the answer marks it as weak (``W/``)."""
    return {each.strip().removeprefix("W/").strip('"') for each in header.split(",")}
