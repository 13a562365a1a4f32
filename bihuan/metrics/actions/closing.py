"""Closing a period, and opening the last one again."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.models import Ledger
from bihuan.metrics.access import require_writer_of
from bihuan.metrics.domain.closing import AlreadyClosed, NotOver, NotTheLast
from bihuan.metrics.domain.version import ReasonMissing
from bihuan.metrics.models import Closing
from bihuan.metrics.queries.proof import digests_of
from bihuan.metrics.queries.versions import forget_versions
from bihuan.org.models import Person, Tenant


@transaction.atomic
def close_period(*, tenant: Tenant, through: date, reason: str = "", by: Person) -> Closing:
    """Close all days before ``through`` that are not closed yet.

    Their figures stay what they are now, whatever is recorded, merged or defined
    later. What every metric stands at is kept as a digest, so that it can be shown.
    """
    require_writer_of(by, tenant.pk)
    # Two closings take turns; writers of facts are not held up: what they commit from
    # here on has a higher number, and is late if it belongs to these days.
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    seq = Ledger.objects.filter(tenant=tenant).values_list("last_seq", flat=True).first()
    last = Closing.objects.standing().filter(tenant=tenant).last()
    if last is not None and through <= last.through:
        raise AlreadyClosed(through=last.through)
    if through > clock.today(tenant.time_zone):
        raise NotOver(through=through)
    closing = Closing.objects.create(
        tenant=tenant,
        through=through,
        seq=seq or 0,
        reason=reason.strip(),
        closed_by=by,
        closed_at=clock.now(),
    )
    forget_versions(tenant.pk)
    closing.digests = digests_of(tenant, last.through if last else None, through)
    closing.save(update_fields=["digests"])
    journal.record(by, "period.closed", closing, through=str(through), seq=closing.seq)
    transaction.on_commit(lambda: forget_versions(tenant.pk))
    return closing


@transaction.atomic
def reopen_period(*, closing: Closing, reason: str, by: Person) -> Closing:
    """Open the last closed period again: late facts and new definitions count there."""
    require_writer_of(by, closing.tenant_id)
    if not reason.strip():
        raise ReasonMissing()
    standing = Closing.objects.select_for_update(of=("self",)).standing()
    last = standing.filter(tenant_id=closing.tenant_id).last()
    if last is None or last.pk != closing.pk:
        raise NotTheLast()
    last.reopened_by, last.reopened_at = by, clock.now()
    last.reopened_reason = reason.strip()
    last.save(update_fields=["reopened_by", "reopened_at", "reopened_reason"])
    journal.record(by, "period.reopened", last, through=str(last.through))
    forget_versions(last.tenant_id)
    transaction.on_commit(lambda: forget_versions(last.tenant_id))
    return last
