"""``bihuan advice backtest``: how past projections would have done."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from bihuan.advice.commands.group import advice, number, percent, printed
from bihuan.advice.domain.backtest import Score
from bihuan.advice.queries import ScoreLine, backtest_of
from bihuan.advice.queries.backtest import INTERVAL
from bihuan.metrics.queries import metric_named
from bihuan.org.access import tenant_named


@advice.command()
@click.option("--metric", "metrics", multiple=True, help="Key of a metric; may be repeated.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def backtest(*, metrics: tuple[str, ...], tenant: str | None, as_json: bool) -> None:
    """Project every period that is over by those before it, and count what the bounds held."""
    company = tenant_named(tenant)
    found = backtest_of(company, metrics=metrics)
    if as_json:
        lines = [_line(each) for each in found.lines]
        printed({"interval": number(INTERVAL), **_score(found.score), "lines": lines})
        return
    said = _("%(coverage)s of %(count)s landings lay within bounds that say %(interval)s.")
    click.echo(
        said
        % {
            "coverage": percent(found.score.coverage),
            "count": found.score.count,
            "interval": percent(INTERVAL),
        }
    )
    for each in found.lines:
        of = each.of if each.level is None else f"{each.of} {each.level}"
        name = metric_named(company, each.metric).name_zh
        score = each.score
        told = [each.grain.value, of, each.first, str(score.count), percent(score.coverage)]
        click.echo("\t".join([name, *told, percent(score.off), percent(score.width)]))


def _score(score: Score) -> dict[str, object]:
    return {
        "coverage": number(score.coverage),
        "n": score.count,
        "wape": number(score.off),
        "width": number(score.width),
    }


def _line(line: ScoreLine) -> dict[str, object]:
    return {
        "metric": line.metric,
        "grain": line.grain.value,
        "of": line.of,
        "level": line.level,
        "tested_from": line.first,
        **_score(line.score),
    }
