"""Every route, every role, every object: what the oracle forbids is neither done nor shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from pytest_django import DjangoDbBlocker

from bihuan.base import clock, journal
from bihuan.customers import access as customers_access
from bihuan.facts import access as facts_access
from bihuan.facts.models import FactQuerySet, Member, Source
from bihuan.goals import access as goals_access
from bihuan.goals.models import MarketEvent, QuotaQuerySet
from bihuan.inbox import access as inbox_access
from bihuan.inbox.models import Addressee, NoticeQuerySet, ProposalQuerySet, TaskQuerySet
from bihuan.inbox.queries import bell
from bihuan.integrations import access as imports_access
from bihuan.integrations.models import Import
from bihuan.metrics.models import CardCopyQuerySet
from bihuan.org import access
from bihuan.org.domain.scope import Scope
from bihuan.org.models import ApiToken, Assignment, Person, Unit
from bihuan.playbooks import access as playbooks_access
from bihuan.playbooks.models import HandedOutQuerySet, Play
from bihuan.web.context import tenants_open_to
from tests.digest import digest_of_tables
from tests.matrix.oracle import Oracle
from tests.matrix.recall import Recall
from tests.matrix.routes import METHODS, operations, plain, routes
from tests.matrix.rows import ROWS
from tests.matrix.walk import ACTORS, REFERENCE, Row, Walk, path_of
from tests.matrix.world import World, build_world
from tests.matrix.world_advice import write_weekly
from tests.matrix.world_alerts import fill_alerts
from tests.matrix.world_contacts import meet_contacts
from tests.matrix.world_inbox import fill_inboxes
from tests.matrix.world_market import report_events
from tests.matrix.world_plays import fill_playbooks
from tests.matrix.world_rules import write_rules
from tests.matrix.world_talk import hold_conversations
from tests.matrix.world_tasks import give_tasks

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
        built = build_world()
        fill_inboxes(built)
        report_events(built)
        give_tasks(built)
        hold_conversations(built)
        meet_contacts(built)
        fill_playbooks(built)
        write_weekly(built)
        fill_alerts(built)
        write_rules(built)
        built.now = clock.now()
        yield built
        empty_database()


def empty_database() -> None:
    call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)


@pytest.fixture(scope="module")
def clients(world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, Client]:
    """Sign every actor in once."""
    with django_db_blocker.unblock():
        return {actor.name: actor.client(world) for actor in ACTORS}


@pytest.fixture(scope="module")
def before(world: World, django_db_blocker: DjangoDbBlocker) -> tuple[Oracle, dict[str, str]]:
    """Read all tables once, as they stand before each test."""
    with django_db_blocker.unblock():
        return Oracle.of_database(world.today), digest_of_tables()


@pytest.fixture(scope="module")
def recall() -> Recall:
    return Recall()


@pytest.fixture
def walk(
    world: World,
    clients: dict[str, Client],
    before: tuple[Oracle, dict[str, str]],
    recall: Recall,
) -> Iterator[Walk]:
    """Stand before the world at the instant it was made: who asks again is answered alike.

    What the frame of every page counts for somebody is counted once in a test.
    """
    with clock.pretended(world.now), recall.at_work(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("bihuan.web.context.bell", cache(bell))
        patch.setattr("bihuan.web.context.tenants_open_to", cache(tenants_open_to))
        yield Walk(world, before[0], clients, recall, before[1])


@pytest.mark.parametrize("route", sorted({row.route for row in ROWS}))
def test_no_actor_gets_more_or_less_than_the_oracle_says(walk: Walk, route: str) -> None:
    found = list(walk.through([row for row in ROWS if row.route == route], ACTORS))
    assert not found, "\n".join(map(str, found[:SHOWN]))
    assert walk.requests > 0


def test_a_deed_that_leaves_no_entry_is_found(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix that sees no silent deed proves nothing unless it sees this one."""
    monkeypatch.setattr(journal, "record", lambda *args, **told: None)
    rows = [row for row in ROWS if (row.route, row.method) == ("org/units/add/", "POST")]
    admin = [actor for actor in ACTORS if actor.name == "admin"]
    faults = [found.fault for found in walk.through(rows, admin)]
    assert faults == ["changes ['org_tenant', 'org_unit'] without an entry in the journal"]


def test_every_operation_of_the_api_is_in_the_matrix() -> None:
    known = {(plain(row.route), row.method) for row in ROWS}
    assert operations() - known == set()


def test_every_page_is_in_the_matrix_and_no_row_is_stale() -> None:
    assert {plain(row.route) for row in ROWS} == set(routes())


@pytest.mark.parametrize("method", METHODS)
def test_a_page_takes_no_method_that_the_matrix_does_not_know(walk: Walk, method: str) -> None:
    """Whoever adds a deed to a page adds it here, or it answers 405."""
    known = {(plain(row.route), row.method) for row in ROWS}
    about = {plain(row.route): row for row in ROWS if not row.route.startswith(NOT_OURS)}
    admin = next(actor for actor in ACTORS if actor.name == "admin")
    found = [
        f"{method} {route}"
        for route, row in about.items()
        if (route, method) not in known
        and walk.send(replace(row, method=method, body={}), admin, walk.path_of_visible(row))[
            0
        ].status_code
        not in (404, 405)
    ]
    assert not found


FOREIGN = {
    "customer": "their rep",
    "unit": "their team",
    "team": "their team",
    "person": "their rep",
    "colleague": "their rep",
    "led": "their rep",
    "tenant": "other",
    "cycle": "theirs",
    "profile": "theirs",
}


def swapped() -> Iterator[Row]:
    """Return every row that names something in its body, with a foreign or absent id instead."""
    for row in ROWS:
        for name, value in (row.body or {}).items():
            found = REFERENCE.fullmatch(str(value))
            if found and row.method != "GET":
                for other in (FOREIGN[found[1]], "absent"):
                    body = {**(row.body or {}), name: f"{{{found[1]}:{other}}}"}
                    yield replace(row, body=body, tried=row.tried[:1])


@pytest.mark.parametrize("name", ["admin", "manager"])
def test_a_foreign_id_in_a_body_is_refused_and_changes_nothing(walk: Walk, name: str) -> None:
    actor = next(actor for actor in ACTORS if actor.name == name)
    found, tried = [], 0
    for row in swapped():
        path = walk.path_of_visible(row) if not row.tried else path_of(row, first(walk, row))
        answer, changed = walk.send(row, actor, path)
        tried += 1
        if answer.status_code not in (403, 404, 422) or changed:
            found.append(f"{row.method} {path} {row.body}: {answer.status_code}")
    assert not found
    assert tried > 20


def first(walk: Walk, row: Row) -> dict[str, int]:
    return next(walk.objects_of(row))


def everything(model: type[Model]) -> Callable[..., object]:
    """Return a visibility function that hides nothing."""
    return lambda *_: model._default_manager.all()


def yes(*_: object) -> bool:
    return True


def any_token(pk: int, _: Person) -> ApiToken | None:
    return ApiToken.objects.filter(pk=pk).first()


MUTATIONS: dict[str, tuple[object, str, Callable[..., object], str]] = {
    "units": (access, "units_visible_to", everything(Unit), "org/"),
    "units looked into": (access, "units_covered_by", everything(Unit), "org/people/"),
    "people": (access, "people_visible_to", everything(Person), "org/people/"),
    "seats": (access, "seats_visible_to", everything(Assignment), "org/people/<int:person_id>/"),
    "facts": (FactQuerySet, "visible_to", lambda facts, _: facts.all(), "facts/"),
    "customers": (customers_access, "accounts_visible_to", everything(Member), "customers/"),
    "sources": (facts_access, "sources_visible_to", everything(Source), "facts/"),
    "targets": (QuotaQuerySet, "visible_to", lambda found, _: found.all(), "goals/targets/"),
    "imports": (imports_access, "imports_visible_to", everything(Import), "api/v1/imports"),
    "cards": (
        CardCopyQuerySet,
        "visible_to",
        lambda copies, _: copies.all(),
        "api/v1/metrics/cards",
    ),
    "notices": (NoticeQuerySet, "visible_to", lambda found, _: found.all(), "inbox/notices/"),
    "tasks": (TaskQuerySet, "visible_to", lambda found, _: found.all(), "api/v1/inbox/tasks"),
    "plays": (
        playbooks_access,
        "plays_visible_to",
        everything(Play),
        "playbooks/plays/<int:play_id>/",
    ),
    "packs": (HandedOutQuerySet, "visible_to", lambda found, _: found.all(), "playbooks/packs/"),
    "proposals": (ProposalQuerySet, "visible_to", lambda found, _: found.all(), "inbox/proposals/"),
    "answers": (
        inbox_access,
        "addressees_visible_to",
        lambda _, proposal: Addressee.objects.filter(proposal=proposal),
        "inbox/proposals/<int:proposal_id>/",
    ),
    "market events": (
        goals_access,
        "events_visible_to",
        lambda _: MarketEvent.objects.all(),
        "goals/market/<int:event_id>/",
    ),
    "figures": (Scope, "covers_figures", yes, "goals/heatmap/units/<int:unit_id>/"),
    "one's role": (access, "require_role", yes, "org/people/<int:person_id>/leave/"),
    "the tenant": (access, "require_admin_of", yes, "api/v1/org/people"),
    "whose token": (access, "token_seen", any_token, "org/tokens/<int:token_id>/revoke/"),
}


@pytest.mark.parametrize("what", MUTATIONS)
def test_the_matrix_turns_red_when_a_wall_falls(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A matrix that finds nothing proves nothing unless it finds this."""
    owner, name, fallen, route = MUTATIONS[what]
    original = getattr(owner, name)
    monkeypatch.setattr(owner, name, fallen)
    for module in [each for key, each in sys.modules.items() if key.startswith("bihuan.")]:
        if getattr(module, name, None) is original:
            monkeypatch.setattr(module, name, fallen)
    found = walk.through([row for row in ROWS if row.route == route], ACTORS)
    assert next(found, None) is not None
