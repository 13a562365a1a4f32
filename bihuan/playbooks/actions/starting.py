"""The plays that the product comes with."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant
from bihuan.playbooks.actions.publishing import publish_play
from bihuan.playbooks.actions.writing import add_version
from bihuan.playbooks.models import Play
from bihuan.playbooks.reader.starter import starter_set


@transaction.atomic
def load_starter_set(*, tenant: Tenant, owner: Person | None = None) -> int:
    """Publish the plays of the starter set that a company has not got; returns how many.

    One that is there stays as it is, whoever changed or retired it. Who is to look
    after them owns them; without somebody named, the system does.
    """
    by = owner or robot_of(tenant)
    assert by.tenant_id == tenant.pk, "plays are owned by somebody of the company"
    there = set(Play.objects.of(tenant.pk).values_list("code", flat=True))
    fresh = [each for each in starter_set() if each.code not in there]
    for sheet in fresh:
        play = Play.objects.create(
            tenant=tenant,
            code=sheet.code,
            kind=sheet.kind.value,
            owner=by,
            made_at=clock.now(),
        )
        version = add_version(play, sheet.text, by=by)
        publish_play(play=play, number=version.number, by=by)
    if fresh:
        journal.record(by, "plays.started", tenant, count=len(fresh))
    return len(fresh)
