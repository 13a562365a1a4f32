"""Who may see and do what.

Rows that belong to someone carry ``person`` and ``unit``. Lists start from
``visible_to(scope)``; single rows are fetched through an app's own
``access.py``. What is not visible looks exactly like what is not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TypeVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from ninja.security import APIKeyCookie, HttpBearer

from bihuan.base import clock
from bihuan.kernel.errors import Forbidden, Missing, gettext_noop
from bihuan.org.domain.role import SEES_TENANT, Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import ApiToken, Assignment, Login, Person, Tenant, Unit

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class PersonRequest(HttpRequest):
    """A request whose sender is known: what every view behind the login gets."""

    user: Login
    person: Person
    tenant: Tenant
    scope: Scope
    roles: frozenset[Role]


class NotYours(Forbidden):
    code = "org.not_yours"
    says = gettext_noop("This belongs to a unit you do not manage.")


class NotYourRole(Forbidden):
    code = "org.not_your_role"
    says = gettext_noop("Your role does not allow this. An administrator can do it.")


class PersonMissing(Missing):
    code = "org.person_missing"
    says = gettext_noop("There is no such person: %(person)s.")


class UnitMissing(Missing):
    code = "org.unit_missing"
    says = gettext_noop("There is no such unit: %(unit)s.")


def roles_of(person: Person, on: date | None = None) -> frozenset[Role]:
    """Return the roles a person holds on a day (today without one)."""
    day = on or clock.today(person.tenant.time_zone)
    held = Assignment.objects.filter(person=person).on(day).values_list("role", flat=True)
    return frozenset(Role(role) for role in held)


def scope_of(person: Person, on: date | None = None) -> Scope:
    """Return what a person may see, as their assignments stand on a day (today without one)."""
    day = on or clock.today(person.tenant.time_zone)
    held = list(
        Assignment.objects.filter(person=person).on(day).values_list("role", "unit__path")
    )
    return Scope(
        tenant_id=person.tenant_id,
        person_id=person.pk,
        unit_paths=tuple(sorted(path for role, path in held if role == Role.MANAGER.value)),
        figure_paths=tuple(sorted(path for role, path in held if role == Role.HRBP.value)),
        whole_tenant=any(Role(role) in SEES_TENANT for role, _ in held),
    )


def units_visible_to(scope: Scope) -> QuerySet[Unit]:
    """Return the units whose figures a person may see, and the ones they sit in."""
    units = Unit.objects.filter(tenant_id=scope.tenant_id)
    if scope.whole_tenant:
        return units
    inside = Q(
        pk__in=Assignment.objects.filter(person_id=scope.person_id).values("unit_id")
    )
    for path in scope.all_paths:
        inside |= Q(path__startswith=path)
    return units.filter(inside)


def people_visible_to(scope: Scope) -> QuerySet[Person]:
    """Return the person and everyone who sits, or ever sat, in a unit they may see."""
    people = Person.objects.filter(tenant_id=scope.tenant_id, is_robot=False)
    if scope.whole_tenant:
        return people
    inside = Q(pk=scope.person_id)
    for path in scope.all_paths:
        seats = Assignment.objects.filter(unit__path__startswith=path, is_home=True)
        inside |= Q(pk__in=seats.values("person_id"))
    return people.filter(inside)


def person_seen(person_id: int, scope: Scope) -> Person:
    """Return a person the scope covers; a hidden one looks like one who is not there."""
    person = people_visible_to(scope).filter(pk=person_id).first()
    if person is None:
        raise PersonMissing(person=person_id)
    return person


def unit_seen(unit_id: int, scope: Scope) -> Unit:
    """Return a unit the scope covers; a hidden one looks like one that is not there."""
    unit = units_visible_to(scope).filter(pk=unit_id).first()
    if unit is None:
        raise UnitMissing(unit=unit_id)
    return unit


def require_manager_of(person: Person, unit_path: str) -> None:
    """Refuse unless the person manages the unit, or is an administrator."""
    if Role.ADMIN in roles_of(person):
        return
    if not any(unit_path.startswith(path) for path in scope_of(person).unit_paths):
        raise NotYours(unit=unit_path)


def require_role(person: Person, *allowed: Role) -> None:
    """Refuse unless the person holds one of the roles today; the robot may do everything."""
    if not person.is_robot and not roles_of(person) & set(allowed):
        raise NotYourRole(needed=", ".join(role.value for role in allowed))


def enter(request: HttpRequest, person: Person) -> None:
    """Say who a request comes from: sets ``person``, ``tenant``, ``roles`` and ``scope``."""
    known = cast(PersonRequest, request)
    known.person, known.tenant = person, person.tenant
    known.roles, known.scope = roles_of(person), scope_of(person)


def signed_in(view: V) -> V:
    """Let a view be reached only by a login that opens a person of a tenant."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if getattr(request, "person", None) is None:
            return render(request, "org/no_person.html", status=403)
        return view(request, *args, **kwargs)

    return cast(V, login_required(guarded))


def allowed_to(*roles: Role) -> Callable[[V], V]:
    """Let a view be reached only by people who hold one of the roles."""

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: PersonRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            require_role(request.person, *roles)
            return view(request, *args, **kwargs)

        return signed_in(cast(V, guarded))

    return decorate


def token_digest(token: str) -> str:
    """Return what is kept of an API token."""
    return hashlib.sha256(token.encode()).hexdigest()


class TokenAuth(HttpBearer):
    """A personal API token in ``Authorization: Bearer …``."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        found = (
            ApiToken.objects.select_related("person__tenant")
            .filter(digest=token_digest(token), revoked_at__isnull=True)
            .first()
        )
        if found is None:
            return None
        today = clock.today(found.person.tenant.time_zone)
        over = found.expires_on is not None and found.expires_on <= today
        gone = found.person.ended_on is not None and found.person.ended_on <= today
        if over or gone:
            return None
        enter(request, found.person)
        return found.person


class SessionAuth(APIKeyCookie):
    """The session of a signed-in person, for pages that call the API; guarded by CSRF."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        return getattr(request, "person", None)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by administrators; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

