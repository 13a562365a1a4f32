"""Alerts about customers: of those whose facts one sees, and of those one does not see."""

from __future__ import annotations

from bihuan.base import clock
from bihuan.org.models import Assignment
from bihuan.rules.domain.definition import plain
from bihuan.rules.models import Alert, AlertEvent
from bihuan.rules.queries import built_in
from tests.matrix.canary import word
from tests.matrix.world import World

KEY = "silent_key_account"
RAISED = {
    "customer of rep": ("rep", "rep"),
    "customer of deep": ("deep", "deep"),
    "customer of another": ("mate", "neighbour"),
}
"""Who is responsible, and whose customer it is: the last was merged into another's."""


def raise_about_customers(world: World) -> None:
    """Raise alerts about customers, each with a note of its own."""
    for name, (owner, whose) in RAISED.items():
        _raise(world, name, owner, whose)


def _raise(world: World, name: str, owner: str, whose: str) -> None:
    person = world.people[owner]
    seat = Assignment.objects.filter(person=person).at_home().on(world.today).get()
    alert = Alert.objects.create(
        tenant=person.tenant,
        key=KEY,
        number=0,
        definition=plain(built_in()[KEY]),
        account_id=world.objects["member"][whose],
        owner=person,
        unit=seat.unit,
        opened_on=world.today,
        opened_at=clock.now(),
        looked_on=world.today,
        evidence={"on": world.today.isoformat(), "seq": 0, "leaves": []},
    )
    world.know("alert", name, alert.pk)
    note = AlertEvent.objects.create(
        alert=alert, what="noted", on=world.today, at=clock.now(), by=person,
        note=word("alertnote", name),
    )  # fmt: skip
    world.aviary.text("alert_note", alert.pk, note.note)
