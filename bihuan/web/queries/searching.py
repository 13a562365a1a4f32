"""What answers to a text that somebody types into the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.base import clock
from bihuan.customers import queries as customer_queries
from bihuan.facts.models import Fact, Member
from bihuan.metrics.queries import MetricDefinition, metrics_of
from bihuan.org import queries as org_queries
from bihuan.org.access import units_visible_to
from bihuan.org.domain.name import syllables_of_text
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit
from bihuan.web.queries.addresses import address

M = TypeVar("M", bound=Model)

FOUND_AT_MOST = 8

MEMBERS = (
    (Member.Dimension.OPPORTUNITY, "briefcase", _("Opportunities")),
    (Member.Dimension.PRODUCT, "package", _("Products")),
    (Member.Dimension.STORE, "building-store", _("Stores")),
)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a search met."""

    title: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Hits:
    """The things of one sort that a search met, the first few of them."""

    label: Promise | str
    icon: str
    rows: tuple[Found, ...]
    has_more: bool


def search(text: str, *, tenant: Tenant, scope: Scope) -> list[Hits]:
    """Return what answers to a text: by name, pinyin, initials or code, within the scope."""
    if not text.strip():
        return []
    today = clock.today(tenant.time_zone)
    people = org_queries.people(scope, today, text=text, standing="all")
    units = units_visible_to(scope).filter(org_queries.named_like(text)).select_related("parent")
    groups = [
        _hits(_("People"), "user", people, _person),
        _hits(_("Units"), "sitemap", units.order_by("path"), _unit),
        _hits(_("Customers"), "building", _customers(text, tenant, scope), _customer),
        *(
            _hits(label, icon, _members(dimension, text, scope), _member)
            for dimension, icon, label in MEMBERS
        ),
        _metrics(text, tenant),
    ]
    return [group for group in groups if group.rows]


def _metrics(text: str, tenant: Tenant) -> Hits:
    """Return the metrics whose names, initials or key hold a text."""
    wanted = text.strip().casefold()
    found = [metric for metric in metrics_of(tenant) if _answers(metric, wanted)]
    rows = tuple(
        Found(metric.name(get_language() or ""), metric.key, address("metrics:card", metric.key))
        for metric in found[:FOUND_AT_MOST]
    )
    return Hits(_("Metrics"), "math-function", rows, has_more=len(found) > FOUND_AT_MOST)


def _answers(metric: MetricDefinition, wanted: str) -> bool:
    """Return whether a metric's Chinese name holds a text, or one of its words begins with it."""
    first_letters = "".join(word[0] for word in syllables_of_text(metric.name_zh) if word)
    words = [metric.key, first_letters, *metric.key.split("_"), *metric.name_en.split()]
    begun = any(word.casefold().startswith(wanted) for word in [*words, metric.name_en])
    return begun or wanted in metric.name_zh.casefold()


def _customers(text: str, tenant: Tenant, scope: Scope) -> QuerySet[Member]:
    """Return the customers that answer to a text by any name they ever had."""
    return customer_queries.customers(scope, customer_queries.entity_map(tenant), text=text)


def _members(dimension: Member.Dimension, text: str, scope: Scope) -> QuerySet[Member]:
    """Return the members that answer to a text; products belong to everyone, the rest to facts."""
    found = Member.objects.filter(tenant_id=scope.tenant_id, dimension=dimension.value)
    found = found.filter(org_queries.named_like(text))
    if dimension is Member.Dimension.PRODUCT or scope.whole_tenant:
        return found
    about = Fact.objects.visible_to(scope).filter(**{dimension.value: OuterRef("pk")})
    return found.filter(Exists(about))


def _hits(label: Promise, icon: str, found: QuerySet[M], show: Callable[[M], Found]) -> Hits:
    rows = list(found[: FOUND_AT_MOST + 1])
    shown = tuple(show(row) for row in rows[:FOUND_AT_MOST])
    return Hits(label, icon, shown, has_more=len(rows) > FOUND_AT_MOST)


def _person(person: Person) -> Found:
    return Found(person.name, person.code, address("org:person", person.pk))


def _unit(unit: Unit) -> Found:
    kind = Unit.Kind(unit.kind).label
    return Found(unit.name, str(kind), address("org:unit", unit.pk))


def _customer(customer: Member) -> Found:
    return Found(customer.name, customer.code, address("customers:customer", customer.pk))


def _member(member: Member) -> Found:
    return Found(member.name, member.code, address("facts:member", member.pk))
