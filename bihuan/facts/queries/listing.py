"""Lists of facts: narrowed by filters, newest business day first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import F, Prefetch, Q, prefetch_related_objects

from bihuan.facts.models import Fact, FactQuerySet, Member, SourceRow
from bihuan.org.access import unit_seen
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit

PAGE_SIZE = 50
COUNTED_UP_TO = 1000
EXPORT_LIMIT = 50_000
CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFilter:
    """What a list of facts is narrowed to. Days are half-open; nothing narrows nothing."""

    q: str = ""
    kind: str = ""
    person: int | None = None
    unit: int | None = None
    account: int | None = None
    opportunity: int | None = None
    product: int | None = None
    store: int | None = None
    source: int | None = None
    batch: int | None = None
    start: date | None = None
    end: date | None = None
    counting: bool = False

    def narrow(self, facts: FactQuerySet, scope: Scope) -> FactQuerySet:
        """Return the facts that fit. A unit stands for everything under it."""
        equal = {
            "kind": self.kind or None,
            "person_id": self.person,
            "account_id": self.account,
            "opportunity_id": self.opportunity,
            "product_id": self.product,
            "store_id": self.store,
            "source_id": self.source,
            "batch_id": self.batch,
            "business_on__gte": self.start,
            "business_on__lt": self.end,
        }
        facts = facts.filter(**{name: value for name, value in equal.items() if value is not None})
        if self.unit is not None:
            paths = [unit_seen(self.unit, scope).path]
            facts = facts.filter(unit_id__in=Unit.objects.ids_under(scope.tenant_id, paths))
        if self.q:
            facts = facts.filter(_mentions(self.q, scope))
        return facts.live() if self.counting else facts


def _mentions(text: str, scope: Scope) -> Q:
    """Return the condition that a fact is about somebody or something of this name, or row."""
    named = Q(name__icontains=text) | Q(code__iexact=text) | Q(initials__istartswith=text)
    people = Person.objects.filter(named, tenant_id=scope.tenant_id)
    members = Member.objects.filter(named, tenant_id=scope.tenant_id)
    # Ids first: joining five tables to every fact took ten times as long.
    found = Q(source_ref=text) | Q(person_id__in=people.values("pk"))
    for noun in Member.Dimension.values:
        found |= Q(**{f"{noun}_id__in": members.filter(dimension=noun).values("pk")})
    return found


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list: after the fact of this day and number."""

    day: date
    seq: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.seq}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Return the place that an address names; what cannot be read is the beginning."""
        day, _, seq = text.partition(".")
        try:
            return cls(date.fromisoformat(day), int(seq))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPage:
    """One page of a list, and where the next one begins."""

    facts: list[Fact]
    next: Cursor | None
    count: int
    is_more_than_counted: bool


def page_of_facts(
    scope: Scope, asked: FactFilter, *, after: Cursor | None = None, size: int = PAGE_SIZE
) -> FactPage:
    """Return the facts a person may open that fit, after a place in the list."""
    fitting = asked.narrow(Fact.objects.visible_to(scope), scope)
    listed = _in_order(fitting)
    if after is not None:
        listed = listed.filter(
            Q(business_on__lt=after.day) | Q(business_on=after.day, seq__lt=after.seq),
            business_on__lte=after.day,
        )
    rows = _named(_marked(list(listed[: size + 1])))
    last = rows[size - 1] if len(rows) > size else None
    count = fitting.order_by()[: COUNTED_UP_TO + 1].count()
    return FactPage(
        facts=rows[:size],
        next=Cursor(last.business_on, last.seq) if last else None,
        count=min(count, COUNTED_UP_TO),
        is_more_than_counted=count > COUNTED_UP_TO,
    )


def every_fact(scope: Scope, asked: FactFilter) -> Iterator[Fact]:
    """Yield all facts that fit, in the order of the list, up to one more than may leave."""
    fitting = asked.narrow(Fact.objects.visible_to(scope), scope)
    listed = islice(_in_order(fitting).iterator(chunk_size=CHUNK), EXPORT_LIMIT + 1)
    while chunk := list(islice(listed, CHUNK)):
        yield from _named(_marked(chunk))


def _marked(facts: list[Fact]) -> list[Fact]:
    """Say of each fact whether another one takes it back: one more statement for the lot."""
    by_pk = {fact.pk: fact for fact in facts}
    reversals = Fact.objects.filter(reverses_id__in=by_pk.keys())
    for pk in reversals.values_list("reverses_id", flat=True):
        if pk is not None:
            by_pk[pk].is_reversed = True
    return facts


def _named(facts: list[Fact]) -> list[Fact]:
    """Put beside each fact what it is about: one statement for each of four tables.

    Eight tables joined to the facts took the planner longer than finding the facts did.
    """
    rows = Prefetch("source_row", SourceRow.objects.defer("content"))
    prefetch_related_objects(facts, "person", "unit", "source", rows)
    nouns = {noun: f"{noun}_id" for noun in Member.Dimension.values}
    asked = {getattr(fact, column) for fact in facts for column in nouns.values()}
    members = Member.objects.in_bulk(asked - {None})
    for fact in facts:
        for noun, column in nouns.items():
            setattr(fact, noun, members.get(getattr(fact, column)))
    return facts


def _in_order(facts: FactQuerySet) -> FactQuerySet:
    return facts.annotate(reverses_seq=F("reverses__seq")).order_by("-business_on", "-seq")
