"""``bihuan tenants``: the companies of an installation, for whoever runs it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from bihuan.org import actions as org
from bihuan.org.access import TenantMissing
from bihuan.org.actions.logins import new_password
from bihuan.org.domain.plan import Limits
from bihuan.org.domain.standing import TRIAL_DAYS
from bihuan.org.models import Tenant
from bihuan.tenants import actions, queries
from bihuan.tenants.access import deletion_of
from bihuan.tenants.queries.taking import check_taken, take_everything

JSON = click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")


def company_of(code: str) -> Tenant:
    """Return the company with this code."""
    found = Tenant.objects.filter(code=code).first()
    if found is None:
        raise TenantMissing()
    return found


@click.group()
def tenants() -> None:
    """The companies of this installation."""


@tenants.command(name="list")
@JSON
def list_(*, as_json: bool) -> None:
    """Print every company: its plan, how it stands and until when."""
    lines = queries.company_lines()
    if as_json:
        click.echo(json.dumps([line.as_data() for line in lines], ensure_ascii=False, indent=2))
        return
    for line in lines:
        until = line.stood.ends_on or ""
        click.echo(f"{line.code}  {line.stood.standing.value}  {line.plan}  {until}  {line.name}")


@tenants.command()
@click.argument("name")
@click.option("--code", help="Made from the name when left out.")
@click.option("--admin", "person", required=True, help="Name of the administrator.")
@click.option("--mail", required=True, help="What the administrator signs in with.")
@click.option("--trial", "days", type=click.IntRange(1, 365), help="Days of a trial; none: no end.")
def found(*, name: str, code: str | None, person: str, mail: str, days: int | None) -> None:
    """Found a company with an administrator; the password is printed this once."""
    password = new_password()
    founded = actions.found_company(
        name=name,
        code=code or "",
        admin=actions.Admin(name=person, mail=mail, password=password),
        trial_days=days,
    )
    click.echo(
        _("%(company)s is founded as %(code)s.") % {"company": name, "code": founded.tenant.code}
    )
    click.echo(f"{mail} {password}")


@tenants.command()
@click.argument("code")
@click.option("--days", default=TRIAL_DAYS, show_default=True, type=click.IntRange(1, 365))
def extend(*, code: str, days: int) -> None:
    """Let a trial end later; one that is over goes on from today."""
    company = company_of(code)
    trial = org.extend_trial(tenant=company, days=days, by=org.robot_of(company))
    click.echo(_("The trial of %(code)s ends on %(day)s.") % {"code": code, "day": trial.valid_to})


@tenants.command("end-trial")
@click.argument("code")
def end_trial(*, code: str) -> None:
    """End a trial today: without a plan the company is read-only from now on."""
    company = company_of(code)
    org.end_trial(tenant=company, by=org.robot_of(company))
    click.echo(_("The trial of %(code)s is over.") % {"code": code})


@tenants.command()
@click.argument("code")
@click.option("--plan", required=True, help="Code of the plan.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="First day without it; none: no end."
)
def subscribe(*, code: str, plan: str, until: datetime | None) -> None:
    """Give a company a plan from today on; what it had ends."""
    company = company_of(code)
    last: date | None = until.date() if until else None
    org.subscribe(tenant=company, plan=org.plan_named(plan), until=last, by=org.robot_of(company))
    click.echo(_("%(code)s has the plan %(plan)s.") % {"code": code, "plan": plan})


@tenants.command()
@click.argument("code")
@click.option("--name-zh", required=True)
@click.option("--name-en", required=True)
@click.option("--people", type=click.IntRange(0), help="Most people at a time; none: no limit.")
@click.option("--facts-a-month", type=click.IntRange(0))
@click.option("--stored-mb", type=click.IntRange(0), help="Most megabytes of files.")
@click.option("--tokens-a-day", type=click.IntRange(0), help="Of language services.")
def plan(
    *, code: str, name_zh: str, name_en: str, stored_mb: int | None, **most: int | None
) -> None:
    """Make a plan, or say anew what it allows; what is left out has no limit."""
    limits = Limits(stored_bytes=None if stored_mb is None else stored_mb * 1024 * 1024, **most)
    org.put_plan(code=code, name_zh=name_zh, name_en=name_en, limits=limits)
    click.echo(_("The plan %(plan)s is kept.") % {"plan": code})


@tenants.command()
@JSON
def plans(*, as_json: bool) -> None:
    """Print every plan and what it allows."""
    rows = queries.plan_rows()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join(f"{name}={value}" for name, value in row.items() if value is not None))


@tenants.command()
@click.option("--note", default="", help="For whom it is.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365))
@click.option("--trial", default=TRIAL_DAYS, show_default=True, type=click.IntRange(1, 365))
def invite(*, note: str, days: int, trial: int) -> None:
    """Make an invitation for one company; its code is printed this once."""
    _made, code = actions.invite(note=note, days=days, trial_days=trial)
    click.echo(code)


@tenants.command()
@click.argument("code")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def export(*, code: str, to: Path, as_json: bool) -> None:
    """Write everything of a company into a file, and read it through."""
    company = company_of(code)
    taken = take_everything(company, to)
    check_taken(to)
    if as_json:
        said = {"file": str(to), "rows": taken.row_count, "parts": len(taken.digests)}
        click.echo(json.dumps(said, indent=1))
        return
    said = {"file": to, "rows": taken.row_count, "parts": len(taken.digests)}
    click.echo(_("%(file)s: %(rows)s rows in %(parts)s parts, whole.") % said)


@tenants.command()
@click.argument("code")
@click.option("--withdraw", is_flag=True, help="Take it back.")
def close(*, code: str, withdraw: bool) -> None:
    """Begin the time of notice after which a company goes."""
    company = company_of(code)
    robot = org.robot_of(company)
    if withdraw:
        actions.withdraw_deletion(by=robot)
        click.echo(_("%(code)s stays.") % {"code": code})
        return
    asked = actions.begin_deletion(tenant=company, by=robot)
    click.echo(_("%(code)s goes on %(day)s.") % {"code": code, "day": asked.goes_on})


@tenants.command()
@click.argument("code")
@click.option("--yes", is_flag=True, help="Do not ask for the code again.")
def delete(*, code: str, yes: bool) -> None:
    """Remove everything of a company whose day has come; print the certificate."""
    company = company_of(code)
    asked = deletion_of(org.robot_of(company))
    if asked is None:
        raise actions.DeletionMissing()
    if not yes and click.prompt(_("Type the code of the company")) != code:
        raise click.Abort()
    made = actions.delete_company(deletion=asked)
    said = {"certificate": str(made.pk), "code": made.code, "rows": made.rows}
    said |= {"files": made.file_count, "ledger_upto": made.ledger_upto}
    click.echo(json.dumps(said, indent=1))
