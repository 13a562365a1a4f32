"""Founding a company: with its tree, its administrator, and what every new company has."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from bihuan.base import clock
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org import actions as org
from bihuan.org.domain.role import Role
from bihuan.org.domain.text import fit
from bihuan.org.models import Login, Person, Tenant
from bihuan.playbooks.actions import load_starter_set
from bihuan.tenants.domain.code import GOOD, LENGTH, code_from, free_code

FIRST_PERSON = "admin"


class CodeUnfit(Invalid):
    code = "tenants.code_unfit"
    says = gettext_noop(
        "“%(code)s” is no code: use small letters, digits and hyphens, %(limit)s at most."
    )


class CompanyCodeTaken(Conflict):
    code = "tenants.code_taken"
    says = gettext_noop("The code “%(code)s” is taken; choose another.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """Who is to administer a new company; the password is there as text or as its hash."""

    name: str
    mail: str
    password: str = ""
    password_hash: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    tenant: Tenant
    admin: Person
    login: Login


@transaction.atomic
def found_company(
    *, name: str, code: str = "", admin: Admin, trial_days: int | None = None
) -> Founded:
    """Found a company; its metrics, rules and reasons are built in, its plays are laid out.

    Without ``trial_days`` it has no term, and so neither end nor limits.
    """
    name = fit(name, limit=80)
    tenant = org.found_tenant(code=_free(code, name), name=name)
    robot = org.robot_of(tenant)
    seat = org.Seat(
        unit_id=org.root_of(tenant).pk,
        role=Role.ADMIN,
        valid_from=clock.today(tenant.time_zone),
    )
    person = org.add_person(
        tenant=tenant, code=FIRST_PERSON, name=fit(admin.name, limit=80), seat=seat, by=robot
    )
    login = org.open_own_login(
        person=person,
        mail=admin.mail,
        password=admin.password,
        password_hash=admin.password_hash,
        language=admin.language,
    )
    load_starter_set(tenant=tenant, owner=person)
    if trial_days is not None:
        org.begin_trial(tenant=tenant, days=trial_days, by=robot)
    return Founded(tenant=tenant, admin=person, login=login)


def _free(code: str, name: str) -> str:
    """Return the code that was chosen, if it is free, or one made from the name."""
    taken = set(Tenant.objects.values_list("code", flat=True))
    if not code:
        return free_code(code_from(name), taken=taken)
    if not GOOD.fullmatch(code) or len(code) > LENGTH:
        raise CodeUnfit(code=code, limit=LENGTH)
    if code in taken:
        raise CompanyCodeTaken(code=code)
    return code
