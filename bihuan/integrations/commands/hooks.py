"""``bihuan webhooks``: which systems are told of what happens, and telling them again."""

from __future__ import annotations

import json
from datetime import datetime

import click
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.integrations import queries
from bihuan.integrations.access import webhook_seen
from bihuan.integrations.actions import replay_period
from bihuan.org.access import tenant_named
from bihuan.org.actions import robot_of


@click.group()
def webhooks() -> None:
    """Other systems that are told of what happens here."""


@webhooks.command("list")
@click.option("--tenant", help="Code of the company; needed where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def list_(*, tenant: str | None, as_json: bool) -> None:
    """Print the webhooks of a company and how much waits for each."""
    lines = queries.webhook_lines(tenant_named(tenant))
    if as_json:
        told = [
            {
                "id": each.hook.pk,
                "name": each.hook.name,
                "url": each.hook.url,
                "is_on": each.hook.is_on,
                "waiting": each.waiting,
                "taken": each.taken,
                "dead": each.dead,
            }
            for each in lines
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for each in lines:
        state = _("on") if each.hook.is_on else _("off")
        click.echo(f"{each.hook.pk}\t{each.hook.name}\t{state}\t{each.waiting}\t{each.hook.url}")


@webhooks.command()
@click.argument("webhook", type=int)
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]))
@click.option("--until", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]))
@click.option("--tenant", help="Code of the company; needed where there are several.")
def replay(*, webhook: int, since: datetime, until: datetime | None, tenant: str | None) -> None:
    """Send what happened in a period again, by the clock of the company."""
    company = tenant_named(tenant)
    robot = robot_of(company)
    count = replay_period(
        webhook=webhook_seen(webhook, robot),
        since=clock.at_wall(since, company.time_zone),
        until=clock.at_wall(until, company.time_zone) if until else clock.now(),
        by=robot,
    )
    click.echo(_("Sent again: %(count)s.") % {"count": count})
