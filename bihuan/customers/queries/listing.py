"""Lists of customers: found by any name they ever had, shown with all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Replace
from django.db.models.lookups import StartsWith

from bihuan.customers.access import customers_visible_to
from bihuan.customers.domain.entity import members_of
from bihuan.customers.domain.uscc import KEY, KEYS, known_in
from bihuan.facts.domain.kind import MERGED
from bihuan.facts.models import Fact, Member, MemberName
from bihuan.org.domain.scope import Scope
from bihuan.org.queries import named_like

PAGE_SIZE = 50
COUNTED_UP_TO = 1000
MOST_PAGES = 10_000
"""A number beyond is nobody's page."""


class Which(StrEnum):
    """Which customers a list is narrowed to."""

    ALL = ""
    MERGED = "merged"
    WITHOUT_USCC = "without_uscc"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """A customer in a list: its names, its codes, and when something last happened."""

    customer: Member
    other_names: tuple[str, ...]
    usccs: tuple[str, ...]
    accounts: tuple[Member, ...]
    last_on: date | None

    @property
    def has_other_accounts(self) -> bool:
        return len(self.accounts) > 1


def customers(
    scope: Scope, entities: Mapping[int, int], *, text: str = "", which: Which = Which.ALL
) -> QuerySet[Member]:
    """Return the customers that a person may see and that fit, by name."""
    found = customers_visible_to(scope, entities)
    if which is Which.MERGED:
        found = found.filter(pk__in=set(entities.values()))
    elif which is Which.WITHOUT_USCC:
        found = found.exclude(attributes__has_any_keys=KEYS)
    if text.strip():
        found = found.filter(found_by(text, scope, entities))
    return found.order_by("pinyin", "name", "pk")


def page_of_customers(found: QuerySet[Member], asked: str | None) -> tuple[Page[Member], bool]:
    """Return a page by its number in the address, and whether there are more than are counted.

    Customers of a region have millions of facts behind them: they are counted as far as
    somebody looks, and a page beyond.
    """
    number = int(asked) if asked and asked.isascii() and asked.isdecimal() else 1
    upto = max(COUNTED_UP_TO, min(number + 1, MOST_PAGES) * PAGE_SIZE)
    counted = found.order_by()[: upto + 1].count()
    paginator = Paginator(found, PAGE_SIZE)
    paginator.count = min(counted, upto)
    return paginator.get_page(asked), counted > upto


def found_by(text: str, scope: Scope, entities: Mapping[int, int]) -> Q:
    """Return the condition that a customer answers to a text by any name, account or code."""
    accounts = Member.objects.filter(
        tenant_id=scope.tenant_id, dimension=Member.Dimension.ACCOUNT.value
    )
    once = MemberName.objects.filter(_once_like(text), member=OuterRef("pk"))
    code = {f"attributes__{KEY}__iexact": text.strip().replace("\0", "")}
    hit = accounts.filter(named_like(text) | Q(**code) | Exists(once))
    if not entities:
        return Q(pk__in=hit.values("pk"))
    merged = hit.filter(pk__in=entities).values_list("pk", flat=True)
    return Q(pk__in=hit.values("pk")) | Q(pk__in={entities[pk] for pk in merged})


def _once_like(text: str) -> Q:
    """Return the condition that a former name answers to a text: itself or its pinyin."""
    text = text.strip().replace("\0", "")
    together = text.lower().replace(" ", "")
    return (
        Q(name__icontains=text)
        | Q(initials__startswith=together)
        | Q(StartsWith(Replace("pinyin", Value(" "), Value("")), together))
    )


def customer_lines(
    found: Iterable[Member], scope: Scope, entities: Mapping[int, int]
) -> list[CustomerLine]:
    """Return customers with their accounts and names, in the order given."""
    shown = list(found)
    merged = members_of(entities)
    ids = {each.pk: [each.pk, *merged.get(each.pk, ())] for each in shown}
    every = [pk for accounts in ids.values() for pk in accounts]
    accounts = Member.objects.in_bulk(every)
    names = names_by_account(every)
    last = last_days(every, scope)
    return [
        _line(each, [accounts[pk] for pk in ids[each.pk]], names=names, last=last) for each in shown
    ]


def _line(
    customer: Member,
    accounts: Sequence[Member],
    *,
    names: Mapping[int, Sequence[str]],
    last: Mapping[int, date],
) -> CustomerLine:
    called = [name for each in accounts for name in (each.name, *names[each.pk])]
    return CustomerLine(
        customer=customer,
        other_names=tuple(name for name in dict.fromkeys(called) if name != customer.name),
        usccs=tuple(dict.fromkeys(code for a in accounts if (code := known_in(a.attributes)))),
        accounts=tuple(accounts),
        last_on=max((last[each.pk] for each in accounts if each.pk in last), default=None),
    )


def names_by_account(accounts: Iterable[int]) -> Mapping[int, list[str]]:
    """Return the names that accounts have and had, the newest first."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = MemberName.objects.filter(member__in=list(accounts)).order_by("-pk")
    for account, name in rows.values_list("member_id", "name"):
        found[account].append(name)
    return found


def last_days(accounts: Iterable[int], scope: Scope) -> Mapping[int, date]:
    """Return the day of the last fact about each account that the scope covers."""
    seen = Fact.objects.visible_to(scope).exclude(kind=MERGED)
    newest = seen.filter(account=OuterRef("pk")).order_by("-business_on").values("business_on")
    # Each account is walked from its newest fact backwards; the newest of all facts of all of
    # them would be found by reading each of these.
    rows = Member.objects.filter(pk__in=list(accounts)).order_by()
    found = rows.annotate(last=Subquery(newest[:1])).values_list("pk", "last")
    return {pk: last for pk, last in found if last is not None}
