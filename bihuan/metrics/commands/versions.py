"""``bihuan metric versions`` and what is done to a version, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.base.refusals import said, sentence
from bihuan.kernel.errors import ProblemsFound
from bihuan.kernel.period import Grain
from bihuan.metrics import actions
from bihuan.metrics.access import version_of
from bihuan.metrics.commands.figures import DAY, print_table
from bihuan.metrics.domain.definition import value_text
from bihuan.metrics.domain.document import definition_in, document_of
from bihuan.metrics.models import STATE_LABELS, MetricVersion
from bihuan.metrics.queries.differing import Comparison, comparison, days_asked
from bihuan.metrics.queries.telling import uses_of
from bihuan.metrics.queries.timeline import line_of, timeline
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.access import PersonMissing, tenant_named
from bihuan.org.models import Person, Tenant

C = TypeVar("C", bound=Callable[..., Any])
tenant_option = click.option("--tenant", help="Code of the company, where there is more than one.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
by_option = click.option("--by", "code", required=True, help="Code of the person who does it.")


def _person(tenant: Tenant, code: str) -> Person:
    person = Person.objects.filter(tenant=tenant, code=code, is_robot=False).first()
    if person is None:
        raise PersonMissing(person=code)
    return person


@click.command()
@click.argument("key")
@tenant_option
@json_option
def versions(*, key: str, tenant: str | None, as_json: bool) -> None:
    """Print the versions of a metric, the newest first."""
    lines = timeline(tenant_named(tenant), key)
    if as_json:
        rows = [
            {
                "metric": key,
                "number": line.number,
                "state": line.state,
                "valid_from": line.valid_from and line.valid_from.isoformat(),
                "valid_to": line.valid_to and line.valid_to.isoformat(),
                "is_now": line.is_now,
                "version": line.definition.version,
                "reason": line.version.reason if line.version else "",
                "made_by": line.version.made_by.code if line.version else None,
                "approved_by": _approver(line.version),
            }
            for line in lines
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    header = [
        pgettext("of a version", "Number"),
        _("From"),
        _("Until (not included)"),
        _("State"),
        _("Why"),
    ]
    print_table(
        header,
        [
            [
                str(line.number),
                str(line.valid_from or "–"),
                str(line.valid_to or "–"),
                str(STATE_LABELS[line.state]) + (" *" if line.is_now else ""),
                line.version.reason if line.version else _("As built in"),
            ]
            for line in lines
        ],
    )


def _approver(version: MetricVersion | None) -> str | None:
    if version is None or version.state != "approved" or version.decided_by is None:
        return None
    return version.decided_by.code


@click.command()
@click.argument("key")
@click.option("--version", "number", type=click.IntRange(min=0), help="Its number; 0 is built in.")
@tenant_option
def export(*, key: str, number: int | None, tenant: str | None) -> None:
    """Print a version as a file; without a number, the one in force."""
    company = tenant_named(tenant)
    if number is None:
        number = next((line.number for line in timeline(company, key) if line.is_now), 0)
    click.echo(document_of(line_of(company, key, number).definition), nl=False)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "valid_from", type=DAY, required=True, help="First day it is in force.")
@click.option("--reason", required=True, help="Why it is written.")
@by_option
@tenant_option
def draft(*, file: Path, valid_from: datetime, reason: str, code: str, tenant: str | None) -> None:
    """Write a draft from a file: the next version, or the first of a metric of one's own."""
    company = tenant_named(tenant)
    raw = definition_in(file.read_text(encoding="utf-8-sig"))
    with_places(
        lambda: _told(
            actions.draft_version(
                tenant=company,
                raw=raw,
                valid_from=valid_from.date(),
                reason=reason,
                by=_person(company, code),
                is_new=str(raw.get("key")) not in catalogue_of(company).versions,
            )
        )
    )


def with_places(deed: Callable[[], None]) -> None:
    """Do a deed; a refusal with problems names the place of each."""
    try:
        deed()
    except ProblemsFound as error:
        for problem in error.problems:
            click.echo(f"{problem.column or '–'}: {said(problem).message}", err=True)
        raise click.ClickException(sentence(error)) from error


def _told(version: MetricVersion) -> None:
    words = {
        "metric": version.key,
        "number": version.number,
        "state": STATE_LABELS[version.state],
    }
    click.echo(_("%(metric)s, version %(number)s: %(state)s") % words)


def _deed(name: str, help_: str, deed: Callable[..., MetricVersion]) -> click.Command:
    """Return the command that approves, sends back or withdraws a version."""

    @click.command(name=name, help=help_)
    @click.argument("key")
    @click.argument("number", type=click.IntRange(min=1))
    @click.option("--note", default="", help="A few words on it.")
    @by_option
    @tenant_option
    def command(*, key: str, number: int, note: str, code: str, tenant: str | None) -> None:
        company = tenant_named(tenant)
        version = version_of(company, key, number)
        with_places(lambda: _told(deed(version=version, note=note, by=_person(company, code))))

    return command


approve = _deed("approve", "Approve a checked version.", actions.approve_version)
send_back = _deed("send-back", "Send a checked version back.", actions.send_back)
withdraw = _deed("withdraw", "Withdraw a version not in force.", actions.withdraw_version)


@click.command()
@click.argument("key")
@click.argument("number", type=click.IntRange(min=1))
@by_option
@tenant_option
def check(*, key: str, number: int, code: str, tenant: str | None) -> None:
    """Check a draft; every problem is printed with its place."""
    company = tenant_named(tenant)
    version = version_of(company, key, number)
    with_places(lambda: _told(actions.check_version(version=version, by=_person(company, code))))


@click.command()
@click.argument("key")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--from", "start", type=DAY, help="First day; by default what shows most.")
@click.option("--to", "end", type=DAY, help="Day after the last.")
@click.option(
    "--grain", type=click.Choice([each.value for each in Grain]), default=Grain.MONTH.value
)
@click.option(
    "--throughout/--then", default=None, help="As if it had always held, or from its first day."
)
@tenant_option
@json_option
def diff(  # noqa: PLR0913 - the options of a comparison
    *,
    key: str,
    number: int,
    start: datetime | None,
    end: datetime | None,
    grain: str,
    throughout: bool | None,
    tenant: str | None,
    as_json: bool,
) -> None:
    """Print what a version changes: figures before and after, facts that move, and uses."""
    version = version_of(tenant_named(tenant), key, number)
    asked = days_asked(
        version,
        start=start.date() if start else None,
        end=end.date() if end else None,
        grain=Grain(grain),
        is_throughout=throughout,
    )
    found = comparison(version, asked, None)
    rows = _rows(found)
    moved = found.moved(page_size=1)
    uses = [use for told in uses_of(found) for use in told.uses]
    if as_json:
        answer = {
            "metric": key,
            "number": number,
            "throughout": found.asked.is_throughout,
            "rows": rows,
            "facts": {"in": moved.come, "out": moved.gone, "changed": moved.changed},
            "metrics": [metric.key for metric in found.followers()],
            "uses": {"count": len(uses), "changed": sum(use.is_changed for use in uses)},
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    header = [_("Period"), _("Before"), _("After"), _("Difference")]
    print_table(header, [[row[name] or "–" for name in ROW] for row in rows])
    told = {"come": moved.come, "gone": moved.gone, "changed": moved.changed}
    click.echo(_("Facts: %(come)s in, %(gone)s out, %(changed)s otherwise") % told)


ROW = ("period", "old", "new", "difference")


def _rows(found: Comparison) -> list[dict[str, str | None]]:
    lines = found.by_period()
    return [
        {
            "period": line.period.key if line.period and line is not lines[-1] else None,
            "old": value_text(found.new, line.old),
            "new": value_text(found.new, line.new),
            "difference": value_text(found.new, line.difference),
        }
        for line in lines
    ]


COMMANDS = (versions, export, draft, check, approve, send_back, withdraw, diff)
