"""The lines of the matrix about landings, the cockpit and weekly reports."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.rows_tasks import is_in_an_inbox
from tests.matrix.walk import Row
from tests.matrix.world import World

OF_PERSON = "?metric=signed_amount&person={person_id}"
OF_UNIT = "?metric=signed_amount&unit={unit_id}"
PERSON, UNIT = {"person_id": "person"}, {"unit_id": "team"}
SOME = ("mate", "neighbour", "absent")
UNITS = ("team", "sibling", "their team", "absent")
WEEKLY = {"report_id": "weekly"}
API = "api/v1/advice"


def leads_somebody(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A weekly report is made by whoever manages a unit, or sees all of the company."""
    return oracle.is_wide(person) or "manager" in oracle.roles(person)


def leads_the_team(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    team = world.units["team"].pk
    return oracle.is_wide(person) or oracle.opens(person, team, "manager")


def sees_the_team(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.team(person, world.units["team"].pk)


LANDINGS = tuple(
    Row(route, query=query, about=about, tried=tried, fine=fine)
    for route, fine in (
        ("advice/landing/", (200,)),
        ("advice/landing/export.xlsx", (200,)),
        ("advice/gauges/", (302,)),
        ("advice/why/", (302,)),
        (f"{API}/landing", (200,)),
        (f"{API}/landings", (200,)),
    )
    for query, about, tried in ((OF_PERSON, PERSON, SOME), (OF_UNIT, UNIT, UNITS))
)

COCKPIT = (
    Row("advice/", fine=(200, 302), names=is_in_an_inbox),
    Row(
        "advice/units/<int:unit_id>/",
        about=UNIT,
        tried=UNITS,
        names=is_in_an_inbox,
    ),
    Row("advice/units/<int:unit_id>/export.xlsx", about=UNIT, tried=UNITS),
    Row(f"{API}/cockpit/{{unit_id}}", about=UNIT, tried=UNITS, names=is_in_an_inbox),
)

REPORTS_OF_WEEKS = (
    Row("advice/weekly/"),
    Row("advice/weekly/", "POST", may=leads_somebody, fine=(302,)),
    *(
        Row(route, about=WEEKLY)
        for route in (
            "advice/weekly/<int:report_id>/",
            "advice/weekly/<int:report_id>/report.xlsx",
            f"{API}/weekly/{{report_id}}",
        )
    ),
    Row(f"{API}/weekly"),
    Row(
        f"{API}/weekly",
        "POST",
        body={"unit": "{team:team}"},
        also=sees_the_team,
        may=leads_the_team,
        fine=(201,),
    ),
)

ADVICE = (*LANDINGS, *COCKPIT, *REPORTS_OF_WEEKS)
