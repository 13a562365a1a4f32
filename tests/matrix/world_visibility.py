"""Somebody who stands in for a manager, and somebody with whom things are shared."""

from __future__ import annotations

from datetime import timedelta

from bihuan.facts.models import Member
from bihuan.org import actions
from bihuan.org.domain.delegation import EVERYTHING, Days
from bihuan.org.domain.role import Role
from tests.matrix.world import World, add_person, add_seat


def open_to_others(world: World) -> None:
    """Let a deputy stand in for the manager of the team, and a rep show a guest what is theirs."""
    for name in ("deputy", "guest"):
        add_person(world, name, world.acme)
        add_seat(world, name, "sibling", Role.REP)
    manager, deputy = world.people["manager"], world.people["deputy"]
    days = Days(world.today, world.today + timedelta(days=9))
    lent = actions.lend(
        lender=manager, deputy=deputy, days=days, limits=EVERYTHING, reason="away", by=manager
    )
    world.know("delegation", "manager to deputy", lent.pk)
    rep, until = world.people["rep"], world.today + timedelta(days=9)
    account = Member.objects.get(pk=world.objects["member"]["rep"])
    for kind, thing in (("customers.customer", account.pk), ("inbox.task", _task(world))):
        shared = actions.share(
            kind=kind,
            thing_id=thing,
            whom=world.people["guest"],
            until=until,
            reason="to read",
            by=rep,
        )
        world.know("share", kind, shared.pk)
    for kind in ("delegation", "share"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))


def _task(world: World) -> int:
    return world.objects["task"]["rep"]
