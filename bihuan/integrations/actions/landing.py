"""Writing a landing: names become ids, drafts become rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.facts import actions as ledger
from bihuan.facts.actions.naming import NamedMember, RowAsRead
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Batch, Member, Source
from bihuan.goals import actions as goals
from bihuan.goals.actions import QuotaRow
from bihuan.integrations.domain.landing import FactDraft, Landing, Origin
from bihuan.org import actions as org
from bihuan.org.domain.assignment import BEGINNING, Seat
from bihuan.org.models import Person, Tenant, Unit

DIMENSIONS = ("account", "opportunity", "product", "store")


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import changed."""

    rows: int = 0
    new: int = 0
    unchanged: int = 0
    corrected: int = 0
    withdrawn: int = 0
    people: int = 0
    units: int = 0
    members: int = 0
    quotas: int = 0


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids behind the codes that a landing names."""

    people: Mapping[str, int]
    units: Mapping[str, int]
    members: Mapping[tuple[str, str], int]


def write(landing: Landing, *, source: Source, label: str, by: Person) -> tuple[Batch, Counts]:
    """Write everything a landing says, inside the caller's transaction; facts come last."""
    tenant = source.tenant
    units = _units(tenant, landing, by)
    people = _people(tenant, landing, units, by)
    batch = ledger.begin_batch(source=source, label=label, by=by)
    members = _members(tenant, landing, batch)
    ids = _Ids(people, units, members)
    rows = _kept_rows(landing, batch)
    quotas = goals.set_quotas(
        tenant=tenant, rows=_quotas(landing, ids, rows), by=by, origin=label, batch=batch
    )
    recorded = ledger.reconcile(
        drafts=[_draft(fact, ids, rows) for fact in landing.facts],
        row_refs=landing.row_refs,
        parts=landing.parts,
        batch=batch,
        by=by,
    )
    counts = Counts(
        rows=sum(landing.row_counts.values()),
        new=recorded.new,
        unchanged=recorded.unchanged,
        corrected=recorded.corrected,
        withdrawn=recorded.withdrawn,
        people=len(landing.people),
        units=len(landing.units),
        members=len(landing.members),
        quotas=quotas.new + quotas.replaced,
    )
    return batch, counts


def _units(tenant: Tenant, landing: Landing, by: Person) -> dict[str, int]:
    made: dict[str, Unit] = {}
    for draft in landing.units:
        made[draft.code] = org.put_unit(
            tenant=tenant,
            code=draft.code,
            name=draft.name,
            kind=draft.kind,
            parent=made.get(draft.parent) or _unit_there(tenant, draft.parent),
            by=by,
        )
    there = Unit.objects.filter(tenant=tenant).values_list("code", "pk")
    return dict(there)


def _unit_there(tenant: Tenant, code: str) -> Unit:
    if not code:
        return org.root_of(tenant)
    return Unit.objects.get(tenant=tenant, code=code)


def _people(
    tenant: Tenant, landing: Landing, units: Mapping[str, int], by: Person
) -> dict[str, int]:
    if landing.people:
        names = {draft.code: draft.name for draft in landing.people}
        people = org.put_people(tenant=tenant, names=names, by=by)
        seats = {
            people[draft.code].pk: [
                Seat(
                    unit_id=units[seat.unit],
                    role=seat.role,
                    valid_from=seat.valid_from or BEGINNING,
                    valid_to=seat.valid_to,
                    is_home=seat.is_home,
                )
                for seat in draft.seats
            ]
            for draft in landing.people
        }
        org.place_people(tenant=tenant, seats=seats, by=by)
    return dict(Person.objects.filter(tenant=tenant).values_list("code", "pk"))


def _members(tenant: Tenant, landing: Landing, batch: Batch) -> dict[tuple[str, str], int]:
    named = [
        NamedMember(
            dimension=draft.dimension,
            code=draft.code,
            name=draft.name,
            attributes={name: text for name, text in draft.attributes.items() if text is not None},
        )
        for draft in landing.members
    ]
    made = ledger.put_members(tenant=tenant, members=named, batch=batch)
    used = {(name, getattr(fact, name)) for fact in landing.facts for name in DIMENSIONS}
    asked = {key for key in used if key[1] and key not in made}
    if asked:
        there = Member.objects.filter(tenant=tenant).values_list("dimension", "code", "pk")
        made |= {(dimension, code): pk for dimension, code, pk in there}
    return made


def _kept_rows(landing: Landing, batch: Batch) -> dict[Origin, int]:
    """Keep each row that gives facts or targets as it stood in its file; return ids by place."""
    of_facts = [fact.origin for fact in landing.facts]
    of_quotas = [quota.origin for quota in landing.quotas]
    origins = list(dict.fromkeys([*of_facts, *of_quotas]))
    kept = ledger.keep_rows(
        batch=batch,
        rows=[
            RowAsRead(
                file=origin.file,
                sheet=origin.sheet,
                line=origin.line or 0,
                content=landing.content(origin),
            )
            for origin in origins
        ],
    )
    return dict(zip(origins, kept, strict=True))


def _draft(fact: FactDraft, ids: _Ids, rows: Mapping[Origin, int]) -> Draft:
    def member(dimension: str) -> int | None:
        code = getattr(fact, dimension)
        return ids.members[dimension, code] if code else None

    return Draft(
        kind=fact.kind,
        business_on=fact.business_on,
        occurred_at=fact.occurred_at,
        source_ref=fact.source_ref,
        part=fact.part,
        person_id=ids.people[fact.person] if fact.person else None,
        unit_id=ids.units[fact.unit] if fact.unit else None,
        account_id=member("account"),
        opportunity_id=member("opportunity"),
        product_id=member("product"),
        store_id=member("store"),
        product_line=fact.product_line,
        region=fact.region,
        tier=fact.tier,
        amount=fact.amount,
        currency=fact.currency,
        quantity=fact.quantity,
        attributes=fact.attributes,
        extra=fact.extra,
        source_row_id=rows[fact.origin],
    )


def _quotas(landing: Landing, ids: _Ids, rows: Mapping[Origin, int]) -> Sequence[QuotaRow]:
    return [
        QuotaRow(
            metric=draft.metric,
            person_id=ids.people[draft.person] if draft.person else None,
            unit_id=ids.units[draft.unit] if draft.unit else None,
            start=draft.start,
            end=draft.end,
            amount=draft.amount,
            file=draft.origin.file,
            sheet=draft.origin.sheet,
            row=draft.origin.line,
            source_row_id=rows[draft.origin],
        )
        for draft in landing.quotas
    ]
