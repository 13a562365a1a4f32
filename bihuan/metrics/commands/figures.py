"""Figures on the command line."""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime

import click
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bihuan.base.refusals import sentence
from bihuan.kernel.period import Grain
from bihuan.metrics.queries import (
    Defined,
    DimensionUnknown,
    FigureTable,
    MetricUnknown,
    TableAsked,
    figure_table,
    metrics_of,
    seq_at,
)
from bihuan.org.access import tenant_named
from bihuan.org.models import Tenant

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def metric() -> None:
    """Metrics and their figures."""


@metric.command(name="list")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def list_(*, tenant: str | None, as_json: bool) -> None:
    """Print every metric there is."""
    metrics = metrics_of(tenant_named(tenant))
    if as_json:
        rows = [
            {
                "metric": each.key,
                "name_zh": each.name_zh,
                "name_en": each.name_en,
                "group": each.group,
                "unit": each.unit.value,
                "better": each.better.value,
                "additive": each.is_additive,
                "version": each.version,
            }
            for each in metrics
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    language = get_language() or ""
    print_table(
        [_("Metric"), pgettext("of a metric", "Name"), pgettext("of a metric", "Unit")],
        [[each.key, each.name(language), each.unit.value] for each in metrics],
    )


@metric.command()
@click.argument("key")
@click.option("--by", multiple=True, metavar="DIMENSION", help="Break down by; may be repeated.")
@click.option("--grain", type=click.Choice([each.value for each in Grain]), help="One row per.")
@click.option("--from", "start", type=DAY, help="First day; by default that of the facts.")
@click.option("--to", "end", type=DAY, help="Day after the last.")
@click.option(
    "--as-of-seq", type=click.IntRange(min=0), help="As the ledger stood after this fact."
)
@click.option(
    "--defined",
    type=click.Choice([each.value for each in Defined]),
    default=Defined.THEN.value,
    help="Past figures as the metric was defined then, or as it is defined now.",
)
@click.option("--as-of", help="As the ledger stood at this moment: 2026-11-24T10:00.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def query(  # noqa: PLR0913 - the options of a query
    *,
    key: str,
    by: tuple[str, ...],
    grain: str | None,
    start: datetime | None,
    end: datetime | None,
    as_of_seq: int | None,
    as_of: str | None,
    defined: str,
    tenant: str | None,
    as_json: bool,
) -> None:
    """Print the figures of a metric, with the total of each period."""
    company = tenant_named(tenant)
    asked = TableAsked(
        metric=key,
        by=tuple(dict.fromkeys(by)),
        grain=Grain(grain) if grain else None,
        start=start.date() if start else None,
        end=end.date() if end else None,
        as_of_seq=_seq(company, as_of_seq, as_of),
        defined=Defined(defined),
    )
    try:
        table = figure_table(company, asked, None)
    except (MetricUnknown, DimensionUnknown) as error:
        raise click.UsageError(sentence(error)) from error
    if as_json:
        click.echo(json.dumps(table.data(), ensure_ascii=False, indent=2))
    else:
        _print_figures(table)


def _seq(tenant: Tenant, seq: int | None, moment: str | None) -> int | None:
    if moment is None:
        return seq
    if seq is not None:
        raise click.UsageError(_("Say --as-of or --as-of-seq, not both."))
    try:
        return seq_at(tenant, datetime.fromisoformat(moment))
    except ValueError as error:
        raise click.BadParameter(moment, param_hint="--as-of") from error


def _print_figures(table: FigureTable) -> None:
    rows = []
    for row in table.data():
        told = [row[name] for name in table.by]
        if row.get("total") and table.by:
            told[0] = _("Total")
        told += [row["period"]] if table.has_periods else []
        rows.append([*("–" if each is None else str(each) for each in (*told, row["value"]))])
    header = [*table.by, *(["period"] if table.has_periods else []), table.definition.key]
    print_table(header, rows)


def print_table(header: list[str], rows: list[list[str]]) -> None:
    """Print columns that stand under each other in a terminal, the last to the right."""
    widths = [max(map(_width, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, ["-" * width for width in widths], *rows):
        cells = [
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        ]
        cells[-1] = " " * (widths[-1] - _width(row[-1])) + row[-1]
        click.echo("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
