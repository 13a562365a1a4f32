"""What is pending, on the command line."""

from __future__ import annotations

import json

import click
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.metrics.commands.figures import print_table
from bihuan.metrics.queries.pending import PendingLine
from bihuan.metrics.queries.pending import pending as what_waits
from bihuan.org.access import tenant_named

MOST = 100_000


@click.command()
@click.argument("key")
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def pending(*, key: str, tenant: str | None, as_json: bool) -> None:
    """Print the amounts of a metric that wait for a gate, oldest first."""
    shown = what_waits(tenant=tenant_named(tenant), metric=key, scope=None, page_size=MOST)
    rows = [pending_row(line) for line in shown.lines]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    language = get_language() or ""
    print_table(
        [_("Business day"), _("Contract number"), _("Missing"), _("Owed by"), _("Would add")],
        [
            [
                line.fact.business_on.isoformat(),
                line.fact.contract or "–",
                "、".join(lack.need.label(language) for lack in line.lacks),
                "、".join(dict.fromkeys(p.name for p in line.owed_by if p)) or "–",
                str(line.share),
            ]
            for line in shown.lines
        ],
    )


def pending_row(line: PendingLine) -> dict[str, object]:
    """Return a pending amount as programs get it."""
    fact = line.fact
    return {
        "seq": fact.seq,
        "business_on": fact.business_on.isoformat(),
        "contract": fact.contract or None,
        "person": fact.person.name if fact.person else None,
        "account": fact.account.name if fact.account else None,
        "value": str(line.share),
        "days_waiting": line.days_waiting,
        "days_late": line.days_late,
        "missing": [
            {
                "gate": lack.need.key,
                "due_on": lack.due_on.isoformat() if lack.due_on else None,
                "owed_by": person.name if person else None,
            }
            for lack, person in zip(line.lacks, line.owed_by, strict=True)
        ],
    }
