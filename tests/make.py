"""Plain makers of test rows. Each fills in what the test does not care about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, Member
from bihuan.org import actions
from bihuan.org.domain.role import Role
from bihuan.org.models import Login, Person, Tenant, Unit


def make_tenant(code: str = "acme", *, name: str = "", currency: str = "CNY") -> Tenant:
    """Return the tenant with this code, made with its root unit when it is new."""
    return actions.found_tenant(code=code, name=name or f"company {code}", currency=currency)


def make_unit(
    name: str, *, under: Unit | None = None, tenant: Tenant | None = None, kind: str = "team"
) -> Unit:
    """Return the unit of this name and code, under the root unless said otherwise."""
    tenant = under.tenant if under is not None else tenant or make_tenant()
    robot = actions.robot_of(tenant)
    return actions.put_unit(tenant=tenant, code=name, name=name, kind=kind, parent=under, by=robot)


def make_person(
    name: str,
    *,
    unit: Unit | None = None,
    role: Role | None = Role.REP,
    since: date = actions.BEGINNING,
    until: date | None = None,
    tenant: Tenant | None = None,
) -> Person:
    """Return a person with one seat, in the root unless said otherwise; no role, no seat."""
    tenant = unit.tenant if unit is not None else tenant or make_tenant()
    robot = actions.robot_of(tenant)
    person = actions.put_person(tenant=tenant, code=name, name=name, by=robot)
    if role is not None:
        where = unit or actions.root_of(tenant)
        seat = actions.Seat(unit_id=where.pk, role=role, valid_from=since, valid_to=until)
        actions.place_people(tenant=tenant, seats={person.pk: [seat]}, by=robot)
    return person


def make_admin(name: str = "admin", *, tenant: Tenant | None = None) -> Person:
    return make_person(name, role=Role.ADMIN, tenant=tenant)


def make_login(person: Person, username: str = "") -> Login:
    """Open a login without a password: tests sign in by ``client.force_login``."""
    login, _ = Login.objects.get_or_create(username=username or f"{person.code}.{person.pk}")
    person.login = login
    person.save(update_fields=["login"])
    return login


def make_member(code: str, *, dimension: str = "account", tenant: Tenant | None = None) -> Member:
    member, _ = Member.objects.get_or_create(
        tenant=tenant or make_tenant(),
        dimension=dimension,
        code=code,
        defaults={"name": code, "pinyin": code, "initials": code[:10]},
    )
    return member


def make_fact(
    person: Person,
    *,
    on: date,
    amount: str | None = "100",
    kind: str = "contract.signed",
    ref: str = "",
    **more: object,
) -> Fact:
    """Record one fact of a person, by the robot, under a reference of its own."""
    from bihuan.facts.actions import open_source, record

    tenant = person.tenant
    source = open_source(tenant=tenant, code="test")
    draft = Draft(
        kind=kind,
        business_on=on,
        person_id=person.pk,
        amount=None if amount is None else Decimal(amount),
        source_ref=ref or f"{kind}/{Fact.objects.filter(tenant=tenant).count() + 1}",
        **more,  # type: ignore[arg-type]  # names of Draft's own fields
    )
    return record(draft=draft, source=source, by=actions.robot_of(tenant))
