"""Cycles of both companies: one published, one that is only worked on, and a weight profile."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from bihuan.goals import actions
from bihuan.goals.actions import GoalAsked
from bihuan.goals.domain.cycle import Method, Reason, Seasonality
from bihuan.goals.models import Goal, Receipt, Revision
from bihuan.org.models import Person, Unit
from tests.matrix.canary import word

if TYPE_CHECKING:
    from tests.matrix.world import World


def build(world: World) -> None:
    """Open cycles three years on, where they meet no other target."""
    admin, stranger = world.people["admin"], world.people["stranger"]
    root, their_root = world.units["root"], world.units["their root"]
    _cycle(world, "published", root, admin, is_published=True)
    _cycle(world, "draft", root, admin, is_published=False)
    _cycle(world, "theirs", their_root, stranger, is_published=True)
    for name, by in (("acme", admin), ("theirs", stranger)):
        profile = actions.save_profile(
            name=word("profile", name), factors=[("goal", "signed_amount", "1.5")], by=by
        )
        world.know("profile", name, profile.pk)
        world.aviary.text("profile", profile.pk, profile.name)


def _cycle(world: World, name: str, root: Unit, by: Person, *, is_published: bool) -> None:
    year = world.today.year + (3 if is_published else 4)
    cycle = actions.open_cycle(
        code=word("cyclecode", name),
        name=word("cycle", name),
        start=date(year, 1, 1),
        end=date(year, 4, 1),
        grain="month",
        root=root,
        by=by,
    )
    world.know("draft", name, cycle.pk)
    world.aviary.text("cycle", cycle.pk, cycle.name, cycle.code)
    goal = actions.add_goal(
        cycle=cycle,
        asked=GoalAsked(
            metric="signed_amount",
            amount=Decimal("7777777.77"),
            strategy=word("strategy", name),
            method=Method.EVEN,
            seasonality=Seasonality.DAYS,
        ),
        by=by,
    )
    world.know("goal", name, goal.pk)
    world.aviary.text("cycle", cycle.pk, goal.strategy)
    if is_published:
        _publish(world, name, goal, by)


def _publish(world: World, name: str, goal: Goal, by: Person) -> None:
    note = word("revisionnote", name)
    done = actions.publish(cycle=goal.cycle, reason=Reason.NEW_CYCLE, note=note, by=by)
    assert Revision.objects.get(pk=done.revision.pk).note == note
    world.aviary.text("cycle", goal.cycle_id, note)
    people = {person.pk: key for key, person in world.people.items()}
    for receipt in Receipt.objects.filter(revision=done.revision):
        world.know("receipt", people[receipt.person_id], receipt.pk)
