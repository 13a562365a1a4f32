"""Letting go of the files of imports: what landed of them stays, the lists themselves go."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Model, QuerySet

from bihuan.base import clock
from bihuan.integrations.domain.progress import State
from bihuan.integrations.models import Import
from bihuan.org.models import Person, Tenant
from bihuan.privacy.channels import Held, Shelf


def _old(tenant: Tenant, limit: datetime, held: Held) -> QuerySet[Import]:
    """Return what was brought before; nothing while anybody is held.

    A file names whole lists of people, and which of them nobody has noted.
    """
    if held.people or held.subjects:
        return Import.objects.none()
    brought = Import.objects.filter(tenant=tenant, began_at__lt=limit, files_gone_at__isnull=True)
    return brought.exclude(state=State.RUNNING.value)


def _let_go(rows: Sequence[Model], by: Person) -> None:
    ours = Import.objects.filter(pk__in=[row.pk for row in rows])
    for each in ours:
        transaction.on_commit(partial(shutil.rmtree, each.folder, ignore_errors=True))
    ours.update(files_gone_at=clock.now())


FILES = Shelf(old=_old, instant="began_at", let_go=_let_go)
