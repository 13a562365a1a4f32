"""Reading the journal: searched, page by page, with everything in words.

Pages go by the number of an entry, not by how many came before: the thousandth page costs what the
first does, and an entry that comes in meanwhile shifts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext

from bihuan.base.journal.changes import Told
from bihuan.base.journal.fields import Reader, in_others_eyes
from bihuan.base.journal.words import subjects, words_of
from bihuan.base.models import JournalEntry, JournalQuerySet
from bihuan.kernel.masking import discreet

PAGE_SIZE = 50
EXPORT_LIMIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalAsked:
    """What is looked for; what is not said narrows nothing."""

    who: int | None = None
    verb: str = ""
    subject: str = ""
    """A kind of thing, or one by its number; of several, with spaces between them, each."""
    since: date | None = None
    until: date | None = None
    """The last day that is wanted."""
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A field that changed, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """An entry in words."""

    entry: JournalEntry
    deed: str
    thing: str
    number: str
    address: str | None
    reader: Reader

    @property
    def changes(self) -> tuple[Changed, ...]:
        """Return what changed, in words; rows that are named are looked up."""
        label, said = self.entry.subject.partition(":")[0], self.reader.value_of
        return tuple(
            Changed(
                field=self.reader.name_of(label, name),
                before=said(label, name, was),
                after=said(label, name, now),
            )
            for name, (was, now) in self.entry.changes.items()
        )

    @property
    def who(self) -> str:
        """Return who did it; what the product does by itself is the system's."""
        actor = self.entry.actor
        return "" if actor is None else gettext("System") if actor.is_robot else actor.name

    @property
    def named(self) -> Mapping[str, str]:
        """Return what else is told as people read it: fields by their names, values in words."""
        label, read = self.entry.subject.partition(":")[0], self.reader
        return {
            read.name_of(label, name): read.value_of(label, name, told)
            for name, told in self.particulars.items()
        }

    @property
    def particulars(self) -> Mapping[str, Told]:
        """Return what else is told, without the reason that old entries kept there."""
        return {
            name: in_others_eyes(told)
            for name, told in self.entry.particulars.items()
            if name != "reason"
        }

    @property
    def why(self) -> str:
        """Return the reason that was given, without numbers of people."""
        return discreet(self.entry.why)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """A page of entries, the newest first, and where the next one begins."""

    lines: tuple[JournalLine, ...]
    next_before: int | None


def page_of_journal(
    *, tenant_id: int, zone: str, asked: JournalAsked, before: int | None = None
) -> JournalPage:
    """Return the newest entries that fit, or those before the entry of that number."""
    found = entries_found(tenant_id=tenant_id, zone=zone, asked=asked)
    if before is not None:
        found = found.filter(pk__lt=before)
    entries, reader = list(found[: PAGE_SIZE + 1]), Reader()
    shown = entries[:PAGE_SIZE]
    return JournalPage(
        lines=tuple(line_of(each, reader) for each in shown),
        next_before=shown[-1].pk if len(entries) > PAGE_SIZE else None,
    )


def every_line(*, tenant_id: int, zone: str, asked: JournalAsked) -> Iterator[JournalLine]:
    """Return all that fit, the newest first, as many as an export holds."""
    found = entries_found(tenant_id=tenant_id, zone=zone, asked=asked)
    reader = Reader()
    return (line_of(each, reader) for each in found[:EXPORT_LIMIT])


def entries_found(*, tenant_id: int, zone: str, asked: JournalAsked) -> JournalQuerySet:
    """Return the entries of a tenant that fit, the newest first."""
    found = JournalEntry.objects.filter(tenant_id=tenant_id)
    if asked.who is not None:
        found = found.filter(actor_id=asked.who) | found.filter(on_behalf_of_id=asked.who)
    said = {
        "verb": asked.verb,
        "request_id": asked.request,
        "recorded_at__gte": asked.since and _midnight(asked.since, zone),
        "recorded_at__lt": asked.until and _midnight(asked.until + timedelta(days=1), zone),
    }
    narrowed = found.filter(**{name: value for name, value in said.items() if value})
    narrowed = narrowed.filter(_about(asked.subject.split()))
    return narrowed.select_related("actor", "on_behalf_of").order_by("-pk")


def _about(subjects_named: Sequence[str]) -> Q:
    """Return the condition that an entry is about one of these things."""
    found = Q()
    for each in subjects_named:
        found |= Q(subject=each) if ":" in each else Q(subject__startswith=f"{each}:")
    return found


def entry_seen(entry_id: int, *, tenant_id: int) -> JournalEntry | None:
    """Return an entry of a tenant."""
    found = JournalEntry.objects.filter(tenant_id=tenant_id, pk=entry_id)
    return found.select_related("actor", "on_behalf_of").first()


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def line_of(entry: JournalEntry, reader: Reader) -> JournalLine:
    """Return an entry in the language in force."""
    label, _, number = entry.subject.partition(":")
    subject = subjects().get(label)
    opens = subject.opens if subject else None
    return JournalLine(
        entry=entry,
        deed=str(words_of(entry.verb)),
        thing=str(subject.word) if subject else label,
        number=number,
        address=opens(int(number)) if opens and number.isdigit() else None,
        reader=reader,
    )
