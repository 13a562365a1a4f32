"""Everything that can happen to tenants, units, people and assignments."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from bihuan.base import clock, journal
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import require_role, token_digest
from bihuan.org.domain.name import initials, sort_key
from bihuan.org.domain.role import SELLING, Role
from bihuan.org.models import ApiToken, Assignment, Login, Person, Tenant, Unit

BEGINNING = date(1990, 1, 1)
"""The day from which an assignment holds when nobody knows better."""


class UnitUnderItself(Invalid):
    code = "org.unit_under_itself"
    says = gettext_noop("%(unit)s cannot be placed under itself.")


class SeatTaken(Conflict):
    code = "org.seat_taken"
    says = gettext_noop("%(person)s already holds a seat of this kind at that time.")


class MoveTooEarly(Invalid):
    code = "org.move_too_early"
    says = gettext_noop("%(person)s took the present seat on %(since)s; a move must be later.")


@transaction.atomic
def found_tenant(*, code: str, name: str, **settings: str | int | bool) -> Tenant:
    """Make a tenant with its root unit and its robot; the same code returns the one there is."""
    tenant = Tenant.objects.filter(code=code).first()
    if tenant is not None:
        return tenant
    tenant = Tenant.objects.create(code=code, name=name, **settings)
    robot = Person.objects.create(tenant=tenant, code="robot", name="robot", is_robot=True)
    put_unit(tenant=tenant, code="root", name=name, kind=Unit.Kind.COMPANY, by=robot)
    journal.record(robot, "tenant.founded", tenant)
    return tenant


def robot_of(tenant: Tenant) -> Person:
    """Return the person who stands for the system itself."""
    return Person.objects.get(tenant=tenant, is_robot=True)


def root_of(tenant: Tenant) -> Unit:
    """Return the unit at the top of a tenant's tree."""
    return Unit.objects.get(tenant=tenant, parent__isnull=True)


@transaction.atomic
def put_unit(
    *,
    tenant: Tenant,
    code: str,
    name: str,
    kind: str = Unit.Kind.TEAM.value,
    parent: Unit | None = None,
    by: Person,
) -> Unit:
    """Make a unit, or rename and place the one that has this code; its history goes with it."""
    require_role(by, Role.ADMIN)
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    unit = Unit.objects.filter(tenant=tenant, code=code).first()
    above = parent or Unit.objects.filter(tenant=tenant, parent__isnull=True).first()
    if unit is not None and unit.parent_id is None:
        above = None
    wanted = (name, kind, above.pk if above else None)
    if unit is not None and (unit.name, unit.kind, unit.parent_id) == wanted:
        return unit
    fresh = unit is None
    if unit is None:
        unit = Unit(tenant=tenant, code=code, path=f"new/{tenant.pk}/{code}")
    elif above is not None and above.path.startswith(unit.path):
        raise UnitUnderItself(unit=unit.name)
    old_path = "" if fresh else unit.path
    unit.name, unit.kind, unit.parent = name, kind, above
    unit.pinyin, unit.initials = sort_key(name), initials(name)
    unit.save()
    unit.path = f"{above.path if above else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    if old_path and old_path != unit.path:
        _carry_below(old_path, unit.path)
    _org_changed(tenant)
    journal.record(by, "unit.added" if fresh else "unit.changed", unit, parent=wanted[2])
    return unit


def _carry_below(old_path: str, new_path: str) -> None:
    """Give every unit below a moved one its new path."""
    for below in Unit.objects.filter(path__startswith=old_path).exclude(path=new_path):
        below.path = new_path + below.path.removeprefix(old_path)
        below.save(update_fields=["path"])


def _org_changed(tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(org_version=F("org_version") + 1)


@transaction.atomic
def put_person(*, tenant: Tenant, code: str, name: str, by: Person) -> Person:
    """Make a person, or rename the one that has this code."""
    require_role(by, Role.ADMIN)
    person = Person.objects.filter(tenant=tenant, code=code).first()
    if person is not None and person.name == name:
        return person
    fresh = person is None
    person = person or Person(tenant=tenant, code=code)
    person.name, person.pinyin, person.initials = name, sort_key(name), initials(name)
    person.save()
    _org_changed(tenant)
    journal.record(by, "person.added" if fresh else "person.changed", person)
    return person


@transaction.atomic
def assign(
    *,
    person: Person,
    unit: Unit,
    role: Role,
    valid_from: date = BEGINNING,
    is_home: bool | None = None,
    by: Person,
) -> Assignment:
    """Give a person a role in a unit from a day on; the same assignment twice is one.

    A selling role takes the person's home seat, in which their facts are earned,
    unless they have one already.
    """
    require_role(by, Role.ADMIN)
    Person.objects.select_for_update().get(pk=person.pk)
    same = Assignment.objects.filter(person=person, unit=unit, role=role.value, valid_to=None)
    if (held := same.first()) is not None:
        return held
    later = Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from)
    seated = Assignment.objects.filter(later, person=person, is_home=True).exists()
    home = (role in SELLING and not seated) if is_home is None else is_home
    try:
        with transaction.atomic():
            made = Assignment.objects.create(
                tenant=person.tenant,
                person=person,
                unit=unit,
                role=role.value,
                is_home=home,
                valid_from=valid_from,
            )
    except IntegrityError as error:
        raise SeatTaken(person=person.name) from error
    _org_changed(person.tenant)
    journal.record(by, "person.assigned", person, unit=unit.pk, role=role.value)
    return made


@transaction.atomic
def move_person(*, person: Person, to: Unit, on: date, by: Person) -> Assignment:
    """End the person's home seat on a day and begin one in another unit.

    Facts recorded before stay with the unit they were earned in.
    """
    require_role(by, Role.ADMIN)
    Person.objects.select_for_update().get(pk=person.pk)
    seat = Assignment.objects.filter(person=person, valid_to=None).at_home().first()
    if seat is not None:
        if on <= seat.valid_from:
            raise MoveTooEarly(person=person.name, since=seat.valid_from)
        seat.valid_to = on
        seat.save(update_fields=["valid_to"])
    role = Role(seat.role) if seat else Role.REP
    made = Assignment.objects.create(
        tenant=person.tenant, person=person, unit=to, role=role.value, valid_from=on
    )
    _org_changed(person.tenant)
    journal.record(by, "person.moved", person, to=to.pk, on=str(on))
    return made


@transaction.atomic
def end_assignment(*, assignment: Assignment, on: date, by: Person) -> Assignment:
    """End an assignment: the first day it no longer holds is ``on``."""
    require_role(by, Role.ADMIN)
    if on <= assignment.valid_from:
        raise MoveTooEarly(person=assignment.person.name, since=assignment.valid_from)
    assignment.valid_to = on
    assignment.save(update_fields=["valid_to"])
    _org_changed(assignment.tenant)
    journal.record(by, "assignment.ended", assignment, on=str(on))
    return assignment


@transaction.atomic
def open_login(
    *, person: Person, username: str, password: str, language: str = "zh-hans", by: Person
) -> Login:
    """Give a person a login, or open them to the login that has this username."""
    require_role(by, Role.ADMIN)
    login = Login.objects.filter(username=username).first()
    if login is None:
        login = Login.objects.create_user(username, password=password, language=language)
    person.login = login
    person.save(update_fields=["login"])
    journal.record(by, "login.opened", person)
    return login


@transaction.atomic
def make_token(
    *, person: Person, name: str, expires_on: date | None = None, by: Person
) -> tuple[ApiToken, str]:
    """Make a personal API token; its text is shown this once and only its hash is kept."""
    if by.pk != person.pk:
        require_role(by, Role.ADMIN)
    secret = f"bh_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        person=person,
        name=name,
        hint=secret[:8],
        digest=token_digest(secret),
        created_at=clock.now(),
        expires_on=expires_on,
    )
    journal.record(by, "token.made", token)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Person) -> ApiToken:
    """Make a token useless from now on."""
    if by.pk != token.person_id:
        require_role(by, Role.ADMIN)
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    journal.record(by, "token.revoked", token)
    return token


@transaction.atomic
def set_preferences(*, login: Login, language: str, theme: str) -> Login:
    """Keep how somebody wants to see the product."""
    login.language, login.theme = language, theme
    login.save(update_fields=["language", "theme"])
    return login
