"""The lines of the matrix about what becomes of targets on their way down."""

from __future__ import annotations

from bihuan.base import clock
from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row

ONLOOKERS = frozenset({"admin", "quality_officer"})
UNIT = {"unit_id": "team"}
PERSON = {"person_id": "person"}
TODAY = clock.today("Asia/Shanghai")
THIS_MONTH = f"?metric=signed_amount&period={TODAY:%Y-%m}"
A_YEAR_ON = f"?metric=signed_amount&period={TODAY.year + 1}-{TODAY:%m}"
"""A month whose last year is this month, in which everybody has facts."""

DILUTION = (
    Row("goals/dilution/", query=THIS_MONTH, fine=(200, 302)),
    *(
        Row(route, query=query, about=UNIT, tried=tried)
        for query in (THIS_MONTH, A_YEAR_ON)
        for route, tried in (
            ("goals/dilution/units/<int:unit_id>/", ("team", "sibling", "their team", "absent")),
            ("goals/dilution/units/<int:unit_id>/rows/", ("team", "sibling", "absent")),
            ("goals/dilution/units/<int:unit_id>/export.xlsx", ("team", "absent")),
            ("api/v1/goals/dilution/units/{unit_id}", ("team", "sibling", "their team", "absent")),
        )
    ),
    *(
        Row(
            route,
            query=THIS_MONTH,
            about=PERSON,
            tried=("rep", "mate", "neighbour", "mover", "stranger", "absent"),
            names_units=Oracle.stands_above,
        )
        for route in (
            "goals/dilution/people/<int:person_id>/",
            "api/v1/goals/dilution/people/{person_id}",
        )
    ),
    Row("api/v1/goals/verify", roles=ONLOOKERS),
    Row("api/v1/goals/verify", query="?metric=signed_amount", roles=ONLOOKERS),
)
