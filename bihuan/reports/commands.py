"""``bihuan report``: the goal health report of a month, made, shown, written and proven."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.translation import gettext as _

from bihuan.base.spreadsheet import workbook_of
from bihuan.org.access import tenant_named
from bihuan.org.actions import robot_of
from bihuan.org.models import Tenant
from bihuan.reports import actions, queries
from bihuan.reports.access import ReportMissing
from bihuan.reports.models import HealthReport
from bihuan.reports.queries import FIGURE_LABELS, ReportView

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def report() -> None:
    """Reports that are frozen when they are made."""


@report.command("goal-health")
@click.option("--month", required=True, help="The month, such as 2026-10.")
@click.option("--number", type=click.IntRange(min=1), help="Which report of it; else the last.")
@click.option("--anew", is_flag=True, help="Make a further report, though there is one.")
@click.option("--verify", is_flag=True, help="Reckon it again and prove that it is the same.")
@click.option("--pdf", type=FILE, help="Write it as PDF.")
@click.option("--xlsx", type=FILE, help="Write it as a workbook.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def goal_health(  # noqa: PLR0913 - what can be asked for
    *,
    month: str,
    number: int | None,
    anew: bool,
    verify: bool,
    pdf: Path | None,
    xlsx: Path | None,
    tenant: str | None,
    as_json: bool,
) -> None:
    """Print the report of a month; the first time it is made and frozen."""
    company = tenant_named(tenant)
    found = _report(company, month, number, anew=anew)
    if verify:
        _prove(found, as_json=as_json)
        return
    view = queries.shown(found)
    if pdf is not None:
        pdf.write_bytes(queries.pdf_of(view, company))
    if xlsx is not None:
        sections = queries.sections_of(view)
        xlsx.write_bytes(workbook_of([(each.title, each.header, each.rows) for each in sections]))
    _print(view, as_json=as_json)


def _report(tenant: Tenant, month: str, number: int | None, *, anew: bool) -> HealthReport:
    """Return the report that is asked for, made where there is none yet."""
    of_month = HealthReport.objects.of_month(tenant.pk, queries.month_named(month).key)
    known = of_month.select_related("tenant", "compared_with")
    if number is not None:
        found = known.filter(number=number).first()
        if found is None:
            raise ReportMissing()
        return found
    latest = None if anew else known.first()
    return latest or actions.make_report(month=month, by=robot_of(tenant))


def _prove(found: HealthReport, *, as_json: bool) -> None:
    proof = queries.proof_of(found)
    if as_json:
        told = {
            "month": found.month,
            "number": found.number,
            "same": proof.is_same,
            "digest": proof.then,
            "again": proof.now,
            "differing": proof.differing,
            "plans_changed": proof.plans_changed,
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif proof.is_same:
        click.echo(_("Identical: %(digest)s") % {"digest": proof.now})
    else:
        click.echo(f"{proof.then}\n{proof.now}")
        click.echo(_("Differs in: %(parts)s") % {"parts": ", ".join(proof.differing)})
        for plan in proof.plans_changed:
            click.echo(_("The plan is not what it was: %(plan)s") % {"plan": plan})
        if proof.code_then != proof.code_now:
            click.echo(f"{proof.code_then} -> {proof.code_now}")
    if not proof.is_same:
        raise SystemExit(1)


def _print(view: ReportView, *, as_json: bool) -> None:
    if as_json:
        told = {
            "month": view.report.month,
            "number": view.report.number,
            "digest": view.report.digest,
            "findings": [
                {"code": each.code, "message": queries.plain_sentence(each, view.content)}
                for each in view.findings
            ],
            "content": view.report.content,
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"{view.report.month} #{view.report.number} · {view.report.digest[:12]}")
    for each in view.findings:
        sentence = queries.plain_sentence(each, view.content)
        click.echo(f"  [{each.gravity.value}] {sentence} {queries.advice_of(each)}")
    for figure in view.figures:
        now = "–" if figure.now is None else f"{figure.now:f}"
        moved = "" if figure.difference is None else f" ({figure.difference:+f})"
        click.echo(f"  {FIGURE_LABELS[figure.name]}: {now}{moved}")
