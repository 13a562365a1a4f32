"""``bihuan rule``: rules, their back-tests, and the alerts they raised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import click
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.org.access import tenant_named
from bihuan.org.models import Tenant
from bihuan.rules import actions, queries
from bihuan.rules.domain.definition import RuleDefinition, read_definition
from bihuan.rules.models import ALERT_LABELS, SHOWN_WITH, Alert
from bihuan.rules.queries import BackTest, Hit, sentence_of

DAY = click.DateTime(formats=["%Y-%m-%d"])
TENANT = click.option("--tenant", help="Code of the company, where there is more than one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
HELD = ("account", "opportunity")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def rule() -> None:
    """Rules that watch figures, and the alerts they raise."""


@rule.command("list")
@TENANT
@JSON
def list_(*, tenant: str | None, as_json: bool) -> None:
    """Print the rules in force today, each as a sentence."""
    company = tenant_named(tenant)
    language = get_language() or "zh-hans"
    rows: list[dict[str, object]] = [
        {
            "key": each.key,
            "version": each.number,
            "name": each.definition.name(language),
            "is_on": each.definition.is_on,
            "sentence": sentence_of(company, each.definition, language),
        }
        for each in queries.rules_on(company, clock.today(company.time_zone))
    ]
    _print(rows, as_json=as_json)


@rule.command()
@click.option("--on", type=DAY, help="The morning; today's where none is given.")
@TENANT
@JSON
def evaluate(*, on: datetime | None, tenant: str | None, as_json: bool) -> None:
    """Judge every rule that looks on a morning, as the job at seven does."""
    company = tenant_named(tenant)
    morning = on.date() if on else clock.today(company.time_zone)
    found = actions.evaluate_rules(tenant=company, on=morning)
    responses = actions.respond(tenant=company)
    said = {
        "on": morning.isoformat(),
        "looked_at": found.looked_at,
        "opened": [_alert(each) for each in found.opened],
        "recovered": [_alert(each) for each in found.recovered],
        "gone": [_alert(each) for each in found.gone],
        "responses": responses,
    }
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    counts = {name: len(said[name]) for name in ("opened", "recovered", "gone")}  # type: ignore[arg-type]
    words = _("%(on)s: opened %(opened)s, recovered %(recovered)s, gone %(gone)s")
    click.echo(words % {"on": morning, **counts})


@rule.command()
@click.argument("key")
@click.option("--from", "start", type=DAY, required=True, help="The first morning.")
@click.option("--to", "end", type=DAY, required=True, help="The morning after the last.")
@click.option("--version", type=click.IntRange(min=0), help="A version; else the one in force.")
@click.option("--draft", type=FILE, help="A file with a rule as JSON, tried in its place.")
@click.option("--as-known-then", is_flag=True, help="Read only facts recorded by each morning.")
@TENANT
@JSON
def backtest(  # noqa: PLR0913  # one parameter for each option
    *,
    key: str,
    start: datetime,
    end: datetime,
    version: int | None,
    draft: Path | None,
    as_known_then: bool,
    tenant: str | None,
    as_json: bool,
) -> None:
    """Print whom a rule would have hit over a past span, and who recovered."""
    company = tenant_named(tenant)
    found = queries.back_test(
        company,
        _definition(company, key, version, draft),
        start=start.date(),
        end=end.date(),
        as_known_then=as_known_then,
    )
    if as_json:
        click.echo(json.dumps(_back_test(found), ensure_ascii=False, indent=2))
        return
    words = _("%(count)s alerts for %(people)s of %(whole)s; %(recovered)s recovered by themselves")
    counts = {"people": found.hit_subjects, "whole": found.subjects, "recovered": found.recovered}
    click.echo(words % {"count": len(found.hits), **counts})
    for hit in found.hits:
        row = _hit(hit)
        click.echo("\t".join(str(row[name] or "–") for name in row))


def _definition(
    company: Tenant, key: str, version: int | None, draft: Path | None
) -> RuleDefinition:
    if draft is not None:
        return read_definition(json.loads(draft.read_text(encoding="utf-8")))
    if version is not None:
        return queries.version_of(company, key, version).definition
    return queries.rule_on(company, key, clock.today(company.time_zone)).definition


def _back_test(found: BackTest) -> dict[str, object]:
    return {
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "as_known_then": found.as_known_then,
        "looks": len(found.mornings),
        "subjects": found.subjects,
        "recovered": found.recovered,
        "by_week": dict(found.by_week),
        "load": [
            {
                "person": each.person.name,
                "response": each.kind,
                "total": each.total,
                "most_in_a_week": each.most,
            }
            for each in found.loads
        ],
        "hits": [_hit(each) for each in found.hits],
    }


def _hit(hit: Hit) -> dict[str, str | None]:
    kind = hit.subject[0]
    named: dict[str, str | None] = {"person": None if kind == "unit" else hit.name}
    if kind in HELD:
        owner = None if hit.owner is None else hit.owner.name
        named = {kind: hit.name, "owner": owner}
    return {
        **named,
        "code": hit.code,
        "unit": hit.unit.name,
        "metric": hit.metric,
        "fired_on": hit.fired_on.isoformat(),
        "recovered_on": _day(hit.recovered_on),
    }


@rule.command()
@click.option("--all", "everything", is_flag=True, help="Those that have ended, too.")
@TENANT
@JSON
def alerts(*, everything: bool, tenant: str | None, as_json: bool) -> None:
    """Print the alerts that have not ended."""
    company = tenant_named(tenant)
    found = Alert.objects.of(company.pk).select_related(*SHOWN_WITH)
    rows = [_alert(each) for each in (found if everything else found.live())]
    _print(rows, as_json=as_json)


def _alert(alert: Alert) -> dict[str, object]:
    return {
        "id": alert.pk,
        "rule": alert.key,
        "version": alert.number,
        "person": None if alert.person is None else alert.person.name,
        "account": None if alert.account is None else alert.account.name,
        "opportunity": None if alert.opportunity is None else alert.opportunity.name,
        "owner": None if alert.owner is None else alert.owner.name,
        "unit": alert.unit.name,
        "metric": alert.about_metric,
        "state": alert.state,
        "opened_on": alert.opened_on.isoformat(),
        "ended_on": _day(alert.ended_on),
        "suppressed_by": alert.suppressed_by_id,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _print(rows: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("\t".join(_cell(name, row) for name in row))
    if not rows:
        click.echo(_("There are none."))


def _cell(name: str, row: Mapping[str, object]) -> str:
    value = row[name]
    return (
        str(ALERT_LABELS[str(value)]) if name == "state" else str("–" if value is None else value)
    )
