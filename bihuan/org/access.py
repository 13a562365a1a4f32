"""Who may see and do what.

Rows that belong to someone carry ``person`` and ``unit``. Lists start from
``visible_to(scope)``; single rows are fetched through an app's own
``access.py``. What is not visible looks exactly like what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import wraps
from typing import TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base import clock, wall
from bihuan.base.jobs.showing import JobMissing, job_seen
from bihuan.kernel.errors import Forbidden, Missing, gettext_noop
from bihuan.org.domain.factor import NeededFor, is_needed
from bihuan.org.domain.field_map import Field, FieldMap, Place, Standing
from bihuan.org.domain.opening import Openings
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.domain.sharing import ShareMissing
from bihuan.org.models import (
    ApiToken,
    Assignment,
    AssignmentQuerySet,
    Delegation,
    Login,
    OpenSession,
    Person,
    PersonQuerySet,
    Share,
    SignInProvider,
    Tenant,
    Unit,
)
from bihuan.org.openings import openings_of, own_scope

LOGIN_FIELDS = FieldMap(
    kind="org.login",
    fields={"username": Field(full=(Standing.OWN, Standing.ADMINISTERS))},
)
"""A user name is half of a key: its holder knows it, and who opens logins."""

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


class SeatMissing(Missing):
    code = "org.seat_missing"
    says = gettext_noop("There is no such seat.")


class TokenMissing(Missing):
    code = "org.token_missing"
    says = gettext_noop("There is no such token.")


class EntryMissing(Missing):
    code = "org.entry_missing"
    says = gettext_noop("There is no such entry in the audit trail.")


class DelegationMissing(Missing):
    code = "org.delegation_missing"
    says = gettext_noop("There is no such delegation.")


class ProviderMissing(Missing):
    code = "org.provider_missing"
    says = gettext_noop("There is no such provider.")


class TenantUnclear(Missing):
    code = "org.tenant_unclear"
    says = gettext_noop("Say which company with --tenant; there are: %(tenants)s.")


class TenantMissing(Missing):
    code = "org.tenant_missing"
    says = gettext_noop("There is no company yet: import something or make the demo first.")


def tenant_named(code: str | None) -> Tenant:
    """Return the tenant with this code, or the only one there is."""
    tenants = list(Tenant.objects.order_by("code"))
    if not tenants:
        raise TenantMissing()
    found = [tenant for tenant in tenants if code in (None, tenant.code)]
    if len(found) != 1:
        raise TenantUnclear(tenants=", ".join(tenant.code for tenant in tenants))
    return found[0]


def openings(person: Person, on: date | None = None) -> Openings:
    """Return what a person holds on a day, and what others open to them (today without one).

    Within a request it is asked once.
    """
    day = on or clock.today(person.tenant.time_zone)
    known = person.openings
    if known is None or not known.is_kept or known.day != day:
        known = openings_of(person, day)
        person.openings = known
    return known


def seats_held(person: Person, on: date | None = None) -> list[tuple[Role, str]]:
    """Return role and unit path of what a person holds on a day: their own and what is lent.

    Someone who has left holds nothing, whatever their assignments still say.
    """
    return list(openings(person, on).held)


def roles_of(person: Person, on: date | None = None) -> frozenset[Role]:
    """Return the roles a person holds on a day (today without one)."""
    return frozenset(role for role, _ in seats_held(person, on))


def scope_of(person: Person, on: date | None = None) -> Scope:
    """Return what a person may act on, by what they hold and are lent on a day (today)."""
    return replace(scope_for_looking(person, on), shared=())


def scope_for_looking(person: Person, on: date | None = None) -> Scope:
    """Return what a person may look at on a day (today): also what others share with them."""
    return scope_with(person, openings(person, on))


def own_scope_of(person: Person) -> Scope:
    """Return what a person sees today by what they hold themselves: neither lent nor shared."""
    return own_scope(person.tenant_id, person.pk, openings(person).own)


def scope_opened_by(person: Person, held: Sequence[tuple[Role, str]]) -> Scope:
    """Return what a person may see who holds these roles in units of these paths."""
    return own_scope(person.tenant_id, person.pk, held)


def scope_with(person: Person, opened: Openings) -> Scope:
    """Return what a person may look at with what they hold, and what others open to them."""
    return replace(
        scope_opened_by(person, opened.held),
        lent=opened.units_lent,
        stands_for=opened.stands_for,
        shared=opened.shared,
    )


def lent_by(person: Person, unit_path: str) -> int | None:
    """Return in whose place a person acts on a unit today, where it is not in their own."""
    return scope_of(person).lender_of(unit_path)


def units_visible_to(scope: Scope) -> QuerySet[Unit]:
    """Return the units whose figures a person may see, and those they sit or sat in."""
    units = Unit.objects.filter(tenant_id=scope.tenant_id)
    if scope.whole_tenant:
        return units
    own = Assignment.objects.filter(person_id=scope.person_id)
    inside = Q(pk__in=own.values("unit_id"))
    for path in scope.all_paths:
        inside |= Q(path__startswith=path)
    return units.filter(inside)


def units_covered_by(scope: Scope) -> QuerySet[Unit]:
    """Return the units a person may look into today: not those they only sit or sat in."""
    units = Unit.objects.filter(tenant_id=scope.tenant_id)
    if scope.whole_tenant:
        return units
    inside = Q(pk__in=[])
    for path in scope.all_paths:
        inside |= Q(path__startswith=path)
    return units.filter(inside)


def people_visible_to(scope: Scope) -> PersonQuerySet:
    """Return the person and everyone who sits, or ever sat, in a unit they may see."""
    people = Person.objects.filter(tenant_id=scope.tenant_id, is_robot=False)
    if scope.whole_tenant:
        return people
    inside = Q(pk=scope.person_id)
    for path in scope.all_paths:
        seats = Assignment.objects.filter(unit__path__startswith=path, is_home=True)
        inside |= Q(pk__in=seats.values("person_id"))
    return people.filter(inside)


def seats_visible_to(scope: Scope) -> AssignmentQuerySet:
    """Return own assignments, and those of visible people in units that may be looked into."""
    seats = Assignment.objects.filter(tenant_id=scope.tenant_id, person__is_robot=False)
    if scope.whole_tenant:
        return seats
    return seats.filter(
        Q(person_id=scope.person_id)
        | Q(
            person__in=people_visible_to(scope).values("pk"),
            unit__in=units_covered_by(scope).values("pk"),
        )
    )


def username_of(person: Person, scope: Scope) -> str:
    """Return by what a person signs in, as far as somebody is shown it."""
    name = person.login.username if person.login else ""
    return LOGIN_FIELDS.shown("username", name, scope, Place(people=(person.pk,)))


def person_seen(person_id: int, scope: Scope) -> Person:
    """Return a person the scope covers; a hidden one looks like one who is not there."""
    if person := people_visible_to(scope).filter(pk=person_id).first():
        return person
    raise PersonMissing(person=person_id)


def unit_seen(unit_id: int, scope: Scope) -> Unit:
    """Return a unit the scope covers; a hidden one looks like one that is not there."""
    if unit := units_visible_to(scope).filter(pk=unit_id).first():
        return unit
    raise UnitMissing(unit=unit_id)


def seat_seen(seat_id: int, scope: Scope) -> Assignment:
    """Return an assignment the scope covers; a hidden one looks like one that is not there."""
    seats = seats_visible_to(scope).select_related("person", "unit")
    if seat := seats.filter(pk=seat_id).first():
        return seat
    raise SeatMissing()


def token_seen(token_id: int, person: Person) -> ApiToken:
    """Return a token that is one's own, or, for an administrator, a colleague's."""
    tokens = ApiToken.objects.filter(person__tenant_id=person.tenant_id)
    if Role.ADMIN not in roles_of(person):
        tokens = tokens.filter(person=person)
    if token := tokens.select_related("person").filter(pk=token_id).first():
        return token
    raise TokenMissing()


def delegation_seen(delegation_id: int, person: Person) -> Delegation:
    """Return a delegation from or to a person; an administrator sees all of the company."""
    found = Delegation.objects.filter(tenant_id=person.tenant_id)
    if not person.is_robot and Role.ADMIN not in roles_of(person):
        found = found.filter(Q(lender=person) | Q(deputy=person))
    rows = found.select_related("lender__tenant", "deputy")
    if delegation := rows.filter(pk=delegation_id).first():
        return delegation
    raise DelegationMissing()


def share_seen(share_id: int, person: Person) -> Share:
    """Return what a person shares; an administrator sees every share of the company."""
    found = Share.objects.filter(tenant_id=person.tenant_id)
    if Role.ADMIN not in roles_of(person):
        found = found.filter(sharer=person)
    if share := found.select_related("sharer__tenant").filter(pk=share_id).first():
        return share
    raise ShareMissing()


def job_watched(job_id: int, person: Person) -> ProcrastinateJob:
    """Return a job of the company for its administrator, or for whoever asked for it."""
    job = job_seen(job_id, person.tenant_id)
    if job.args.get("by") != person.pk and Role.ADMIN not in roles_of(person):
        raise JobMissing(job=job_id)
    return job


def require_manager_of(person: Person, unit_path: str) -> None:
    """Refuse unless the person manages the unit, or is an administrator of its tenant."""
    unit = Unit.objects.filter(path=unit_path, tenant_id=person.tenant_id)
    if not unit.exists():
        raise NotYours(unit=unit_path)
    if person.is_robot:
        return
    held = seats_held(person)
    if any(role is Role.ADMIN for role, _ in held):
        return
    if not scope_opened_by(person, held).covers_as_manager(unit_path):
        raise NotYours(unit=unit_path)


def require_role(person: Person, *allowed: Role) -> None:
    """Refuse unless the person holds one of the roles today; the robot may do everything."""
    if not person.is_robot and not roles_of(person) & set(allowed):
        raise NotYourRole(needed=", ".join(role.value for role in allowed))


def require_admin_of(person: Person, tenant_id: int) -> None:
    """Refuse unless the person administers this tenant: no deed reaches into another one."""
    if person.tenant_id != tenant_id:
        raise NotYourRole(needed=Role.ADMIN.value)
    require_role(person, Role.ADMIN)


def must_have_factor(person: Person, roles: frozenset[Role]) -> bool:
    """Tell whether somebody has to show more than a password to sign in by now."""
    tenant = person.tenant
    return is_needed(
        NeededFor(tenant.second_factor_for),
        roles,
        since=tenant.second_factor_from,
        today=clock.today(tenant.time_zone),
    )


def provider_seen(provider_id: int, person: Person) -> SignInProvider:
    """Return a provider of one's own company."""
    ours = SignInProvider.objects.filter(tenant=person.tenant_id)
    if found := ours.filter(pk=provider_id).first():
        return found
    raise ProviderMissing()


def may_still_listen(person: Person, session_key: str | None) -> bool:
    """Tell whether a session is still open to a person: asked by what goes on for a while."""
    is_open = OpenSession.objects.filter(session_key=session_key, login__is_active=True)
    here = Person.objects.active_on(clock.today(person.tenant.time_zone)).filter(pk=person.pk)
    return is_open.exists() and here.exists()


@wall.as_owner("whether there are others is asked")
def is_only_company(tenant: Tenant) -> bool:
    """Tell whether an installation serves nobody else."""
    return not Tenant.objects.exclude(pk=tenant.pk).exists()


def enter(request: HttpRequest, person: Person, opened: Openings) -> None:
    """Say who a request comes from: sets ``person``, ``tenant``, ``roles`` and ``scope``."""
    known = cast(PersonRequest, request)
    person.openings = replace(opened, is_kept=True)
    known.person, known.tenant = person, person.tenant
    known.scope = scope_with(person, opened)
    known.roles = known.scope.roles


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
