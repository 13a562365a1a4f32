"""The lines of the matrix for rules: read by who leads, tried by who sees all, then written."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.rows_alerts import ALERT, HEARS, ends
from tests.matrix.walk import Row
from tests.matrix.world import World
from tests.matrix.world_rules import RAW, RULE

READERS = frozenset({"manager", "hrbp", "quality_officer", "admin"})
TRIERS = frozenset({"quality_officer", "admin"})
ADMIN = frozenset({"admin"})
KEY = {"key": RULE}
STANDS = Oracle.is_unit_of_an_alert
FIRST, DRAFT = {**KEY, "number": "1"}, {**KEY, "number": "2"}
SPAN = "?first=2026-01-05&last=2026-01-06&version=1"


def has_it(oracle: Oracle, world: World, person: int, _: Mapping[str, int]) -> bool:
    """The rule lies in Acme: the other company has none of that key."""
    return oracle.has_rule(person, RULE)


LOOKING = (
    Row("rules/", roles=READERS, names=Oracle.is_in_a_rule),
    Row("rules/export.xlsx", roles=READERS),
    *(
        Row(
            route,
            fixed=fixed,
            roles=READERS,
            also=has_it,
            names=Oracle.is_in_a_rule,
        )
        for route, fixed in (
            ("rules/<slug:key>/", KEY),
            ("rules/<slug:key>/versions/<int:number>/", FIRST),
            ("rules/<slug:key>/versions/<int:number>/", DRAFT),
        )
    ),
)

TRYING = tuple(
    Row(route, fixed=KEY, query=query, roles=TRIERS, also=has_it)
    for route, query in (
        ("rules/<slug:key>/backtest/", ""),
        ("rules/<slug:key>/backtest/", SPAN),
        ("rules/<slug:key>/backtest/export.xlsx", SPAN),
    )
)

WRITING = (
    *(
        Row(route, method, fixed=fixed, roles=ADMIN, also=also, body={"do": "redraw"})
        for route, fixed, also in (
            ("rules/new/", {}, None),
            ("rules/<slug:key>/versions/new/", KEY, has_it),
            ("rules/<slug:key>/versions/<int:number>/edit/", DRAFT, has_it),
        )
        for method in ("GET", "POST")
    ),
    *(
        Row(
            f"rules/<slug:key>/versions/<int:number>/{deed}/",
            "POST",
            fixed=DRAFT,
            roles=ADMIN,
            also=has_it,
            body=body,
            fine=(302,),
            names=Oracle.is_in_a_rule,
        )
        for deed, body in (
            ("put-in-force", {"valid_from": "2030-01-01", "reason": "n"}),
            ("withdraw", {}),
        )
    ),
)

API = "api/v1/rules"
API_ONE = f"{API}/{{key}}/versions/{{number}}"
API_ALERT = f"{API}/alerts/{{alert_id}}"
OTHER = RAW | {"priority": 70}
PROGRAMS = (
    Row(API, roles=READERS),
    Row(API_ONE, fixed=FIRST, roles=READERS, also=has_it),
    Row(
        f"{API_ONE}/backtest",
        fixed=FIRST,
        query="?start=2026-01-05&end=2026-01-06",
        roles=TRIERS,
        also=has_it,
    ),
    Row(
        f"{API}/{{key}}/versions",
        "POST",
        fixed=KEY,
        roles=ADMIN,
        also=has_it,
        body={"definition": OTHER},
        fine=(201,),
    ),
    Row(
        API_ONE,
        "PUT",
        fixed=DRAFT,
        roles=ADMIN,
        also=has_it,
        body={"definition": OTHER},
    ),
    *(
        Row(f"{API_ONE}/{deed}", "POST", fixed=DRAFT, roles=ADMIN, also=has_it, body=body)
        for deed, body in (
            ("put-in-force", {"valid_from": "2030-01-01", "reason": "n"}),
            ("withdraw", {}),
        )
    ),
    *(
        Row(f"{API}/alerts", query=query, names=HEARS, names_units=STANDS)
        for query in ("", "?state=all")
    ),
    Row(API_ALERT, about=ALERT, names=HEARS, names_units=STANDS),
    *(
        Row(
            f"{API_ALERT}/{deed}",
            "POST",
            about=ALERT,
            may=may,
            body=body,
            fine=fine,
            names=HEARS,
            names_units=STANDS,
        )
        for deed, may, body, fine in (
            ("acknowledge", None, {}, (200, 409)),
            ("notes", None, {"words": "n"}, (200,)),
            ("close", ends, {"words": "n"}, (200, 409)),
        )
    ),
)

RULES = (*PROGRAMS, *LOOKING, *TRYING, *WRITING)
