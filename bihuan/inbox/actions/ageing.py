"""Letting go of notices and deliveries whose time is over.

What still asks for something stays until it is done or no longer wanted, and so does what
is still to be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from bihuan.inbox.models import Delivery, Notice
from bihuan.org.models import Person, Tenant
from bihuan.privacy.channels import Held, Shelf

WAITS = Q(asks__isnull=False, done_at__isnull=True, lapsed_at__isnull=True)


def _old_notices(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[Notice]:
    told = Notice.objects.filter(tenant=tenant, made_at__lt=limit)
    return told.exclude(WAITS).exclude(person__in=held.people)


def _end_notices(rows: Sequence[Model], by: Person) -> None:
    Notice.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _old_deliveries(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[Delivery]:
    """Return what was sent or given up; what went with a digest goes before the digest does."""
    over = Delivery.objects.filter(tenant=tenant, made_at__lt=limit, next_at__isnull=True)
    within = Delivery.objects.filter(digest=OuterRef("pk"))
    return over.exclude(person__in=held.people).filter(~Exists(within))


def _end_deliveries(rows: Sequence[Model], by: Person) -> None:
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).delete()


NOTICES = Shelf(old=_old_notices, instant="made_at", let_go=_end_notices)
DELIVERIES = Shelf(old=_old_deliveries, instant="made_at", let_go=_end_deliveries)
