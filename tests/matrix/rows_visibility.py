"""The lines of the matrix for what is lent and shared, and for who sees what."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

LOOKERS = frozenset({"admin", "quality_officer"})
API = "api/v1/org"
THINGS = (
    ("customers.customer", "customer", ("rep", "neighbour", "their rep", "absent")),
    ("inbox.task", "task", ("rep", "neighbour", "absent")),
    ("org.person", "person", ("rep", "neighbour", "their rep", "absent")),
    ("goals.quota", "quota", ("mate", "neighbour", "absent")),
    ("customers.conversation", "conversation", ("rep", "neighbour", "absent")),
    ("rules.alert", "alert", ("rep", "absent")),
)
SHAREABLE = {"customers.customer", "inbox.task", "rules.alert"}


def is_a_reason(oracle: Oracle, person: int, other: int) -> bool:
    """Who sees a thing is told to whoever sees it: by role, for themselves, or from others."""
    return oracle.same_tenant(person, oracle.people[other])


def is_party(oracle: Oracle, person: int, other: int) -> bool:
    """Who lends, stands in, shares or is shown something is named to both."""
    lent = (
        (row["lender_id"], row["deputy_id"])
        for pk, row in oracle.delegations.items()
        if oracle.delegation(person, pk)
    )
    shared = (
        (row["sharer_id"], row["person_id"])
        for row in oracle.shares.values()
        if person in (row["sharer_id"], row["person_id"])
    )
    return any(other in parties for parties in (*lent, *shared))


def is_of_the_company(oracle: Oracle, person: int, unit: int) -> bool:
    return oracle.same_tenant(person, oracle.units[unit])


def holds_it(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A customer is shared by who earned a fact of it, and by who leads there."""
    accounts = {objects["thing_id"]}
    return any(
        fact["account_id"] in accounts
        and (
            fact["person_id"] == person
            or any(
                pk > 0
                and seat["person_id"] == person
                and seat["role"] == "manager"
                and oracle.holds(seat, oracle.today)
                and oracle.lies_under(fact["unit_id"], seat["unit_id"])
                for pk, seat in oracle.seats.items()
            )
        )
        for fact in oracle.facts.values()
    )


SEEN = tuple(
    Row(
        f"{route}{ending}",
        fixed={"kind": kind},
        about={"thing_id": noun},
        tried=tried,
        names=is_a_reason,
        names_units=is_of_the_company,
    )
    for kind, noun, tried in THINGS
    for route, ending in (
        ("org/seen/<str:kind>/<int:thing_id>/", ""),
        ("org/seen/<str:kind>/<int:thing_id>/", "export.xlsx"),
        (f"{API}/seen/{{kind}}/{{thing_id}}", ""),
    )
)

SHARING = (
    Row("org/shares/", names=is_party),
    Row("org/shares/export.xlsx", names=is_party),
    Row(f"{API}/shares", names=is_party),
    Row(
        f"{API}/shares",
        "POST",
        body={"kind": "nothing", "thing": 1, "until": "2027-01-31", "reason": "r"},
        fine=(404,),
    ),
    *(
        Row(
            "org/share/<str:kind>/<int:thing_id>/",
            method,
            fixed={"kind": "customers.customer"},
            about={"thing_id": "customer"},
            tried=("rep", "neighbour", "their rep", "absent"),
            may=holds_it,
            names=is_party,
            body={"person": "nobody", "last_day": "2027-01-31", "reason": "r"},
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (422,)))
    ),
    Row("org/shares/<int:share_id>/end/", "POST", about={"share_id": "share"}, fine=(302,)),
    Row(f"{API}/shares/{{share_id}}/end", "POST", about={"share_id": "share"}, names=is_party),
)

LENDING = (
    Row("org/delegations/", names=is_party),
    Row("org/delegations/", "POST", body={"deputy": "nobody"}, names=is_party, fine=(422,)),
    Row("org/delegations/export.xlsx", names=is_party),
    Row(
        "org/delegations/<int:delegation_id>/end/",
        "POST",
        about={"delegation_id": "delegation"},
        fine=(302,),
    ),
    Row(f"{API}/delegations", names=is_party),
    Row(
        f"{API}/delegations",
        "POST",
        body={"deputy": 1, "since": "2026-01-01", "until": "2026-01-02", "reason": "r"},
        fine=(404,),
    ),
    Row(
        f"{API}/delegations/{{delegation_id}}/end",
        "POST",
        about={"delegation_id": "delegation"},
        names=is_party,
    ),
)

WHAT = tuple(
    Row(
        route,
        about={"person_id": "person"},
        tried=("rep", "neighbour", "their rep", "absent"),
        roles=LOOKERS,
    )
    for route in (
        "org/people/<int:person_id>/sees/",
        "org/people/<int:person_id>/sees/export.xlsx",
        f"{API}/people/{{person_id}}/sees",
    )
)

VISIBILITY = (*LENDING, *SHARING, *SEEN, *WHAT)
