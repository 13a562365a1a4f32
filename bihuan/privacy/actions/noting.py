"""Noting who looked at personal data and why, and what people agreed to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from bihuan.base import clock, journal
from bihuan.base.request_id import request_id
from bihuan.org.domain.text import fit
from bihuan.org.models import Person
from bihuan.privacy import channels
from bihuan.privacy.domain.consent import (
    VERSION_LENGTH,
    Channel,
    ConsentStands,
    ConsentWithdrawn,
    Use,
)
from bihuan.privacy.domain.field import Field
from bihuan.privacy.domain.reading import Purpose, Reading, is_too_much, note_of
from bihuan.privacy.models import Consent, SensitiveRead, Subject
from bihuan.privacy.queries.vault import fields_of, held_among

HOUR = timedelta(hours=1)


@transaction.atomic
def unmask(
    *,
    subject: Subject,
    fields: Collection[Field] | None = None,
    purpose: Purpose,
    note: str = "",
    by: Person,
) -> Mapping[Field, str]:
    """Return values in full to somebody who says what for; it is written down that they saw them.

    Whoever calls has asked whether ``by`` may know that they are there at all.
    """
    assert subject.tenant_id == by.tenant_id, "whoever calls has asked"
    values = {} if held_among([subject.pk]) else fields_of([subject.pk], fields)[subject.pk]
    names = " ".join(field.value for field in values)
    note_read(
        reading=Reading.UNMASKED, subject=subject, fields=names, purpose=purpose, note=note, by=by
    )
    return values


@transaction.atomic
def note_read(  # noqa: PLR0913  # the columns of a row
    *,
    reading: Reading,
    subject: Subject | None,
    fields: str = "",
    count: int = 1,
    purpose: Purpose,
    note: str = "",
    by: Person,
) -> SensitiveRead:
    """Write down that somebody was shown personal data, and tell of it when it is much."""
    made = SensitiveRead(
        tenant_id=by.tenant_id,
        by=by,
        subject=subject,
        reading=reading.value,
        fields=fields,
        count=count,
        purpose=purpose.value,
        note=note_of(note, purpose),
        request_id=request_id(),
        at=clock.now(),
    )
    made.save()
    journal.record(by, "personal_data.shown", made, reading=reading.value, people=count)
    if reading is Reading.UNMASKED:
        _tell_if_too_much(by, made.at)
    return made


def _tell_if_too_much(by: Person, now: datetime) -> None:
    """Have administrators told once for each hour in which somebody looks at very many."""
    recent = SensitiveRead.objects.filter(by=by, at__gt=now - HOUR, reading=Reading.UNMASKED.value)
    seen = recent.values("subject").distinct().count()
    if is_too_much(seen):
        channels.tell(by, seen, f"{now:%Y-%m-%dT%H}")


@transaction.atomic
def note_consent(  # the columns of a row
    *,
    subject: Subject,
    use: Use,
    text_version: str,
    channel: Channel,
    given_at: datetime | None = None,
    by: Person,
) -> Consent:
    """Note that somebody agreed to a use of their data. Whoever calls has asked who may note it."""
    assert subject.tenant_id == by.tenant_id, "whoever calls has asked"
    now = clock.now()
    made = Consent(
        tenant_id=by.tenant_id,
        subject=subject,
        use=use.value,
        text_version=fit(text_version, limit=VERSION_LENGTH),
        channel=channel.value,
        given_at=min(given_at or now, now),
        noted_by=by,
        noted_at=now,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as fault:
        raise ConsentStands() from fault
    journal.record(by, "consent.noted", made, use=use.value)
    return made


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Person) -> Consent:
    """Note that somebody no longer agrees; what was done until then stays lawful."""
    assert consent.tenant_id == by.tenant_id, "whoever calls has asked"
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise ConsentWithdrawn()
    consent.withdrawn_at, consent.withdrawal_noted_by = clock.now(), by
    consent.save(update_fields=["withdrawn_at", "withdrawal_noted_by"])
    journal.record(by, "consent.withdrawn", consent, use=consent.use)
    return consent
