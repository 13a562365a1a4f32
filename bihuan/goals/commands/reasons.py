"""``bihuan goals reasons``: why somebody, or a unit, is behind in a period."""

from __future__ import annotations

import json
from datetime import timedelta

import click
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.goals.commands.attainment import goals
from bihuan.goals.forms.choosing import span_named
from bihuan.goals.queries import CellChoice, Window
from bihuan.goals.queries.reasons import Finding, Reasons, diagnosis_lines, reasons_of, sentences
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Grain
from bihuan.metrics.queries import metric_named
from bihuan.org.access import PersonMissing, UnitMissing, tenant_named
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit


class SubjectUnclear(Invalid):
    code = "goals.subject_unclear"
    says = gettext_noop("Say either a person or a unit, by name or code.")


@goals.command()
@click.option("--metric", required=True, help="Key of the metric, such as signed_amount.")
@click.option("--period", required=True, help="Such as 2026-11, 2026-W47 or 2026-Q4.")
@click.option("--person", help="Name or code of the person.")
@click.option("--unit", help="Name or code of the unit.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def reasons(
    *,
    metric: str,
    period: str,
    person: str | None,
    unit: str | None,
    tenant: str | None,
    as_json: bool,
) -> None:
    """Print why a cell of the heat map is low, the strongest reason first."""
    company = tenant_named(tenant)
    if (person is None) == (unit is None):
        raise SubjectUnclear()
    choice = CellChoice(
        tenant=company,
        metric=metric_named(company, metric),
        window=Window(
            Grain.WEEK,
            (span_named(period, company),),
            clock.today(company.time_zone) + timedelta(days=1),
        ),
        scope=Scope(tenant_id=company.pk, person_id=0, whole_tenant=True),
        person=_person(company, person) if person is not None else None,
        unit=_unit(company, unit) if unit is not None else None,
    )
    found = reasons_of(choice)
    if as_json:
        click.echo(json.dumps(as_data(found), ensure_ascii=False, indent=2))
        return
    if not found.is_low:
        click.echo(_("The cell is not low, so there is nothing to explain."))
    for each in found.findings:
        click.echo(f"{each.rank}. {_name(each)} ({each.strength:f})\t{_said(each)}")


@goals.command()
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def diagnoses(*, tenant: str | None, as_json: bool) -> None:
    """Print the reasons that are looked for, with how often managers said they were right."""
    rows = [
        {
            "code": line.diagnosis.code,
            "name": line.diagnosis.name(get_language() or "zh-hans"),
            "is_on": line.diagnosis.is_on,
            "confirmed": line.judged.confirmed,
            "corrected": line.judged.corrected,
            "precision": None if line.judged.precision is None else f"{line.judged.precision:f}",
            "weight": f"{line.weight:f}",
        }
        for line in diagnosis_lines(tenant_named(tenant))
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        count = f"{row['confirmed']}/{int(str(row['confirmed'])) + int(str(row['corrected']))}"
        click.echo(f"{row['code']}\t{row['name']}\t{count}\t{row['weight']}")


def as_data(found: Reasons) -> dict[str, object]:
    """Return reasons as they are printed: numbers as text."""
    off = found.cell.judged.deviation
    return {
        "state": found.cell.state,
        "deviation": None if off is None else f"{off:f}",
        "is_low": found.is_low,
        "findings": [
            {
                "rank": each.rank,
                "tag": each.diagnosis.code,
                "name": _name(each),
                "score": f"{each.score:f}",
                "weight": f"{each.weight:f}",
                "strength": f"{each.strength:f}",
                "sentence": _said(each),
                "facts": [one.seq for one in each.seen.evidence if one.seq is not None],
            }
            for each in found.findings
        ],
        "words": [
            {"word": word.verdict, "tag": word.tag, "instead": word.instead, "seq": word.fact.seq}
            for word in found.words
        ],
    }


def _name(finding: Finding) -> str:
    return finding.diagnosis.name(get_language() or "zh-hans")


def _said(finding: Finding) -> str:
    return sentences([finding.seen.said, *finding.more])


def _person(tenant: Tenant, name: str) -> Person:
    people = Person.objects.filter(tenant=tenant, is_robot=False)
    found = people.filter(code=name).first() or people.filter(name=name).order_by("pk").first()
    if found is None:
        raise PersonMissing(person=name)
    return found


def _unit(tenant: Tenant, name: str) -> Unit:
    units = Unit.objects.filter(tenant=tenant)
    found = units.filter(code=name).first() or units.filter(name=name).order_by("pk").first()
    if found is None:
        raise UnitMissing(unit=name)
    return found
