"""What is shown of one fact, one row of a file, one member, and of the ledger itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from bihuan.base.models import JournalEntry
from bihuan.facts.access import kinds_of
from bihuan.facts.domain.attribute import COLUMNS, AttributeType
from bihuan.facts.domain.kind import Kind
from bihuan.facts.models import Block, Fact, Ledger, Member, SourceRow
from bihuan.org.access import people_visible_to
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

MEMBER_FACTS = 20


@dataclass(frozen=True, slots=True)
class Said:
    """One attribute of a fact, as its kind names it."""

    column: str
    label_zh: str
    label_en: str
    value: str | Decimal | date
    type: AttributeType
    is_money: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """A fact with everything its page says of it."""

    fact: Fact
    kind: Kind
    said: tuple[Said, ...]
    reversed_by: Fact | None
    reverses: Fact | None
    revisions: tuple[Fact, ...]
    reason: str
    recorded_by: Person | None
    block: Block | None

    @property
    def counts(self) -> bool:
        """Return whether figures count this fact."""
        return self.fact.reverses_id is None and self.reversed_by is None


def fact_view(fact: Fact, scope: Scope) -> FactView:
    """Return what the page of a fact says."""
    kind = kind_of(fact, kinds_of(fact.tenant))
    seen = Fact.objects.visible_to(scope)
    reversed_by = seen.filter(reverses=fact).first()
    reverses = seen.filter(pk=fact.reverses_id).first() if fact.reverses_id else None
    reversal = fact if fact.reverses_id else reversed_by
    same_row = seen.filter(
        source=fact.source_id, source_ref=fact.source_ref, part=fact.part, reverses__isnull=True
    )
    covering = Block.objects.filter(
        tenant=fact.tenant_id, first_seq__lte=fact.seq, last_seq__gte=fact.seq
    )
    return FactView(
        fact=fact,
        kind=kind,
        said=attributes_of(fact, kind),
        reversed_by=reversed_by,
        reverses=reverses,
        revisions=tuple(same_row.order_by("revision")),
        reason=_reason(reversal) if reversal else "",
        recorded_by=people_visible_to(scope).filter(pk=fact.recorded_by_id or 0).first(),
        block=covering.first(),
    )


def kind_of(fact: Fact, kinds: dict[str, Kind]) -> Kind:
    """Return the kind of a fact; one that is no longer declared goes by its code."""
    return kinds.get(fact.kind) or Kind(fact.kind, fact.kind, fact.kind)


def attributes_of(fact: Fact, kind: Kind) -> tuple[Said, ...]:
    """Return the attributes that a fact carries, in the order its kind declares them."""
    found = []
    for attribute in kind.attributes:
        value = getattr(fact, attribute.column)
        if value not in (None, ""):
            is_money = attribute.column == "list_amount"
            found.append(
                Said(
                    attribute.column,
                    attribute.label_zh,
                    attribute.label_en,
                    value,
                    attribute.type,
                    is_money,
                )
            )
    declared = {attribute.column for attribute in kind.attributes}
    for name, column in COLUMNS.items():
        value = getattr(fact, name)
        if name not in declared and value not in (None, ""):
            found.append(Said(name, name, name, value, column.type, False))  # noqa: FBT003  # not money
    return tuple(found)


def _reason(reversal: Fact) -> str:
    """Return why a person took a fact back; a reversal by an import has no reason of its own."""
    entries = JournalEntry.objects.filter(
        tenant=reversal.tenant_id, verb="fact.reversed", subject=f"facts.fact:{reversal.pk}"
    )
    entry = entries.first()
    return entry.why if entry else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRowView:
    """A row of a file as it stood there, and the facts made of it that may be seen."""

    row: SourceRow
    cells: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]


def source_row_view(row: SourceRow, scope: Scope) -> SourceRowView:
    """Return what the page of a source row shows."""
    facts = Fact.objects.visible_to(scope).filter(source_row=row).order_by("seq")
    return SourceRowView(
        row=row, cells=row.cells, facts=tuple(facts.select_related("person", "unit", "account"))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """A member, its attributes, and the facts about it that may be seen."""

    member: Member
    attributes: tuple[tuple[str, str], ...]
    facts: Sequence[Fact]
    has_more: bool


def member_view(member: Member, scope: Scope) -> MemberView:
    """Return what the page of a member shows."""
    about = Fact.objects.visible_to(scope).filter(**{f"{member.dimension}_id": member.pk})
    rows = list(
        about.select_related("person", "unit").order_by("-business_on", "-seq")[: MEMBER_FACTS + 1]
    )
    return MemberView(
        member=member,
        attributes=tuple(sorted((str(k), str(v)) for k, v in member.attributes.items())),
        facts=rows[:MEMBER_FACTS],
        has_more=len(rows) > MEMBER_FACTS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStatus:
    """How far a tenant's ledger has come and how far it is sealed."""

    head: int
    blocks: int
    sealed_seq: int
    last_block: Block | None

    @property
    def unsealed(self) -> int:
        return self.head - self.sealed_seq


def ledger_status(tenant: Tenant) -> LedgerStatus:
    """Return how the ledger of a tenant stands."""
    last = Block.objects.filter(tenant=tenant).order_by("-number").first()
    head = Ledger.objects.filter(tenant=tenant).values_list("last_seq", flat=True).first() or 0
    return LedgerStatus(
        head=head,
        blocks=last.number if last else 0,
        sealed_seq=last.last_seq if last else 0,
        last_block=last,
    )


def unsealed_tenants() -> list[Tenant]:
    """Return the tenants whose ledgers have facts that no block holds yet."""
    sealed = Block.objects.filter(tenant=OuterRef("tenant")).order_by("-number")
    behind = Ledger.objects.annotate(
        sealed=Coalesce(Subquery(sealed.values("last_seq")[:1]), 0)
    ).filter(last_seq__gt=F("sealed"))
    return list(Tenant.objects.filter(pk__in=behind.values("tenant_id")).order_by("code"))


def tenants_with_facts() -> list[Tenant]:
    """Return the tenants whose ledgers are not empty."""
    begun = Ledger.objects.filter(last_seq__gt=0).values("tenant_id")
    return list(Tenant.objects.filter(pk__in=begun).order_by("code"))
