"""Alerts of both companies, with what was asked because of them, and a rule that was written."""

from __future__ import annotations

from bihuan.base import clock
from bihuan.rules import actions
from bihuan.rules.domain.definition import read_definition
from bihuan.rules.models import Alert, AlertEvent, ResponseMade, RuleVersion
from tests.matrix.canary import word
from tests.matrix.world import METRIC, World

RULE = "written"
RAW: dict[str, object] = {
    "name_zh": "写成的规则",
    "name_en": "A rule that was written",
    "when": {"kind": "level", "measure": "value", "metric": METRIC, "limit": "1"},
}
ABOUT = {"rep": "hrbp", "deep": None, "neighbour": "mate", "manager": None, "their rep": "stranger"}
"""Whom an alert is about, and who was asked to do something because of it."""


def fire_alerts(world: World) -> None:
    for number, (name, asked) in enumerate(ABOUT.items()):
        _fire(world, name, asked, number)
    world.know("alert", "absent", world.objects["alert"].pop("absent"))
    _write(world)


def _fire(world: World, name: str, asked: str | None, number: int) -> None:
    person = world.people[name]
    seat = person.assignments.at_home().on(world.today).get()
    words = word("note", "alert", name)
    alert = Alert.objects.create(
        tenant=person.tenant,
        key=RULE,
        number=1,
        definition=RAW,
        person=person,
        unit=seat.unit,
        metric=METRIC,
        opened_on=world.today,
        opened_at=clock.now(),
        looked_on=world.today,
        evidence={"on": world.today.isoformat(), "seq": 1, "leaves": []},
    )
    AlertEvent.objects.create(
        alert=alert, what="acted", on=world.today, at=clock.now(), by=person, note=words
    )
    if asked is not None:
        ResponseMade.objects.create(
            alert=alert,
            place=0,
            kind="notice",
            to="manager",
            person=world.people[asked],
            became=f"matrix.notice:{number}",
            effect=f"matrix/{number}",
            made_at=clock.now(),
        )
    world.know("alert", name, alert.pk)
    world.aviary.text("alert", alert.pk, words)


def _write(world: World) -> None:
    """Put a rule in force in Acme, and leave a draft of its next version."""
    admin = world.people["admin"]
    definition = read_definition(RAW)
    first = actions.draft_rule(
        tenant=world.acme,
        key=RULE,
        definition=definition,
        reason="n",
        by=admin,
        is_new=True,
    )
    actions.put_in_force(version=first, valid_from=world.today, by=admin)
    other = read_definition(RAW | {"priority": 60})
    draft: RuleVersion = actions.draft_rule(
        tenant=world.acme, key=RULE, definition=other, reason="n", by=admin
    )
    assert draft.number == 2
