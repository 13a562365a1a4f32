"""The lines of the matrix for reasons: seen with the cell, judged by who manages."""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.base import clock
from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

THIS_MONTH = {"month": f"{clock.today('Asia/Shanghai'):%Y-%m}"}
MONTH = THIS_MONTH["month"]
OF_PERSON = "?metric=signed_amount&period={month}&person={person_id}"
OF_UNIT = "?metric=signed_amount&period={month}&unit={unit_id}"
PERSON, UNIT = {"person_id": "person"}, {"unit_id": "team"}
SOME = ("mate", "neighbour", "absent")
CHANGERS = frozenset({"admin", "quality_officer"})
VISITS = {"code": "visits_low"}
API = "api/v1/goals"
ADDED = {"word": "added", "tag": "definition_changed"}


def judges(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A word about somebody is said by an administrator, or by who manages them today."""
    return oracle.manages(person, objects["person_id"])


def judged(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A word is taken back by who might say one about the same person."""
    return any(
        oracle.manages(person, fact["person_id"])
        for fact in oracle.facts.values()
        if fact["seq"] == objects["seq"] and oracle.same_tenant(person, fact)
    )


def manages_mate(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.manages(person, world.people["mate"].pk)


def sees_mate(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.person(person, world.people["mate"].pk)


CELLS = tuple(
    Row(
        route,
        query=query,
        fixed=THIS_MONTH,
        about=about,
        tried=tried,
        fine=fine,
        names=Oracle.has_said_a_word,
    )
    for route, fine in (("goals/heatmap/cell/reasons/", (302,)), (f"{API}/reasons", (200,)))
    for query, about, tried in (
        (OF_PERSON, PERSON, SOME),
        (OF_UNIT, UNIT, ("team", "sibling", "absent")),
    )
)

WORDS = (
    Row(
        "goals/heatmap/cell/reasons/say/",
        "POST",
        query=OF_PERSON,
        fixed=THIS_MONTH,
        about=PERSON,
        tried=SOME,
        body={**ADDED, "note": "n"},
        may=judges,
        fine=(302,),
    ),
    Row(
        "goals/heatmap/cell/reasons/<int:seq>/withdraw/",
        "POST",
        about={"seq": "word"},
        may=judged,
        fine=(302,),
    ),
    Row(
        f"{API}/reasons/words",
        "POST",
        body={**ADDED, "metric": "signed_amount", "period": MONTH, "person": "{person:mate}"},
        also=sees_mate,
        may=manages_mate,
        fine=(201, 409),
        names=Oracle.has_said_a_word,
    ),
    Row(
        f"{API}/reasons/words/{{seq}}/withdraw",
        "POST",
        about={"seq": "word"},
        may=judged,
        fine=(204,),
    ),
)

DIAGNOSES = (
    Row("goals/reasons/"),
    Row("goals/reasons/export.xlsx"),
    Row("goals/reasons/<slug:code>/", fixed=VISITS),
    Row("goals/reasons/add/", roles=CHANGERS),
    Row("goals/reasons/add/", "POST", roles=CHANGERS, query="?probe=absence", fine=(422,)),
    Row("goals/reasons/<slug:code>/change/", fixed=VISITS, roles=CHANGERS),
    Row("goals/reasons/<slug:code>/change/", "POST", fixed=VISITS, roles=CHANGERS, fine=(422,)),
    Row("goals/reasons/<slug:code>/restore/", "POST", fixed=VISITS, roles=CHANGERS, fine=(409,)),
    Row(f"{API}/diagnoses"),
    Row(f"{API}/diagnoses/{{code}}", fixed=VISITS),
    Row(
        f"{API}/diagnoses/{{code}}",
        "PUT",
        fixed=VISITS,
        roles=CHANGERS,
        body={"is_on": False},
    ),
    Row(
        f"{API}/diagnoses/{{code}}/trial",
        "POST",
        fixed=VISITS,
        roles=CHANGERS,
        body={"metric": "signed_amount", "period": MONTH, "person": "{person:mate}"},
        also=sees_mate,
        names=Oracle.has_said_a_word,
    ),
    Row(f"{API}/diagnoses/{{code}}/restore", "POST", fixed=VISITS, roles=CHANGERS, fine=(409,)),
)

REASONS = (*CELLS, *WORDS, *DIAGNOSES)
