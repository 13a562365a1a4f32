"""``bihuan demo``: the generated company, opened."""

from __future__ import annotations

import time

import click

from bihuan.base import clock
from bihuan.demo.actions import PASSWORD, SEED, build_demo, sign_ins
from bihuan.demo.domain.cast import cast
from bihuan.demo.views import way_in
from bihuan.facts import replica
from bihuan.facts.actions import seal

ZONE = "Asia/Shanghai"
STEPS = {
    "organisation": "组织与人员 · organisation and people",
    "playbooks": "方法库 · playbooks",
    "customers and products": "客户与产品 · customers and products",
    "targets": "目标 · targets",
    "facts": "十八个月的事实 · eighteen months of facts",
    "closing": "上月结账 · closing the last month",
    "goals": "半年的目标周期与健康度报告 · cycles of goals and reports of half a year",
    "market events": "市场事件 · market events",
    "alerts": "近一季度的预警与处理 · alerts of the last quarter",
    "tasks": "两周的待办 · two weeks of tasks",
    "contacts": "客户联系人、代理与共享 · contacts, delegations and shares",
}


@click.command()
@click.option("--serve/--no-serve", default=True, help="Open the product afterwards.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another company.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def demo(*, serve: bool, seed: int, host: str, port: int) -> None:
    """Generate the demo company and open it, signed in as a manager."""
    began = time.monotonic()
    tenant = build_demo(
        today=clock.today(ZONE),
        seed=seed,
        progress=lambda step: click.echo(f"  … {STEPS[step]}"),
    )
    while seal(tenant=tenant) is not None:
        pass
    click.echo(f"演示公司已就绪 · the demo company is ready ({time.monotonic() - began:.0f} s)")
    _print_ways_in(seed, f"http://{host}:{port}")
    if serve:
        from bihuan.cli import open_product

        # Closing the month asked for figures here; the servers that are forked open their own.
        replica.close_all()
        open_product(host=host, port=port)


def _print_ways_in(seed: int, address: str) -> None:
    ways = sign_ins(cast(seed=seed))
    click.echo()
    click.echo(f"  直接进入（销售主管） · straight in, as a manager:  {address}{way_in('manager')}")
    click.echo(f"  登录页 · sign-in page:  {address}/accounts/login/   密码 · password: {PASSWORD}")
    for way, _ in ways:
        click.echo(f"    {way.username:<10} {way.role:<16} {way.name}")
    click.echo()
