"""What a program sends twice is done once, however many send it at once."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from bihuan.base import clock
from bihuan.base.idempotency import forget_answers
from bihuan.base.models import JournalEntry, KeptAnswer
from bihuan.facts.tests.conftest import empty_database, own_database
from bihuan.inbox.actions import make_task
from bihuan.inbox.models import Task, TaskEvent
from bihuan.org import actions
from bihuan.org.models import Person
from tests.digest import digest_of_tables
from tests.make import make_person
from tests.matrix.figures import FIGURES

__all__ = ["empty_database", "own_database"]  # Fixtures, used by name.


@pytest.fixture
def lin(db: None) -> Person:
    return with_task(make_person("lin"))


def with_task(person: Person) -> Person:
    """Give somebody a task: each comment on it is an event of its own, whatever it says."""
    make_task(
        title="Call",
        body="",
        due_on=date(2099, 1, 1),
        checklist=(),
        owner=person,
        by=person,
        key=person.pk,
    )
    return person


def program_of(person: Person) -> Client:
    return with_token(token_of(person))


def token_of(person: Person) -> str:
    return actions.make_token(person=person, name="program", by=person)[1]


def with_token(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(client: Client, person: Person, key: str, text: str = "Called") -> tuple[int, str]:
    answer = post(client, person, key, text)
    return answer.status_code, answer.content.decode()


def post(client: Client, person: Person, key: str, text: str = "Called") -> Any:
    task = Task.objects.get(owner=person)
    answer: Any = client.post(
        f"/api/v1/inbox/tasks/{task.pk}/comments",
        json.dumps({"text": text}),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )
    return answer


def said() -> int:
    return TaskEvent.objects.filter(what="commented").count()


def told() -> int:
    return JournalEntry.objects.filter(verb="task.commented").count()


def test_what_is_sent_twice_is_done_once_and_answered_alike(lin: Person) -> None:
    client = program_of(lin)
    first, second = send(client, lin, "key-1"), send(client, lin, "key-1")
    assert first[0] == 200, first
    assert second == first
    assert (said(), told()) == (1, 1)
    assert send(client, lin, "key-2")[0] == 200
    assert (said(), told()) == (2, 2)


def test_an_answer_that_is_given_again_says_so(lin: Person) -> None:
    client = program_of(lin)
    answers = [post(client, lin, "k") for _ in range(2)]
    assert [answer.get("Idempotency-Replayed") for answer in answers] == [None, "true"]


@pytest.mark.parametrize("key", ["", "two words", "x" * 129, "键"])
def test_without_a_fit_key_nothing_is_done(lin: Person, key: str) -> None:
    client = program_of(lin)
    status, content = send(client, lin, key)
    assert (status, json.loads(content)["code"]) == (400, "base.idempotency_key_missing")
    assert (said(), told()) == (0, 0)


def test_the_same_key_with_another_body_is_refused(lin: Person) -> None:
    client = program_of(lin)
    send(client, lin, "key-1")
    before = digest_of_tables()
    status, content = send(client, lin, "key-1", "Something else")
    assert (status, json.loads(content)["code"]) == (422, "base.idempotency_key_reused")
    assert digest_of_tables() == before


def test_two_people_may_use_the_same_key(lin: Person) -> None:
    wang = with_task(make_person("wang"))
    statuses = [send(program_of(each), each, "key-1")[0] for each in (lin, wang)]
    assert statuses == [200, 200]


def test_what_was_refused_may_be_tried_again(lin: Person) -> None:
    client = program_of(lin)
    assert send(client, lin, "key-1", "")[0] == 422
    assert send(client, lin, "key-1")[0] == 200


def test_after_a_day_a_key_is_forgotten(lin: Person) -> None:
    client = program_of(lin)
    send(client, lin, "key-1")
    with clock.pretended(clock.now() + timedelta(hours=23)):
        assert forget_answers() == 0
        assert send(client, lin, "key-1")[0] == 200
    assert said() == 1
    with clock.pretended(clock.now() + timedelta(hours=25)):
        assert send(client, lin, "key-1", "Called again")[0] == 200
    assert said() == 2
    with clock.pretended(clock.now() + timedelta(hours=50)):
        assert forget_answers() == 1


def duplicates(keys: int, times: int) -> Iterator[str]:
    """Yield each key so many times, those of one key close to each other."""
    for number in range(keys):
        yield from [f"key-{number}"] * times


def storm(person: Person, keys: int, times: int, *, threads: int = 8) -> Counter[int]:
    """Send every key so many times from several threads; what is still at work is left."""
    secret = token_of(person)
    answers: dict[str, set[str]] = {}

    def one(key: str) -> int:
        try:
            status, content = send(with_token(secret), person, key, f"Comment {key}")
        finally:
            connections.close_all()
        if status == 200:
            answers.setdefault(key, set()).add(content)
        return status

    with ThreadPoolExecutor(threads) as pool:
        statuses = Counter(pool.map(one, duplicates(keys, times)))
    assert {len(each) for each in answers.values()} == {1}, "one key, one answer"
    assert len(answers) == keys
    return statuses


def test_many_at_once_have_one_effect_for_each_key(own_database: str) -> None:
    person = with_task(make_person("lin"))
    statuses = storm(person, keys=12, times=10)
    assert set(statuses) <= {200, 409}
    assert (said(), told()) == (12, 12)
    assert KeptAnswer.objects.count() == 12


@pytest.mark.slow
def test_a_thousand_keys_sent_twenty_times_have_a_thousand_effects(
    own_database: str, record_property: Callable[[str, object], None]
) -> None:
    keys = int(os.environ.get("BIHUAN_KEYS", 1000))
    person = with_task(make_person("lin"))
    statuses = storm(person, keys=keys, times=20)
    assert sum(statuses.values()) == keys * 20
    assert set(statuses) <= {200, 409}
    assert (said(), told()) == (keys, keys)
    figures = {"idempotent posts": keys * 20, "answered": statuses[200], "effects": said()}
    record_property(FIGURES, figures)
