"""``bihuan playbook``: the library on the command line, and plays as files."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.translation import gettext as _

from bihuan.base.refusals import said as said_problem
from bihuan.kernel.errors import ProblemsFound
from bihuan.org.access import PersonMissing, tenant_named
from bihuan.org.models import Person, Tenant
from bihuan.playbooks import actions, queries
from bihuan.playbooks.access import PlayMissing
from bihuan.playbooks.domain.sheet import written
from bihuan.playbooks.models import KIND_LABELS, Play
from bihuan.playbooks.reader.bundle import write_bundle

TENANT = click.option("--tenant", help="Code of the company, where there is more than one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def playbook() -> None:
    """Scripts, cases, videos, checklists and templates."""


@playbook.command(name="list")
@TENANT
@JSON
def list_(*, tenant: str | None, as_json: bool) -> None:
    """Print the plays of the library, with what came of their use."""
    lines = queries.effect_lines(tenant_named(tenant))
    rows = [
        {
            "code": line.play.code,
            "kind": line.play.kind,
            "title": queries.title_of(line.play.published),
            "version": line.play.published.number,
            "tags": line.play.published.tags,
            "used": line.effect.used,
            "measured": line.effect.measured,
            "recovered": line.effect.recovered,
        }
        for line in sorted(lines, key=lambda line: line.play.code)
        if line.play.published is not None
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['code']:<28} {KIND_LABELS[str(row['kind'])]}  {row['title']}")
    if not rows:
        click.echo(_("The library is empty"))


@playbook.command()
@click.argument("code")
@TENANT
def show(*, code: str, tenant: str | None) -> None:
    """Print the play with CODE as the file in which it is exchanged."""
    company = tenant_named(tenant)
    found = Play.objects.of(company.pk).in_library().filter(code=code).select_related("published")
    bundle = queries.bundle_of(found)
    if not bundle.sheets:
        raise PlayMissing()
    click.echo(written(bundle.sheets[0]), nl=False)


@playbook.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@TENANT
def export(*, file: Path, tenant: str | None) -> None:
    """Write the whole library with its files to the zip FILE."""
    company = tenant_named(tenant)
    found = Play.objects.of(company.pk).in_library().select_related("published")
    bundle = queries.bundle_of(found)
    file.write_bytes(write_bundle(bundle))
    click.echo(_("Plays written: %(count)s.") % {"count": len(bundle.sheets)})


@playbook.command(name="import")
@click.argument("file", type=FILE)
@click.option("--by", "code", required=True, help="Code of the administrator who brings them.")
@click.option("--publish", is_flag=True, help="Put them in force at once; else they are drafts.")
@TENANT
@JSON
def import_(*, file: Path, code: str, publish: bool, tenant: str | None, as_json: bool) -> None:
    """Bring plays from the Markdown or zip FILE: all of them, or none."""
    by = _person(tenant_named(tenant), code)
    try:
        brought = actions.import_plays(
            name=file.name, content=file.read_bytes(), publish=publish, by=by
        )
    except ProblemsFound as refusal:
        for problem in refusal.problems:
            where = " · ".join(filter(None, (problem.file, problem.column, problem.value)))
            click.echo(f"{where}: {said_problem(problem).message}", err=True)
        raise
    counts = {
        "added": brought.added,
        "changed": brought.changed,
        "unchanged": brought.unchanged,
    }
    if as_json:
        click.echo(json.dumps(counts))
    else:
        said = _("New: %(added)s, changed: %(changed)s, as before: %(unchanged)s.")
        click.echo(said % counts)


def _person(company: Tenant, code: str) -> Person:
    found = Person.objects.filter(tenant=company, code=code, is_robot=False)
    person = found.select_related("tenant").first()
    if person is None:
        raise PersonMissing(person=code)
    return person


@playbook.command()
@click.option("--owner", "code", help="Code of the person who is to look after them.")
@TENANT
def starter(*, code: str | None, tenant: str | None) -> None:
    """Publish the plays the product comes with, as far as the company has not got them."""
    company = tenant_named(tenant)
    owner = None if code is None else _person(company, code)
    count = actions.load_starter_set(tenant=company, owner=owner)
    click.echo(_("Plays written: %(count)s.") % {"count": count})
