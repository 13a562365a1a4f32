"""Before pages open: what is unsafe is refused, what is doubtful is said."""

from __future__ import annotations

from dataclasses import dataclass

import click
from django.core import checks
from django.core.checks import CheckMessage
from django.db import DEFAULT_DB_ALIAS

from bihuan.base.exposure import is_exposed
from bihuan.kernel.errors import Conflict, gettext_noop

STARTING = "starting"
"""The tag of checks that look at what is set, beside those of security and of the database."""
TAGS = (STARTING, checks.Tags.security, checks.Tags.database)


class UnsafeStart(Conflict):
    code = "base.unsafe_start"
    says = gettext_noop("Bihuan does not start like this:%(faults)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a check found: its id, whether it is refused, what it is, and what to do."""

    id: str
    is_refused: bool
    says: str
    hint: str

    def __str__(self) -> str:
        return f"\n  {self.id}  {self.says}" + (f"\n      {self.hint}" if self.hint else "")


def found_by_checks(*, everything: bool = False) -> list[Found]:
    """Return what the checks of a start find; with ``everything`` what all checks find."""
    found = checks.run_checks(
        tags=None if everything else TAGS,
        include_deployment_checks=everything and is_exposed(),
        databases=[DEFAULT_DB_ALIAS],
    )
    return [_told(message) for message in found if not message.is_silenced()]


def _told(message: CheckMessage) -> Found:
    return Found(
        id=message.id or "",
        is_refused=message.level >= checks.ERROR,
        says=str(message.msg),
        hint=str(message.hint or ""),
    )


def require_safe_start() -> None:
    """Refuse a start that is unsafe, with all that is wrong; say what may be."""
    found = found_by_checks()
    refused = [str(each) for each in found if each.is_refused]
    if refused:
        raise UnsafeStart(faults="".join(refused))
    for each in found:
        click.echo(str(each).lstrip("\n"), err=True)
