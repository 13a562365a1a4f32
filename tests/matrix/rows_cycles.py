"""The lines of the matrix about cycles: drafts for those who lead, one's own for everybody."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Judge, Row
from tests.matrix.world import World

ADMIN = frozenset({"admin"})
SETTERS = ADMIN | {"manager"}
DRAFT = {"cycle_id": "draft"}
DRAFTS = ("published", "draft", "theirs", "absent")
PUBLISHED = ("published", "theirs", "absent")
GOAL = {"cycle_id": "draft", "goal_id": "goal"}
API = "api/v1/goals"
ONE = {"number": "1"}
RECEIPT = {"receipt_id": "receipt"}
PROFILE = {"profile_id": "profile"}


def sets(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.sets_cycle(person, objects["cycle_id"])


def has_board(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.has_board(person, objects["cycle_id"])


def sets_somewhere(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """Return whether one sets what is shared where one's board begins."""
    return bool(oracle.roles(person) & SETTERS)


def kept_by(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A profile is changed by who made it, or administers."""
    profile = oracle.profiles[objects["profile_id"]]
    return "admin" in oracle.roles(person) or profile["made_by_id"] == person


def changes_profile(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A profile is written anew by who made it, as long as they set targets, or administers."""
    return sets_somewhere(oracle, world, person, objects) and kept_by(
        oracle, world, person, objects
    )


def _board_of(may: Judge | None) -> Judge | None:
    """Who sets only somewhere works on a board, and needs one that begins somewhere."""
    return has_board if may is sets_somewhere else None


def reads(route: str, *, tried: tuple[str, ...] = DRAFTS, query: str = "", **more: object) -> Row:
    names = Oracle.works_on_targets
    return Row(route, query=query, about=DRAFT, tried=tried, names=names, **more)  # type: ignore[arg-type]  # by name


def on_goals(
    route: str,
    method: str = "GET",
    *,
    also: Judge | None = None,
    may: Judge | None = None,
    body: Mapping[str, object] | None = None,
    fine: tuple[int, ...] = (200,),
) -> tuple[Row, ...]:
    """Return the lines of a page of one goal: one's own, one of another company, and none."""
    return tuple(
        Row(
            route,
            method,
            about=GOAL,
            tried=(name,),
            also=also,
            tells_apart=also is has_board,
            may=may,
            body=body,
            fine=fine,
            names=Oracle.works_on_targets,
        )
        for name in PUBLISHED
    )


def opens_in_the_team(
    oracle: Oracle, world: World, person: int, objects: Mapping[str, int]
) -> bool:
    return sets_where(oracle, person, world.units["team"].pk)


def sets_where(oracle: Oracle, person: int, unit: int) -> bool:
    """Return whether one administers, or manages a unit or one above it."""
    ours = oracle.same_tenant(person, oracle.units[unit])
    return ours and ("admin" in oracle.roles(person) or oracle.opens(person, unit, "manager"))


NEW_GOAL = {"metric": "visits", "amount": "5", "method": "even", "seasonality": "even"}
NEW_CYCLE = {
    "code": "n",
    "name": "n",
    "start": "2041-01-01",
    "last_day": "2041-03-31",
    "end": "2041-04-01",
    "grain": "month",
}
PROFILE_BODY = {"name": "n", "axis-0": "goal", "key-0": "visits", "factor-0": "2"}

PAGES = (
    Row("goals/cycles/"),
    Row("goals/cycles/add/", roles=SETTERS),
    Row(
        "goals/cycles/add/",
        "POST",
        roles=SETTERS,
        body=NEW_CYCLE | {"root": "{unit:team}"},
        fine=(302, 422),
    ),
    *(
        reads(
            "goals/cycles/<int:cycle_id>/",
            query=query,
            also=has_board,
            tells_apart=True,
            names_units=Oracle.stands_above,
        )
        for query in ("", "?axis=goal")
    ),
    reads("goals/cycles/<int:cycle_id>/edits/"),
    reads("goals/cycles/<int:cycle_id>/preview/"),
    reads("goals/cycles/<int:cycle_id>/preview/export.xlsx"),
    reads("goals/cycles/<int:cycle_id>/revisions/"),
    reads("goals/cycles/<int:cycle_id>/revisions/<int:number>/", tried=PUBLISHED, fixed=ONE),
    reads(
        "goals/cycles/<int:cycle_id>/revisions/<int:number>/receipts.xlsx",
        tried=PUBLISHED,
        fixed=ONE,
    ),
    reads("goals/cycles/<int:cycle_id>/revisions/compare/", tried=PUBLISHED, query="?from=0&to=1"),
    reads(
        "goals/cycles/<int:cycle_id>/revisions/compare/export.xlsx",
        tried=PUBLISHED,
        query="?from=0&to=1",
    ),
    reads("goals/cycles/<int:cycle_id>/goals/add/", may=sets),
    reads(
        "goals/cycles/<int:cycle_id>/goals/ahead/", may=sets, query="?metric=signed_amount&amount=5"
    ),
    Row("goals/profiles/", names=Oracle.works_on_targets),
    Row("goals/profiles/add/", roles=SETTERS),
    Row("goals/profiles/add/", "POST", roles=SETTERS, body=PROFILE_BODY, fine=(302,)),
    Row("goals/mine/", names=Oracle.is_told_by, names_units=Oracle.stands_above),
)

DEEDS = (
    *on_goals("goals/cycles/<int:cycle_id>/goals/<int:goal_id>/export.xlsx"),
    *on_goals("goals/cycles/<int:cycle_id>/goals/<int:goal_id>/bring/", may=sets),
    *on_goals(
        "goals/cycles/<int:cycle_id>/goals/<int:goal_id>/bring/", "POST", may=sets, fine=(422,)
    ),
    Row(
        "goals/cycles/<int:cycle_id>/weigh/",
        "POST",
        about=DRAFT,
        tried=DRAFTS,
        also=has_board,
        tells_apart=True,
        may=sets_somewhere,
        fine=(302,),
    ),
    *(
        Row(f"goals/cycles/<int:cycle_id>/{deed}/", "POST", about=DRAFT, tried=tried, may=sets,
            body=body, fine=fine, fixed=fixed, names=Oracle.works_on_targets)
        for deed, tried, body, fine, fixed in (
            ("close", DRAFTS, {}, (302,), {}),
            ("profile", DRAFTS, {"profile": "{profile:acme}"}, (302,), {}),
            ("publish", DRAFTS, {"reason": "strategy", "seen_edit": "1"}, (302, 422), {}),
            ("goals/add", DRAFTS, NEW_GOAL, (302, 422), {}),
            ("edits/<int:number>/undo", DRAFTS, {}, (302,), ONE),
            ("revisions/<int:number>/restore", PUBLISHED, {}, (302,), ONE),
        )
    ),
    *(
        row
        for page, method, may, body, fine in (
            ("", "GET", sets, {}, (200,)),
            ("", "POST", sets, {"amount": "6", "seasonality": "even"}, (302,)),
            ("drop/", "POST", sets, {}, (302,)),
            ("split/", "POST", sets_somewhere, {"method": "even"}, (302,)),
            ("follow/", "GET", sets, {}, (200,)),
            ("follow/", "POST", sets, {}, (302,)),
            ("differences/", "GET", None, {}, (200,)),
            ("reconcile/", "POST", sets, {"dimension": "region"}, (302,)),
        )
        for row in on_goals(
            f"goals/cycles/<int:cycle_id>/goals/<int:goal_id>/{page}",
            method, also=_board_of(may), may=may, body=body, fine=fine,
        )
    ),
    *(
        Row("goals/profiles/<int:profile_id>/", method, about=PROFILE, may=may,
            body=PROFILE_BODY, fine=fine)
        for method, may, fine in (("GET", kept_by, (200,)), ("POST", changes_profile, (302,)))
    ),
    Row("goals/profiles/<int:profile_id>/end/", "POST", about=PROFILE, may=kept_by, fine=(302,)),
    Row("goals/mine/receipts/<int:receipt_id>/", "POST", about=RECEIPT, body={"note": "n"},
        fine=(302,)),
    Row(
        "goals/mine/rate/",
        "POST",
        body={"cycle": "{cycle:published}", "metric": "signed_amount", "rating": "4"},
        fine=(302, 409),
    ),
)  # fmt: skip

NOWHERE = {"source": "u0", "target": "u1", "amount": "0"}
PROFILE_JSON = {"name": "n", "factors": [{"axis": "goal", "key": "visits", "factor": "2"}]}

PROGRAMS = (
    Row(f"{API}/cycles"),
    Row(
        f"{API}/cycles",
        "POST",
        denied=(403, 404),
        also=opens_in_the_team,
        body=NEW_CYCLE | {"root": "{unit:team}"},
        fine=(201,),
    ),
    Row(f"{API}/cycles/{{cycle_id}}", about={"cycle_id": "cycle"}, tried=DRAFTS),
    *(
        reads(f"{API}/cycles/{{cycle_id}}/{page}", tried=tried, query=query, fixed=fixed)
        for page, tried, query, fixed in (
            ("edits", DRAFTS, "", {}),
            ("weights", DRAFTS, "", {}),
            ("preview", DRAFTS, "", {}),
            ("revisions", DRAFTS, "", {}),
            ("revisions/compare", PUBLISHED, "?from=0&to=1", {}),
            ("revisions/{number}/receipts", PUBLISHED, "", ONE),
        )
    ),
    *(
        Row(f"{API}/cycles/{{cycle_id}}/{deed}", "POST", about=DRAFT, tried=tried, may=sets,
            body=body, fine=fine, fixed=fixed)
        for deed, tried, body, fine, fixed in (
            ("close", DRAFTS, {}, (200,), {}),
            ("goals", DRAFTS, {"metric": "visits", "amount": "5", "method": "even"}, (201,), {}),
            ("weights", DRAFTS, {}, (200,), {}),
            ("publish", DRAFTS, {"reason": "strategy"}, (200, 409), {}),
            ("edits/{number}/undo", DRAFTS, {}, (200, 409), ONE),
            ("revisions/{number}/restore", PUBLISHED, {}, (200,), ONE),
        )
    ),
    *(
        Row(f"{API}/cycles/{{cycle_id}}/profiles/{{profile_id}}/apply", "POST",
            about=DRAFT | PROFILE, tried=tried, may=sets, fine=(200,))
        for tried in (("published", "acme"), ("theirs",), ("absent",))
    ),
    *(
        row
        for page, method, may, body, fine in (
            ("", "POST", sets, {"amount": "6"}, (200,)),
            ("/drop", "POST", sets, {}, (200,)),
            ("/weigh", "POST", sets_somewhere, {}, (200,)),
            ("/split", "POST", sets_somewhere, {"method": "even"}, (200,)),
            ("/differences", "GET", None, {}, (200,)),
            ("/reconcile", "POST", sets, {"dimension": "region"}, (200,)),
            ("/joining", "GET", sets, {}, (200,)),
            ("/follow", "POST", sets, {}, (200,)),
            ("/carry", "POST", sets_somewhere, NOWHERE, (422,)),
        )
        for row in on_goals(
            f"{API}/cycles/{{cycle_id}}/goals/{{goal_id}}{page}",
            method, also=_board_of(may), may=may, body=body, fine=fine,
        )
    ),
    *on_goals(f"{API}/cycles/{{cycle_id}}/goals/{{goal_id}}/board", also=has_board),
    Row(
        f"{API}/cycles/{{cycle_id}}/rating",
        "POST",
        about={"cycle_id": "cycle"},
        tried=DRAFTS,
        body={"metric": "signed_amount", "rating": 4},
        fine=(200, 409),
    ),
    Row(f"{API}/mine", names=Oracle.is_told_by, names_units=Oracle.stands_above),
    Row(f"{API}/receipts/{{receipt_id}}/acknowledge", "POST", about=RECEIPT, body={}),
    Row(f"{API}/profiles"),
    Row(f"{API}/profiles", "POST", roles=SETTERS, body=PROFILE_JSON, fine=(201,)),
    Row(f"{API}/profiles/{{profile_id}}", about=PROFILE, names=Oracle.works_on_targets),
    *(
        Row(f"{API}/profiles/{{profile_id}}{deed}", "POST", about=PROFILE, may=may, body=body)
        for deed, may, body in (("", changes_profile, PROFILE_JSON), ("/end", kept_by, {}))
    ),
)  # fmt: skip

CYCLES = (*PAGES, *DEEDS, *PROGRAMS)
