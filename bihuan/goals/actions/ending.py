"""Taking targets out of force."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.models import Batch
from bihuan.goals.access import SetsFor
from bihuan.goals.actions.setting import Counted, keep
from bihuan.goals.models import Quota
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.access import NotYours, require_admin_of
from bihuan.org.models import Person, Tenant


class QuotaEnded(Conflict):
    code = "goals.quota_ended"
    says = gettext_noop("This target is not in force any more.")


@transaction.atomic
def end_quota(*, quota: Quota, by: Person) -> Quota:
    """Take a target out of force; the row stays, and says who ended it."""
    quota = Quota.objects.select_for_update(of=("self",)).select_related("unit").get(pk=quota.pk)
    if quota.tenant_id != by.tenant_id or not SetsFor(by).covers(quota):
        raise NotYours()
    if not quota.is_live:
        raise QuotaEnded()
    before = journal.told(quota, "amount")
    keep(ended=[quota.pk], added=[], by=by)
    quota.refresh_from_db()
    journal.record(by, "quota.ended", quota, before=before, metric=quota.metric)
    return quota


@transaction.atomic
def revert_quotas(*, batch: Batch, by: Person) -> Counted:
    """Take back the targets that a batch brought, and put back what they replaced.

    What was set anew since then stays: the later word holds.
    """
    require_admin_of(by, batch.tenant_id)
    Tenant.objects.select_for_update(no_key=True).get(pk=batch.tenant_id)
    brought = list(Quota.objects.live().filter(batch=batch).order_by("pk"))
    added = []
    for quota in brought:
        before = _before(quota, batch)
        if before is not None:
            added.append(_again(before, instead_of=quota, by=by))
    keep(ended=[quota.pk for quota in brought], added=added, by=by)
    if brought:
        journal.record(by, "quotas.reverted", batch, ended=len(brought), put_back=len(added))
    return Counted(replaced=len(added), ended=len(brought) - len(added))


def _before(quota: Quota, batch: Batch) -> Quota | None:
    """Return what stood before, without what reverted batches brought."""
    before = quota.replaces
    while before is not None and before.batch_id is not None:
        reverted = Batch.objects.filter(reverts_id=before.batch_id).exists()
        if before.batch_id != batch.pk and not reverted:
            break
        before = before.replaces
    return before


def _again(before: Quota, *, instead_of: Quota, by: Person) -> Quota:
    """Return a new row that says what an ended one said."""
    copied = (
        *("tenant_id", "metric", "person_id", "unit_id", "start", "end", "amount", "currency"),
        *("origin", "batch_id", "file", "sheet", "row", "source_row_id"),
    )
    return Quota(
        **{name: getattr(before, name) for name in copied},
        set_by=by,
        set_at=clock.now(),
        replaces=instead_of,
    )
