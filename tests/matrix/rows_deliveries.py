"""The lines of the matrix for deliveries: one's own link and wishes, and what operators mend."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

ADMIN = frozenset({"admin"})
DELIVERY = {"delivery_id": "delivery"}
API = "api/v1/inbox/deliveries"
WISHES = {"quiet": "none", "digest_at": "09:00"}


def is_brought(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """The link of a message leads nobody but whom it was for; to others it is not there."""
    return oracle.is_brought(person, objects["delivery_id"])


DELIVERIES = (
    Row("inbox/d/<int:delivery_id>/", about=DELIVERY, also=is_brought, fine=(302,)),
    Row("inbox/live/", query="?once=1&last=0", names=Oracle.speaks_in_an_inbox),
    Row("inbox/settings/"),
    Row("inbox/settings/", "POST", body=WISHES, fine=(302,)),
    Row("inbox/settings/company/", roles=ADMIN),
    Row("inbox/settings/company/", "POST", roles=ADMIN, body=WISHES, fine=(302,)),
    Row("inbox/deliveries/", roles=ADMIN),
    Row("inbox/deliveries/", query="?channel=in_app&state=sent", roles=ADMIN),
    Row("inbox/deliveries/export.xlsx", roles=ADMIN),
    Row("inbox/deliveries/retry/", "POST", roles=ADMIN, fine=(302,)),
    Row("inbox/deliveries/test/", "POST", roles=ADMIN, body={"channel": "mail"}, fine=(302,)),
    *(
        Row(
            f"inbox/deliveries/<int:delivery_id>/{deed}/",
            "POST",
            about=DELIVERY,
            roles=ADMIN,
            fine=(302,),
        )
        for deed in ("retry", "discard")
    ),
    Row(API, roles=ADMIN),
    Row(API, query="?state=sent&channel=in_app&limit=500", roles=ADMIN),
    Row(f"{API}/counts", roles=ADMIN),
    *(
        Row(f"{API}/{{delivery_id}}/{deed}", "POST", about=DELIVERY, roles=ADMIN, fine=(409,))
        for deed in ("retry", "discard")
    ),
    Row("chat/wecom/", roles=ADMIN),
    Row(
        "chat/wecom/",
        "POST",
        roles=ADMIN,
        body={"corp_id": "ww1", "agent_id": 1, "secret": "s"},
        fine=(302,),
    ),
    Row("chat/wecom/test/", "POST", roles=ADMIN, fine=(302,)),
    *(
        Row(
            "chat/wecom/callback/<uuid:public_id>/",
            method,
            about={"public_id": "callback"},
            is_open=True,
            fine=(404,),
        )
        for method in ("GET", "POST")
    ),
)
