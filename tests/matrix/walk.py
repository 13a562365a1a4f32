"""Sending every request of the matrix as every actor, and listening to what comes back."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client

from tests.digest import digest_of_tables
from tests.matrix.canary import Subject
from tests.matrix.hearing import figures_of, texts_of, without_ids
from tests.matrix.oracle import Oracle
from tests.matrix.places import Position
from tests.matrix.positions import ROLE_OF, Sight, Tally
from tests.matrix.recall import Recall
from tests.matrix.routes import plain
from tests.matrix.told import untold
from tests.matrix.world import World, is_there_for_its_place

READS = {"GET", "HEAD"}
IN_FULL = "BIHUAN_CANARY" in os.environ
"""Whether those who see alike try everything, too."""
NEVER_SEEN = {"robot"}
REFERENCE = re.compile(r"\{(\w+):([\w ]+)\}")
PARAMETER = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")


@dataclass(frozen=True)
class Actor:
    """Somebody who knocks: by session, by token, or with nothing in hand."""

    name: str
    person: str | None = None
    by_token: bool = False
    is_alike: bool = False
    """Whether another actor sees the same, so that a few objects of each row are enough."""

    def client(self, world: World) -> Client:
        if self.person is None:
            return Client()
        if self.by_token:
            secret = world.secrets[self.person]
            return Client(headers={"Authorization": f"Bearer {secret}"})
        client = Client()
        login = world.people[self.person].login
        assert login is not None
        client.force_login(login)
        return client


ACTORS = (
    Actor("anonymous"),
    Actor("rep", "rep"),
    Actor("manager", "manager"),
    Actor("store clerk", "clerk", is_alike=True),
    Actor("HRBP", "hrbp"),
    Actor("quality officer", "quality officer", is_alike=True),
    Actor("admin", "admin"),
    Actor("integration by token", "integration", by_token=True),
    Actor("integration by session", "integration", is_alike=True),
    Actor("person of another tenant", "stranger", is_alike=True),
    Actor("manager of a sibling unit", "sibling manager"),
    Actor("manager of the unit above", "head", is_alike=True),
    Actor("former manager", "former manager"),
    Actor("one who left", "gone", is_alike=True),
    Actor("one who left, by token", "gone", by_token=True, is_alike=True),
    Actor("rep by token", "rep", by_token=True, is_alike=True),
)

KNOCK_AT_OPEN_DOORS = {"anonymous", "rep", "one who left"}

Judge = Callable[[Oracle, World, int, Mapping[str, int]], bool]
Naming = Callable[[Oracle, int, int], bool]


@dataclass(frozen=True)
class Row:
    """A line of the matrix: a route and method, what it is about, and who may.

    ``about`` names the kind of row behind each parameter of the route; each is
    tried with every row of that kind in ``tried`` (all where none are named);
    ``fixed`` gives the parameters that are words.
    ``roles`` are those that may knock at all. ``body`` may hold ``{kind:name}``.
    """

    route: str
    method: str = "GET"
    about: Mapping[str, str] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    query: str = ""
    body: Mapping[str, object] | None = None
    also: Judge | None = None
    may: Judge | None = None
    """Who of those that see it may do it; the others are answered 403."""
    names: Naming | None = None
    """Whom else an answer may name to somebody: who leads their units, who set their targets."""
    names_units: Naming | None = None
    """Which units else an answer may name to somebody: those above the ones they see."""
    fine: tuple[int, ...] = (200,)
    denied: tuple[int, ...] = (404,)
    is_form: bool = False
    """Whether an operation of the API takes a form with files, not JSON."""
    is_open: bool = False
    """Whether somebody who is not signed in may knock as well."""
    keeps_to_own: bool = True
    """Whether what comes back is listened to for foreign canaries."""
    tells_apart: bool = False
    """Whether those who see the rows are told that it is this part of them that is not there."""
    is_for_places: bool = True
    """Whether rows are tried here that lie where none of those in ``tried`` does."""

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    @property
    def is_json(self) -> bool:
        return self.is_api and not self.is_form


@dataclass(frozen=True)
class Finding:
    """Something that is not as the oracle says."""

    actor: str
    method: str
    path: str
    fault: str

    def __str__(self) -> str:
        return f"{self.actor}: {self.method} {self.path}: {self.fault}"


@dataclass
class Walk:
    """One walk through the matrix."""

    world: World
    oracle: Oracle
    clients: Mapping[str, Client]
    recall: Recall
    untouched: Mapping[str, str]
    """The digests of all tables as the world was built."""
    tally: Tally
    requests: int = 0
    in_full: bool = IN_FULL
    untold: list[str] = field(default_factory=list)
    """What the last request wrote without an entry in the journal."""
    refusals: dict[str, set[str]] = field(default_factory=dict)
    """What was answered to each actor at each row about things that are hidden or absent."""

    def through(self, rows: Sequence[Row], actors: Sequence[Actor] = ACTORS) -> Iterator[Finding]:
        lines = lines_of(rows)
        for row in rows:
            for actor in actors:
                for objects in self.tried(row, actor, lines[line_of(row)]):
                    yield from self.knock(row, actor, objects)

    def tried(self, row: Row, actor: Actor, line: Sequence[Row]) -> list[dict[str, int]]:
        """Return what a row is tried about: enough, and in a full run something at each place."""
        enough = self.enough(row, actor)
        bearers = [each for each in line if each.is_for_places]
        if not self.in_full or actor.name not in ROLE_OF or row is not next(iter(bearers), None):
            return enough
        there = {
            position
            for each in line
            for objects in self.enough(each, actor)
            for position in self.sight.of_request(actor, each, objects)
        }
        for position in Position:
            more = None if position in there else self.lying_at(row, actor, position)
            if more is not None:
                enough.append(more)
                there |= self.sight.of_request(actor, row, more)
        return enough

    def lying_at(self, row: Row, actor: Actor, position: Position) -> dict[str, int] | None:
        """Return a row for each parameter of a route in a position, of one name if there is one."""
        found = {
            name: self.sight.of_kind(actor, kind).get(position, [])
            for name, kind in row.about.items()
        }
        if not found or not all(found.values()):
            return None
        first = next(iter(found.values()))
        shared = [name for name in first if all(name in each for each in found.values())]
        known = self.world.objects
        return {each: known[row.about[each]][[*shared, *names][0]] for each, names in found.items()}

    @property
    def sight(self) -> Sight:
        return self.tally.sight

    def enough(self, row: Row, actor: Actor) -> list[dict[str, int]]:
        """Return the objects to try: one where an actor does not even get past the door.

        Of those that an actor sees like another one does, the first and the last
        two are tried: one near, one of the other company, one that is not there.
        """
        objects = list(self.objects_of(row))
        known = self.known(actor, row)
        if row.is_open:
            knocks = actor.name in KNOCK_AT_OPEN_DOORS or (self.in_full and actor.name in ROLE_OF)
            return objects if knocks else []
        is_shut = row.roles is not None and known and not self.oracle.roles(known) & row.roles
        if known is None or is_shut:
            return objects[:1]
        is_thinned = actor.is_alike and not self.in_full
        return [*objects[:1], *objects[1:][-2:]] if is_thinned else objects

    def objects_of(self, row: Row) -> Iterator[dict[str, int]]:
        """Return every choice of rows for the parameters of a route."""
        for chosen in product(*(self.of_kind(kind, row.tried) for kind in row.about.values())):
            yield dict(zip(row.about, chosen, strict=True))

    def of_kind(self, kind: str, tried: tuple[str, ...]) -> list[int]:
        """Return the rows that are tried by name, or all but those that are there to be asked."""
        known = self.world.objects[kind]
        if tried:
            return [pk for name, pk in known.items() if name in tried]
        return [pk for name, pk in known.items() if not is_there_for_its_place(name)]

    def path_of_visible(self, row: Row) -> str:
        """Return an address of a row's route at which an administrator of Acme is at home."""
        return path_of(row, next(self.objects_of(replace(row, tried=()))))

    def knock(self, row: Row, actor: Actor, objects: Mapping[str, int]) -> Iterator[Finding]:
        """Send one request and judge the answer."""
        path = path_of(row, objects)
        self.tally.note(actor, row, objects)
        answer, changed = self.send(row, actor, path)
        wanted = self.statuses(row, actor, objects)

        def found(fault: str) -> Finding:
            return Finding(actor.name, row.method, path, fault)

        if answer.status_code not in wanted:
            yield found(f"answers {answer.status_code}, not {sorted(wanted)}")
        if changed:
            yield found(f"is refused and yet changes {sorted(changed)}")
        if self.untold:
            yield found(f"changes {self.untold} without an entry in the journal")
        if answer.status_code == 404 and objects and self.is_hidden(actor, row, objects):
            said = self.refusals.setdefault(
                f"{actor.name}: {row.method} {row.route}{row.query} {dict(row.fixed)}", set()
            )
            said.add(without_ids(answer, objects.values()))
            if len(said) > 1:
                yield found("answers to what is hidden otherwise than to what is not there")
        if row.keeps_to_own:
            asked = f"{path} {filled(row.body or {}, self.world)}"
            yield from map(found, self.foreign(row, answer, actor, asked))

    def send(self, row: Row, actor: Actor, path: str) -> tuple[HttpResponseBase, set[str]]:
        """Send a request; what it changes is told if it was refused, and then undone."""
        if row.method in READS:
            answer = self.ask(row, actor, path)
            self.recall.touched()
            self.untold = []
            return answer, set()
        client = self.clients[actor.name]
        kept = copy.deepcopy(client.cookies)
        with transaction.atomic(), self.recall.undone():
            answer = self.ask(row, actor, path)
            touched = self.recall.touched()
            changed = self.changed_in(touched) if is_refusal(answer) else set()
            self.untold = [] if is_refusal(answer) else untold(row.route, touched)
            transaction.set_rollback(True)
        client.cookies = kept
        return answer, changed

    def ask(self, row: Row, actor: Actor, path: str) -> HttpResponseBase:
        """Send a request, whatever comes of it; a file that is sent is read and closed."""
        answer = self._ask(row, actor, path)
        if isinstance(answer, StreamingHttpResponse):
            answer.streaming_content = [b"".join(answer)]
        return answer

    def _ask(self, row: Row, actor: Actor, path: str) -> HttpResponseBase:
        self.requests += 1
        client = self.clients[actor.name]
        if row.method in READS:
            return client.generic(row.method, path)
        body = filled(row.body or {}, self.world)
        if row.method == "POST" and not row.is_json:
            return client.post(path, body)
        return client.generic(row.method, path, json.dumps(body), "application/json")

    def changed_in(self, tables: set[str]) -> set[str]:
        """Return which of the tables that were written hold something else than before."""
        after = digest_of_tables(tables)
        return {name for name, digest in after.items() if digest != self.untouched.get(name)}

    def statuses(self, row: Row, actor: Actor, objects: Mapping[str, int]) -> set[int]:
        """Return the answers that are right for this actor at this row."""
        if row.is_open:
            return set(row.fine)
        known = self.known(actor, row)
        if known is None:
            return {401} if row.is_api else {302} if self.is_nobody(actor) else {403}
        roles = self.oracle.roles(known)
        sees_all = self.sees(actor, row, objects)
        if row.roles is not None and not roles & row.roles:
            return {403} if sees_all and not row.is_api else {403, 404}
        if not sees_all:
            return set(row.denied)
        named = [] if row.method in READS else named_in(row.body or {}, self.world)
        names_hidden = not all(self.oracle.sees(known, *subject) for subject in named)
        if row.may is not None and not row.may(self.oracle, self.world, known, objects):
            return {403, 404} if names_hidden else {403}
        return {404, 422} if names_hidden else set(row.fine)

    def sees(self, actor: Actor, row: Row, objects: Mapping[str, int]) -> bool:
        """Return whether an actor may see everything that a request is about."""
        known = self.known(actor, row)
        if known is None or not self.sees_rows(known, row, objects):
            return False
        return row.also is None or row.also(self.oracle, self.world, known, objects)

    def sees_rows(self, person: int, row: Row, objects: Mapping[str, int]) -> bool:
        return all(
            self.oracle.sees(person, kind, objects[name]) for name, kind in row.about.items()
        )

    def is_hidden(self, actor: Actor, row: Row, objects: Mapping[str, int]) -> bool:
        """Return whether nothing may tell an actor that what a request is about is there."""
        known = self.known(actor, row)
        if row.tells_apart and known is not None and self.sees_rows(known, row, objects):
            return False
        return not self.sees(actor, row, objects)

    def is_nobody(self, actor: Actor) -> bool:
        """Return whether a page takes the actor for nobody: tokens open the API only."""
        return actor.person is None or actor.by_token

    def known(self, actor: Actor, row: Row) -> int | None:
        """Return the person behind an actor, if this door knows one."""
        if actor.person is None or (actor.by_token and not row.is_api):
            return None
        pk = self.world.people[actor.person].pk
        roles = self.oracle.roles(pk)
        is_program = roles == {"integration"}
        return None if not roles or (is_program and not actor.by_token) else pk

    def foreign(
        self, row: Row, answer: HttpResponseBase, actor: Actor, asked: str
    ) -> Iterator[str]:
        """Return what is heard in an answer that this actor may not see."""
        heard = "\n".join(texts_of(answer))
        person = self.world.people[actor.person].pk if actor.person else None
        for canary, subjects in self.world.aviary.sung_in(heard):
            is_new = not any(self.oracle.exists(kind, pk) for kind, pk in subjects)
            if canary in asked or is_new or self.may_hear(person, subjects):
                continue
            if person and self.is_named(row, person, subjects):
                continue
            yield f"carries {canary} of {sorted(subjects)}"
        for amount in (*self.world.aviary.sums_in(heard), *figures_of(answer)):
            for fact in self.world.aviary.facts_in(amount):
                if person is None or not self.oracle.figure(person, fact):
                    yield f"carries the sum {amount}, and fact {fact} is in it"

    def is_named(self, row: Row, person: int, subjects: Iterable[Subject]) -> bool:
        rules = {"person": row.names, "unit": row.names_units}
        told = [(rules.get(kind), pk) for kind, pk in subjects]
        return all(rule is not None and rule(self.oracle, person, pk) for rule, pk in told)

    def may_hear(self, person: int | None, subjects: Iterable[Subject]) -> bool:
        if person is None:
            return False
        return any(self.oracle.sees(person, kind, pk) for kind, pk in subjects)


Line = tuple[str, str, frozenset[str]]
"""A route and a method, and the kinds of rows that are asked for there."""


def line_of(row: Row) -> Line:
    return plain(row.route), row.method, frozenset(row.about.values())


def lines_of(rows: Iterable[Row]) -> dict[Line, list[Row]]:
    """Return the rows of each line: they differ in what is sent, or in what is tried."""
    found: dict[Line, list[Row]] = {}
    for row in rows:
        found.setdefault(line_of(row), []).append(row)
    return found


def is_refusal(answer: HttpResponseBase) -> bool:
    return not 200 <= answer.status_code < 400


def path_of(row: Row, objects: Mapping[str, int]) -> str:
    given = {**row.fixed, **objects}
    return "/" + PARAMETER.sub(lambda found: str(given[found[1]]), row.route + row.query)


def named_in(body: Mapping[str, object], world: World) -> list[Subject]:
    """Return the rows that a body names by id."""
    found = (REFERENCE.fullmatch(str(value)) for value in body.values())
    return [(each[1], world.objects[each[1]][each[2]]) for each in found if each]


def filled(body: Mapping[str, object], world: World) -> dict[str, Any]:
    """Return a body in which ``{kind:name}`` has become the id of that row."""
    made: dict[str, Any] = {}
    for name, value in body.items():
        if isinstance(value, UploadedFile):
            value.seek(0)
        found = REFERENCE.fullmatch(str(value))
        made[name] = world.objects[found[1]][found[2]] if found else value
    return made
