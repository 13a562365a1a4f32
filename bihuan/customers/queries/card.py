"""The card of a customer: its accounts, every name ever, and how it came together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.customers.access import accounts_of
from bihuan.customers.domain.uscc import known_in
from bihuan.customers.queries.history import MergeLine, merge_lines
from bihuan.facts.domain.kind import MERGED
from bihuan.facts.models import Fact, Member, MemberName
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLine:
    """A name that one of the accounts has or had; without an instant, from the first on."""

    name: str
    account: Member
    since: datetime | None
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """An account of the customer, and whether one may see facts about it."""

    account: Member
    uscc: str
    has_facts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything the page of a customer says."""

    customer: Member
    accounts: tuple[AccountLine, ...]
    names: tuple[NameLine, ...]
    merges: tuple[MergeLine, ...]
    first: Fact | None
    last: Fact | None
    facts: int

    @property
    def usccs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.uscc for each in self.accounts if each.uscc))

    @property
    def has_other_names(self) -> bool:
        return any(each.name != self.customer.name for each in self.names)


def card(customer: Member, scope: Scope, tenant: Tenant, entities: Mapping[int, int]) -> Card:
    """Return the card of a customer, with the facts the scope covers."""
    ids = accounts_of(customer, entities)
    rows = Member.objects.in_bulk(ids)
    accounts = [rows[pk] for pk in ids]
    about = Fact.objects.visible_to(scope).filter(account__in=ids).exclude(kind=MERGED)
    counting = about.live().select_related("person", "unit", "account")
    seen = set(about.order_by().values_list("account_id", flat=True).distinct())
    return Card(
        customer=customer,
        accounts=tuple(
            AccountLine(account=each, uscc=known_in(each.attributes), has_facts=each.pk in seen)
            for each in accounts
        ),
        names=tuple(_names(accounts)),
        merges=tuple(merge_lines(scope, tenant, entities, about=ids)),
        first=counting.order_by("business_on", "seq").first(),
        last=counting.order_by("-business_on", "-seq").first(),
        facts=counting.count(),
    )


def _names(accounts: Sequence[Member]) -> list[NameLine]:
    """Return every name of every account, the newest first within each."""
    found: list[NameLine] = []
    kept = MemberName.objects.filter(member__in=accounts).order_by("-pk")
    by_account: dict[int, list[MemberName]] = {each.pk: [] for each in accounts}
    for row in kept:
        by_account[row.member_id].append(row)
    for account in accounts:
        rows = by_account[account.pk]
        if not rows or rows[0].name != account.name:
            found.append(NameLine(name=account.name, account=account, since=None, is_now=True))
        found += [
            NameLine(
                name=row.name,
                account=account,
                since=row.since,
                is_now=place == 0 and row.name == account.name,
            )
            for place, row in enumerate(rows)
        ]
    return found
