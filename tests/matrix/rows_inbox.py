"""The lines of the matrix for the inbox: one's own notices, and proposals by whom they ask."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

NOTICE = {"notice_id": "notice"}
PROPOSAL = {"proposal_id": "proposal"}
API = "api/v1/inbox"
SPEAKS = Oracle.speaks_in_an_inbox
YES = {"choice": "accept", "reason": ""}
YES_FOR_THEM = {**YES, "in_place_of": "{person:manager}"}


def asks(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """For oneself a proposal is answered by whom it asks."""
    return oracle.is_asked(person, objects["proposal_id"])


def asks_manager(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """In the place of the manager a proposal is answered by the manager, and by their deputy."""
    return oracle.answers_for(person, world.people["manager"].pk, objects["proposal_id"])


def withdraws(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.withdraws(person, objects["proposal_id"])


LISTS = tuple(
    Row(route, query=query, names=SPEAKS)
    for route, query in (
        ("inbox/", ""),
        ("inbox/notices/", ""),
        ("inbox/notices/", "?which=unread"),
        ("inbox/notices/export.xlsx", ""),
        ("inbox/proposals/", ""),
        ("inbox/proposals/", "?which=asked&state=open"),
        ("inbox/proposals/", "?which=made"),
        ("inbox/proposals/export.xlsx", ""),
        (API, ""),
        (f"{API}/notices", ""),
        (f"{API}/notices", "?which=asking&limit=500"),
        (f"{API}/proposals", ""),
        (f"{API}/proposals", "?which=asked&state=open"),
    )
)

READING = (
    Row("inbox/notices/read/", "POST", fine=(302,)),
    Row("inbox/notices/<int:notice_id>/open/", "POST", about=NOTICE, fine=(302,)),
    Row("inbox/notices/<int:notice_id>/read/", "POST", about=NOTICE, fine=(302,)),
    Row(f"{API}/notices/read", "POST"),
    Row(f"{API}/notices/{{notice_id}}/read", "POST", about=NOTICE, names=SPEAKS),
)

DECIDING = (
    Row("inbox/proposals/<int:proposal_id>/", about=PROPOSAL, names=SPEAKS),
    Row(f"{API}/proposals/{{proposal_id}}", about=PROPOSAL, names=SPEAKS),
    *(
        Row(route, "POST", about=PROPOSAL, may=may, body=body, fine=fine, names=SPEAKS)
        for route, fine in (
            ("inbox/proposals/<int:proposal_id>/", (302, 409)),
            (f"{API}/proposals/{{proposal_id}}/answer", (200, 409)),
        )
        for may, body in ((asks, YES), (asks_manager, YES_FOR_THEM))
    ),
    *(
        Row(
            route,
            method,
            about=PROPOSAL,
            may=withdraws,
            body={"reason": "r"},
            fine=fine,
            names=SPEAKS,
        )
        for route, method, fine in (
            ("inbox/proposals/<int:proposal_id>/withdraw/", "GET", (200,)),
            ("inbox/proposals/<int:proposal_id>/withdraw/", "POST", (302,)),
            (f"{API}/proposals/{{proposal_id}}/withdraw", "POST", (200,)),
        )
    ),
)

INBOX = (*LISTS, *READING, *DECIDING)
