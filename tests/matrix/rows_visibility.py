"""The lines of the matrix for what is lent and shared, and for who sees what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Actor, Judge, Row
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


def is_shown_something(oracle: Oracle, person: int, other: int) -> bool:
    """Who may share a thing is told with whom it is shared."""
    return any(
        other in (row["sharer_id"], row["person_id"]) and oracle.same_tenant(person, row)
        for row in oracle.shares.values()
    )


def is_of_the_company(oracle: Oracle, person: int, unit: int) -> bool:
    return oracle.same_tenant(person, oracle.units[unit])


def holds_it(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A customer is shared by who earned a fact of it, and by who leads there."""
    customer = oracle.entity(objects["thing_id"])
    return any(
        fact["account_id"] is not None
        and oracle.entity(fact["account_id"]) == customer
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
            names=is_shown_something,
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

OPENED = (
    Actor("deputy of the manager", "deputy", is_alike=True),
    Actor("guest of a rep", "guest", is_alike=True),
)
"""Who sees by what others lend and share; they knock where rows of these kinds are."""
OPENED_AT = (
    "customers/",
    "facts/",
    "inbox/tasks/",
    "inbox/proposals/",
    "org/people/",
    "goals/targets/",
)


def tells_of(oracle: Oracle, person: int, column: str, other: int) -> bool:
    """Return whether a fact or a task that is shared, or a loan, tells of somebody or a unit."""
    shared = any(
        row[column] == other and oracle.shared_fact(person, pk) for pk, row in oracle.facts.items()
    )
    given = any(
        other in (row["owner_id"], row["made_by_id"], row["unit_id"]) and oracle.task(person, pk)
        for pk, row in oracle.tasks.items()
    )
    return shared or given


def opened(row: Row) -> Row:
    """Return a row whose answers may also name who lends and shares, and of whom that tells."""

    def names(oracle: Oracle, person: int, other: int) -> bool:
        known = is_party(oracle, person, other) or tells_of(oracle, person, "person_id", other)
        return known or (row.names is not None and row.names(oracle, person, other))

    def units(oracle: Oracle, person: int, unit: int) -> bool:
        known = tells_of(oracle, person, "unit_id", unit)
        return known or (row.names_units is not None and row.names_units(oracle, person, unit))

    is_deed = row.method != "GET" or "change/" in row.route or "hand-over/" in row.route
    if not is_deed or row.route in READ_ONLY_DEEDS:
        return replace(row, names=names, names_units=units)
    denied = (*row.denied, 403)
    return replace(row, names=names, names_units=units, also=_held_by(row), denied=denied)


READ_ONLY_DEEDS = {"customers/<int:account_id>/summary/"}
"""What somebody does for themselves with what they may read."""


def _held_by(row: Row) -> Judge:
    """Return the judge of who sees what a deed is about without anybody's share."""

    def held(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
        alone = replace(oracle, shares={})
        sees = all(alone.sees(person, kind, objects[name]) for name, kind in row.about.items())
        return sees and (row.also is None or row.also(alone, world, person, objects))

    return held


VISIBILITY = (*LENDING, *SHARING, *SEEN, *WHAT)
