"""Customers that may be one, among those a person sees, without what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bihuan.customers.access import customers_visible_to
from bihuan.customers.domain.duplicate import duplicates
from bihuan.customers.domain.likeness import Evidence, Known, Likeness
from bihuan.customers.domain.uscc import known_in
from bihuan.customers.models import Distinction
from bihuan.facts.models import Member, MemberName
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

FEW = 1000
"""Names of so many accounts are asked for one by one."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two customers that may be one, and why."""

    one: Member
    other: Member
    likeness: Likeness

    @property
    def reasons(self) -> tuple[Evidence, ...]:
        return self.likeness.reasons


def suggestions(scope: Scope, tenant: Tenant, entities: Mapping[int, int]) -> list[Suggestion]:
    """Return the pairs worth a look, the surest first; of a pair both are seen."""
    seen = {each.pk: each for each in customers_visible_to(scope, entities)}
    found = duplicates(known_of(seen.values(), entities))
    decided = {
        frozenset(entities.get(pk, pk) for pk in pair)
        for pair in Distinction.objects.standing(tenant).values_list("one_id", "other_id")
    }
    return [
        Suggestion(seen[each.one], seen[each.other], each.likeness)
        for each in found
        if frozenset((each.one, each.other)) not in decided
    ]


def known_of(customers: Iterable[Member], entities: Mapping[int, int]) -> tuple[Known, ...]:
    """Return what is known of customers: every name and code of all their accounts."""
    shown = {each.pk: each for each in customers}
    accounts = dict(shown) | Member.objects.in_bulk(
        [account for account, entity in entities.items() if entity in shown]
    )
    names: dict[int, dict[str, None]] = defaultdict(dict)
    codes: dict[int, set[str]] = defaultdict(set)
    for account in (*shown.values(), *accounts.values()):
        entity = entities.get(account.pk, account.pk)
        names[entity][account.name] = None
        if code := known_in(account.attributes):
            codes[entity].add(code)
    for pk, name in _names_of(accounts):
        if pk in accounts:
            names[entities.get(pk, pk)][name] = None
    return tuple(Known(pk, tuple(names[pk]), frozenset(codes[pk])) for pk in sorted(shown))


def _names_of(accounts: Mapping[int, Member]) -> Iterable[tuple[int, str]]:
    """Return every name that accounts had; of very many, those of the whole company are read."""
    rows = MemberName.objects.order_by("pk").values_list("member_id", "name")
    if len(accounts) <= FEW:
        return rows.filter(member__in=list(accounts))
    tenant = next(each.tenant_id for each in accounts.values())
    return rows.filter(member__tenant=tenant)
