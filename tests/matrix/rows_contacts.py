"""The lines of the matrix for people at customers."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

SELLERS = frozenset({"rep", "clerk", "manager", "admin"})
ABOUT = {"contact_id": "contact"}
API = "api/v1/contacts"
FEW = ("rep", "neighbour", "their rep", "absent")


def changes(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A contact is changed by who looks after it, and by those who lead."""
    return oracle.keeps_contact(person, objects["contact_id"])


PAGES = (
    Row("customers/contacts/"),
    Row("customers/contacts/", query="?q=zqmailrepzq@example.com"),
    Row("customers/contacts/export.xlsx"),
    Row("customers/contacts/<int:contact_id>/", about=ABOUT),
    *(
        Row("customers/contacts/bring/", method, roles=SELLERS, fine=fine)
        for method, fine in (("GET", (200,)), ("POST", (422,)))
    ),
    *(
        Row(
            "customers/<int:account_id>/contacts/add/",
            method,
            about={"account_id": "customer"},
            tried=FEW,
            roles=SELLERS,
            body={"name": "n"},
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302,)))
    ),
    *(
        Row(
            f"customers/contacts/<int:contact_id>/{deed}/",
            method,
            about=ABOUT,
            roles=SELLERS,
            may=changes,
            body=body,
            fine=fine,
        )
        for deed, body in (("change", {"name": "n"}), ("hand-over", {"to": "{person:rep}"}))
        # The rep to whom one hands over may not see the customer.
        for method, fine in (("GET", (200,)), ("POST", (302, 404, 422)))
    ),
    Row(
        "customers/contacts/<int:contact_id>/end/",
        "POST",
        about=ABOUT,
        roles=SELLERS,
        may=changes,
        fine=(302,),
    ),
)

OPERATIONS = (
    Row(API),
    Row(API, query="?q=zqmailrepzq@example.com"),
    Row(API, "POST", roles=SELLERS, body={"account": "{customer:rep}", "name": "n"}, fine=(201,)),
    Row(f"{API}/{{contact_id}}", about=ABOUT),
    # One of them is held: nothing is done with what is known of them.
    Row(
        f"{API}/{{contact_id}}",
        "PATCH",
        about=ABOUT,
        may=changes,
        body={"title": "t"},
        fine=(200, 409),
    ),
    Row(
        f"{API}/{{contact_id}}/hand-over",
        "POST",
        about=ABOUT,
        may=changes,
        body={"to": "{person:rep}"},
        fine=(200, 404),
    ),
    Row(f"{API}/{{contact_id}}/end", "POST", about=ABOUT, may=changes),
)

CONTACTS = (*PAGES, *OPERATIONS)
