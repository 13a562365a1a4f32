"""A small company that came by import, so that every figure has a row of a file behind it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.base import clock
from bihuan.goals import actions as goals
from bihuan.goals.actions import QuotaRow
from bihuan.integrations.actions import claim_import, run_import
from bihuan.integrations.actions.bringing import begin_here
from bihuan.kernel.period import Grain, period_of
from bihuan.org import actions as org
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant
from tests.make import make_person, make_tenant, make_unit

PASSWORD = "a-long-enough-word"
WEEKS = 12
SELLERS = ("林晓", "王磊", "张敏")
MAPPING = """
source: orders
files: {orders: {path: orders.csv}}
facts:
  - file: orders
    kind: contract.signed
    key: 合同号
    business_on: 签约日期
    person: 业务员
    account: 客户
    amount: 金额
"""


def make_company(folder: Path) -> Tenant:
    """Return a company with a boss, an admin, three sellers, quotas and twelve weeks of orders."""
    tenant = make_tenant("e2e", name="测试公司")
    east = make_unit("华东", tenant=tenant, kind="region")
    team = make_unit("苏州组", under=east)
    robot = org.robot_of(tenant)
    boss = make_person("白平", unit=east, role=Role.MANAGER)
    admin = make_person("管理员", role=Role.ADMIN, tenant=tenant)
    sellers = [make_person(name, unit=team) for name in SELLERS]
    for person, username in ((boss, "boss"), (admin, "admin"), (sellers[0], "rep")):
        org.open_login(person=person, username=username, password=PASSWORD, by=robot)
    _set_quotas(tenant, sellers, robot)
    _import_orders(folder, robot)
    return tenant


def _set_quotas(tenant: Tenant, sellers: list[Person], robot: Person) -> None:
    today = clock.today(tenant.time_zone)
    days = [today, today - timedelta(weeks=WEEKS)]
    quarters = {period_of(day, Grain.QUARTER) for day in days}
    rows = [
        QuotaRow(
            metric="signed_amount",
            person_id=person.pk,
            start=quarter.start,
            end=quarter.end,
            amount=Decimal(130_000),
        )
        for person in sellers
        for quarter in sorted(quarters, key=lambda each: each.start)
    ]
    goals.set_quotas(tenant=tenant, rows=rows, by=robot, origin="e2e")


def _import_orders(folder: Path, robot: Person) -> None:
    lines = ["合同号,签约日期,业务员,客户,金额"]
    today = clock.today(robot.tenant.time_zone)
    for back in range(WEEKS * 7):
        day: date = today - timedelta(days=back)
        if day.isoweekday() <= 5:
            seller = SELLERS[back % 3]
            lines.append(
                f"HT-{back:03},{day.isoformat()},{seller},客户{back % 5},{4000 + 137 * back}.50"
            )
    (folder / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    begun = begin_here(label="orders.csv", mapping=MAPPING, by=robot)
    done = run_import(import_=claim_import(import_=begun, by=robot), path=folder, by=robot)
    assert done.state == "done", done.problems
