"""Alerts of both companies: some open, one closed with its reason, one sent to HR."""

from __future__ import annotations

from bihuan.base import clock
from bihuan.org.models import Assignment
from bihuan.rules.domain.definition import plain
from bihuan.rules.models import Alert, AlertEvent, ResponseMade
from bihuan.rules.queries import built_in
from tests.matrix.canary import word
from tests.matrix.world import World
from tests.matrix.world_acct import raise_about_customers

KEY = "early_warning"


def fill_alerts(world: World) -> None:
    """Raise alerts about people who lie in every way to everybody."""
    for name in ("rep", "deep", "neighbour", "their rep"):
        raise_about(world, name, name)
    _send(world, "rep", to="hrbp")
    closed = Alert.objects.get(pk=world.objects["alert"]["neighbour"])
    closed.state, closed.reason = "closed", word("alertreason")
    closed.ended_on, closed.ended_at, closed.ended_by = (
        world.today,
        clock.now(),
        world.people["head"],
    )
    closed.save()
    world.aviary.text("alert", closed.pk, closed.reason)
    raise_about_customers(world)
    world.know("alert", "absent", world.objects["alert"].pop("absent"))


def raise_about(world: World, who: str, name: str) -> None:
    """Raise an alert about somebody, with a note of its own."""
    person = world.people[who]
    seat = Assignment.objects.filter(person=person).on(world.today).get()
    alert = Alert.objects.create(
        tenant=person.tenant,
        key=KEY,
        number=0,
        definition=plain(built_in()[KEY]),
        person=person,
        unit=seat.unit,
        metric="signed_amount",
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


def _send(world: World, name: str, *, to: str) -> None:
    ResponseMade.objects.create(
        alert_id=world.objects["alert"][name],
        place=0,
        kind="task",
        to="hrbp",
        person=world.people[to],
        became="matrix.thing:1",
        effect=f"matrix/{name}",
        made_at=clock.now(),
    )
