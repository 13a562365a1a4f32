"""``bihuan org delegations``: who stands in for whom, from the command line."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import click
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.org import actions, seeing
from bihuan.org.access import delegation_seen, tenant_named
from bihuan.org.commands.tree import org, person_coded
from bihuan.org.domain.delegation import Days, Limits
from bihuan.org.domain.role import Role
from bihuan.org.models import Delegation

DAY = timedelta(days=1)
IN_FORCE = ("now", "coming")


@org.command()
@click.option("--all", "with_over", is_flag=True, help="Also those that are over.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def delegations(*, with_over: bool, tenant: str | None, as_json: bool) -> None:
    """Print who stands in for whom, today and in days to come."""
    company = tenant_named(tenant)
    found = seeing.delegations_of(actions.robot_of(company), sees_all=True)
    lines = seeing.standing_of(found, clock.today(company.time_zone))
    shown = [line for line in lines if with_over or line.state in IN_FORCE]
    if as_json:
        rows = [_row(line.delegation, line.state) for line in shown]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in shown:
        row = _row(line.delegation, line.state)
        click.echo(" ".join(str(row[key]) for key in ("id", "lender", "deputy", "since", "until")))


def _row(each: Delegation, state: str) -> dict[str, object]:
    return {
        "id": each.pk,
        "lender": each.lender.code,
        "deputy": each.deputy.code,
        "role": each.role or None,
        "unit": each.unit.code if each.unit else None,
        "since": str(each.valid_from),
        "until": str(each.valid_to),
        "state": state,
        "reason": each.reason,
    }


@org.command()
@click.argument("lender_code")
@click.argument("deputy_code")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day.")
@click.option("--role", type=click.Choice([Role.MANAGER.value, Role.HRBP.value]))
@click.option("--reason", required=True)
@click.option("--tenant", help="Code of the company, where there is more than one.")
def lend(  # noqa: PLR0913 - the options of a command
    *,
    lender_code: str,
    deputy_code: str,
    first: datetime,
    last: datetime,
    role: str | None,
    reason: str,
    tenant: str | None,
) -> None:
    """Let a colleague stand in for somebody; both are told."""
    company = tenant_named(tenant)
    made = actions.lend(
        lender=person_coded(company, lender_code),
        deputy=person_coded(company, deputy_code),
        days=Days(_day(first), _day(last) + DAY),
        limits=Limits(role=Role(role) if role else None),
        reason=reason,
        by=actions.robot_of(company),
    )
    words = {"deputy": made.deputy, "lender": made.lender}
    click.echo(_("%(deputy)s stands in for %(lender)s.") % words)


def _day(given: datetime) -> date:
    return given.date()


@org.command("end-delegation")
@click.argument("delegation_id", type=int)
@click.option("--tenant", help="Code of the company, where there is more than one.")
def end_delegation(*, delegation_id: int, tenant: str | None) -> None:
    """End a delegation from today on; both are told."""
    robot = actions.robot_of(tenant_named(tenant))
    actions.end_delegation(delegation=delegation_seen(delegation_id, robot), by=robot)
    click.echo(_("The delegation is over. Both of you are told."))
