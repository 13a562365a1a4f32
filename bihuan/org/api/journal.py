"""The audit trail for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Query, Router, Schema

from bihuan.base.journal.fields import in_others_eyes
from bihuan.base.journal.reading import (
    JournalAsked,
    JournalLine,
    page_of_journal,
)
from bihuan.org.access import PersonRequest, require_role
from bihuan.org.api.schemas import Id
from bihuan.org.domain.role import Role

router = Router(tags=["journal"])


class JournalQuery(Schema):
    who: Id | None = None
    verb: Annotated[str, Field(max_length=60)] = ""
    subject: Annotated[str, Field(max_length=200)] = ""
    """A kind of thing, or one by its number; several have spaces between them."""
    since: date | None = None
    until: date | None = None
    request: Annotated[str, Field(max_length=64)] = ""
    before: Id | None = None


class ChangeOut(Schema):
    """A field that changed; of a text, only its length and a mark are told."""

    field: str
    before: str | int | bool | None
    after: str | int | bool | None


class EntryOut(Schema):
    id: int
    recorded_at: datetime
    who: int | None
    on_behalf_of: int | None
    verb: str
    deed: str
    subject: str
    changes: list[ChangeOut]
    particulars: dict[str, str | int | bool | None]
    reason: str
    door: str
    request: str

    @classmethod
    def of(cls, line: JournalLine) -> EntryOut:
        entry = line.entry
        return cls(
            id=entry.pk,
            recorded_at=entry.recorded_at,
            who=entry.actor_id,
            on_behalf_of=entry.on_behalf_of_id,
            verb=entry.verb,
            deed=line.deed,
            subject=entry.subject,
            changes=[
                ChangeOut(field=name, before=in_others_eyes(was), after=in_others_eyes(now))
                for name, (was, now) in entry.changes.items()
            ],
            particulars=dict(line.particulars),
            reason=line.why,
            door=entry.door,
            request=entry.request_id,
        )


class EntriesOut(Schema):
    """Fifty entries at most, the newest first; ``next_before`` asks for the ones before."""

    entries: list[EntryOut]
    next_before: int | None


@router.get("", response=EntriesOut)
def journal(request: PersonRequest, asked: Query[JournalQuery]) -> EntriesOut:
    """What was done in the company, for administrators and quality officers."""
    require_role(request.person, Role.ADMIN, Role.QUALITY_OFFICER)
    page = page_of_journal(
        tenant_id=request.tenant.pk,
        zone=request.tenant.time_zone,
        asked=JournalAsked(
            who=asked.who,
            verb=asked.verb,
            subject=asked.subject,
            since=asked.since,
            until=asked.until,
            request=asked.request,
        ),
        before=asked.before,
    )
    return EntriesOut(
        entries=[EntryOut.of(line) for line in page.lines], next_before=page.next_before
    )
