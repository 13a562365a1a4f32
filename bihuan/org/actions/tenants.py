"""What can happen to a tenant."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from bihuan.base import journal
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.actions.units import put_unit
from bihuan.org.domain.text import fit
from bihuan.org.models import Person, Tenant, Unit


class CurrencyFixed(Conflict):
    code = "org.currency_fixed"
    says = gettext_noop("The ledger has facts in %(currency)s; the currency stays as it is.")


class SettingUnknown(Invalid):
    code = "org.setting_unknown"
    says = gettext_noop("“%(value)s” is not possible for “%(setting)s”.")


@transaction.atomic
def found_tenant(*, code: str, name: str, **settings: str | int | bool) -> Tenant:
    """Make a tenant with its root unit and its robot; the same code returns the one there is."""
    tenant = Tenant.objects.filter(code=code).first()
    if tenant is not None:
        return tenant
    tenant = Tenant.objects.create(code=code, name=name, **settings)
    robot = Person.objects.create(tenant=tenant, code="robot", name="robot", is_robot=True)
    put_unit(tenant=tenant, code="root", name=name, kind=Unit.Kind.COMPANY.value, by=robot)
    journal.record(robot, "tenant.founded", tenant)
    return tenant


def robot_of(tenant: Tenant) -> Person:
    """Return the person who stands for the system itself."""
    return Person.objects.select_related("tenant").get(tenant=tenant, is_robot=True)


def root_of(tenant: Tenant) -> Unit:
    """Return the unit at the top of a tenant's tree."""
    return Unit.objects.get(tenant=tenant, parent__isnull=True)


@transaction.atomic
def set_tenant(*, tenant: Tenant, by: Person, **settings: str | int) -> Tenant:
    """Change how a company reckons; its currency stays once its ledger has facts."""
    require_admin_of(by, tenant.pk)
    tenant = Tenant.objects.select_for_update().get(pk=tenant.pk)
    changed = {
        name: _checked(name, value)
        for name, value in settings.items()
        if getattr(tenant, name) != value
    }
    if not changed:
        return tenant
    before = journal.told(tenant, *changed)
    for name, value in changed.items():
        setattr(tenant, name, value)
    try:
        with transaction.atomic():
            tenant.save(update_fields=list(changed))
    except IntegrityError as error:
        raise CurrencyFixed(currency=Tenant.objects.get(pk=tenant.pk).currency) from error
    journal.record(
        by, "tenant.changed", tenant, before=before, after=journal.told(tenant, *changed)
    )
    return tenant


def _checked(name: str, value: str | int) -> str | int:
    """Return a setting's new value, or refuse it."""
    possible = {
        "fiscal_start_month": lambda: value in range(1, 13),
        "day_count": lambda: value in Tenant.DayCount.values,
        "time_zone": lambda: value in available_timezones(),
        "currency": lambda: len(str(value)) == 3 and str(value).isalpha() and str(value).isupper(),
    }
    if name == "name":
        return fit(str(value), limit=80)
    if name not in possible or not possible[name]():
        raise SettingUnknown(setting=name, value=value)
    return value
