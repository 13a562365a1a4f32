"""``bihuan journal``: what was done, by whom and why."""

from __future__ import annotations

import json
from datetime import datetime

import click

from bihuan.base.journal.fields import in_others_eyes
from bihuan.base.journal.reading import (
    JournalAsked,
    JournalLine,
    page_of_journal,
)
from bihuan.org.access import tenant_named
from bihuan.org.models import Person


@click.command()
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--who", help="Staff number of who did it, or for whom it was done.")
@click.option("--verb", default="", help="The deed, such as unit.changed.")
@click.option("--subject", default="", help="The thing, such as org.unit or org.unit:12.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--request", default="", help="The number of a request.")
@click.option("--before", type=int, help="Go on before the entry of this number.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def journal(  # noqa: PLR0913  # one for each thing that can be asked
    *,
    tenant: str | None,
    who: str | None,
    verb: str,
    subject: str,
    since: datetime | None,
    until: datetime | None,
    request: str,
    before: int | None,
    as_json: bool,
) -> None:
    """Print the newest fifty entries of the audit trail that fit."""
    company = tenant_named(tenant)
    person = Person.objects.filter(tenant=company, code=who).first() if who else None
    asked = JournalAsked(
        who=person.pk if person else (0 if who else None),
        verb=verb,
        subject=subject,
        since=since.date() if since else None,
        until=until.date() if until else None,
        request=request,
    )
    page = page_of_journal(tenant_id=company.pk, zone=company.time_zone, asked=asked, before=before)
    if as_json:
        entries = [_as_data(line) for line in page.lines]
        answer = {"entries": entries, "next_before": page.next_before}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for line in page.lines:
        who_ = line.entry.actor.name if line.entry.actor else "–"
        at = line.entry.recorded_at.isoformat(timespec="seconds")
        words = f"{line.entry.pk}  {at}  {who_}  {line.deed}  {line.thing} {line.number}"
        click.echo(f"{words}  {line.why}".rstrip())


def _as_data(line: JournalLine) -> dict[str, object]:
    entry = line.entry
    return {
        "id": entry.pk,
        "recorded_at": entry.recorded_at.isoformat(),
        "who": entry.actor_id,
        "on_behalf_of": entry.on_behalf_of_id,
        "verb": entry.verb,
        "deed": line.deed,
        "subject": entry.subject,
        "changes": {
            name: [in_others_eyes(was), in_others_eyes(now)]
            for name, (was, now) in entry.changes.items()
        },
        "particulars": dict(line.particulars),
        "reason": line.why,
        "door": entry.door,
        "request": entry.request_id,
    }
