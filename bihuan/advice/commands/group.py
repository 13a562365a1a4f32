"""The group of commands, and how numbers are printed."""

from __future__ import annotations

import json
from decimal import Decimal

import click


@click.group()
def advice() -> None:
    """Projected landings, levers and the morning's cockpit."""


def number(value: Decimal | None) -> object:
    """Return a ratio as a number of JSON, with its digits as they stand."""
    return None if value is None else json.loads(f"{value:f}")


def text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def percent(value: Decimal | None) -> str:
    return "–" if value is None else f"{value * 100:.0f}%"


def printed(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
