"""``bihuan advice cockpit`` and ``weekly``: a unit's morning, and the report of its week."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from bihuan.advice import actions, queries
from bihuan.advice.commands.group import advice, printed
from bihuan.advice.commands.landing import (
    everything,
    line_as_printed,
    line_as_text,
    unit_named,
)
from bihuan.advice.domain.weekly import read_weekly
from bihuan.advice.models import WeeklyReport
from bihuan.advice.queries import most_missed
from bihuan.base import clock
from bihuan.org.access import tenant_named
from bihuan.org.actions import robot_of


@advice.command()
@click.option("--unit", help="Code of the unit; else the whole company.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def cockpit(*, unit: str | None, tenant: str | None, as_json: bool) -> None:
    """Print who of a unit will miss what, the most money first."""
    company = tenant_named(tenant)
    found, morning = unit_named(company, unit), clock.today(company.time_zone)
    own, below, _many = queries.landings_under(found, everything(company), morning)
    off = queries.lines_of(most_missed(below))
    if as_json:
        printed(
            {
                "unit": found.name,
                "morning": morning.isoformat(),
                "own": [line_as_printed(each) for each in queries.lines_of(own)],
                "off": [line_as_printed(each) for each in off],
                "landings": len(below),
            }
        )
        return
    said = _("%(unit)s: %(off)s of %(count)s landings miss their target.")
    click.echo(said % {"unit": found.name, "off": len(off), "count": len(below)})
    for each in off:
        click.echo(line_as_text(each))


@advice.command()
@click.option("--unit", help="Code of the unit; else the whole company.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--verify", is_flag=True, help="Reckon it again and prove that it is the same.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def weekly(*, unit: str | None, tenant: str | None, verify: bool, as_json: bool) -> None:
    """Print the weekly report of the week that is over; the first time it is made and frozen."""
    company = tenant_named(tenant)
    found, morning = unit_named(company, unit), clock.today(company.time_zone)
    made = actions.make_weekly(unit=found, morning=morning, by=robot_of(company))
    content = read_weekly(made.content)
    if verify:
        _prove(made, as_json=as_json)
        return
    if as_json:
        printed({"week": made.week, "seq": made.seq, "content": made.content})
        return
    click.echo(f"{content.unit} {made.week} #{made.seq}")
    for each in [*content.own, *content.off]:
        click.echo(line_as_text(each))


def _prove(made: WeeklyReport, *, as_json: bool) -> None:
    """Say whether a report comes out the same; end with 1 where it does not."""
    proof = queries.proof_of(made)
    if as_json:
        printed(
            {
                "week": made.week,
                "same": proof.is_same,
                "digest": proof.then,
                "again": proof.now,
                "differing": [[each.path, each.then, each.now] for each in proof.differing],
            }
        )
    elif proof.is_same:
        click.echo(_("Identical: %(digest)s") % {"digest": proof.now})
    else:
        for each in proof.differing:
            click.echo(f"{each.path}: {each.then} -> {each.now}")
    if not proof.is_same:
        raise SystemExit(1)
