"""Sending the cards of metrics, and reading them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.metrics.access import require_writer_of
from bihuan.metrics.models import CardCopy
from bihuan.metrics.queries.cards import edition_of
from bihuan.org.models import Person, Tenant


@transaction.atomic
def send_cards(
    *,
    tenant: Tenant,
    metric: str,
    to: Iterable[Person],
    number: int | None = None,
    note: str = "",
    by: Person,
) -> int:
    """Send the card of a metric to people; who has it already keeps it.

    Without a number it is the card of the version in force. Returns to how many
    it was sent now.
    """
    require_writer_of(by, tenant.pk)
    edition = edition_of(tenant, metric, number)
    now = clock.now()
    people = {person.pk: person for person in to if person.tenant_id == tenant.pk}
    version = edition.definition.version
    there = CardCopy.objects.filter(tenant=tenant, key=metric, version=version)
    has_it = set(there.values_list("person_id", flat=True))
    copies = [
        CardCopy(
            tenant=tenant,
            key=metric,
            version=version,
            number=edition.number,
            person=person,
            sent_by=by,
            sent_at=now,
            note=note.strip(),
        )
        for pk, person in people.items()
        if pk not in has_it
    ]
    CardCopy.objects.bulk_create(copies, ignore_conflicts=True)
    journal.record(by, "card.sent", tenant, metric=metric, to=len(copies))
    return len(copies)


@transaction.atomic
def remind_readers(*, tenant: Tenant, metric: str, version: str, note: str = "", by: Person) -> int:
    """Send a card again to those who have it and have not read it; return to how many."""
    require_writer_of(by, tenant.pk)
    copies = CardCopy.objects.filter(tenant=tenant, key=metric, version=version).unread()
    again: dict[str, object] = {"sent_at": clock.now(), "sent_by": by}
    if note.strip():
        again["note"] = note.strip()
    count = copies.update(**again)
    if count:
        journal.record(by, "card.reminded", tenant, metric=metric, to=count)
    return count


@transaction.atomic
def read_card(*, copy: CardCopy, by: Person) -> CardCopy:
    """Note that a person has read a card sent to them; the first time counts."""
    assert copy.person_id == by.pk, "a receipt is given by whom it was sent to"
    unread = CardCopy.objects.filter(pk=copy.pk, read_at__isnull=True)
    if unread.update(read_at=clock.now()):
        journal.record(by, "card.read", copy, metric=copy.key, number=copy.number)
    copy.refresh_from_db()
    return copy
