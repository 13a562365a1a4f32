"""The lines of the matrix for market events: seen by who leads, each with the parts they see."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

ADMIN = frozenset({"admin"})
REPORTERS = ADMIN | {"manager"}
EVENT = {"event_id": "event"}
RECKONING = {"event_id": "event", "reckoning_id": "reckoning"}
API = "api/v1/goals/market"
NAMES = Oracle.reports_events
PLACES = Oracle.is_place_of_event
NEW = {
    "name": "n",
    "kind": "policy",
    "size": "0.1",
    "start": "2027-02-01",
    "handling": "keep",
    "answer_days": 5,
}
TYPED = NEW | {"last_day": "2027-02-28"}
SENT = NEW | {"end": "2027-03-01"}
MODEL = {"elasticity": "1", "stock_weight": "1", "delay_weight": "1", "policy_weight": "1"}


def leads_the_whole(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """Answers that waited are carried out by who sets the whole cycle, here an administrator."""
    return "admin" in oracle.roles(person)


LOOKING = (
    Row("goals/market/", names=NAMES),
    Row(f"{API}/events", names=NAMES, names_units=PLACES),
    *(
        Row(route, about=EVENT, names=NAMES, names_units=PLACES)
        for route in (
            "goals/market/<int:event_id>/",
            "goals/market/<int:event_id>/export.xlsx",
            f"{API}/events/{{event_id}}",
        )
    ),
)

REPORTING = (
    Row("goals/market/add/", roles=REPORTERS),
    Row("goals/market/add/", "POST", roles=REPORTERS, body=TYPED, fine=(302,)),
    Row("goals/market/add/preview/", "POST", roles=REPORTERS, body=TYPED),
    Row(f"{API}/events", "POST", roles=REPORTERS, body=SENT, fine=(201,)),
    Row(f"{API}/events/preview", "POST", roles=REPORTERS, body=SENT),
    *(
        Row(route, "POST", roles=REPORTERS, body=body | {"units": f"{{unit:{unit}}}"}, fine=fine)
        for unit in ("team", "sibling", "their team")
        for route, body, fine in (("goals/market/add/", TYPED, (302,)),)
    ),
)

CARRYING_OUT = (
    Row(
        "goals/market/<int:event_id>/reckonings/<int:reckoning_id>/carry-out/",
        "POST",
        about=RECKONING,
        may=leads_the_whole,
        fine=(302,),
        names=NAMES,
    ),
    Row(
        f"{API}/events/{{event_id}}/reckonings/{{reckoning_id}}/carry-out",
        "POST",
        about=RECKONING,
        may=leads_the_whole,
        fine=(409,),
        names=NAMES,
    ),
)

MODELLING = (
    Row("goals/market/model/", roles=ADMIN),
    Row("goals/market/model/", "POST", roles=ADMIN, body=MODEL, fine=(302,)),
    Row(f"{API}/model", roles=REPORTERS),
    Row(f"{API}/model", "PUT", roles=ADMIN, body=MODEL),
)

MARKET = (*LOOKING, *REPORTING, *CARRYING_OUT, *MODELLING)
