"""Receiving a fact from a program, which names everything by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.access import MemberMissing
from bihuan.facts.actions.naming import NamedMember, open_source, put_members
from bihuan.facts.actions.recording import record
from bihuan.facts.domain.attribute import AttributeValue, check_text
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, Member, Source
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.access import PersonMissing, UnitMissing, require_role
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Unit


class DayMissing(Invalid):
    code = "facts.day_missing"
    says = gettext_noop("Say on which day it happened: business_on or occurred_at.")


class SourceNotForPrograms(Invalid):
    code = "facts.source_not_for_programs"
    says = gettext_noop("“%(source)s” is a source of files or forms: choose another code.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A member by its code; with a name it is made or renamed."""

    code: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A fact as a program tells it."""

    source: str
    source_ref: str
    kind: str
    part: str = ""
    business_on: date | None = None
    occurred_at: datetime | None = None
    person: str = ""
    unit: str = ""
    members: Mapping[str, Named] = field(default_factory=dict)
    product_line: str = ""
    region: str = ""
    tier: str = ""
    amount: Decimal | None = None
    currency: str = ""
    quantity: Decimal | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def receive(*, given: Given, by: Person) -> tuple[Fact, bool]:
    """Record what a program tells; return the fact and whether it is new.

    The same reference with the same content again is the same fact.
    """
    require_role(by, Role.INTEGRATION, Role.ADMIN)
    source = _source(given, by)
    known = Fact.objects.filter(
        tenant=by.tenant_id,
        source=source,
        source_ref=given.source_ref,
        part=given.part,
        reverses__isnull=True,
    )
    before = known.order_by("-revision").first()
    members = _members(given, by)
    draft = Draft(
        kind=given.kind,
        business_on=_business_day(given, by),
        occurred_at=given.occurred_at,
        source_ref=given.source_ref,
        part=given.part,
        person_id=_person(given.person, by),
        unit_id=_unit(given.unit, by),
        account_id=members.get("account"),
        opportunity_id=members.get("opportunity"),
        product_id=members.get("product"),
        store_id=members.get("store"),
        product_line=given.product_line,
        region=given.region,
        tier=given.tier,
        amount=given.amount,
        currency=given.currency,
        quantity=given.quantity,
        attributes=given.attributes,
        extra=given.extra,
    )
    fact = record(draft=draft, source=source, by=by)
    if before is None or before.pk != fact.pk:
        verb = "fact.recorded" if before is None else "fact.revised"
        journal.record(by, verb, fact, kind=fact.kind, source=source.code)
    return fact, before is None


def _source(given: Given, by: Person) -> Source:
    check_text("source_ref", given.source_ref, size=200)
    check_text("part", given.part, size=40)
    source = open_source(tenant=by.tenant, code=given.source, kind=Source.Kind.API.value)
    if source.kind != Source.Kind.API.value:
        raise SourceNotForPrograms(source=given.source)
    return source


def _business_day(given: Given, by: Person) -> date:
    if given.business_on is not None:
        return given.business_on
    if given.occurred_at is None:
        raise DayMissing()
    return clock.business_day(given.occurred_at, by.tenant.time_zone)


def _person(code: str, by: Person) -> int | None:
    if not code:
        return None
    person = Person.objects.filter(tenant=by.tenant_id, code=code).first()
    if person is None:
        raise PersonMissing(person=code)
    return person.pk


def _unit(code: str, by: Person) -> int | None:
    if not code:
        return None
    unit = Unit.objects.filter(tenant=by.tenant_id, code=code).first()
    if unit is None:
        raise UnitMissing(unit=code)
    return unit.pk


def _members(given: Given, by: Person) -> dict[str, int]:
    """Return the members' ids by dimension; those with a name are made or renamed."""
    for dimension, each in given.members.items():
        check_text(f"{dimension}.code", each.code, size=120)
        check_text(f"{dimension}.name", each.name, size=200)
    named = [
        NamedMember(dimension=dimension, code=each.code, name=each.name)
        for dimension, each in given.members.items()
        if each.name
    ]
    made = put_members(tenant=by.tenant, members=named) if named else {}
    found = {}
    for dimension, each in given.members.items():
        pk = made.get((dimension, each.code))
        if pk is None:
            pk = _known_member(dimension, each.code, by)
        found[dimension] = pk
    return found


def _known_member(dimension: str, code: str, by: Person) -> int:
    member = Member.objects.filter(tenant=by.tenant_id, dimension=dimension, code=code).first()
    if member is None:
        raise MemberMissing()
    return member.pk
