"""``bihuan goals dilution`` and ``bihuan goals verify``: do targets hold on their way down."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import click
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.goals.commands.attainment import goals
from bihuan.goals.domain.span import Span
from bihuan.goals.forms.choosing import span_named
from bihuan.goals.queries import dilution as queries
from bihuan.goals.queries.dilution import DilutionAsked, DilutionTree, Line, Verified
from bihuan.metrics.queries import metric_named
from bihuan.org.access import UnitMissing, tenant_named
from bihuan.org.models import Tenant, Unit

TENANT = click.option("--tenant", help="Code of the company, where there is more than one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")


@goals.command()
@click.option("--metric", required=True, help="Key of the metric, such as received_amount.")
@click.option("--period", help="Period such as 2026-Q4, or days such as 2026-10-01..2027-01-01.")
@click.option("--unit", help="Code of the unit to begin with; the whole company without it.")
@TENANT
@JSON
def dilution(
    *, metric: str, period: str | None, unit: str | None, tenant: str | None, as_json: bool
) -> None:
    """Print what becomes of a target from the company down to its people."""
    company = tenant_named(tenant)
    definition = metric_named(company, metric)
    today = clock.today(company.time_zone)
    asked = DilutionAsked(
        unit=_unit(company, unit),
        metric=definition,
        period=span_named(period, company)
        if period
        else queries.period_to_check(company, definition, today),
        scope=None,
    )
    tree = queries.tree_of(asked)
    if as_json:
        click.echo(json.dumps(as_data(tree), ensure_ascii=False, indent=2))
        return
    for line in _told(tree):
        click.echo(line)


def _unit(company: Tenant, code: str | None) -> Unit:
    units = Unit.objects.filter(tenant=company).select_related("tenant").order_by("path")
    found = units.filter(parent__isnull=True) if code is None else units.filter(code=code)
    unit = found.first()
    if unit is None:
        raise UnitMissing(unit=code)
    return unit


def as_data(tree: DilutionTree) -> dict[str, object]:
    """Return a tree as programs get it: numbers as text, the end exclusive."""
    asked, first = tree.asked, tree.found.first_leak
    return {
        "metric": asked.metric.key,
        "start": asked.span.start.isoformat(),
        "end": asked.span.end.isoformat(),
        "unit": asked.unit.name,
        "adds_up": tree.adds_up,
        "reach": _text(tree.found.reach),
        "first_leak": None if first is None else _line(tree.line(first)),
        "levels": [
            {
                "kind": kind,
                "nodes": level.nodes,
                "asked": _text(level.asked),
                "growth": _text(level.growth),
                "reach": _text(level.reach),
                "lost": _text(level.lost),
                "added": _text(level.added),
            }
            for level, kind in tree.levels
        ],
        "leaks": [_line(tree.line(each)) for each in tree.found.leaks],
        "worst": [[_line(line) for line in way] for way in tree.worst],
        "without_target": [
            {"person": each.named.name, "unit": each.unit, "before": _text(each.before)}
            for each in tree.idle
        ],
    }


def _line(line: Line) -> dict[str, object]:
    standing = line.standing
    return {
        "name": line.named.name,
        "kind": line.named.kind,
        "level": standing.level,
        "asked": _text(standing.asked),
        "before": _text(standing.before),
        "growth": _text(standing.growth),
        "passed": _text(standing.passed),
        "gap": _text(standing.gap),
        "state": standing.state.value,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _percent(value: Decimal | None, sign: str = "") -> str:
    return "–" if value is None else f"{value * 100:{sign}.1f}%"


def _told(tree: DilutionTree) -> list[str]:
    asked = tree.asked
    title = f"{asked.metric.name_zh} {asked.period.key} {asked.unit.name}"
    if not tree.adds_up:
        return [title, _("Targets of this metric do not add up, so nothing is handed down.")]
    if not tree.has_targets:
        return [title, _("There are no targets here.")]
    lines = [title]
    for level, kind in tree.levels:
        shown = f"{level.asked:,.2f}" if level.asked is not None else "–"
        growth, reach = _percent(level.growth, "+"), _percent(level.reach)
        lines.append(f"{kind}\t{level.nodes}\t{shown}\t{growth}\t{reach}")
    first = tree.found.first_leak
    if first is None:
        return [*lines, _("Nothing is lost on the way.")]
    named = {"unit": tree.names[first.key].name, "gap": f"{first.gap:,.2f}"}
    return [*lines, _("First leak: %(unit)s, %(gap)s") % named]


@goals.command()
@click.option("--metric", help="Key of one metric; all without it.")
@click.option("--period", help="Targets that share a day with it; those of today without it.")
@TENANT
@JSON
def verify(*, metric: str | None, period: str | None, tenant: str | None, as_json: bool) -> None:
    """Prove that the targets of every unit add up to those below; exit code 1 when not."""
    company = tenant_named(tenant)
    if metric is not None:
        metric_named(company, metric)
    if period:
        named = span_named(period, company)
        within = Span(named.start, named.end)
    else:
        today = clock.today(company.time_zone)
        within = Span(today, today + timedelta(days=1))
    found = queries.verify(queries.Scrutiny(company, within, metric))
    if as_json:
        click.echo(json.dumps(proof(found), ensure_ascii=False, indent=2))
    else:
        for line in _proof_told(found):
            click.echo(line)
    if found.problems:
        raise SystemExit(1)


def proof(found: Verified) -> dict[str, object]:
    """Return what a proof found, as programs get it."""
    return {
        "checked": found.checked,
        "problems": [
            {
                "check": each.check,
                "metric": each.metric,
                "unit": each.name,
                "start": each.span.start.isoformat(),
                "end": each.span.end.isoformat(),
                "asked": _text(each.asked),
                "passed": _text(each.passed),
                "gap": _text(each.gap),
                "target": each.quota,
            }
            for each in found.problems
        ],
        "not_checked": [
            {"check": each.check, "metric": each.metric, "why": each.why, "count": each.count}
            for each in found.skipped
        ],
    }


def _proof_told(found: Verified) -> list[str]:
    counts = {"checked": found.checked, "problems": len(found.problems)}
    lines = [_("%(checked)s targets of units checked, %(problems)s do not add up") % counts]
    for each in found.problems:
        amounts = f"{each.asked:,.2f}\t{each.passed:,.2f}\t{each.gap:+,.2f}"
        lines.append(f"{each.metric}\t{each.name}\t{each.span}\t{amounts}")
    reasons = {
        "does_not_add_up": _("not checked: targets of this metric do not add up"),
        "nothing_below": _("not checked: nothing is asked of anybody below"),
    }
    return [*lines, *(f"{s.metric}\t{s.count}\t{reasons[s.why]}" for s in found.skipped)]
