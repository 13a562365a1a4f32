"""Keeping personal data: every value goes into the vault, and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.models import Person, Tenant
from bihuan.privacy.access import require_may_keep
from bihuan.privacy.domain.consent import ConsentMissing, needed_for
from bihuan.privacy.domain.field import FIELDS_OF, Field, Kind, fit, found_as
from bihuan.privacy.models import IndexKey, Subject, SubjectKey, VaultField
from bihuan.privacy.queries.vault import fields_of, held_among, index_key_of
from bihuan.privacy.vault import blind, master_keys, new_key, seal, unwrap, wrap


class SubjectErased(Conflict):
    code = "privacy.subject_erased"
    says = gettext_noop("This person was erased; nothing more is kept of them.")


class SubjectHeld(Conflict):
    code = "privacy.subject_held"
    says = gettext_noop("Restricted: their data is kept for the law, and not used or changed.")


class FieldNotKept(Invalid):
    code = "privacy.field_not_kept"
    says = gettext_noop("Of them, “%(field)s” is not kept.")


@transaction.atomic
def open_subject(*, tenant: Tenant, kind: Kind, person: Person | None = None) -> Subject:
    """Make somebody of whom data will be kept, with a key of their own."""
    subject = Subject(tenant=tenant, kind=kind.value, person=person, created_at=clock.now())
    subject.save(force_insert=True)
    masters = master_keys()
    SubjectKey.objects.create(
        subject=subject,
        master=masters.current,
        wrapped=wrap(masters.named(masters.current), new_key(), place=str(subject.pk)),
    )
    return subject


@transaction.atomic
def keep_fields(*, subject: Subject, given: Mapping[Field, str], by: Person) -> list[Field]:
    """Keep values of a subject, and drop those that are empty; returns the fields that changed.

    Whoever calls this has asked whether ``by`` may. A field that is not given stays.
    """
    subject = Subject.objects.select_for_update().get(pk=subject.pk, tenant_id=by.tenant_id)
    if subject.is_erased:
        raise SubjectErased()
    if held_among([subject.pk]):
        raise SubjectHeld()
    kind = Kind(subject.kind)
    for field in given:
        if field not in FIELDS_OF[kind]:
            raise FieldNotKept(field=field.value)
    wanted = {field: fit(field, text) for field, text in given.items()}
    before = fields_of([subject.pk], list(wanted))[subject.pk]
    changed = {f: value for f, value in wanted.items() if value != before.get(f, "")}
    if changed:
        _put(subject, changed)
        names = " ".join(sorted(field.value for field in changed))
        journal.record(by, "subject.changed", subject, fields=names)
    return list(changed)


def _put(subject: Subject, changed: Mapping[Field, str]) -> None:
    """Write sealed values in the place of those that are there."""
    masters, kept = master_keys(), SubjectKey.objects.get(subject=subject)
    key = unwrap(masters.named(kept.master), bytes(kept.wrapped), place=str(subject.pk))
    index_key = _index_key(subject.tenant)
    VaultField.objects.filter(subject=subject, field__in=[f.value for f in changed]).delete()
    rows = []
    for field, value in changed.items():
        if not value:
            continue
        sealed = seal(key, value, place=f"{subject.pk} {field.value}")
        known = found_as(field, value)
        rows.append(
            VaultField(
                subject=subject,
                tenant_id=subject.tenant_id,
                field=field.value,
                nonce=sealed.nonce,
                ciphertext=sealed.ciphertext,
                blind_index=blind(index_key, known) if known else None,
                changed_at=clock.now(),
            )
        )
    VaultField.objects.bulk_create(rows)


def _index_key(tenant: Tenant) -> bytes:
    """Return the key by which a company finds values, made when it is first needed."""
    masters = master_keys()
    fresh = wrap(masters.named(masters.current), new_key(), place=f"index {tenant.pk}")
    IndexKey.objects.get_or_create(
        tenant=tenant, defaults={"master": masters.current, "wrapped": fresh}
    )
    key = index_key_of(tenant.pk)
    assert key is not None, "it was just made"
    return key


@transaction.atomic
def set_own_fields(*, person: Person, given: Mapping[Field, str], by: Person) -> list[Field]:
    """Keep what a colleague tells of themselves, or an administrator of them."""
    require_may_keep(by, person)
    # The row of the person is the lock: two that come at once make one subject.
    person = Person.objects.select_for_update().select_related("tenant").get(pk=person.pk)
    subject = Subject.objects.filter(person=person).first()
    if subject is None:
        subject = open_subject(tenant=person.tenant, kind=Kind.PERSON, person=person)
    _require_consent(subject, [field for field, text in given.items() if text.strip()])
    return keep_fields(subject=subject, given=given, by=by)


def _require_consent(subject: Subject, fields: Collection[Field]) -> None:
    """Refuse to keep what asks for a consent of its own while there is none."""
    for use in needed_for(fields):
        standing = subject.consents.filter(use=use.value, withdrawn_at__isnull=True)
        if not standing.exists():
            raise ConsentMissing()
