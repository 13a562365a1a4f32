"""Who opens pages of the bench's company, and which: those whose lists and maps are asked for.

Each looks at the same lists from another place: over the whole company, over a region of
some two thousand people, over a team, over oneself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bihuan.demo.bench.world import World
from bihuan.org.actions import Seat, open_login, place_people, put_person, robot_of, root_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant, Unit

PASSWORD = "a-bench-of-ten-thousand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An address that a visitor opens again and again, and a word that stands on it."""

    name: str
    visitor: str
    address: str
    holds: str


def invite(world: World) -> list[dict[str, Any]]:
    """Give each visitor a seat and a login, unless they have them; return the pages they open."""
    tenant = Tenant.objects.get(pk=world.tenant_id)
    seat = Assignment.objects.select_related("unit", "person").get(
        person_id=world.person_id, role=Role.REP.value
    )
    region = Unit.objects.get(pk=world.region_id)
    rooms = {
        "boss": (root_of(tenant), Role.ADMIN),
        "region": (region, Role.MANAGER),
        "team": (seat.unit, Role.MANAGER),
    }
    for name, (unit, role) in rooms.items():
        _open(_seated(tenant, name, unit, role), name)
    _open(seat.person, "rep")
    return [asdict(page) for page in _pages(world, seat.unit)]


def _seated(tenant: Tenant, name: str, unit: Unit, role: Role) -> Person:
    robot = robot_of(tenant)
    person = put_person(tenant=tenant, code=name, name=name, by=robot)
    seats = {person.pk: [Seat(unit_id=unit.pk, role=role)]}
    place_people(tenant=tenant, seats=seats, by=robot)
    return person


def _open(person: Person, name: str) -> None:
    if person.login_id is None:
        robot = robot_of(person.tenant)
        open_login(person=person, username=f"bench-{name}", password=PASSWORD, by=robot)


def _pages(world: World, team: Unit) -> list[Page]:
    """Return lists and heat maps of all places, each with something that only its rows say."""
    heat = "/goals/heatmap"
    row = "/facts/"
    customer = "/customers/"
    asked = "?kind=contract.signed"
    return [
        Page(name="facts", visitor="boss", address="/facts/", holds=row),
        Page(name="facts of a kind", visitor="boss", address=f"/facts/{asked}", holds=row),
        Page(name="facts", visitor="region", address="/facts/", holds=row),
        Page(name="facts of a kind", visitor="team", address=f"/facts/{asked}", holds=row),
        Page(name="facts", visitor="rep", address="/facts/", holds=row),
        Page(name="customers", visitor="boss", address="/customers/", holds=customer),
        Page(name="customers", visitor="region", address="/customers/", holds=customer),
        Page(name="customers", visitor="rep", address="/customers/", holds=customer),
        Page(name="heat map", visitor="boss", address=f"{heat}/", holds=f"{heat}/cell/"),
        Page(
            name="heat map",
            visitor="region",
            address=f"{heat}/units/{world.region_id}/?metric=signed_amount&grain=week",
            holds=f"{heat}/cell/",
        ),
        Page(
            name="heat map",
            visitor="team",
            address=f"{heat}/units/{team.pk}/?metric=signed_amount&grain=month",
            holds=f"{heat}/cell/",
        ),
        Page(
            name="heat map",
            visitor="rep",
            address=f"{heat}/people/{world.person_id}/",
            holds=f"{heat}/cell/",
        ),
    ]
