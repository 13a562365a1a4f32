"""Putting the ids of others wherever an id is asked for, and fields where none is asked for."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import BooleanField, ForeignKey, Model

from bihuan.urls import api
from tests.matrix.canary import FIRST_ID, ID
from tests.matrix.hearing import texts_of
from tests.matrix.rows import ROWS
from tests.matrix.walk import ACTORS, READS, REFERENCE, Actor, Row, Walk, path_of

THIEVES = (
    "rep",
    "manager",
    "HRBP",
    "admin",
    "manager of a sibling unit",
    "person of another tenant",
)
"""Who tries the ids of others."""
WITNESSES = ("admin", "person of another tenant", "manager of the unit above")
"""Whose lists are read for ids."""
SHOWN_UNDER = {str(first)[:2]: kind for kind, first in FIRST_ID.items()}
KIND_OF = {"customer": "member", "cycle": "draft", "team": "unit", "colleague": "person"} | {
    "led": "person",
    "word": "seq",
    "merge": "seq",
    "play_draft": "play",
}
"""Kinds of rows that go by the ids of another kind."""
FIELD = re.compile(r'\bname="([\w-]+)"')
MADE_ANEW = re.compile(r"[0-9a-f-]{16,}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d+:]*")
NO_ONES = 987_654
NEXT_NUMBER = 7_000_000
WRITERS = ("admin", "rep", "manager", "manager of the unit above")
"""Who tries a write until somebody may."""


@dataclass(frozen=True)
class Theft:
    """A request in which one id is somebody else's."""

    actor: Actor
    row: Row
    objects: Mapping[str, int]
    stolen: int

    def __str__(self) -> str:
        body = f" {dict(self.row.body)}" if self.row.body and self.row.method != "GET" else ""
        return f"{self.actor.name}: {self.row.method} {path_of(self.row, self.objects)}{body}"


def harvest(walk: Walk) -> dict[str, set[int]]:
    """Return the ids that the lists of others show, by kind of row."""
    found: dict[str, set[int]] = defaultdict(set)
    lists = [row for row in ROWS if row.method == "GET" and not row.about and not row.is_open]
    for actor in (actor for actor in ACTORS if actor.name in WITNESSES):
        for row in lists:
            answer, _ = walk.send(row, actor, path_of(row, {}))
            for each in ID.findall("\n".join(texts_of(answer))):
                found[SHOWN_UNDER[each[:2]]].add(int(each))
    for kind, known in walk.world.objects.items():
        found[kind] |= set(known.values())
    return found


def thefts(walk: Walk, ids: Mapping[str, set[int]]) -> Iterator[Theft]:
    """Return every request of the matrix with each id in it replaced by each that is not seen."""
    for actor in (actor for actor in ACTORS if actor.name in THIEVES):
        person = walk.world.people[str(actor.person)].pk
        for row in ROWS:
            if not row.is_open:
                yield from _in_path(walk, ids, actor, row, person)
                yield from _in_body(walk, ids, actor, row, person)


def _in_path(
    walk: Walk, ids: Mapping[str, set[int]], actor: Actor, row: Row, person: int
) -> Iterator[Theft]:
    own = next(walk.objects_of(replace(row, tried=())))
    for name, kind in row.about.items():
        everywhere = ids.get(KIND_OF.get(kind, kind), set()) | ids.get(kind, set())
        for other in sorted(everywhere | _of_other_kinds(ids, kind)):
            if not walk.oracle.sees(person, kind, other):
                yield Theft(actor, row, {**own, name: other}, other)


def _of_other_kinds(ids: Mapping[str, set[int]], kind: str) -> set[int]:
    """Return an id of each other kind: what is one thing here may be nothing there."""
    return {min(known) for other, known in ids.items() if other != kind and known}


def _in_body(
    walk: Walk, ids: Mapping[str, set[int]], actor: Actor, row: Row, person: int
) -> Iterator[Theft]:
    if row.method in READS:
        return
    for name, value in (row.body or {}).items():
        found = REFERENCE.fullmatch(str(value))
        if found is None:
            continue
        for other in sorted(ids.get(found[1], set())):
            if not walk.oracle.sees(person, found[1], other):
                named = replace(row, body={**(row.body or {}), name: other})
                yield Theft(actor, named, next(walk.objects_of(row)), other)


def steal(walk: Walk, theft: Theft) -> str | None:
    """Try one; return what is wrong with the answer, if anything is."""
    answer, changed = walk.send(theft.row, theft.actor, path_of(theft.row, theft.objects))
    if changed:
        return f"{theft}: is refused and yet changes {sorted(changed)}"
    refused = answer.status_code in (401, 403, 404, 405, 409, 422)
    if not refused and not (theft.row.denied and answer.status_code in theft.row.denied):
        return f"{theft}: answers {answer.status_code}"
    return None


def some(everything: list[Theft], number: int) -> list[Theft]:
    """Return so many of them, the same each time."""
    return random.Random(20261126).sample(everything, min(number, len(everything)))


def overposted(walk: Walk, row: Row, actor: Actor, path: str) -> Row:
    """Return a row that also sends every field of every model which this door asks not for."""
    asked = {*(row.body or {}), *_asked_for(walk, row, actor, path)}
    more = {name: value for name, value in _fields_of(row).items() if name not in asked}
    return replace(row, body={**more, **(row.body or {})})


def _fields_of(row: Row) -> dict[str, object]:
    label = row.route.removeprefix("api/v1/").split("/")[0]
    known = {each.label: each for each in apps.get_app_configs()}
    models = known[label].get_models() if label in known else apps.get_models()
    return {name: value for model in models for name, value in _values_of(model)}


def _values_of(model: type[Model]) -> Iterator[tuple[str, object]]:
    for each in model._meta.concrete_fields:
        value: object = "zqmasszq"
        if isinstance(each, ForeignKey) or each.primary_key:
            value = NO_ONES
        elif isinstance(each, BooleanField):
            value = not each.get_default()
        yield each.name, value
        yield each.attname, value


def _asked_for(walk: Walk, row: Row, actor: Actor, path: str) -> set[str]:
    """Return the fields that a page shows, or that the document of the API tells."""
    if not row.is_api:
        answer, _ = walk.send(replace(row, method="GET"), actor, path)
        return set(FIELD.findall("\n".join(texts_of(answer))))
    document: dict[str, Any] = dict(api.get_openapi_schema())
    body = document["paths"][f"/{row.route}"][row.method.lower()].get("requestBody", {})
    named = re.findall(r"#/components/schemas/([\w.-]+)", str(body))
    schemas = [document["components"]["schemas"][name] for name in named]
    return {field for schema in schemas for field in schema.get("properties", {})}


def changes_by(walk: Walk, row: Row, actor: Actor, path: str) -> tuple[int, dict[str, list[str]]]:
    """Return the answer's status and what the tables that were written hold then."""
    with transaction.atomic(), walk.recall.undone():
        _numbers_from(NEXT_NUMBER)
        status = walk.ask(row, actor, path).status_code
        kept = {name: _rows_of(name) for name in walk.recall.touched()}
        transaction.set_rollback(True)
    return status, kept


def _numbers_from(number: int) -> None:
    """Let every new row get the number that it would get any other time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s)"
            " FROM pg_sequences WHERE schemaname = 'public' AND max_value > %s"
            " AND sequencename NOT LIKE 'procrastinate%%'",
            [number, number],
        )


def _rows_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1')
        return sorted(MADE_ANEW.sub("…", row) for (row,) in cursor.fetchall())


def mass_assigned(walk: Walk, row: Row) -> tuple[int, str | None]:
    """Send a write with and without fields nobody asked for; return how often, and the fault.

    What differs between two requests that are alike is no fault of the fields.
    """
    for actor in (actor for actor in ACTORS if actor.name in WRITERS):
        path = walk.path_of_visible(row) if not row.tried else path_of(row, _first(walk, row))
        status, plain_ = changes_by(walk, row, actor, path)
        if not plain_ or status >= 400:
            continue
        more = overposted(walk, row, actor, path)
        reached, changed = changes_by(walk, more, actor, path)
        if reached >= 400 or changed == plain_:
            return 3, None
        if changes_by(walk, row, actor, path)[1] != plain_:
            return 4, None
        differing = sorted(name for name in changed if changed[name] != plain_.get(name))
        return 4, f"{actor.name}: {row.method} {path}: other fields change {differing}"
    return len(WRITERS), None


def _first(walk: Walk, row: Row) -> dict[str, int]:
    return next(walk.objects_of(row))
