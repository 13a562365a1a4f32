"""Every route, every role, every object: what the oracle forbids is neither done nor shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.db.models import Model

from bihuan.base import journal
from bihuan.customers import access as customers_access
from bihuan.facts import access as facts_access
from bihuan.facts.models import FactQuerySet, Member, Source
from bihuan.goals import access as goals_access
from bihuan.goals.models import MarketEvent, QuotaQuerySet
from bihuan.inbox import access as inbox_access
from bihuan.inbox.models import Addressee, NoticeQuerySet, ProposalQuerySet, TaskQuerySet
from bihuan.integrations import access as imports_access
from bihuan.integrations.models import Import
from bihuan.metrics.models import CardCopyQuerySet
from bihuan.org import access
from bihuan.org.domain.field_map import FieldMap
from bihuan.org.domain.scope import Scope
from bihuan.org.models import ApiToken, Assignment, Delegation, Person, Unit
from bihuan.playbooks import access as playbooks_access
from bihuan.playbooks.models import HandedOutQuerySet, Play
from bihuan.privacy.domain.field import FIELDS_OF
from bihuan.privacy.models import Subject
from bihuan.privacy.queries import fields_of
from tests.matrix.cells import figures, gaps, reasons, tried_at
from tests.matrix.nowhere import claimed, reason_for
from tests.matrix.places import KINDS, Position
from tests.matrix.positions import ROLE_OF, ROLES
from tests.matrix.routes import METHODS, operations, plain, routes
from tests.matrix.rows import ROWS
from tests.matrix.rows_visibility import OPENED, OPENED_AT, opened
from tests.matrix.standing import Before, _own_home, before, clients, recall, walk, world
from tests.matrix.walk import ACTORS, REFERENCE, Actor, Row, Walk, path_of
from tests.matrix.walls import fell, walls
from tests.matrix.walls_known import OTHERS_STAND, TURNS_RED
from tests.matrix.world import World

NOT_OURS = ("accounts/", "api/v1/openapi.json")
"""Doors that libraries open, in their own way."""
SHOWN = 12
"""How many faults of a route are told."""

__all__ = ["_own_home", "before", "clients", "recall", "walk", "world"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("route", sorted({plain(row.route) for row in ROWS}))
def test_no_actor_gets_more_or_less_than_the_oracle_says(
    walk: Walk, route: str, record_property: Callable[[str, object], None]
) -> None:
    rows = [row for row in ROWS if plain(row.route) == route]
    found = list(walk.through(rows, ACTORS))
    told = figures(walk, rows)
    record_property("figures", told | {"requests": walk.requests, "leaks": len(found)})
    assert not found, "\n".join(map(str, found[:SHOWN]))
    assert walk.requests > 0
    assert not walk.in_full or told["cells left to a full run"] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_of_row_lies_at_every_position_or_says_why_not(before: Before, kind: str) -> None:
    sight, _ = before
    gone = [
        f"{role}: no {kind} at {position.value}"
        for actor, role in role_players()
        for position in set(Position) - sight.of_kind(actor, kind).keys()
        if reason_for(role, position, [kind]) is None
    ]
    assert not gone, "\n".join(gone)


def test_every_kind_of_row_in_the_world_has_a_place(world: World) -> None:
    assert world.objects.keys() == KINDS


def test_no_reason_speaks_of_a_position_at_which_there_is_something(before: Before) -> None:
    sight, _ = before
    there = {
        (kind, role, position)
        for kind in KINDS
        for actor, role in role_players()
        for position in sight.of_kind(actor, kind)
    }
    stale = [
        f"{reason.why} But {role} has a {kind} at {position.value}."
        for reason, kind, role, position in claimed(KINDS)
        if (kind, role, position) in there
    ]
    assert not stale, "\n".join(stale)


def test_every_cell_is_tried_in_a_full_run_or_cannot_be(walk: Walk) -> None:
    """Routes and methods, times eight roles, times five positions: nothing is left out."""
    tried = tried_at(walk, ROWS)
    unsaid = [
        f"{method} {route} {sorted(kinds)}: {role} at {position.value}"
        for (route, method, kinds), role, position in gaps(tried)
        if reason_for(role, position, kinds) is None
    ]
    assert not unsaid, "\n".join(unsaid)
    cells, why = set().union(*tried.values()), reasons(tried)
    assert cells.isdisjoint(why)
    routes_and_methods = {(plain(row.route), row.method) for row in ROWS}
    assert len(cells) + len(why) == len(routes_and_methods) * len(ROLES) * len(Position)


def role_players() -> list[tuple[Actor, str]]:
    """Return who knocks in each of the eight roles."""
    return [(actor, ROLE_OF[actor.name]) for actor in ACTORS if actor.name in ROLE_OF]


def test_a_deed_that_leaves_no_entry_is_found(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix that sees no silent deed proves nothing unless it sees this one."""
    monkeypatch.setattr(journal, "record", lambda *args, **told: None)
    rows = [row for row in ROWS if (row.route, row.method) == ("org/units/add/", "POST")]
    admin = [actor for actor in ACTORS if actor.name == "admin"]
    faults = [found.fault for found in walk.through(rows, admin)]
    assert faults == ["changes ['org_tenant', 'org_unit'] without an entry in the journal"]


@pytest.mark.parametrize("actor", OPENED, ids=lambda actor: str(actor.name))
@pytest.mark.parametrize("door", OPENED_AT)
def test_what_is_lent_and_shared_opens_no_more_and_no_less(
    walk: Walk, actor: Actor, door: str
) -> None:
    found = list(walk.through([opened(row) for row in ROWS if row.route.startswith(door)], [actor]))
    assert not found, "\n".join(map(str, found[:SHOWN]))
    assert walk.requests > 0


def test_every_field_of_the_vault_holds_a_canary(walk: Walk) -> None:
    """What is masked is listened for only if something in it can be heard."""
    heard = {
        (subject.kind, field)
        for subject in Subject.objects.all()
        for field, value in fields_of([subject.pk])[subject.pk].items()
        if walk.world.aviary.sung_in(value)
    }
    assert heard == {(kind.value, field) for kind, fields in FIELDS_OF.items() for field in fields}


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
    "numbers in what was said": (
        FieldMap,
        "shown",
        lambda _, field, value, *where: value,
        "customers/<int:account_id>/conversations/",
    ),
    "numbers of people at customers": (
        FieldMap,
        "shown",
        lambda _, field, value, *where: value,
        "customers/contacts/",
    ),
    "numbers in words of a task": (
        FieldMap,
        "shown",
        lambda _, field, value, *where: value,
        "inbox/tasks/<int:task_id>/",
    ),
    "whose delegation": (
        access,
        "delegation_seen",
        lambda pk, _: Delegation.objects.filter(pk=pk).first(),
        "org/delegations/<int:delegation_id>/end/",
    ),
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


def test_every_rule_has_a_route_at_which_its_fall_is_seen() -> None:
    """Whoever writes a rule about who may what adds it, or says what else stands there."""
    own_way = {
        each.title
        for each in walls().values()
        if any((each.owner, each.name) == (owner, name) for owner, name, *_ in MUTATIONS.values())
    }
    assert walls().keys() - TURNS_RED.keys() - OTHERS_STAND.keys() - own_way == set()
    assert TURNS_RED.keys() | OTHERS_STAND.keys() <= walls().keys()


@pytest.mark.parametrize("title", TURNS_RED)
def test_the_matrix_turns_red_when_a_rule_allows_everything(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    fell(walls()[title], monkeypatch)
    found = walk.through([row for row in ROWS if row.route == TURNS_RED[title]], ACTORS)
    assert next(found, None) is not None
