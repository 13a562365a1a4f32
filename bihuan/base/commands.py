"""The command ``bihuan check``."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from django.utils.translation import gettext

from bihuan.base.safe_start import found_by_checks


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def check(*, as_json: bool) -> None:
    """Look at settings, keys and database as a start does, and at what Django itself would say.

    Exit code 1 when a start would be refused.
    """
    found = found_by_checks(everything=True)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
    else:
        for each in found:
            click.echo(str(each).lstrip("\n"))
        if not found:
            click.echo(gettext("Nothing to complain of."))
    if any(each.is_refused for each in found):
        raise SystemExit(1)
