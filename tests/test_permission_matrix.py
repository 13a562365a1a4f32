"""Every route, every role, every object: what the oracle forbids is neither done nor shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.matrix.oracle import Oracle
from tests.matrix.routes import METHODS, operations, plain, routes
from tests.matrix.rows import ROWS
from tests.matrix.walk import ACTORS, Walk
from tests.matrix.world import World, build_world

NOT_OURS = ("accounts/", "api/v1/openapi.json")
"""Doors that libraries open, in their own way."""
SHOWN = 12
"""How many faults of a route are told."""

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep one folder for all tests of this file: the replica is built once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIHUAN_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build both companies once, for all tests of this file; the database is emptied after."""
    with django_db_blocker.unblock():
        empty_database()
        yield build_world()
        empty_database()


def empty_database() -> None:
    call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)


@pytest.fixture(scope="module")
def clients(world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, Client]:
    """Sign every actor in once."""
    with django_db_blocker.unblock():
        return {actor.name: actor.client(world) for actor in ACTORS}


@pytest.fixture
def walk(world: World, clients: dict[str, Client]) -> Walk:
    return Walk(world, Oracle.of_database(world.today), clients)


@pytest.mark.parametrize("route", sorted({row.route for row in ROWS}))
def test_no_actor_gets_more_or_less_than_the_oracle_says(walk: Walk, route: str) -> None:
    found = list(walk.through([row for row in ROWS if row.route == route], ACTORS))
    assert not found, "\n".join(map(str, found[:SHOWN]))
    assert walk.requests > 0


def test_every_operation_of_the_api_is_in_the_matrix() -> None:
    known = {(plain(row.route), row.method) for row in ROWS}
    assert operations() - known == set()


def test_every_page_is_in_the_matrix_and_no_row_is_stale() -> None:
    assert {plain(row.route) for row in ROWS} == set(routes())


def test_a_page_takes_no_method_that_the_matrix_does_not_know(walk: Walk) -> None:
    """Whoever adds a deed to a page adds it here, or it answers 405."""
    known = {(plain(row.route), row.method) for row in ROWS}
    about = {plain(row.route): row for row in ROWS if not row.route.startswith(NOT_OURS)}
    admin = next(actor for actor in ACTORS if actor.name == "admin")
    found = [
        f"{method} {route}"
        for route, row in about.items()
        for method in METHODS
        if (route, method) not in known
        and walk.send(replace(row, method=method, body={}), admin, walk.path_of_visible(row))[
            0
        ].status_code
        not in (404, 405)
    ]
    assert not found
