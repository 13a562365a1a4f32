"""Weekly reports of a team, of the one beside it and of another company."""

from __future__ import annotations

from bihuan.advice.actions import make_weekly
from bihuan.org import actions
from bihuan.org.models import Unit
from tests.matrix.world import World

UNITS = ("team", "sibling", "their team")


def write_weekly(world: World) -> None:
    """Make the report of last week for some units, by the system itself."""
    for name in UNITS:
        unit = Unit.objects.select_related("tenant", "parent").get(pk=world.units[name].pk)
        made = make_weekly(unit=unit, morning=world.today, by=actions.robot_of(unit.tenant))
        world.know("weekly", name, made.pk)
