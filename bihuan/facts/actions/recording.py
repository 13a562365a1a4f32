"""Appending to the ledger.

Every append locks the tenant's ledger head first, so the numbers it gives have
no gap and stand in commit order. The lock is held until commit: record facts as
the last thing a transaction does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

import psycopg
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from bihuan.base import clock
from bihuan.base.wall import as_owner, copying
from bihuan.facts.access import kinds_of
from bihuan.facts.domain.attribute import COLUMNS, AttributeValue
from bihuan.facts.domain.fact import Draft, check, digest, rounded
from bihuan.facts.domain.kind import BUILT_IN, Kind, KindReserved, KindUnknown
from bihuan.facts.domain.recorded import Recorded
from bihuan.facts.domain.seat import Seats
from bihuan.facts.models import Batch, Fact, Ledger, Source
from bihuan.facts.queries import recorded_this_month, seats_of
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.domain.plan import TooManyFacts, require_room
from bihuan.org.models import Person, Tenant
from bihuan.org.standing import limits_of, require_open

ATTRIBUTE_COLUMNS = tuple(COLUMNS)
GIVEN = (
    *("tenant_id", "seq", "kind", "business_on", "occurred_at", "recorded_at", "recorded_by_id"),
    *("person_id", "unit_id", "account_id", "opportunity_id", "product_id", "store_id"),
    *("product_line", "region", "tier", "amount", "currency", "quantity", "extra"),
    *("source_id", "source_ref", "part", "revision", "digest", "batch_id", "source_row_id"),
    "reverses_id",
)
APPENDED = (*GIVEN, *ATTRIBUTE_COLUMNS)
REFS_AT_ONCE = 5000
MANY = 5000
"""So many new facts at once make the planner's statistics useless."""
COUNTED = "ANALYZE facts_fact, facts_source, facts_batch, org_unit, org_person, org_assignment"


class FactDiffers(Conflict):
    code = "facts.fact_differs"
    says = gettext_noop("“%(ref)s” is in the ledger already, and says something else.")


class CurrencyDiffers(Invalid):
    code = "facts.currency_differs"
    says = gettext_noop("This company reckons in %(own)s; “%(ref)s” is in %(given)s.")


class ReferenceForeign(Invalid):
    code = "facts.reference_foreign"
    says = gettext_noop("This company has no %(noun)s with the id %(id)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row to be appended: a draft with what the ledger adds to it."""

    draft: Draft
    columns: dict[str, AttributeValue]
    digest: str
    revision: int = 1
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who appends, from which source, in which batch."""

    tenant: Tenant
    source: Source
    by: Person
    batch: Batch | None = None


def record(*, draft: Draft, source: Source, by: Person) -> Fact:
    """Append one fact; the same draft again returns the fact that is there.

    Raises ``FactDiffers`` when the source reference is taken by another content.
    """
    origin = Origin(tenant=by.tenant, source=source, by=by)
    with transaction.atomic():
        _record_all(origin, [draft])
    # Read after the commit: others wait for the head until then.
    return (
        Fact.objects.filter(
            tenant=origin.tenant,
            source=source,
            source_ref=draft.source_ref,
            part=draft.part,
            reverses__isnull=True,
        )
        .order_by("-revision")[:1]
        .get()
    )


@transaction.atomic
def record_many(
    *, drafts: Sequence[Draft], source: Source, batch: Batch | None = None, by: Person
) -> Recorded:
    """Append facts in bulk, in the order given; those already there are left alone."""
    origin = Origin(tenant=by.tenant, source=source, by=by, batch=batch)
    return _record_all(origin, drafts)


def _record_all(origin: Origin, drafts: Sequence[Draft]) -> Recorded:
    lines = prepare(origin, drafts)
    head = lock_ledger(origin.tenant)
    there = {(ref, part): each for ref, part, each in _known(origin.source, drafts)}
    fresh = []
    for line in lines:
        key = (line.draft.source_ref, line.draft.part)
        if key not in there:
            there[key] = line.digest
            fresh.append(line)
        elif there[key] != line.digest:
            raise FactDiffers(ref=line.draft.source_ref)
    append(origin, head, fresh)
    return Recorded(new=len(fresh), unchanged=len(lines) - len(fresh))


def _known(source: Source, drafts: Sequence[Draft]) -> Iterable[tuple[str, str, str]]:
    """Return reference, part and digest of the newest fact of each draft's reference."""
    refs = list({draft.source_ref for draft in drafts})
    for start in range(0, len(refs), REFS_AT_ONCE):
        yield from (
            Fact.objects.filter(
                tenant_id=source.tenant_id,
                source=source,
                source_ref__in=refs[start : start + REFS_AT_ONCE],
                reverses__isnull=True,
            )
            .order_by("revision")
            .values_list("source_ref", "part", "digest")
        )


def lock_ledger(tenant: Tenant) -> Ledger:
    """Take the head of a tenant's ledger until commit; the ledger of a company must be open."""
    require_open(tenant.pk)
    heads = Ledger.objects.select_for_update().filter(tenant=tenant)
    head = heads.first()
    if head is None:
        Ledger.objects.get_or_create(tenant=tenant)
        head = heads.get()
    return head


def prepare(origin: Origin, drafts: Sequence[Draft]) -> list[Line]:
    """Check drafts against their kinds and fill in the seat each was earned in."""
    assert {origin.by.tenant_id, origin.source.tenant_id} == {origin.tenant.pk}, "one tenant"
    assert origin.batch is None or origin.batch.source_id == origin.source.pk, "one source"
    _refuse_foreign(origin.tenant, drafts)
    is_plain = all(each.kind in BUILT_IN for each in drafts)
    kinds = BUILT_IN if is_plain else kinds_of(origin.tenant)
    seats = seats_of(
        origin.tenant,
        people={each.person_id for each in drafts if each.person_id and not each.unit_id},
        units={each.unit_id for each in drafts if each.unit_id and not each.region},
    )
    for code in {each.kind for each in drafts}:
        _refuse_reserved(code, kinds, origin.source)
    return [_line(draft, kinds, seats, origin.tenant) for draft in drafts]


def _refuse_reserved(code: str, kinds: Mapping[str, Kind], source: Source) -> None:
    """Refuse what only a deed of the product itself may say, from a file or a program."""
    kind = kinds.get(code)
    if kind is None or not kind.source:
        return
    if (source.code, source.kind) != (kind.source, Source.Kind.FORM.value):
        raise KindReserved(kind=code)


REFERENCES = (
    ("person", "org_person", "tenant_id = %s"),
    ("unit", "org_unit", "tenant_id = %s"),
    ("account", "facts_member", "tenant_id = %s AND dimension = 'account'"),
    ("opportunity", "facts_member", "tenant_id = %s AND dimension = 'opportunity'"),
    ("product", "facts_member", "tenant_id = %s AND dimension = 'product'"),
    ("store", "facts_member", "tenant_id = %s AND dimension = 'store'"),
    ("source_row", "facts_sourcerow", "tenant_id = %s"),
)
"""What a draft may refer to: the table, and which of its rows are the tenant's own."""


def _refuse_foreign(tenant: Tenant, drafts: Sequence[Draft]) -> None:
    """Refuse ids that are not of this tenant, or not of that sort, in one statement."""
    asked: dict[str, list[int]] = {
        noun: sorted({getattr(each, f"{noun}_id") for each in drafts} - {None})
        for noun, _, _ in REFERENCES
    }
    parts: list[str] = []
    params: list[int | list[int]] = []
    for noun, table, own in REFERENCES:
        if asked[noun]:
            parts.append(
                f"SELECT '{noun}', id FROM unnest(%s::bigint[]) AS asked(id)"
                f" WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = asked.id AND {own})"
            )
            params += [asked[noun], tenant.pk]
    if not parts:
        return
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " LIMIT 1", params)
        foreign = cursor.fetchone()
    if foreign is not None:
        raise ReferenceForeign(noun=foreign[0], id=foreign[1])


def _line(draft: Draft, kinds: Mapping[str, Kind], seats: Seats, tenant: Tenant) -> Line:
    kind = kinds.get(draft.kind)
    if kind is None:
        raise KindUnknown(kind=draft.kind)
    columns = check(draft, kind)
    if draft.currency not in ("", tenant.currency):
        raise CurrencyDiffers(own=tenant.currency, given=draft.currency, ref=draft.source_ref)
    said = digest(draft)
    unit_id = draft.unit_id or seats.unit_of(draft.person_id, draft.business_on)
    seated = replace(
        draft,
        unit_id=unit_id,
        region=draft.region or seats.region_of(unit_id),
        currency=tenant.currency if draft.amount is not None else "",
    )
    return Line(draft=seated, columns=columns, digest=said)


def append(origin: Origin, head: Ledger, lines: Sequence[Line]) -> None:
    """Write lines to the ledger with the next numbers; the head must be locked."""
    if not lines:
        return
    _require_room(origin.tenant, len(lines))
    now = clock.now()
    with copying(origin.tenant.pk), connection.cursor() as cursor:
        raw = cast("psycopg.Cursor[tuple[object, ...]]", cursor.cursor)
        columns = ", ".join(f'"{name}"' for name in APPENDED)
        with raw.copy(f"COPY facts_fact ({columns}) FROM STDIN") as copy:
            for seq, line in enumerate(lines, start=head.last_seq + 1):
                copy.write_row(_row(origin, seq, now, line))
    head.last_seq += len(lines)
    head.save(update_fields=["last_seq"])
    if len(lines) >= MANY:
        transaction.on_commit(_count)


def _require_room(tenant: Tenant, asked: int) -> None:
    """Refuse what goes beyond the facts of a month that the company's plan allows."""
    limit = limits_of(tenant).facts_a_month
    if limit is not None:
        used = recorded_this_month(tenant)
        require_room(limit=limit, used=used, asked=asked, refusal=TooManyFacts)


@as_owner("only the owner of a table may have it counted")
def _count() -> None:
    """Let the planner know what has grown: its own count comes a minute later.

    Small tables it never counts by itself, and behind a policy it would take them for empty.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)


def _row(origin: Origin, seq: int, now: datetime, line: Line) -> tuple[object, ...]:
    draft = line.draft
    amount = None if draft.amount is None else rounded(draft.amount)
    quantity = None if draft.quantity is None else rounded(draft.quantity)
    return (
        *(
            origin.tenant.pk,
            seq,
            draft.kind,
            draft.business_on,
            draft.occurred_at,
            now,
            origin.by.pk,
        ),
        *(draft.person_id, draft.unit_id, draft.account_id, draft.opportunity_id),
        *(draft.product_id, draft.store_id, draft.product_line, draft.region, draft.tier),
        *(amount, draft.currency, quantity, Jsonb(dict(draft.extra))),
        *(origin.source.pk, draft.source_ref, draft.part, line.revision, line.digest),
        *(origin.batch.pk if origin.batch else None, draft.source_row_id, line.reverses_id),
        *(_attribute(line.columns, name) for name in ATTRIBUTE_COLUMNS),
    )


def _attribute(columns: dict[str, AttributeValue], name: str) -> AttributeValue:
    value = columns.get(name)
    return "" if value is None and COLUMNS[name].type.value == "text" else value
