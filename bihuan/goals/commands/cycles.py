"""``bihuan goals cycles``: the cycles there are, and how far each of them is."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.goals.commands.attainment import goals
from bihuan.goals.queries import cascade
from bihuan.goals.queries.cascade import CycleLine
from bihuan.org.access import tenant_named


@goals.command()
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of cycles.")
def cycles(*, tenant: str | None, as_json: bool) -> None:
    """Print the goal cycles, the latest first: revision in force, edits waiting, receipts."""
    company = tenant_named(tenant)
    lines = cascade.all_cycle_lines(company, clock.today(company.time_zone))
    if as_json:
        click.echo(json.dumps([as_data(line) for line in lines], ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(_line(line))


def as_data(line: CycleLine) -> dict[str, object]:
    """Return a cycle as it is printed: the end exclusive."""
    cycle = line.cycle
    return {
        "id": cycle.pk,
        "code": cycle.code,
        "name": cycle.name,
        "start": cycle.start.isoformat(),
        "end": cycle.end.isoformat(),
        "state": line.state,
        "revision": cycle.revision_number,
        "waiting": line.waiting,
        "asked": line.asked,
        "acknowledged": line.acknowledged,
        "metrics": [goal.metric for goal in line.goals],
    }


def _line(line: CycleLine) -> str:
    told = _("revision %(revision)s, %(waiting)s edits waiting, acknowledged %(done)s of %(asked)s")
    return f"{line.cycle.code}\t{line.cycle.name}\t" + told % {
        "revision": line.cycle.revision_number,
        "waiting": line.waiting,
        "done": line.acknowledged,
        "asked": line.asked,
    }
