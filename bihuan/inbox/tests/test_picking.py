"""Choosing one among many people: found by typing, with scripts and without."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.base.picking import FEW, SHOWN
from bihuan.inbox.models import Task
from bihuan.inbox.tests.world import World
from bihuan.org.models import Person
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db

NEW = "/inbox/tasks/new/"
OPTION = re.compile(r'<option value="(\d+)"')
SELECT = re.compile(r'<select name="owner".*?</select>', re.DOTALL)


@pytest.fixture
def world() -> World:
    return World()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def crowd(world: World, count: int) -> list[Person]:
    """Let so many more people work in the company."""
    unit = world.units["east"]
    return [make_person(f"员工{number:04}", unit=unit) for number in range(count)]


def offered(page: str) -> list[int]:
    found = SELECT.search(page)
    assert found is not None
    return [int(number) for number in OPTION.findall(found[0])]


def test_a_few_people_are_simply_listed(world: World) -> None:
    page = signed_in(world.admin).get(NEW).content.decode()
    assert 'name="owner-q"' not in page
    assert world.east.pk in offered(page)


def test_among_many_one_is_found_by_name_initials_pinyin_or_code(world: World) -> None:
    crowd(world, FEW + 5)
    wanted = make_person("单雨桐", unit=world.units["east"])
    client = signed_in(world.admin)
    page = client.get(NEW).content.decode()
    assert 'name="owner-q"' in page
    assert len(offered(page)) <= SHOWN + 1
    assert world.admin.pk in offered(page), "who is chosen already stays in the list"
    for typed in ("雨桐", "shanyu", "syt", wanted.code):
        given = {"find": "owner", "owner-q": typed, "owner": str(world.admin.pk), "title": "补访"}
        answer = client.post(NEW, given)
        text = answer.content.decode()
        assert (answer.status_code, offered(text)) == (200, [world.admin.pk, wanted.pk]), typed
        assert 'value="补访"' in text
        assert "errors" not in text
    nobody = client.post(NEW, {"find": "owner", "owner-q": "查无此人"}).content.decode()
    assert "没有找到" in nobody
    assert Task.objects.count() == 0


def test_who_was_not_on_the_list_can_be_chosen_and_who_may_not_be_given_cannot(
    world: World,
) -> None:
    last = crowd(world, FEW + 5)[-1]
    client = signed_in(world.admin)
    key = re.search(r'name="key" value="(\d+)"', client.get(NEW).content.decode())
    assert key is not None
    given = {"title": "补访", "due_on": "2099-01-01", "key": key[1], "owner": str(last.pk)}
    assert client.post(NEW, given).status_code == 302
    assert Task.objects.get().owner == last
    refused = signed_in(world.east).post(NEW, {**given, "owner": str(world.admin.pk)})
    assert refused.status_code == 422
    sneaky = {"find": "owner", "owner": str(world.admin.pk), "owner-q": world.admin.name}
    page = signed_in(world.west).post(NEW, sneaky).content.decode()
    assert world.admin.pk not in offered(page)


def test_as_many_questions_are_asked_for_a_hundred_as_for_forty(world: World) -> None:
    client = signed_in(world.admin)
    counts = []
    for more in (FEW + 10, 60):
        crowd(world, 0)
        for number in range(more):
            make_person(f"同事{more}-{number}", unit=world.units["east"])
        client.get(NEW)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.post(NEW, {"find": "owner", "owner-q": "tongshi"})
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
