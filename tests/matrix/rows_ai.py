"""The lines of the matrix for conversations with customers, and for texts made of them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

ADMIN = frozenset({"admin"})
SOME = ("rep", "mate", "deep", "neighbour", "mover before", "their rep", "absent")
FEW = ("rep", "neighbour", "their rep", "absent")
CUSTOMER = {"account_id": "customer"}
CONVERSATION = {"conversation_id": "conversation"}
TEXT = {"text_id": "ai_text"}
API = "api/v1/customers"
SAID = {
    "account": "{customer:rep}",
    "channel": "call",
    "happened_at": "2026-03-02T09:00",
    "text": "r",
}


def erases(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.erases(person, objects["conversation_id"])


TALK = (
    Row("customers/<int:account_id>/conversations/", about=CUSTOMER, tried=SOME),
    Row("customers/<int:account_id>/conversations/add/", about=CUSTOMER, tried=FEW),
    Row(
        "customers/<int:account_id>/conversations/add/",
        "POST",
        about=CUSTOMER,
        tried=("rep",),
        body=SAID,
        fine=(302,),
        is_for_places=False,  # What is sent names the customer of the rep.
    ),
    Row(
        "customers/<int:account_id>/conversations/add/",
        "POST",
        about=CUSTOMER,
        tried=FEW,
        body=SAID,
        fine=(302, 422),
    ),
    Row(
        "customers/<int:account_id>/summary/",
        "POST",
        about=CUSTOMER,
        tried=FEW,
        fine=(302, 422),
    ),
    *(
        Row(
            "customers/conversations/<int:conversation_id>/erase/",
            method,
            about=CONVERSATION,
            body={"reason": "r"},
            may=erases,
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302,)))
    ),
    Row(f"{API}/{{account_id}}/conversations", about=CUSTOMER, tried=SOME),
    Row(
        f"{API}/{{account_id}}/conversations",
        "POST",
        about=CUSTOMER,
        tried=FEW,
        body={"channel": "call", "happened_at": "2026-03-02T09:00:00Z", "text": "r"},
        fine=(201,),
    ),
    Row(
        f"{API}/{{account_id}}/summary",
        "POST",
        about=CUSTOMER,
        tried=FEW,
        body={"sentences": 2},
        fine=(200, 422),
    ),
    Row(
        f"{API}/conversations/{{conversation_id}}/erase",
        "POST",
        about=CONVERSATION,
        body={"reason": "r"},
        may=erases,
    ),
)

TEXTS = (
    Row("ai/", roles=ADMIN),
    Row("api/v1/ai", roles=ADMIN),
    Row("ai/texts/<int:text_id>/say/", "POST", about=TEXT, body={"word": "adopted"}, fine=(302,)),
    Row("ai/texts/<int:text_id>/adjust/", about=TEXT),
    Row("ai/texts/<int:text_id>/adjust/", "POST", about=TEXT, body={"adjusted": "r"}, fine=(302,)),
    Row("api/v1/ai/texts/{text_id}", about=TEXT),
    Row("api/v1/ai/texts/{text_id}/word", "POST", about=TEXT, body={"word": "refused"}),
)

AI = (*TALK, *TEXTS)
