"""``bihuan ai``: language services on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from bihuan.ai import queries
from bihuan.ai.actions import SourceText, summarise
from bihuan.ai.models import TROUBLE_LABELS, AiText
from bihuan.org.access import tenant_named

TENANT = click.option("--tenant", help="Code of the company, where there is more than one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def ai() -> None:
    """Texts made from texts: what makes them, and a try."""


@ai.command("summarise")
@click.argument("file", type=FILE)
@click.option(
    "--sentences", type=click.IntRange(1, 12), default=3, show_default=True, help="How many."
)
@TENANT
@JSON
def summarise_(*, file: Path, sentences: int, tenant: str | None, as_json: bool) -> None:
    """Print a summary of FILE, a text in UTF-8, and what made it."""
    source = SourceText(f"file:{file.name}", file.read_text(encoding="utf-8", errors="replace"))
    made = summarise([source], tenant=tenant_named(tenant), sentences=sentences)
    if as_json:
        click.echo(json.dumps(_as_data(made), ensure_ascii=False, cls=DjangoJSONEncoder))
        return
    click.echo(made.text)
    click.echo(_("Made by %(maker)s.") % {"maker": made.made_by}, err=True)
    if made.trouble:
        click.echo(str(TROUBLE_LABELS[made.trouble]), err=True)


def _as_data(made: AiText) -> dict[str, object]:
    return {
        "text": made.text,
        "made_by": made.made_by,
        "made_at": made.made_at,
        "sources": made.sources,
        "trouble": made.trouble,
    }


@ai.command()
@TENANT
@JSON
def status(*, tenant: str | None, as_json: bool) -> None:
    """Print what makes texts now, what it has spent today, and what went wrong last."""
    found = queries.standing(tenant_named(tenant))
    service = found.service
    if as_json:
        said = {
            "service": service.host if service else None,
            "model": service.model if service else None,
            "is_resting": found.is_resting,
            "calls": found.calls,
            "calls_limit": found.calls_limit,
            "tokens": found.tokens,
            "tokens_limit": found.tokens_limit,
            "failures": [
                {"at": each.at, "task": each.task, "trouble": each.trouble}
                for each in found.failures
            ],
        }
        click.echo(json.dumps(said, ensure_ascii=False, cls=DjangoJSONEncoder))
        return
    click.echo(f"{service.host} · {service.model}" if service else _("this product itself"))
    click.echo(
        _("Today: %(calls)s of %(calls_limit)s calls, %(tokens)s of %(tokens_limit)s tokens.")
        % {
            "calls": found.calls,
            "calls_limit": found.calls_limit,
            "tokens": found.tokens,
            "tokens_limit": found.tokens_limit,
        }
    )
    for each in found.failures:
        click.echo(f"{each.at:%Y-%m-%d %H:%M}  {each.task}  {TROUBLE_LABELS[each.trouble]}")
