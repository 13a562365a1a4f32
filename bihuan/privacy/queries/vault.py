"""Reading the vault: many subjects at once, in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from bihuan.org.domain.field_map import FieldMap, Place
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant
from bihuan.privacy.domain.field import Field, found_as, in_full, looked_for, masked_as
from bihuan.privacy.models import Hold, IndexKey, Subject, VaultField
from bihuan.privacy.vault import Sealed, blind, master_keys, open_, unwrap

Values = Mapping[Field, str]
"""What is kept of one subject; a field that is not kept is not in it."""


def fields_of(
    subjects: Iterable[UUID], fields: Collection[Field] | None = None
) -> dict[UUID, dict[Field, str]]:
    """Return the values of subjects as they are kept, each subject with those it has.

    Whoever calls this has asked what may be shown, and notes what must be noted.
    """
    wanted = list(subjects)
    rows = VaultField.objects.filter(subject__in=wanted)
    if fields is not None:
        rows = rows.filter(field__in=[field.value for field in fields])
    rows = rows.filter(subject__data_key__isnull=False).select_related("subject__data_key")
    found: dict[UUID, dict[Field, str]] = {pk: {} for pk in wanted}
    keys: dict[UUID, bytes] = {}
    masters = None
    for row in rows:
        if row.subject_id not in keys:
            masters = masters or master_keys()
            sealed = row.subject.data_key
            keys[row.subject_id] = unwrap(
                masters.named(sealed.master), bytes(sealed.wrapped), place=str(row.subject_id)
            )
        found[row.subject_id][Field(row.field)] = open_(
            keys[row.subject_id],
            Sealed(bytes(row.nonce), bytes(row.ciphertext)),
            place=f"{row.subject_id} {row.field}",
        )
    return found


def shown(
    places: Mapping[UUID, Place], field_map: FieldMap, scope: Scope
) -> dict[UUID, dict[Field, str]]:
    """Return the values of subjects as a map shows them to somebody; of who is held, nothing."""
    return {
        pk: {
            field: seen
            for field, value in values.items()
            if (seen := field_map.shown(field, in_full(field, value), scope, places[pk]))
        }
        for pk, values in _in_use(places, [Field(each) for each in field_map.fields]).items()
    }


def _in_use(
    subjects: Iterable[UUID], fields: Collection[Field] | None
) -> dict[UUID, dict[Field, str]]:
    wanted = list(subjects)
    held = held_among(wanted)
    found = fields_of([pk for pk in wanted if pk not in held], fields)
    return {pk: found.get(pk, {}) for pk in wanted}


def held_among(subjects: Collection[UUID]) -> set[UUID]:
    """Return those of the subjects who are kept and no longer used: law or a dispute asks so."""
    standing = Hold.objects.filter(subject__in=subjects, lifted_at__isnull=True)
    return set(standing.values_list("subject_id", flat=True))


def masked(
    subjects: Iterable[UUID], fields: Collection[Field] | None = None
) -> dict[UUID, dict[Field, str]]:
    """Return the values of subjects so that nobody can be reached or known by them."""
    return {
        pk: {field: masked_as(field, value) for field, value in values.items()}
        for pk, values in _in_use(subjects, fields).items()
    }


def found(tenant: Tenant, text: str) -> set[UUID]:
    """Return the subjects of a company that a phone, a mail address or a handle belongs to."""
    return _with_any(tenant, looked_for(text))


def alike(tenant: Tenant, values: Values, *, other_than: UUID | None = None) -> set[UUID]:
    """Return the subjects of a company that share a number or an address with these values."""
    known = [key for field, value in values.items() if (key := found_as(field, value))]
    return _with_any(tenant, known) - {other_than}


def _with_any(tenant: Tenant, known: Collection[str]) -> set[UUID]:
    key = index_key_of(tenant.pk) if known else None
    if key is None:
        return set()
    rows = VaultField.objects.filter(
        tenant=tenant, blind_index__in=[blind(key, each) for each in known]
    )
    return set(rows.values_list("subject_id", flat=True))


def index_key_of(tenant_id: int) -> bytes | None:
    """Return the key by which a company finds values, if it has kept any."""
    kept = IndexKey.objects.filter(tenant_id=tenant_id).first()
    if kept is None:
        return None
    master = master_keys().named(kept.master)
    return unwrap(master, bytes(kept.wrapped), place=f"index {tenant_id}")


def subject_of(person: Person) -> Subject | None:
    """Return the subject that stands for a colleague, where any of their data is kept."""
    return Subject.objects.filter(person=person).first()


def own_fields(person: Person) -> dict[Field, str]:
    """Return what is kept of a colleague, as it is kept."""
    subject = subject_of(person)
    return fields_of([subject.pk])[subject.pk] if subject else {}
