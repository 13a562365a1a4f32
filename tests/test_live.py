"""An open page hears at once of what is committed, misses nothing, and starves nobody."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import Settings

from bihuan.facts.tests.conftest import empty_database, own_database
from bihuan.inbox import actions
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.views import living
from bihuan.org.models import Person
from tests.make import make_admin, make_login, make_person

__all__ = ["empty_database", "own_database"]


@pytest.fixture
def rep(own_database: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Person:
    settings.LIVE_STREAMS = 2
    monkeypatch.setattr(living, "_PLACES", threading.BoundedSemaphore(2))
    monkeypatch.setattr(living, "BEAT_SECONDS", 1)
    return make_person("rep")


def tell(person: Person, number: int) -> None:
    draft = NoticeDraft(
        kind="trial", about=About("trial.thing", number), sentence=plain(f"n{number}"), link="/"
    )
    actions.notify(draft=draft, people=[person.pk], by=make_admin())


def opened(person: Person, query: str = "", **headers: str) -> StreamingHttpResponse:
    client = Client(headers=headers)
    client.force_login(make_login(person))
    answer = client.get(f"/inbox/live/{query}")
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Content-Type"] == "text/event-stream"
    return answer


def heard(chunk: bytes) -> list[tuple[str, dict[str, Any], str]]:
    """Return the events of a piece of a stream: name, data and number."""
    found = []
    for block in chunk.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"]), fields.get("id", "")))
    return found


def next_heard(stream: Iterator[bytes]) -> list[tuple[str, dict[str, Any], str]]:
    """Wait for the next piece that says something."""
    for chunk in stream:
        if events := heard(chunk):
            return events
    raise AssertionError("the stream ended without a word")


def test_a_page_hears_of_what_is_committed_and_of_nothing_else(rep: Person) -> None:
    mate = make_person("mate")
    answer = opened(rep, "?last=0")
    stream = iter(answer)
    [(name, data, _)] = next_heard(stream)
    assert name == "bell"
    assert "bell-count" not in data["html"]

    def happen() -> None:
        with transaction.atomic():
            tell(rep, 1)
            transaction.set_rollback(True)
        tell(mate, 2)
        tell(rep, 3)
        connections.close_all()

    teller = threading.Thread(target=happen)
    teller.start()
    news, bell = next_heard(stream)
    teller.join()
    assert (news[0], news[1]["text"]) == ("news", "n3")
    assert "bell-count" in bell[1]["html"]
    answer.close()


def test_what_was_missed_is_made_up_for_after_coming_back(rep: Person) -> None:
    tell(rep, 1)
    first = opened(rep)
    [(_, _, number)] = next_heard(iter(first))
    first.close()
    tell(rep, 2)
    tell(rep, 3)
    again = opened(rep, **{"Last-Event-ID": number})
    told = [data["text"] for name, data, _ in next_heard(iter(again)) if name == "news"]
    again.close()
    assert told[-2:] == ["n2", "n3"]


def test_who_finds_no_place_is_answered_at_once_and_comes_back_later(rep: Person) -> None:
    held = [opened(rep), opened(rep)]
    for each in held:
        assert next(iter(each)).startswith(b"retry: 1000\n")
    turned_away = opened(rep)
    whole = b"".join(iter(turned_away))
    assert whole.startswith(b"retry: 30000\n")
    assert [name for name, _, _ in heard(whole)] == ["bell"]
    turned_away.close()
    held[0].close()
    free = opened(rep)
    assert next(iter(free)).startswith(b"retry: 1000\n")
    for each in (free, held[1]):
        each.close()


def test_a_stream_that_was_never_begun_gives_its_place_back(rep: Person) -> None:
    for _ in range(5):
        opened(rep).close()
    answer = opened(rep)
    assert next(iter(answer)).startswith(b"retry: 1000\n")
    answer.close()


def test_a_stream_ends_by_itself(rep: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "LASTS_SECONDS", 2)
    answer = opened(rep)
    chunks = list(iter(answer))
    answer.close()
    assert len(heard(chunks[0])) == 1
    assert chunks[1:]
    assert set(chunks[1:]) == {living.BEAT}
