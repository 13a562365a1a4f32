"""The lines of the matrix for customers: seen by any fact, joined by those who see both."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

JOINERS = frozenset({"admin", "manager"})
SOME = ("rep", "mate", "deep", "neighbour", "mover before", "their rep", "absent")
PAIR = ("rep", "mate")
FEW = ("rep", "neighbour", "their rep", "absent")
BOTH = {"account_id": "customer", "other_id": "customer"}
API = "api/v1/customers"
CODE = {"uscc": "91110000600037341L"}


def parts(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A merge is taken back by who sees both of what comes apart."""
    return oracle.sees_both_sides(person, objects["seq"])


PAGES = (
    Row("customers/"),
    Row("customers/", query="?q=zq"),
    Row("customers/", query="?which=merged"),
    Row("customers/export.xlsx"),
    Row(
        "customers/<int:account_id>/",
        about={"account_id": "customer"},
        tried=SOME,
        fine=(200, 302),
    ),
    Row("customers/duplicates/", roles=JOINERS),
    Row("customers/duplicates/export.xlsx", roles=JOINERS),
    Row("customers/apart/", roles=JOINERS),
    Row("customers/apart/export.xlsx", roles=JOINERS),
    Row("customers/merges/"),
    Row("customers/merges/export.xlsx"),
    Row(
        "customers/<int:account_id>/join/",
        about={"account_id": "customer"},
        tried=FEW,
        roles=JOINERS,
        query="?q=zq",
    ),
)

DEEDS = (
    *(
        Row(
            f"customers/<int:account_id>/with/<int:other_id>/{deed}",
            method,
            about=BOTH,
            tried=tried,
            roles=JOINERS,
            body=body,
            fine=fine,
        )
        for deed, body in (("", {"kept": "one", "reason": "r"}), ("apart/", {"reason": "r"}))
        for method, tried, fine in (
            ("GET", FEW, (200, 302)),
            ("POST", PAIR, (302,)),
            ("POST", FEW, (302,)),
        )
    ),
    *(
        Row(
            "customers/merges/<int:seq>/undo/",
            method,
            about={"seq": "merge"},
            roles=JOINERS,
            body={"reason": "r"},
            may=parts,
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302,)))
    ),
    Row(
        "customers/apart/<int:distinction_id>/withdraw/",
        "POST",
        about={"distinction_id": "distinction"},
        roles=JOINERS,
        fine=(302,),
    ),
    *(
        Row(
            "customers/<int:account_id>/uscc/",
            method,
            about={"account_id": "customer"},
            tried=FEW,
            roles=JOINERS,
            body=CODE,
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302,)))
    ),
)

OPERATIONS = (
    Row(API),
    Row(API, query="?q=zq"),
    Row(f"{API}/{{account_id}}", about={"account_id": "customer"}, tried=SOME),
    Row(f"{API}/duplicates", roles=JOINERS),
    Row(f"{API}/merges"),
    Row(
        f"{API}/merges",
        "POST",
        roles=JOINERS,
        body={"account": "{customer:rep}", "into": "{customer:mate}", "reason": "r"},
        fine=(201,),
    ),
    Row(
        f"{API}/merges/{{seq}}/undo",
        "POST",
        about={"seq": "merge"},
        roles=JOINERS,
        body={"reason": "r"},
        may=parts,
    ),
    Row(f"{API}/apart", roles=JOINERS),
    Row(
        f"{API}/apart",
        "POST",
        roles=JOINERS,
        body={"one": "{customer:rep}", "other": "{customer:mate}", "reason": "r"},
        fine=(201,),
    ),
    Row(
        f"{API}/apart/{{distinction_id}}/withdraw",
        "POST",
        about={"distinction_id": "distinction"},
        roles=JOINERS,
    ),
    Row(f"{API}/{{account_id}}/uscc", about={"account_id": "customer"}, tried=FEW),
    Row(
        f"{API}/{{account_id}}/uscc",
        "PUT",
        about={"account_id": "customer"},
        tried=FEW,
        roles=JOINERS,
        body=CODE,
    ),
)

CUSTOMERS = (*PAGES, *DEEDS, *OPERATIONS)
