"""Who may see imports: whoever brought them or sees all rows; and webhooks: administrators."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet

from bihuan.integrations.models import Import, Webhook, WebhookDelivery
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant
from bihuan.org.stores import files_below


class ImportMissing(Missing):
    code = "integrations.import_missing"
    says = gettext_noop("There is no such import.")


class WebhookMissing(Missing):
    code = "integrations.webhook_missing"
    says = gettext_noop("There is no such webhook, or it was told no such event.")


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


def webhook_seen(webhook_id: int, person: Person) -> Webhook:
    """Return a webhook of an administrator's company; one that was removed is not there."""
    require_admin_of(person, person.tenant_id)
    ours = Webhook.objects.filter(tenant_id=person.tenant_id, ended_at__isnull=True)
    found = ours.select_related("tenant", "made_by").filter(pk=webhook_id).first()
    if found is None:
        raise WebhookMissing()
    return found


def webhook_delivery_seen(webhook_id: int, delivery_id: int, person: Person) -> WebhookDelivery:
    """Return a delivery of a webhook of an administrator's company."""
    hook = webhook_seen(webhook_id, person)
    found = WebhookDelivery.objects.filter(webhook=hook, pk=delivery_id).first()
    if found is None:
        raise WebhookMissing()
    found.webhook = hook
    return found


def files_of(tenant: Tenant) -> Iterator[Path]:
    """Yield the files that were brought for imports and still lie here."""
    for each in Import.objects.filter(tenant=tenant).only("pk").order_by("pk"):
        yield from files_below(each.folder)


def bytes_of_files(tenant: Tenant) -> int:
    """Return how large the files are that were brought for imports."""
    return sum(path.stat().st_size for path in files_of(tenant))
