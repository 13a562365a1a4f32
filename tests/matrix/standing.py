"""Fixtures: both companies built once for a test file, and somebody who knocks at their doors.

A test file that wants them imports them by name.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from bihuan.base import clock
from bihuan.inbox.queries import bell
from bihuan.web.context import tenants_open_to
from tests.digest import digest_of_tables
from tests.matrix.oracle import Oracle
from tests.matrix.places import Places
from tests.matrix.positions import Sight, Tally
from tests.matrix.recall import Recall
from tests.matrix.rows_visibility import OPENED
from tests.matrix.walk import ACTORS, Walk
from tests.matrix.world import World, build_world
from tests.matrix.world_advice import write_weekly
from tests.matrix.world_alerts import fill_alerts
from tests.matrix.world_contacts import meet_contacts
from tests.matrix.world_edges import set_up_webhooks
from tests.matrix.world_inbox import fill_inboxes
from tests.matrix.world_journal import pick_entries
from tests.matrix.world_market import report_events
from tests.matrix.world_placed import fill_places
from tests.matrix.world_plays import fill_playbooks
from tests.matrix.world_privacy import (
    ask_to_erase,
    hand_out_copies,
    keep_own_data,
    note_consents,
    take_everything,
)
from tests.matrix.world_rules import write_rules
from tests.matrix.world_signin import set_up_sign_in
from tests.matrix.world_talk import hold_conversations
from tests.matrix.world_tasks import give_tasks
from tests.matrix.world_visibility import open_to_others
from tests.sweeping import leave_what_is_there

FILLED_BY = (
    fill_inboxes,
    report_events,
    give_tasks,
    hold_conversations,
    meet_contacts,
    keep_own_data,
    ask_to_erase,
    fill_playbooks,
    write_weekly,
    fill_alerts,
    write_rules,
    open_to_others,
    set_up_webhooks,
    set_up_sign_in,
    note_consents,
    hand_out_copies,
    fill_places,
    take_everything,
    pick_entries,
)
"""What each part of the product puts into the companies, in this order."""


@pytest.fixture(scope="module", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep one folder for all tests of a file: the replica is built once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIHUAN_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build both companies once, for all tests of a file; the database is emptied after."""
    with django_db_blocker.unblock():
        empty_database()
        built = build_world()
        for fill in FILLED_BY:
            fill(built)
        built.now = clock.now()
        with _less_to_sweep():
            yield built
        empty_database()


@contextmanager
def _less_to_sweep() -> Iterator[None]:
    """Keep the collector of garbage from going over everything that was built, each time."""
    leave_what_is_there()
    yield
    gc.unfreeze()
    leave_what_is_there()


def empty_database() -> None:
    call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)


@pytest.fixture(scope="module")
def clients(world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, Client]:
    """Sign every actor in once."""
    with django_db_blocker.unblock():
        return {actor.name: actor.client(world) for actor in (*ACTORS, *OPENED)}


Before = tuple[Sight, dict[str, str]]
"""Where everything lies, and the digests of all tables, before anybody knocks."""


@pytest.fixture(scope="module")
def before(world: World, django_db_blocker: DjangoDbBlocker) -> Before:
    """Read all tables once, as they stand before each test, and work out where each row lies."""
    with django_db_blocker.unblock():
        return Sight(world, Places(Oracle.of_database(world.today))), digest_of_tables()


@pytest.fixture(scope="module")
def recall() -> Recall:
    return Recall()


@pytest.fixture
def walk(
    world: World,
    clients: dict[str, Client],
    before: Before,
    recall: Recall,
) -> Iterator[Walk]:
    """Stand before the world at the instant it was made: who asks again is answered alike.

    What the frame of every page counts for somebody is counted once in a test. The second wall
    would hide what the first one lets through, so it is down; ``MATRIX_WALL=auto`` puts it up.
    """
    sight, untouched = before
    with clock.pretended(world.now), recall.at_work(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "TENANT_WALL", os.environ.get("MATRIX_WALL", "off"))
        patch.setattr("bihuan.web.context.bell", cache(bell))
        patch.setattr("bihuan.web.context.tenants_open_to", cache(tenants_open_to))
        yield Walk(world, sight.places.rows, clients, recall, untouched, Tally(sight))
