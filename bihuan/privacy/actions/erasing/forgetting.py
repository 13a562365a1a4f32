"""Erasing somebody, once it is agreed: all in one transaction, and written down beside it.

In this order, so that a kill at any time leaves what the next try can finish: the line
in the log of erasures, the files, the rows. The values that are looked for lie in
the vault until the very commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.cache import cache
from django.db import connection, transaction

from bihuan.base import clock, journal
from bihuan.base.home import home_path
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.actions import forget_person
from bihuan.org.models import Person
from bihuan.privacy.actions.erasing.wiping import wipe_files, wipe_rows
from bihuan.privacy.domain.register import Holds, holding
from bihuan.privacy.domain.sight import UNLOOKED, Unlooked
from bihuan.privacy.domain.trace import pattern_of, without
from bihuan.privacy.models import DataCopy, Subject, SubjectKey, VaultField
from bihuan.privacy.queries.traces import is_held, sought, tables_holding
from bihuan.privacy.vault.erased import Erased, note_erased


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows and files of each part were touched, and which files nobody could look into."""

    counts: Mapping[str, int]
    unlooked: tuple[Unlooked, ...] = ()

    def as_data(self) -> dict[str, object]:
        """Return what the certificate says of it."""
        left = [each.as_data() for each in self.unlooked]
        return {**self.counts, UNLOOKED: left} if left else {**self.counts}


class ErasureHeld(Conflict):
    code = "privacy.erasure_held"
    says = gettext_noop(
        "Restricted: the law or a dispute asks to keep their data for now. It is kept, and shown "
        "to nobody; erase it when the hold is lifted."
    )


class StillHere(Conflict):
    code = "privacy.still_here"
    says = gettext_noop("They still work here: let them go first.")


@transaction.atomic
def forget(*, subject: Subject, by: Person, home: Path | None = None) -> Forgotten:
    """Erase somebody for good; returns what came of it. Whoever calls has what was agreed.

    Erasing twice is harmless: the second time there is nothing to find.
    """
    subject = Subject.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    require_erasable(subject)
    root = home or home_path()
    note_erased(
        Erased(
            at=clock.now().isoformat(timespec="seconds"),
            tenant=subject.tenant.code,
            subject=str(subject.pk),
            person=subject.person_id,
        )
    )
    counts: Counter[str] = Counter()
    unlooked: list[Unlooked] = []
    pattern = pattern_of(sought(subject).values)
    if pattern is not None:
        for wiped, left in (
            wipe_files(subject, pattern, root),
            wipe_rows(pattern, subject.tenant_id),
        ):
            counts.update(wiped)
            unlooked += left
    for copy in DataCopy.objects.filter(petition__subject=subject).select_related("petition"):
        copy.path.unlink(missing_ok=True)
    counts["vault"] += VaultField.objects.filter(subject=subject).delete()[0]
    SubjectKey.objects.filter(subject=subject).delete()
    if subject.person is not None:
        counts["people"] += _forget_colleague(subject, pattern, by)
    subject.erased_at = subject.erased_at or clock.now()
    subject.save(update_fields=["erased_at"])
    cache.clear()
    journal.record(by, "subject.erased", subject, rows=sum(counts.values()))
    return Forgotten(dict(+counts), tuple(unlooked))


def require_erasable(subject: Subject) -> None:
    """Refuse to erase whoever is held, or still works here."""
    if is_held(subject.pk):
        raise ErasureHeld()
    person = subject.person
    if person is not None and not _has_left(person):
        raise StillHere()


def _has_left(person: Person) -> bool:
    today = clock.today(person.tenant.time_zone)
    return person.ended_on is not None and person.ended_on <= today


def _forget_colleague(subject: Subject, pattern: str | None, by: Person) -> int:
    """Give a colleague another name, and delete the rows that are theirs alone."""
    person = subject.person
    assert person is not None, "it was asked for"
    login_id = person.login_id
    own = {"person": person.pk, "user": login_id, "login": login_id}
    count = 0
    parts = {each.model: each.part for each in holding(Holds.OWNED)}
    for table in tables_holding(Holds.OWNED):
        owner = parts[table.model._meta.label]
        count += _delete_owned(table.name, f"{owner}_id", own[owner])
    says_who = pattern is not None and without(person.code, pattern)[1] > 0
    forget_person(person=person, called=pseudonym(subject), keeps_code=not says_who, by=by)
    return count + 1


def _delete_owned(table: str, column: str, owner: int | None) -> int:
    if owner is None:
        return 0
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {quote(table)} WHERE {quote(column)} = %s", [owner])
        return int(cursor.rowcount)


def pseudonym(subject: Subject) -> str:
    """Return what a colleague is called once nobody shall know who it was."""
    return f"P-{subject.pk.hex[:6].upper()}"
