"""``bihuan closings``: closed periods on the command line."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import click
from django.utils.translation import gettext as _

from bihuan.metrics import actions
from bihuan.metrics.queries.closed import closing_lines
from bihuan.metrics.queries.proof import closed_figures
from bihuan.org.access import scope_of, tenant_named
from bihuan.org.actions import robot_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


@click.group()
def closings() -> None:
    """Closed periods, whose figures never move."""


def _everything(tenant: Tenant) -> Scope:
    scope = scope_of(robot_of(tenant))
    return Scope(tenant_id=tenant.pk, person_id=scope.person_id, whole_tenant=True)


@closings.command(name="list")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def list_(*, tenant: str | None, as_json: bool) -> None:
    """Print what is closed, as of which fact, and what came too late."""
    company = tenant_named(tenant)
    rows = [
        {
            "last_day": (line.closing.through - timedelta(days=1)).isoformat(),
            "seq": line.closing.seq,
            "closed_at": line.closing.closed_at.isoformat(),
            "late_facts": line.late_count,
        }
        for line in closing_lines(company, _everything(company))
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join(map(str, row.values())))
    if not rows:
        click.echo(_("Nothing is closed."))


@closings.command()
@click.argument("last_day", type=click.DateTime(formats=["%Y-%m-%d"]))
@click.option("--reason", default="", help="A remark.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
def close(*, last_day: datetime, reason: str, tenant: str | None) -> None:
    """Close all days up to LAST_DAY, that day included."""
    company = tenant_named(tenant)
    closing = actions.close_period(
        tenant=company,
        through=last_day.date() + timedelta(days=1),
        reason=reason,
        by=robot_of(company),
    )
    click.echo(_("Closed as of fact %(seq)s.") % {"seq": closing.seq})


@closings.command()
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def prove(*, tenant: str | None, as_json: bool) -> None:
    """Reckon every closed figure again, and tell which are not what they were."""
    company = tenant_named(tenant)
    rows = [
        {
            "last_day": (line.closing.through - timedelta(days=1)).isoformat(),
            "metric": each.metric,
            "then": each.then,
            "now": each.now,
            "same": each.is_same,
        }
        for line in closing_lines(company, _everything(company))
        for each in closed_figures(line.closing)
    ]
    moved = [row for row in rows if not row["same"]]
    if as_json:
        click.echo(json.dumps({"checked": len(rows), "problems": moved}, ensure_ascii=False))
    else:
        click.echo(
            _("%(count)s closed figures reckoned again; %(moved)s are not what they were.")
            % {"count": len(rows), "moved": len(moved)}
        )
    if moved:
        raise SystemExit(1)
