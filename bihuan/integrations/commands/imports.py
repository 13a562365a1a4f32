"""``bihuan import`` and ``bihuan imports``: bringing files from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
from django.utils.translation import gettext as _

from bihuan.integrations.actions import claim_import, revert_import
from bihuan.integrations.actions.bringing import begin_here
from bihuan.integrations.domain.mapping import Mapping, load_mapping
from bihuan.integrations.domain.progress import State
from bihuan.integrations.jobs import run
from bihuan.integrations.models import Import
from bihuan.integrations.queries import Remark, figures_of, remarks
from bihuan.kernel.errors import DomainError, Missing, ProblemsFound, gettext_noop
from bihuan.org.access import tenant_named
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Tenant

SHOWN = 50


class TenantUnclear(Missing):
    code = "integrations.tenant_unclear"
    says = gettext_noop("Say with --tenant which company these files belong to: %(codes)s.")


@click.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How the columns become facts; see docs/imports.md.",
)
@click.option("--tenant", "tenant_code", help="The company the files belong to.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
def import_(*, path: Path, mapping_file: Path, tenant_code: str | None, as_json: bool) -> None:
    """Bring a file or a folder of files: all rows land, or none."""
    text = mapping_file.read_text(encoding="utf-8")
    try:
        mapping = load_mapping(text)
    except DomainError as error:
        if not error.problems:
            raise
        raise ProblemsFound(error.problems) from error
    tenant = _tenant(mapping, tenant_code)
    begun = begin_here(label=path.name, mapping=text, by=robot_of(tenant))
    done = run(claim_import(import_=begun, by=begun.by).pk, path=path.resolve())
    if as_json:
        click.echo(json.dumps(_as_data(done), ensure_ascii=False))
    else:
        _print(done)
    if done.state != State.DONE.value:
        raise SystemExit(1)


def _tenant(mapping: Mapping, code: str | None) -> Tenant:
    """Return the tenant asked for, the mapping's own, or the only one there is."""
    if code:
        return tenant_named(code)
    if mapping.tenant is not None:
        asked = mapping.tenant
        return found_tenant(
            code=asked.code,
            name=asked.name,
            currency=asked.currency,
            time_zone=asked.time_zone,
            day_count=asked.day_count,
        )
    tenants = list(Tenant.objects.all()[:20])
    if not tenants:
        return found_tenant(code="main", name=mapping.name or mapping.source)
    if len(tenants) > 1:
        raise TenantUnclear(codes=", ".join(each.code for each in tenants))
    return tenants[0]


def _as_data(done: Import) -> dict[str, object]:
    return {
        "import": done.pk,
        "state": done.state,
        **done.counts,
        "problem_count": done.problem_count,
        "problems": [_place(each) for each in remarks(done.problems)],
        "notes": [_place(each) for each in remarks(done.notes)],
    }


def _place(remark: Remark) -> dict[str, object]:
    return {
        "message": remark.sentence,
        "hint": remark.hint,
        "file": remark.file,
        "sheet": remark.sheet,
        "row": remark.row,
        "column": remark.column,
        "value": remark.value,
    }


def _print(done: Import) -> None:
    if done.state == State.DONE.value:
        for figure in figures_of(done):
            click.echo(f"{figure.label:<12} {figure.value:>10,}")
        _print_remarks(_("Worth knowing"), remarks(done.notes), len(done.notes))
        return
    _print_remarks(_("Problems"), remarks(done.problems), done.problem_count)
    click.echo(_("Nothing was imported."), err=True)


def _print_remarks(title: str, shown: Sequence[Remark], count: int) -> None:
    if not shown:
        return
    click.echo(f"\n{title} ({count}):")
    for each in shown[:SHOWN]:
        place = ":".join(str(part) for part in (each.file, each.sheet, each.row) if part)
        column = f" [{each.column}]" if each.column else ""
        value = f" “{each.value}”" if each.value else ""
        hint = f" {each.hint}" if each.hint else ""
        click.echo(f"  {place}{column}{value} {each.sentence}{hint}".rstrip())
    if len(shown) > SHOWN:
        click.echo(f"  … {count - SHOWN}")


@click.group()
def imports() -> None:
    """List imports, or take one back."""


@imports.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(*, as_json: bool) -> None:
    """Print the imports there were, newest first."""
    found = list(Import.objects.select_related("tenant")[:100])
    if as_json:
        click.echo(json.dumps([_as_data(each) for each in found], ensure_ascii=False))
        return
    for each in found:
        new = each.counts.get("new", 0)
        click.echo(f"{each.pk:>6} {each.tenant.code:<12} {each.state:<9} {new:>8} {each.label}")


@imports.command("run", hidden=True)
@click.argument("import_id", type=int)
def run_here(*, import_id: int) -> None:
    """Run a claimed import in this process."""
    run(import_id)


@imports.command("revert")
@click.argument("import_id", type=int)
def revert(*, import_id: int) -> None:
    """Take back the facts and targets an import brought."""
    found = Import.objects.select_related("tenant").get(pk=import_id)
    revert_import(import_=found, by=robot_of(found.tenant))
    click.echo(_("The import was taken back."))
