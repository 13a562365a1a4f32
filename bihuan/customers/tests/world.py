"""A company with two teams and customers that are there twice."""

from __future__ import annotations

from datetime import date

from bihuan.customers.access import entity_map
from bihuan.facts.actions import put_members
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.models import Member
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant
from tests.make import make_admin, make_fact, make_person, make_tenant, make_unit

DAY = date(2026, 3, 2)
CODE, OTHER_CODE = "91110000600037341L", "91350100M000100Y43"


class World:
    """East and west, each with a rep and a manager; the head manages both."""

    def __init__(self) -> None:
        self.tenant: Tenant = make_tenant()
        self.robot: Person = robot_of(self.tenant)
        sales = make_unit("sales")
        east, west = make_unit("east", under=sales), make_unit("west", under=sales)
        self.admin = make_admin(tenant=self.tenant)
        self.head = make_person("head", unit=sales, role=Role.MANAGER)
        self.east_head = make_person("east head", unit=east, role=Role.MANAGER)
        self.east_rep = make_person("east rep", unit=east)
        self.west_rep = make_person("west rep", unit=west)
        self.hrbp = make_person("hrbp", unit=sales, role=Role.HRBP)
        self.quality = make_person("quality", role=Role.QUALITY_OFFICER)
        self.a = self.account("A", "苏州汇川控制技术有限公司", of=self.east_rep)
        self.b = self.account("B", "苏州汇川控制技术公司", of=self.west_rep)
        self.c = self.account("C", "深圳汇川控制技术有限公司", of=self.east_rep)

    def account(self, code: str, name: str, *, of: Person | None = None, uscc: str = "") -> Member:
        attributes = {"uscc": uscc} if uscc else {}
        named = NamedMember(dimension="account", code=code, name=name, attributes=attributes)
        [pk] = put_members(tenant=self.tenant, members=[named]).values()
        if of is not None:
            make_fact(of, on=DAY, account_id=pk)
        return Member.objects.get(pk=pk)

    def entities(self) -> dict[int, int]:
        return dict(entity_map(self.tenant))
