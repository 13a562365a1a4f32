"""``bihuan privacy``: the keys of personal data and how long it is kept, on the command line."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.org.models import Tenant
from bihuan.privacy import actions, queries
from bihuan.privacy.models import KEPT_LABELS, SubjectKey
from bihuan.privacy.vault import master_keys, retire_old_keys

JSON = click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")


@click.group()
def privacy() -> None:
    """Personal data: its keys, and how long it is kept."""


@privacy.group()
def keys() -> None:
    """The master keys that open personal data."""


@keys.command("list")
@JSON
def list_(*, as_json: bool) -> None:
    """Name the master keys there are, and how many data keys each of them wraps."""
    rows = [
        {
            "name": name,
            "is_current": place == 0,
            "data_keys": SubjectKey.objects.filter(master=name).count(),
        }
        for place, name in enumerate(master_keys().keys)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        current = _("current") if row["is_current"] else _("old")
        click.echo(f"{row['name']}  {row['data_keys']:>8,}  {current}")


@keys.command()
@click.option("--given", is_flag=True, help="With the first key of the environment, made before.")
@JSON
def rotate(*, given: bool, as_json: bool) -> None:
    """Make a new master key and wrap every data key with it."""
    done = actions.rotate_master_key(make=not given)
    if as_json:
        said = {"master": done.master, "subjects": done.subjects, "indexes": done.indexes}
        click.echo(json.dumps(said))
        return
    said = {"master": done.master, "count": done.subjects}
    click.echo(_("The master key is %(master)s now; data keys wrapped anew: %(count)s.") % said)
    click.echo(_("Older backups need the old key: keep it until none of them is left."))


@keys.command()
@click.confirmation_option(prompt="Backups from before the rotation can then not be opened. Sure?")
def retire() -> None:
    """Drop every master key but the current one."""
    kept = retire_old_keys()
    click.echo(_("Only the master key %(master)s is left.") % {"master": kept.current})


@privacy.command()
@click.option("--company", help="Code of the company; all of them without.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and let go of nothing.")
@JSON
def retention(*, company: str | None, dry_run: bool, as_json: bool) -> None:
    """Let go of what was kept long enough, as is done each night."""
    rows = []
    found = Tenant.objects.order_by("pk")
    for tenant in found.filter(code=company) if company else found:
        lines = queries.due(tenant, clock.now())
        gone = {} if dry_run else actions.let_go_of_the_old(tenant, clock.now())
        rows += [
            {"company": tenant.code, **each.as_data(), "gone": gone.get(each.kept, 0)}
            for each in lines
        ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        count = row["count"] if dry_run else row["gone"]
        click.echo(f"{row['company']}  {count:>8,}  {KEPT_LABELS[str(row['class'])]}")
