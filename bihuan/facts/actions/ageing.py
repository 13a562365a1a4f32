"""Letting go of the rows of imports as they were read; the facts made of them stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, Model, OuterRef, QuerySet

from bihuan.base import clock
from bihuan.facts.models import Batch, SourceRow
from bihuan.org.models import Person, Tenant
from bihuan.privacy.channels import Held, Shelf


def _old(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[Batch]:
    """Return what was brought before and still has its rows; nothing while anybody is held.

    A row may name anybody in any of its cells, and who that is nobody has noted.
    """
    if held.people or held.subjects:
        return Batch.objects.none()
    read = Exists(SourceRow.objects.filter(batch=OuterRef("pk")))
    brought = Batch.objects.filter(tenant=tenant, began_at__lt=limit, rows_gone_at__isnull=True)
    return brought.filter(read)


def _let_go(rows: Sequence[Model], by: Person) -> None:
    """Take out what stood in the cells; from which line of which file a fact came is still told."""
    ours = Batch.objects.filter(pk__in=[row.pk for row in rows])
    SourceRow.objects.filter(batch__in=ours).update(content={})
    ours.update(rows_gone_at=clock.now())


ROWS = Shelf(old=_old, instant="began_at", let_go=_let_go)
