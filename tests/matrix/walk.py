"""Sending every request of the matrix as every actor, and listening to what comes back."""

from __future__ import annotations

import copy
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.digest import digest_of_tables
from tests.matrix.canary import Subject
from tests.matrix.oracle import Oracle
from tests.matrix.recall import Recall
from tests.matrix.told import untold
from tests.matrix.world import World

READS = {"GET", "HEAD"}
NEVER_SEEN = {"robot"}
FIGURE_FIELDS = {
    "value",
    "numerator",
    "actual",
    "rolled_up",
    "contribution",
    "old",
    "new",
    "before",
}
REFERENCE = re.compile(r"\{(\w+):([\w ]+)\}")
ANEW = re.compile(r'(?<="csrfmiddlewaretoken" value=")\w+|(?<="X-CSRFToken": ")\w+')
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
    requests: int = 0
    untold: list[str] = field(default_factory=list)
    """What the last request wrote without an entry in the journal."""
    refusals: dict[str, set[str]] = field(default_factory=dict)
    """What was answered to each actor at each row about things that are hidden or absent."""

    def through(self, rows: Sequence[Row], actors: Sequence[Actor] = ACTORS) -> Iterator[Finding]:
        for row in rows:
            for actor in actors:
                if row.is_open and actor.name not in KNOCK_AT_OPEN_DOORS:
                    continue
                for objects in self.enough(list(self.objects_of(row)), row, actor):
                    yield from self.knock(row, actor, objects)

    def enough(self, objects: list[dict[str, int]], row: Row, actor: Actor) -> list[dict[str, int]]:
        """Return the objects to try: one where an actor does not even get past the door.

        Of those that an actor sees like another one does, the first and the last
        two are tried: one near, one of the other company, one that is not there.
        """
        known = self.known(actor, row)
        if row.is_open:
            return objects
        is_shut = row.roles is not None and known and not self.oracle.roles(known) & row.roles
        if known is None or is_shut:
            return objects[:1]
        return [*objects[:1], *objects[1:][-2:]] if actor.is_alike else objects

    def objects_of(self, row: Row) -> Iterator[dict[str, int]]:
        """Return every choice of rows for the parameters of a route."""
        for chosen in product(*(self.of_kind(kind, row.tried) for kind in row.about.values())):
            yield dict(zip(row.about, chosen, strict=True))

    def of_kind(self, kind: str, tried: tuple[str, ...]) -> list[int]:
        known = self.world.objects[kind]
        return [pk for name, pk in known.items() if not tried or name in tried]

    def path_of_visible(self, row: Row) -> str:
        """Return an address of a row's route at which an administrator of Acme is at home."""
        return path_of(row, next(self.objects_of(replace(row, tried=()))))

    def knock(self, row: Row, actor: Actor, objects: Mapping[str, int]) -> Iterator[Finding]:
        """Send one request and judge the answer."""
        path = path_of(row, objects)
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
        if answer.status_code == 404 and objects and not self.sees(actor, row, objects):
            said = self.refusals.setdefault(
                f"{actor.name}: {row.method} {row.route}{row.query}", set()
            )
            said.add(without_ids(answer, objects.values()))
            if len(said) > 1:
                yield found("answers to what is hidden otherwise than to what is not there")
        if row.keeps_to_own:
            asked = f"{path} {filled(row.body or {}, self.world)}"
            yield from map(found, self.foreign(row, answer, actor, asked))

    def send(self, row: Row, actor: Actor, path: str) -> tuple[HttpResponseBase, set[str]]:
        """Send a request; what it changes is told if it was refused, and then undone."""
        self.requests += 1
        client = self.clients[actor.name]
        if row.method in READS:
            answer = client.generic(row.method, path)
            self.recall.touched()
            self.untold = []
            return answer, set()
        body = filled(row.body or {}, self.world)
        kept = copy.deepcopy(client.cookies)
        with transaction.atomic(), self.recall.undone():
            if row.method != "POST" or row.is_json:
                content = json.dumps(body)
                answer = client.generic(row.method, path, content, "application/json")
            else:
                answer = client.post(path, body)
            touched = self.recall.touched()
            changed = self.changed_in(touched) if is_refusal(answer) else set()
            self.untold = [] if is_refusal(answer) else untold(row.route, touched)
            transaction.set_rollback(True)
        client.cookies = kept
        return answer, changed

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
        if row.may is not None and not row.may(self.oracle, self.world, known, objects):
            return {403}
        named = [] if row.method in READS else named_in(row.body or {}, self.world)
        names_hidden = not all(self.oracle.sees(known, *subject) for subject in named)
        return {404, 422} if names_hidden else set(row.fine)

    def sees(self, actor: Actor, row: Row, objects: Mapping[str, int]) -> bool:
        """Return whether an actor may see everything that a request is about."""
        known = self.known(actor, row)
        if known is None:
            return False
        return all(
            self.oracle.sees(known, kind, objects[name]) for name, kind in row.about.items()
        ) and (row.also is None or row.also(self.oracle, self.world, known, objects))

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


def without_ids(answer: HttpResponseBase, ids: Iterable[int]) -> str:
    """Return an answer without what was asked for and without what is made anew each time."""
    text = "\n".join(texts_of(answer))
    for pk in ids:
        text = text.replace(str(pk), "…")
    return ANEW.sub("…", text)


def texts_of(answer: HttpResponseBase) -> Iterator[str]:
    """Return everything an answer says: headers, body, and what is inside a workbook.

    Except for the number of the request, which is made anew each time and says nothing.
    """
    number = answer.get("X-Request-ID", "") or "\0"
    yield str({name: value for name, value in answer.items() if name != "X-Request-ID"})
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]  # bytes either way
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in book.namelist():
                yield name
                yield book.read(name).decode("utf-8", "replace")
        return
    text = content.decode("utf-8", "replace").replace(number, "…")
    yield text
    if answer.get("Content-Type", "").startswith("application/json"):
        yield json.dumps(json.loads(text or "null"), ensure_ascii=False)


def figures_of(answer: HttpResponseBase) -> Iterator[Decimal]:
    """Return the figures that an answer of the API gives."""
    if not answer.get("Content-Type", "").startswith("application/json"):
        return
    pending: list[object] = [json.loads(answer.content or b"null")]  # type: ignore[attr-defined]  # not streamed
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            pending += [value for value in each.values() if isinstance(value, list | dict)]
            for name, value in each.items():
                if name in FIGURE_FIELDS and isinstance(value, str):
                    try:
                        yield Decimal(value)
                    except InvalidOperation:
                        continue
