"""Who may see imports: whoever brought them, and whoever sees the whole tenant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet

from bihuan.integrations.models import Import
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant
from bihuan.org.stores import files_below


class ImportMissing(Missing):
    code = "integrations.import_missing"
    says = gettext_noop("There is no such import.")


def imports_visible_to(scope: Scope) -> QuerySet[Import]:
    """Return own imports, or all of the tenant's for whoever sees all of its rows."""
    imports = Import.objects.filter(tenant_id=scope.tenant_id).select_related("by")
    return imports if scope.whole_tenant else imports.filter(by_id=scope.person_id)


def import_seen(import_id: int, scope: Scope) -> Import:
    """Return an import the scope covers; a hidden one looks like one that is not there."""
    found = imports_visible_to(scope).filter(pk=import_id).first()
    if found is None:
        raise ImportMissing()
    return found


def files_of(tenant: Tenant) -> Iterator[Path]:
    """Yield the files that were brought for imports and still lie here."""
    for each in Import.objects.filter(tenant=tenant).only("pk").order_by("pk"):
        yield from files_below(each.folder)


def bytes_of_files(tenant: Tenant) -> int:
    """Return how large the files are that were brought for imports."""
    return sum(path.stat().st_size for path in files_of(tenant))
