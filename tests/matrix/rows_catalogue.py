"""The lines of the matrix on versions of metrics and their cards."""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.metrics.queries.versions import built_in
from tests.matrix.oracle import Oracle
from tests.matrix.walk import Judge, Row
from tests.matrix.world import CHECKED, DRAFT, VERSIONED, World

ADMIN = frozenset({"admin"})
APPROVERS = ADMIN | {"quality_officer"}
KEY = {"key": VERSIONED}
DRAFTED, WAITING = {**KEY, "number": str(DRAFT)}, {**KEY, "number": str(CHECKED)}
DEFINITION = built_in()[VERSIONED].model_dump(mode="json", by_alias=True, exclude_none=True)
PAGE = "metrics/<slug:key>"
ONE = f"{PAGE}/versions/<int:number>"
API = "api/v1/metrics/{key}"
API_ONE = f"{API}/versions/{{number}}"
IN_API = {"definition": DEFINITION, "valid_from": "2026-11-01", "reason": "n"}


def has_versions(oracle: Oracle, world: World, person: int, _: Mapping[str, int]) -> bool:
    """The versions lie in Acme: the other company has none of that number."""
    return oracle.has_version(person, VERSIONED, CHECKED)


def is_second(oracle: Oracle, world: World, person: int, _: Mapping[str, int]) -> bool:
    """Whoever wrote or checked a version does not approve it."""
    return oracle.may_approve(person, VERSIONED, CHECKED)


def everyone(route: str, fixed: Mapping[str, str], query: str = "") -> Row:
    """Return the row of a page that everybody of the company reads."""
    return Row(route, fixed=fixed, query=query, also=has_versions, names=Oracle.worked_on_a_version)


def deed(
    route: str,
    fixed: Mapping[str, str],
    roles: frozenset[str],
    *,
    may: Judge | None = None,
    body: Mapping[str, object] | None = None,
    fine: tuple[int, ...] = (302,),
) -> Row:
    return Row(
        route,
        "POST",
        fixed=fixed,
        roles=roles,
        also=has_versions,
        may=may,
        body=body,
        fine=fine,
        names=Oracle.worked_on_a_version,
    )


WRITING = tuple(
    Row(route, method, fixed=fixed, roles=ADMIN, also=also, body=body, fine=fine)
    for route, fixed, also, sent in (
        ("metrics/new/", {}, None, {"do": "preview"}),
        ("metrics/new/file/", {}, None, {"text": "[]", "valid_from": "2026-11-01"}),
        (f"{PAGE}/versions/new/", KEY, None, {"do": "redraw"}),
        (f"{ONE}/edit/", DRAFTED, has_versions, {"do": "preview"}),
        (f"{PAGE}/card/send/", KEY, None, {"to": "everybody"}),
    )
    for method, body, fine in (("GET", {}, (200,)), ("POST", sent, (200, 302, 422)))
)

PAGES = (
    everyone(f"{ONE}/", WAITING),
    everyone(f"{ONE}/definition.yaml", WAITING),
    everyone(f"{ONE}/difference/", WAITING),
    everyone(f"{ONE}/difference/", WAITING, "?start=2020-01-01&last=2027-01-01&read=throughout"),
    everyone(f"{ONE}/difference/facts.xlsx", WAITING, "?start=2020-01-01&last=2027-01-01"),
    Row(f"{PAGE}/card/", fixed=KEY),
    deed(f"{ONE}/check/", DRAFTED, ADMIN),
    deed(f"{ONE}/approve/", WAITING, APPROVERS, may=is_second),
    deed(f"{ONE}/send-back/", WAITING, APPROVERS, body={"note": "n"}),
    deed(f"{ONE}/withdraw/", WAITING, ADMIN),
    Row(f"{PAGE}/receipts/", fixed=KEY, roles=ADMIN),
    Row(f"{PAGE}/receipts/export.xlsx", fixed=KEY, roles=ADMIN),
    Row(
        f"{PAGE}/receipts/remind/",
        "POST",
        fixed=KEY,
        roles=ADMIN,
        body={"version": "none"},
        fine=(302,),
    ),
    Row(
        "metrics/cards/<int:copy_id>/read/",
        "POST",
        about={"copy_id": "card"},
        fine=(302,),
    ),
)

PROGRAMS = (
    Row(f"{API}/versions", fixed=KEY, names=Oracle.worked_on_a_version),
    everyone(API_ONE, WAITING),
    everyone(f"{API_ONE}/difference", WAITING, "?from=2020-01-01&to=2027-01-01&throughout=true"),
    Row(f"{API}/versions", "POST", fixed=KEY, roles=ADMIN, body=IN_API, fine=(201,)),
    Row(API_ONE, "PUT", fixed=DRAFTED, roles=ADMIN, also=has_versions, body=IN_API),
    deed(f"{API_ONE}/check", DRAFTED, ADMIN, fine=(200,)),
    deed(f"{API_ONE}/approve", WAITING, APPROVERS, may=is_second, fine=(200,)),
    deed(f"{API_ONE}/send-back", WAITING, APPROVERS, body={"note": "n"}, fine=(200,)),
    deed(f"{API_ONE}/withdraw", WAITING, ADMIN, fine=(200,)),
    Row("api/v1/metrics/cards", names=Oracle.sent_a_card),
    Row(
        "api/v1/metrics/cards/{copy_id}/read",
        "POST",
        about={"copy_id": "card"},
        names=Oracle.sent_a_card,
    ),
    Row(f"{API}/cards", "POST", fixed=KEY, roles=ADMIN, body={"to": "concerned"}, fine=(201,)),
    Row(f"{API}/receipts", fixed=KEY, roles=ADMIN),
    Row(
        f"{API}/receipts/remind",
        "POST",
        fixed=KEY,
        roles=ADMIN,
        body={"version": "none"},
    ),
)

CATALOGUE = (*WRITING, *PAGES, *PROGRAMS)
