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


PUBLISHED_AHEAD = 3
"""How many years on the targets of a cycle meet no other."""


def build(world: World) -> None:
    """Open cycles three years on, where they meet no other target."""
    admin, stranger = world.people["admin"], world.people["stranger"]
    root, their_root = world.units["root"], world.units["their root"]
    for name, unit, by, ahead in (
        ("published", root, admin, PUBLISHED_AHEAD),
        ("draft", root, admin, PUBLISHED_AHEAD + 1),
        ("theirs", their_root, stranger, PUBLISHED_AHEAD),
    ):
        goal = open_with_a_goal(world, name, unit, by, ahead)
        if ahead == PUBLISHED_AHEAD:
            publish(world, goal, word("revisionnote", name), by)
            _know_receipts(world, goal)
    for name, by in (("acme", admin), ("theirs", stranger)):
        profile = actions.save_profile(
            name=word("profile", name), factors=[("goal", "signed_amount", "1.5")], by=by
        )
        world.know("profile", name, profile.pk)
        world.aviary.text("profile", profile.pk, profile.name)


def open_with_a_goal(world: World, name: str, root: Unit, by: Person, ahead: int) -> Goal:
    """Open a cycle so many years ahead that asks for one thing."""
    year = world.today.year + ahead
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
    return goal


def publish(world: World, goal: Goal, note: str, by: Person) -> None:
    """Publish a cycle, with a note that is told nowhere else."""
    done = actions.publish(cycle=goal.cycle, reason=Reason.NEW_CYCLE, note=note, by=by)
    assert Revision.objects.get(pk=done.revision.pk).note == note
    world.aviary.text("cycle", goal.cycle_id, note)


def _know_receipts(world: World, goal: Goal) -> None:
    people = {person.pk: key for key, person in world.people.items()}
    for receipt in Receipt.objects.filter(revision__cycle=goal.cycle):
        world.know("receipt", people[receipt.person_id], receipt.pk)
