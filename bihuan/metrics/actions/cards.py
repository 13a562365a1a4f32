"""Sending the cards of metrics, and reading them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.metrics.access import require_writer_of
from bihuan.metrics.models import CardCopy
from bihuan.metrics.queries.versions import catalogue_of, metric_named
from bihuan.org.models import Person, Tenant


@transaction.atomic
def send_cards(
    *, tenant: Tenant, metric: str, to: Iterable[Person], note: str = "", by: Person
) -> int:
    """Send the card of a metric as it is in force to people; who has it already keeps it.

    Returns to how many it was sent now.
    """
    require_writer_of(by, tenant.pk)
    definition = metric_named(tenant, metric)
    now = clock.now()
    people = {person.pk: person for person in to if person.tenant_id == tenant.pk}
    there = CardCopy.objects.filter(tenant=tenant, key=metric, version=definition.version)
    has_it = set(there.values_list("person_id", flat=True))
    copies = [
        CardCopy(
            tenant=tenant,
            key=metric,
            version=definition.version,
            number=catalogue_of(tenant).number(metric),
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
def read_card(*, copy: CardCopy, by: Person) -> CardCopy:
    """Note that a person has read a card sent to them; the first time counts."""
    assert copy.person_id == by.pk, "a receipt is given by whom it was sent to"
    unread = CardCopy.objects.filter(pk=copy.pk, read_at__isnull=True)
    if unread.update(read_at=clock.now()):
        journal.record(by, "card.read", copy, metric=copy.key, number=copy.number)
    copy.refresh_from_db()
    return copy
