"""A small company to reckon figures of: two teams under a company, five people, three accounts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from bihuan.facts.actions import open_source, put_members
from bihuan.facts.actions.naming import NamedMember
from bihuan.org.actions import Seat, found_tenant, place_people, put_people, put_unit, robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Unit

START = date(2026, 1, 1)
CODES = count()


class Company:
    """East with a team inside it, and west; mei leads the inner team from day 30."""

    def __init__(self) -> None:
        self.tenant = found_tenant(code=f"trial-{next(CODES)}", name="Trial")
        self.robot = robot_of(self.tenant)
        self.east = self._unit("east", None)
        self.inner = self._unit("inner", self.east)
        self.west = self._unit("west", None)
        names = ("boss", "lin", "wang", "zhao", "mei")
        self.people = put_people(
            tenant=self.tenant, names={name: name for name in names}, by=self.robot
        )
        seats = {
            "boss": Seat(unit_id=self.east.pk, role=Role.MANAGER),
            "lin": Seat(unit_id=self.inner.pk, role=Role.REP),
            "wang": Seat(unit_id=self.east.pk, role=Role.REP),
            "zhao": Seat(unit_id=self.west.pk, role=Role.REP),
            "mei": Seat(
                unit_id=self.inner.pk, role=Role.MANAGER, valid_from=START + timedelta(days=30)
            ),
        }
        place_people(
            tenant=self.tenant,
            seats={self.people[name].pk: [seat] for name, seat in seats.items()},
            by=self.robot,
        )
        named = [
            NamedMember(dimension=d, code=c, name=c)
            for d in ("account", "opportunity")
            for c in "ABC"
        ]
        self.members = put_members(tenant=self.tenant, members=named)
        self.source = open_source(tenant=self.tenant, code="trial")

    def _unit(self, code: str, parent: Unit | None) -> Unit:
        return put_unit(
            tenant=self.tenant, code=code, name=code, parent=parent, kind="region", by=self.robot
        )
