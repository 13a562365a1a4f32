"""``bihuan advice landing``: where somebody will stand, and what would close the gap."""

from __future__ import annotations

import click

from bihuan.advice import queries
from bihuan.advice.commands.group import advice, number, percent, printed, text
from bihuan.advice.domain.line import Line
from bihuan.advice.queries import LandingView
from bihuan.base import clock
from bihuan.goals.queries.reasons.wording import sentence
from bihuan.kernel.period import Grain
from bihuan.org.access import PersonMissing, UnitMissing, tenant_named
from bihuan.org.actions import robot_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit

GRAINS = {"month": Grain.MONTH, "quarter": Grain.QUARTER}


@advice.command()
@click.option("--metric", required=True, help="Key of the metric, such as signed_amount.")
@click.option("--person", help="Code of a person.")
@click.option("--unit", help="Code of a unit; without either, the whole company.")
@click.option("--grain", type=click.Choice(list(GRAINS)), help="Else as the targets that run.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def landing(
    *,
    metric: str,
    person: str | None,
    unit: str | None,
    grain: str | None,
    tenant: str | None,
    as_json: bool,
) -> None:
    """Print where a person or a unit will stand at the end of the month or quarter."""
    company = tenant_named(tenant)
    morning = clock.today(company.time_zone)
    asked = queries.question_of(company, metric, morning, GRAINS.get(grain or ""))
    scope = everything(company)
    someone = person_named(company, person) if person else None
    team = None if someone is not None else unit_named(company, unit)
    view = queries.landing_of(asked, scope, person=someone, unit=team)
    levers = said_levers(view, scope)
    if as_json:
        told = line_as_printed(queries.line_of(view))
        printed({**told, "said": sentence(queries.landing_said(view)), "levers": levers})
        return
    click.echo(f"{view.name}\t{sentence(queries.landing_said(view))}")
    for each in levers:
        click.echo(f"  {each['said']} {each['basis']}".rstrip())


def everything(tenant: Tenant) -> Scope:
    """Return the sight of whoever runs commands: all of a company."""
    return Scope(tenant_id=tenant.pk, person_id=robot_of(tenant).pk, whole_tenant=True)


def person_named(tenant: Tenant, code: str) -> Person:
    found = Person.objects.filter(tenant=tenant, code=code).first()
    if found is None:
        raise PersonMissing(person=code)
    return found


def unit_named(tenant: Tenant, code: str | None) -> Unit:
    """Return a unit by its code, or the root of the company."""
    units = Unit.objects.filter(tenant=tenant).select_related("tenant", "parent")
    found = units.filter(code=code) if code else units.filter(parent__isnull=True)
    first = found.order_by("path").first()
    if first is None:
        raise UnitMissing(unit=code)
    return first


def said_levers(view: LandingView, scope: Scope) -> list[dict[str, object]]:
    """Return the levers of a landing in words and numbers, the one that gives most first."""
    levers = queries.levers_of(view, scope)
    if levers is None:
        return []
    return [
        {
            "kind": each.kind.value,
            "metric": each.metric,
            "needed": text(each.needed),
            "able": text(each.able),
            "gives": text(each.gives),
            "closes": each.closes,
            "said": sentence(queries.lever_said(each, levers, view)),
            "basis": sentence(basis) if (basis := queries.basis_said(each)).says else "",
            "figures": [
                {"metric": part.metric, "value": text(part.value), "own": part.is_own}
                for part in queries.figures_of(each, levers)
            ],
        }
        for each in levers.found
    ]


def line_as_printed(line: Line) -> dict[str, object]:
    """Return a landing as it is printed: amounts as text, ratios as numbers."""
    return {
        line.kind: line.name,
        "metric": line.metric,
        "period": line.period,
        "done": text(line.done),
        "target": text(line.target),
        "landing": text(line.middle),
        "low": text(line.low),
        "high": text(line.high),
        "attained": number(line.attained),
        "low_ratio": number(line.low_ratio),
        "high_ratio": number(line.high_ratio),
        "gap": text(line.gap),
        "verdict": line.verdict or None,
        "periods": line.periods,
        "errors": line.errors,
    }


def line_as_text(line: Line) -> str:
    bounds = f"{percent(line.attained)} ({percent(line.low_ratio)}–{percent(line.high_ratio)})"
    return f"{line.name}\t{line.name_zh}\t{line.period}\t{bounds}\t{line.gap:,.0f}"
