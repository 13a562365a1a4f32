"""``bihuan metric lineage``: where numbers come from, and what a fact or a column moves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import click
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.base.refusals import sentence
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.kernel.period import Period
from bihuan.lineage import queries
from bihuan.lineage.domain.graph import Graph
from bihuan.lineage.queries import ColumnLineage, FactLineage, NumberLineage
from bihuan.metrics.commands import metric
from bihuan.metrics.commands.figures import DAY
from bihuan.metrics.queries import (
    MetricDefinition,
    MetricUnknown,
    Where,
    metric_named,
    metrics_of,
    reads_not_declared,
)
from bihuan.org.access import tenant_named
from bihuan.org.models import Person, Tenant, Unit

__all__ = ["metric"]

LARGEST_PAGE = 1000


class WhoUnknown(Missing):
    code = "lineage.who_unknown"
    says = gettext_noop("There is nobody, or no unit, with the code “%(code)s”.")


@metric.command()
@click.argument("key", required=False)
@click.option("--fact", "seq", type=click.IntRange(min=1), help="What this fact moves.")
@click.option("--column", metavar="FILE:COLUMN", help="What this column of a file feeds.")
@click.option("--from", "start", type=DAY, help="First day of the number that is asked for.")
@click.option("--to", "end", type=DAY, help="Day after its last.")
@click.option("--person", help="Staff number of whose number it is.")
@click.option("--unit", help="Code of the unit whose number it is.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, LARGEST_PAGE))
@click.option("--check", is_flag=True, help="Compare what metrics declare to read with their SQL.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print nodes, edges and rows.")
def lineage(  # noqa: PLR0913 - what can be asked for
    *,
    key: str | None,
    seq: int | None,
    column: str | None,
    start: datetime | None,
    end: datetime | None,
    person: str | None,
    unit: str | None,
    limit: int,
    check: bool,
    tenant: str | None,
    as_json: bool,
) -> None:
    """Print where a metric, a number, a fact or a column of a file comes from or ends up."""
    company = tenant_named(tenant)
    try:
        definition = None if key is None else metric_named(company, key)
    except MetricUnknown as error:
        raise click.UsageError(sentence(error)) from error
    if check:
        _check(metrics_of(company) if definition is None else [definition], as_json=as_json)
    elif seq is not None:
        chosen = None if definition is None else [definition]
        fact = queries.fact_lineage(tenant=company, seq=seq, scope=None, metrics=chosen)
        _print_fact(company, fact, as_json=as_json)
    elif column is not None:
        _print_column(company, _column(company, column, key), as_json=as_json)
    elif definition is None:
        raise click.UsageError(_("Name a metric, or say --fact, --column or --check."))
    elif start is None or end is None:
        _print_metric(company, definition, as_json=as_json)
    else:
        span = Period(f"{start.date()}..{end.date()}", *_days(start, end))
        where, subject = _whose(company, person, unit)
        asked = queries.company_asked(company, definition, span, where, subject)
        _print_number(
            queries.number_lineage(asked, language=_language(), size=limit), as_json=as_json
        )


def _days(start: datetime, end: datetime) -> tuple[date, date]:
    if end <= start:
        raise click.BadParameter(_("The span must end after it begins."), param_hint="--to")
    return start.date(), end.date()


def _whose(tenant: Tenant, person: str | None, unit: str | None) -> tuple[Where, str]:
    """Return whose number is asked for: a person's, a unit's with all below it, or everybody's."""
    if person is not None:
        found = Person.objects.filter(tenant=tenant, code=person).first()
        if found is None:
            raise WhoUnknown(code=person)
        return Where(person_ids=(found.pk,)), found.name
    if unit is not None:
        top = Unit.objects.filter(tenant=tenant, code=unit).first()
        if top is None:
            raise WhoUnknown(code=unit)
        return Where(unit_path=top.path), top.name
    return Where(), tenant.name


def _column(tenant: Tenant, given: str, key: str | None) -> ColumnLineage:
    file, colon, name = given.rpartition(":")
    if not colon:
        raise click.BadParameter(given, param_hint="--column")
    found = queries.column_lineage(tenant=tenant, scope=None, file=file, column=name)
    return found if key is None else found.only(key)


def _check(metrics: Sequence[MetricDefinition], *, as_json: bool) -> None:
    wrong = reads_not_declared(metrics)
    if as_json:
        rows = [
            {
                "metric": each.metric,
                "column": each.column,
                "read": each.is_read,
                "declared": each.is_declared,
            }
            for each in wrong
        ]
        _print_json({"checked": len(metrics), "differences": rows})
    else:
        for each in wrong:
            told = _("reads it without saying so") if each.is_read else _("does not read it")
            click.echo(f"{each.metric}: {each.column}: {told}")
        click.echo(_("%(count)s metrics checked.") % {"count": len(metrics)})
    if wrong:
        raise SystemExit(1)


def _print_metric(tenant: Tenant, definition: MetricDefinition, *, as_json: bool) -> None:
    asked = queries.metric_asked(tenant, definition, None)
    found = queries.number_lineage(asked, language=_language())
    columns = queries.metric_columns(tenant, None, definition)
    targets = queries.targets_of(tenant, None, [definition.key]).get(definition.key, 0)
    if as_json:
        graph = queries.graph_of_number(found, columns, _language())
        _print_json(queries.metric_data(found, columns, targets) | graph.as_data())
        return
    _print_head(found)
    for term in found.terms:
        click.echo(f"  {term.place}: {term.words}")
        for read in term.reads:
            click.echo(f"    {read.field} ({read.role})")
    for each in columns:
        use = each.feed.use
        click.echo(
            f"  {each.feed.path}:{use.column} ({use.role}) -> {use.target}.{use.field}"
            f" ({each.role}, {each.place})"
        )
    for statement in found.statements:
        click.echo(statement)


def _print_head(found: NumberLineage) -> None:
    definition = found.metric
    click.echo(f"{definition.key} · {definition.name(_language())} · {definition.version}")


def _print_number(found: NumberLineage, *, as_json: bool) -> None:
    told = queries.number_data(found)
    if as_json:
        _print_json(told | queries.graph_of_number(found, [], _language()).as_data())
        return
    _print_head(found)
    click.echo(f"{found.asked.subject} · {told['start']}..{told['end']}: {told['value']}")
    for each in found.facts.lines if found.facts is not None else ():
        fact, row = each.fact, each.fact.source_row
        came = f"{row.file}:{row.line}" if row is not None else fact.source.name
        click.echo(
            f"  #{fact.seq} {fact.business_on} {each.line.contribution.normalize():f} {came}"
        )
    click.echo(_("%(count)s facts.") % {"count": told["count"]})


def _print_fact(tenant: Tenant, found: FactLineage, *, as_json: bool) -> None:
    graph: Graph = queries.graph_of_fact(found, tenant, _language())
    if as_json:
        _print_json(queries.fact_data(found) | graph.as_data())
        return
    fact, row = found.fact, found.fact.source_row
    came = f"{row.file}:{row.line}" if row is not None else fact.source.name
    click.echo(f"#{fact.seq} {fact.kind} {fact.business_on} <- {came}")
    for moved in found.metrics:
        click.echo(f"{moved.definition.key} · {moved.definition.name(_language())}")
        for line in moved.lines:
            click.echo(f"  #{line.counted.seq} {line.role} {', '.join(line.counted.shares)}")
            for cell in line.cells:
                click.echo(
                    f"    {cell.name} {cell.place.period.key} {cell.numerator.normalize() + 0:f}"
                )
        for each in moved.moved:
            last = each.span.end - timedelta(days=1)
            click.echo(f"  {each.type} {each.pk}: {each.bearer} {each.span.start}..{last}")


def _print_column(tenant: Tenant, found: ColumnLineage, *, as_json: bool) -> None:
    if as_json:
        graph = queries.graph_of_column(found, tenant, _language())
        _print_json(queries.column_data(found) | graph.as_data())
        return
    for feed in found.feeds:
        use = feed.use
        click.echo(f"{feed.path}:{use.column} ({use.role}) -> {use.target}.{use.field}")
    for each in found.reads:
        click.echo(
            f"  {each.feed.use.target}.{each.feed.use.field} -> {each.definition.key}"
            f" ({each.role}, {each.place})"
        )
    for key, count in found.targets.items():
        click.echo("  " + _("%(metric)s: %(count)s targets") % {"metric": key, "count": count})


def _print_json(told: dict[str, object]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _language() -> str:
    return get_language() or ""
