"""What open pages hear at once: the bell, and what is new, by server-sent events.

A stream holds a thread of the server, so it lasts some seconds only and there are
few at a time; the browser opens it again by itself and says what it heard last, so
nothing is missed. Who finds no free place is answered at once and comes back in half
a minute. Without scripts the bell is as new as the page.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator
from threading import BoundedSemaphore

import psycopg
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from bihuan.base import clock
from bihuan.base.ending import is_ending
from bihuan.inbox import queries
from bihuan.inbox.actions.delivering import LIVE
from bihuan.org.access import PersonRequest, may_still_listen, signed_in
from bihuan.org.models import Person

LASTS_SECONDS = 24
BEAT_SECONDS = 2
BEAT = b":\n\n"
"""A line without meaning: it holds the way open, and fails where nobody listens any more."""
SOON, LATER = 1_000, 30_000
"""After how many milliseconds the browser comes back: after a stream, or without one."""
NUMBER_LENGTH = 18

_PLACES = BoundedSemaphore(max(1, settings.LIVE_STREAMS))


@require_safe
@signed_in
def live(request: PersonRequest) -> StreamingHttpResponse:
    """Send what is new, and go on for a while where there is a place for it."""
    may_last = settings.LIVE_STREAMS > 0 and request.GET.get("once") is None
    events = Events(
        person=request.person,
        session=request.session.session_key,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        last=_last(request),
        has_place=may_last and request.method == "GET" and _PLACES.acquire(blocking=False),
    )
    answer = StreamingHttpResponse(events, content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["Content-Encoding"] = "identity"  # What is packed is not sent until it is full.
    answer["X-Accel-Buffering"] = "no"
    return answer


def _last(request: HttpRequest) -> int | None:
    """Return the number a page heard last; nothing where it has just been opened."""
    said = request.headers.get("Last-Event-ID") or request.GET.get("last", "")
    return int(said) if said.isdecimal() and len(said) <= NUMBER_LENGTH else None


class Events:
    """The events of one stream; gives its place back when it ends, also before it began."""

    def __init__(
        self,
        *,
        person: Person,
        session: str | None,
        language: str,
        last: int | None,
        has_place: bool,
    ) -> None:
        self.person, self.language, self.has_place = person, language, has_place
        self.session = session
        self.last = last
        self.stream = self._events()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self.stream)

    def close(self) -> None:
        self.stream.close()
        if self.has_place:
            self.has_place = False
            _PLACES.release()

    def _events(self) -> Generator[bytes]:
        if not self.has_place:
            yield f"retry: {LATER}\n\n".encode() + self._news()
            return
        # Listens first and looks then: what comes in between is heard twice, not missed.
        with _listening() as ear:
            yield f"retry: {SOON}\n\n".encode() + self._news()
            ends = time.monotonic() + LASTS_SECONDS
            while time.monotonic() < ends and not is_ending():
                is_called = _is_called(ear, self.person.pk)
                if not may_still_listen(self.person, self.session):
                    return
                # A page that was left is only noticed by writing to it.
                yield self._news() if is_called else BEAT

    def _news(self) -> bytes:
        """Return the bell as it is now, and what came in since the page last heard."""
        since = self.last
        self.last = max(since or 0, queries.newest(self.person))
        with translation.override(self.language):
            news = [] if since is None else queries.news_since(self.person, since, clock.now())
            waits = queries.bell(self.person, clock.now())
            bell = render_to_string("inbox/_bell.html", {"bell": waits})
        events = [
            _event("news", {"id": each.id, "text": each.text, "link": each.link}) for each in news
        ]
        return "".join([*events, _event("bell", {"html": bell.strip()}, self.last)]).encode()


def _event(name: str, data: dict[str, object], number: int | None = None) -> str:
    line = f"id: {number}\n" if number is not None else ""
    return f"{line}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _listening() -> psycopg.Connection[tuple[object, ...]]:
    """Return a connection of its own that hears when somebody has news."""
    ear: psycopg.Connection[tuple[object, ...]] = connection.get_new_connection(
        connection.get_connection_params()
    )
    ear.autocommit = True
    ear.execute(f"LISTEN {LIVE}")
    return ear


def _is_called(ear: psycopg.Connection[tuple[object, ...]], person_id: int) -> bool:
    """Wait a moment until a person is called."""
    calls = ear.notifies(timeout=BEAT_SECONDS)
    return any(str(person_id) in call.payload.split(",") for call in calls)
