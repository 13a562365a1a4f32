"""``bihuan goals attainment``: what was asked and what was achieved."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import click
from django.utils.translation import gettext as _

from bihuan.goals import queries
from bihuan.goals.domain.span import Span
from bihuan.goals.queries import AttainmentRow
from bihuan.metrics.queries import metric_named
from bihuan.org.access import tenant_named

DAY = click.DateTime(formats=["%Y-%m-%d"])
FAR = Span(date(1, 1, 1), date(9999, 12, 31))


@click.group()
def goals() -> None:
    """Targets and how much of them is achieved."""


@goals.command()
@click.option("--metric", required=True, help="Key of the metric, such as net_sales.")
@click.option("--by", type=click.Choice(["person", "unit"]), help="Only people, or only units.")
@click.option("--from", "start", type=DAY, help="Targets that end after this day.")
@click.option("--to", "end", type=DAY, help="Targets that begin before this day.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def attainment(
    *,
    metric: str,
    by: str | None,
    start: datetime | None,
    end: datetime | None,
    tenant: str | None,
    as_json: bool,
) -> None:
    """Print what was asked and achieved: each person's targets, then rolled up per unit."""
    company = tenant_named(tenant)
    within = Span(start.date() if start else FAR.start, end.date() if end else FAR.end)
    rows = queries.attainment(tenant=company, metric=metric, scope=None, by=by, within=within)
    if as_json:
        click.echo(json.dumps([as_data(row) for row in rows], ensure_ascii=False, indent=2))
        return
    name = metric_named(company, metric).name_zh
    click.echo(_("%(metric)s: %(count)s targets") % {"metric": name, "count": len(rows)})
    for row in rows:
        click.echo(_line(row))


def as_data(row: AttainmentRow) -> dict[str, str | None]:
    """Return a row as it is printed: numbers as text, the end exclusive."""
    bearer: dict[str, str | None] = {"person": row.person}
    if row.person is None:
        bearer = {"unit": row.unit, "manager": row.manager}
    told = {} if row.rolled_up is None else {"rolled_up": _text(row.rolled_up)}
    return {
        **bearer,
        "start": row.span.start.isoformat(),
        "end": row.span.end.isoformat(),
        "quota": _text(row.quota),
        "actual": _text(row.actual),
        "attainment": _text(row.attainment),
        **told,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _line(row: AttainmentRow) -> str:
    who = row.person or f"{row.unit} ({row.manager or '–'})"
    share = "–" if row.attainment is None else f"{row.attainment * 100:.1f}%"
    actual = "–" if row.actual is None else f"{row.actual:,.2f}"
    return f"{who}\t{row.span.start}\t{row.span.end}\t{row.quota:,.2f}\t{actual}\t{share}"
