"""Who may see what of a company as a whole: its administrators, and nobody of another one."""

from __future__ import annotations

from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.models import Person
from bihuan.tenants.models import Deletion, Export


class ExportMissing(Missing):
    code = "tenants.export_missing"
    says = gettext_noop("There is no such export.")


def export_seen(export_id: int, person: Person) -> Export:
    """Return an export of one's own company, for its administrators."""
    require_admin_of(person, person.tenant_id)
    found = Export.objects.filter(pk=export_id, tenant_id=person.tenant_id).first()
    if found is None:
        raise ExportMissing()
    return found


def deletion_of(person: Person) -> Deletion | None:
    """Return that one's company is to go, if somebody asked for it."""
    held = Deletion.objects.filter(tenant_id=person.tenant_id, withdrawn_at=None)
    return held.select_related("asked_by", "confirmed_by", "tenant").first()
