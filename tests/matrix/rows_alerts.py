"""The lines of the matrix for alerts: about oneself, about those one leads, sent to one."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

ALERT = {"alert_id": "alert"}
HEARS = Oracle.hears_of_alerts
WORDS = {"words": "w"}


def ends(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """An alert is ended by who leads its unit or sees everything, never by whom it is about."""
    return oracle.ends_alert(person, objects["alert_id"])


ALERTS = (
    *(
        Row(route, query=query, names=HEARS)
        for route, query in (
            ("rules/alerts/", ""),
            ("rules/alerts/", "?state=all"),
            ("rules/alerts/", "?state=closed"),
            ("rules/alerts/export.xlsx", "?state=all"),
            ("rules/alerts/by-team.xlsx", ""),
        )
    ),
    Row("rules/alerts/<int:alert_id>/", about=ALERT, names=HEARS),
    Row("rules/alerts/<int:alert_id>/acknowledge/", "POST", about=ALERT, fine=(302,)),
    Row(
        "rules/alerts/<int:alert_id>/say/",
        "POST",
        about=ALERT,
        body=WORDS,
        fine=(302,),
        names=HEARS,
    ),
    Row(
        "rules/alerts/<int:alert_id>/close/",
        "POST",
        about=ALERT,
        may=ends,
        body=WORDS,
        fine=(302, 422),
        names=HEARS,
    ),
)
