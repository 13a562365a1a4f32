"""Customers that may be one, among those a person sees, without what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from bihuan.customers.access import customers_visible_to
from bihuan.customers.domain.duplicate import Duplicate, duplicates
from bihuan.customers.domain.entity import members_of
from bihuan.customers.domain.likeness import Known, Likeness
from bihuan.customers.domain.uscc import KEYS, known_in
from bihuan.customers.models import Distinction
from bihuan.facts.models import Member, MemberName
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

T = TypeVar("T")
FEW = 1000
"""So many accounts are asked for one by one; of more, all of the company are read."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two customers that may be one, and why."""

    one: Member
    other: Member
    likeness: Likeness


def suggestions(scope: Scope, tenant: Tenant, entities: Mapping[int, int]) -> list[Duplicate]:
    """Return the pairs worth a look, the surest first; of a pair both are seen."""
    seen = customers_visible_to(scope, entities).order_by().values_list("pk", flat=True)
    found = duplicates(known_of(tenant, set(seen), entities))
    decided = {
        frozenset(entities.get(pk, pk) for pk in pair)
        for pair in Distinction.objects.standing(tenant).values_list("one_id", "other_id")
    }
    return [each for each in found if frozenset((each.one, each.other)) not in decided]


def suggested(found: Sequence[Duplicate]) -> list[Suggestion]:
    """Return some of the pairs with their customers."""
    sides = Member.objects.in_bulk([pk for each in found for pk in (each.one, each.other)])
    return [Suggestion(sides[each.one], sides[each.other], each.likeness) for each in found]


def known_of(
    tenant: Tenant, customers: Collection[int], entities: Mapping[int, int]
) -> tuple[Known, ...]:
    """Return what is known of customers, in order: every name and code of all their accounts."""
    merged = members_of(entities)
    accounts = {pk: pk for pk in customers}
    accounts |= {pk: entity for entity in customers for pk in merged.get(entity, ())}
    names: dict[int, dict[str, None]] = defaultdict(dict)
    codes: dict[int, set[str]] = defaultdict(set)
    rows = _accounts(tenant, accounts).values_list("pk", "name")
    # The account that the customer goes by comes first, so that its name does.
    for pk, name in sorted(_of(rows, accounts), key=lambda row: accounts[row[0]] != row[0]):
        names[accounts[pk]][name] = None
    for pk, name in _of(_names(tenant, accounts), accounts):
        names[accounts[pk]][name] = None
    coded = _accounts(tenant, accounts).filter(attributes__has_any_keys=KEYS)
    for pk, attributes in _of(coded.values_list("pk", "attributes"), accounts):
        if code := known_in(attributes):
            codes[accounts[pk]].add(code)
    return tuple(Known(pk, tuple(names[pk]), frozenset(codes[pk])) for pk in sorted(customers))


def _accounts(tenant: Tenant, accounts: Mapping[int, int]) -> QuerySet[Member]:
    """Return these accounts, or where they are many, all of the company."""
    ours = Member.objects.order_by("pk")
    if len(accounts) <= FEW:
        return ours.filter(pk__in=list(accounts))
    return ours.filter(tenant=tenant, dimension=Member.Dimension.ACCOUNT.value)


def _names(tenant: Tenant, accounts: Mapping[int, int]) -> Iterable[tuple[int, str]]:
    """Return every name that accounts had, the oldest first."""
    rows = MemberName.objects.order_by("pk").values_list("member_id", "name")
    if len(accounts) <= FEW:
        return rows.filter(member__in=list(accounts))
    return rows.filter(member__tenant=tenant, member__dimension=Member.Dimension.ACCOUNT.value)


def _of(rows: Iterable[tuple[int, T]], accounts: Mapping[int, int]) -> Iterator[tuple[int, T]]:
    """Yield the rows that are of these accounts."""
    return (row for row in rows if row[0] in accounts)
