"""Sources, batches, source rows, members and kinds: what facts refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.domain.attribute import Attribute
from bihuan.facts.domain.kind import BUILT_IN, Kind, KindTaken, check_kind
from bihuan.facts.models import Batch, Member, MemberName, Source, SourceRow, TenantKind
from bihuan.org.access import require_admin_of
from bihuan.org.domain.name import initials, sort_key
from bihuan.org.models import Person, Tenant

AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMember:
    """A member as a source names it."""

    dimension: str
    code: str
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAsRead:
    """A row of a file as it stood there."""

    file: str
    sheet: str
    line: int
    content: Mapping[str, str]


@transaction.atomic
def open_source(*, tenant: Tenant, code: str, name: str = "", kind: str = "file") -> Source:
    """Return the source with this code, made when it is not there yet."""
    source, _ = Source.objects.get_or_create(
        tenant=tenant, code=code, defaults={"name": name or code, "kind": kind}
    )
    return source


@transaction.atomic
def begin_batch(*, source: Source, label: str, by: Person, reverts: Batch | None = None) -> Batch:
    """Begin a batch of facts that can be reverted together."""
    batch = Batch.objects.create(
        tenant_id=source.tenant_id,
        source=source,
        label=label,
        by=by,
        began_at=clock.now(),
        reverts=reverts,
    )
    journal.record(by, "batch.begun", batch, source=source.code)
    return batch


def keep_rows(*, batch: Batch, rows: Iterable[RowAsRead]) -> list[int]:
    """Keep rows of a file as they stood there; return their ids in the same order."""
    kept = SourceRow.objects.bulk_create(
        [
            SourceRow(
                tenant_id=batch.tenant_id,
                batch=batch,
                file=row.file,
                sheet=row.sheet,
                line=row.line,
                # Pairs, because PostgreSQL does not keep the order of an object's names.
                content=[[name, value] for name, value in row.content.items()],
            )
            for row in rows
        ],
        batch_size=AT_ONCE,
    )
    return [row.pk for row in kept]


@transaction.atomic
def put_members(
    *, tenant: Tenant, members: Sequence[NamedMember], batch: Batch | None = None
) -> dict[tuple[str, str], int]:
    """Make or rename members; return their ids by dimension and code.

    Attributes that a source does not mention stay as they are, and a name that
    is given up is still known as one the member had.
    """
    wanted = {(each.dimension, each.code): each for each in members}
    there = {
        (member.dimension, member.code): member
        for dimension in {key[0] for key in wanted}
        for member in Member.objects.filter(tenant=tenant, dimension=dimension)
        if (dimension, member.code) in wanted
    }
    fresh = [_member(tenant, each) for key, each in wanted.items() if key not in there]
    changed = [member for key, member in there.items() if _differs(member, wanted[key])]
    renamed = [each for each in changed if each.name != wanted[each.dimension, each.code].name]
    first_names = _first_names(renamed)
    for member in changed:
        given = wanted[member.dimension, member.code]
        member.name, member.attributes = given.name, member.attributes | dict(given.attributes)
        member.pinyin, member.initials = sort_key(member.name), initials(member.name)
    Member.objects.bulk_create(fresh, batch_size=AT_ONCE)
    Member.objects.bulk_update(
        changed, ["name", "attributes", "pinyin", "initials"], batch_size=AT_ONCE
    )
    now = clock.now()
    names = [*first_names, *(_name(each, now, batch) for each in (*fresh, *renamed))]
    MemberName.objects.bulk_create(names, batch_size=AT_ONCE)
    return {(each.dimension, each.code): each.pk for each in (*there.values(), *fresh)}


def _member(tenant: Tenant, given: NamedMember) -> Member:
    return Member(
        tenant=tenant,
        dimension=given.dimension,
        code=given.code,
        name=given.name,
        pinyin=sort_key(given.name),
        initials=initials(given.name),
        attributes=dict(given.attributes),
    )


def _first_names(renamed: Sequence[Member]) -> list[MemberName]:
    """Return the names of members that had theirs before names were kept."""
    known = set(MemberName.objects.filter(member__in=renamed).values_list("member_id", flat=True))
    return [_name(each, None, None) for each in renamed if each.pk not in known]


def _name(member: Member, since: datetime | None, batch: Batch | None) -> MemberName:
    return MemberName(
        member=member,
        name=member.name,
        pinyin=member.pinyin,
        initials=member.initials,
        since=since,
        batch=batch,
    )


def _differs(member: Member, given: NamedMember) -> bool:
    return member.name != given.name or any(
        member.attributes.get(name) != value for name, value in given.attributes.items()
    )


@transaction.atomic
def add_kind(*, tenant: Tenant, kind: Kind, by: Person) -> TenantKind:
    """Add a kind of fact to a tenant's registry."""
    require_admin_of(by, tenant.pk)
    check_kind(kind)
    code = kind.code
    if code in BUILT_IN or TenantKind.objects.filter(tenant=tenant, code=code).exists():
        raise KindTaken(kind=code)
    made = TenantKind.objects.create(
        tenant=tenant,
        code=code,
        label_zh=kind.label_zh,
        label_en=kind.label_en,
        needs=sorted(kind.needs),
        attributes=[_as_data(attribute) for attribute in kind.attributes],
        may_be_negative=kind.may_be_negative,
    )
    journal.record(by, "kind.added", made, kind=code)
    return made


def _as_data(attribute: Attribute) -> dict[str, str | bool]:
    return {
        "name": attribute.name,
        "column": attribute.column,
        "label_zh": attribute.label_zh,
        "label_en": attribute.label_en,
        "is_required": attribute.is_required,
    }
