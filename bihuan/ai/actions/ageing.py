"""Forgetting texts whose time is over: that there was one stays, its words go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model, QuerySet

from bihuan.ai.models import AiText
from bihuan.base import clock
from bihuan.org.models import Person, Tenant
from bihuan.privacy.channels import Held, Shelf


def _old(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[AiText]:
    made = AiText.objects.filter(tenant=tenant, made_at__lt=limit, forgotten_at__isnull=True)
    return made.exclude(reader__in=held.people, reader__isnull=False)


def _let_go(rows: Sequence[Model], by: Person) -> None:
    AiText.objects.filter(pk__in=[row.pk for row in rows]).update(
        text="", adjusted="", parts=[], content_key="", forgotten_at=clock.now()
    )


TEXTS = Shelf(old=_old, instant="made_at", let_go=_let_go)
