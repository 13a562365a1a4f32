"""``bihuan goals events``: market events and what came of them."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _

from bihuan.goals import actions
from bihuan.goals.commands.attainment import goals
from bihuan.goals.queries.market import event_lines, events_shown
from bihuan.goals.queries.market.trail import EventLine
from bihuan.org.access import tenant_named
from bihuan.org.actions import robot_of
from bihuan.org.domain.scope import Scope


@goals.command()
@click.option("--carry-out", is_flag=True, help="First carry out answers that need not wait.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of events.")
def events(*, carry_out: bool, tenant: str | None, as_json: bool) -> None:
    """Print market events, the newest first, and how each stands."""
    company = tenant_named(tenant)
    if carry_out:
        done = actions.carry_out_waiting(company)
        click.echo(_("Carried out: %(count)s") % {"count": done}, err=True)
    scope = Scope(tenant_id=company.pk, person_id=robot_of(company).pk, whole_tenant=True)
    lines = event_lines(scope, events_shown(scope))
    if as_json:
        click.echo(json.dumps([as_data(line) for line in lines], ensure_ascii=False, indent=2))
        return
    for line in lines:
        event = line.event
        how = "; ".join(line.states) or _("Touches no target")
        click.echo(f"{event.start}\t{event.end}\t{event.name}\t{how}")


def as_data(line: EventLine) -> dict[str, object]:
    """Return an event as it is printed: numbers as text, the end exclusive."""
    event = line.event
    return {
        "id": event.pk,
        "name": event.name,
        "kind": event.kind,
        "size": f"{event.size.normalize():f}",
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "where": event.where,
        "states": list(line.states),
    }
