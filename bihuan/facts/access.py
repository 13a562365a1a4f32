"""Which kinds a tenant has, and how single rows of the ledger are reached."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from bihuan.facts.domain.attribute import Attribute
from bihuan.facts.domain.kind import BUILT_IN, Kind
from bihuan.facts.models import Fact, Member, Source, SourceRow, TenantKind
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.domain.field_map import Field, FieldMap, Standing
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

SOURCE_ROW_FIELDS = FieldMap(
    kind="facts.source_row",
    fields={
        "cells": Field(
            full=(Standing.OWN, Standing.LEADS, Standing.ADMINISTERS),
            mask=(Standing.SHARED, Standing.OVERSEES),
        )
    },
)
"""A file may hold anything. Who earned a fact of the row, leads there or imports reads it all."""


class FactMissing(Missing):
    code = "facts.fact_missing"
    says = gettext_noop("There is no fact number %(seq)s.")


class SourceRowMissing(Missing):
    code = "facts.source_row_missing"
    says = gettext_noop("There is no such source row.")


class MemberMissing(Missing):
    code = "facts.member_missing"
    says = gettext_noop("There is nothing of that name here.")


def kinds_of(tenant: Tenant) -> dict[str, Kind]:
    """Return every kind of fact a tenant knows: the built-in ones and its own."""
    own = {row.code: _kind(row) for row in TenantKind.objects.filter(tenant=tenant)}
    return {**BUILT_IN, **own}


def kinds_brought(tenant: Tenant) -> dict[str, Kind]:
    """Return the kinds that files and programs may bring: all but those of the product's deeds."""
    return {code: kind for code, kind in kinds_of(tenant).items() if not kind.source}


def _kind(row: TenantKind) -> Kind:
    return Kind(
        row.code,
        row.label_zh,
        row.label_en,
        frozenset(row.needs),
        tuple(Attribute(**attribute) for attribute in row.attributes),
        row.may_be_negative,
    )


def fact_seen(seq: int, scope: Scope) -> Fact:
    """Return a fact the scope covers; a hidden one looks like one that is not there."""
    fact = (
        Fact.objects.visible_to(scope)
        .select_related(
            "person", "unit", "account", "opportunity", "product", "store", "source", "source_row"
        )
        .filter(seq=seq)
        .first()
    )
    if fact is None:
        raise FactMissing(seq=seq)
    return fact


def sources_visible_to(scope: Scope) -> QuerySet[Source]:
    """Return the sources that brought a fact the scope covers."""
    sources = Source.objects.filter(tenant_id=scope.tenant_id)
    if scope.whole_tenant:
        return sources
    brought = Fact.objects.visible_to(scope).filter(source=OuterRef("pk"))
    # Asked for beside each source it ends at the first fact; as a condition all facts are joined.
    asked = sources.order_by().annotate(has_facts=Exists(brought)).values_list("pk", "has_facts")
    return sources.filter(pk__in=[pk for pk, has_facts in asked if has_facts])


def source_row_seen(row_id: int, scope: Scope) -> SourceRow:
    """Return a source row if the scope covers a fact that it brought."""
    row = SourceRow.objects.filter(pk=row_id, tenant_id=scope.tenant_id).first()
    if row is None or not Fact.objects.visible_to(scope).filter(source_row=row).exists():
        raise SourceRowMissing()
    return row


def member_seen(member_id: int, scope: Scope) -> Member:
    """Return a member if the scope covers a fact about it; products belong to everyone."""
    member = Member.objects.filter(pk=member_id, tenant_id=scope.tenant_id).first()
    if member is None:
        raise MemberMissing()
    if member.dimension == Member.Dimension.PRODUCT.value or scope.whole_tenant:
        return member
    about = Fact.objects.visible_to(scope).filter(**{f"{member.dimension}_id": member.pk})
    if not about.exists():
        raise MemberMissing()
    return member
