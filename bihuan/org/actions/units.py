"""What can happen to a unit."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Length, Substr

from bihuan.base import journal
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import UnitMissing, require_admin_of
from bihuan.org.domain.name import initials, sort_key
from bihuan.org.domain.text import fit
from bihuan.org.models import Person, Tenant, Unit

PATH_LIMIT = 200


class UnitUnderItself(Invalid):
    code = "org.unit_under_itself"
    says = gettext_noop("%(unit)s cannot be placed under itself.")


class UnitTooDeep(Invalid):
    code = "org.unit_too_deep"
    says = gettext_noop("%(unit)s would stand under too many units.")


class UnitCodeTaken(Conflict):
    code = "org.unit_code_taken"
    says = gettext_noop("There is a unit with the code “%(code)s” already.")


class ParentElsewhere(UnitMissing):
    """The unit to stand under belongs to another tenant: for this one it is not there."""


@transaction.atomic
def put_unit(
    *,
    tenant: Tenant,
    code: str,
    name: str,
    kind: str | None = None,
    parent: Unit | None = None,
    by: Person,
) -> Unit:
    """Make a unit, or rename and place the one that has this code; its history goes with it.

    What is not said (``kind``, ``parent``) stays as it is; a new unit is a team
    under the root.
    """
    require_admin_of(by, tenant.pk)
    code, name = fit(code, limit=60), fit(name, limit=80)
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    if parent is not None:
        parent = Unit.objects.get(pk=parent.pk)
        if parent.tenant_id != tenant.pk:
            raise ParentElsewhere(unit=parent.pk)
    unit = Unit.objects.filter(tenant=tenant, code=code).first()
    if unit is None:
        return _add(Unit(tenant=tenant, code=code, name=name), kind=kind, parent=parent, by=by)
    return _change(unit, name=name, kind=kind, parent=parent, by=by)


@transaction.atomic
def add_unit(
    *, tenant: Tenant, code: str, name: str, kind: str, parent: Unit | None = None, by: Person
) -> Unit:
    """Make a unit; a code that is taken is refused, not renamed."""
    require_admin_of(by, tenant.pk)
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    if Unit.objects.filter(tenant=tenant, code=code.strip()).exists():
        raise UnitCodeTaken(code=code)
    return put_unit(tenant=tenant, code=code, name=name, kind=kind, parent=parent, by=by)


def _add(unit: Unit, *, kind: str | None, parent: Unit | None, by: Person) -> Unit:
    above = parent or Unit.objects.filter(tenant=unit.tenant, parent__isnull=True).first()
    unit.kind, unit.parent = kind or Unit.Kind.TEAM.value, above
    unit.pinyin, unit.initials = sort_key(unit.name), initials(unit.name)
    unit.path = f"new/{unit.tenant_id}/{unit.code}"
    unit.save()
    _place(unit, above)
    journal.record(by, "unit.added", unit, parent=unit.parent_id)
    return unit


def _change(unit: Unit, *, name: str, kind: str | None, parent: Unit | None, by: Person) -> Unit:
    above = unit.parent if parent is None or unit.parent_id is None else parent
    kind = kind or unit.kind
    wanted = (name, kind, above.pk if above else None)
    if (unit.name, unit.kind, unit.parent_id) == wanted:
        return unit
    if above is not None and above.path.startswith(unit.path):
        raise UnitUnderItself(unit=unit.name)
    before = journal.told(unit, "name", "kind", "parent")
    has_moved = unit.parent_id != wanted[2]
    unit.name, unit.kind, unit.parent = name, kind, above
    unit.pinyin, unit.initials = sort_key(name), initials(name)
    unit.save()
    if has_moved:
        _place(unit, above)
    else:
        org_changed(unit.tenant_id)
    after = journal.told(unit, "name", "kind", "parent")
    journal.record(by, "unit.changed", unit, before=before, after=after)
    return unit


def _place(unit: Unit, above: Unit | None) -> None:
    """Spell the path of a unit and, when it moved, of every unit below it anew."""
    old, new = unit.path, f"{above.path if above else '/'}{unit.pk}/"
    inside = Unit.objects.filter(path__startswith=old)
    longest = inside.aggregate(longest=Max(Length("path")))["longest"]
    if len(new) + longest - len(old) > PATH_LIMIT:
        raise UnitTooDeep(unit=unit.name)
    inside.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    unit.path = new
    org_changed(unit.tenant_id)


def org_changed(tenant_id: int) -> None:
    """Let whoever follows the organisation see that it changed."""
    Tenant.objects.filter(pk=tenant_id).update(org_version=F("org_version") + 1)
