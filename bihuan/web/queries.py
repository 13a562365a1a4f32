"""What the pages of the shell show: the home page and the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.base import clock
from bihuan.facts.models import Batch, Fact, Member
from bihuan.org import queries as org_queries
from bihuan.org.access import units_visible_to
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit

M = TypeVar("M", bound=Model)

FOUND_AT_MOST = 8
LATEST = 5

MEMBERS = (
    (Member.Dimension.ACCOUNT, "building", _("Accounts")),
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


@dataclass(frozen=True, slots=True)
class Home:
    """What the home page is made of."""

    has_people: bool
    has_facts: bool
    last_fact_on: date | None
    batches: tuple[Batch, ...]


def home(scope: Scope) -> Home:
    """Return what is there already and what came in last, as far as the scope covers it."""
    newest = Fact.objects.visible_to(scope).order_by("-seq").first()
    latest: tuple[Batch, ...] = ()
    if scope.whole_tenant:
        rows = Batch.objects.filter(tenant_id=scope.tenant_id).select_related("source", "by")
        latest = tuple(rows.order_by("-pk")[:LATEST])
    others = Person.objects.filter(tenant_id=scope.tenant_id, is_robot=False)
    return Home(
        has_people=others.exclude(pk=scope.person_id).exists(),
        has_facts=newest is not None,
        last_fact_on=newest.business_on if newest is not None else None,
        batches=latest,
    )


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
        *(
            _hits(label, icon, _members(dimension, text, scope), _member)
            for dimension, icon, label in MEMBERS
        ),
    ]
    return [group for group in groups if group.rows]


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
    return Found(person.name, person.code, _address("org:person", person.pk))


def _unit(unit: Unit) -> Found:
    kind = Unit.Kind(unit.kind).label
    return Found(unit.name, str(kind), _address("org:unit", unit.pk))


def _member(member: Member) -> Found:
    url = _address("facts:list")
    return Found(member.name, member.code, url and f"{url}?{member.dimension}={member.pk}")


def _address(route: str, *arguments: object) -> str | None:
    """Return where a thing is shown, or None when this build has no such page."""
    try:
        return reverse(route, args=arguments)
    except NoReverseMatch:
        return None
