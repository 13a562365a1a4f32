"""Approving a version, sending it back, or withdrawing it."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.metrics.access import require_approver_of, require_writer_of
from bihuan.metrics.actions.drafting import locked_in, refuse_unsound
from bihuan.metrics.domain.version import (
    NeedsSecondPerson,
    ReasonMissing,
    State,
    VersionNotReachable,
)
from bihuan.metrics.models import STATE_LABELS, MetricVersion
from bihuan.metrics.queries.versions import forget_versions
from bihuan.org.models import Person


@transaction.atomic
def approve_version(*, version: MetricVersion, note: str = "", by: Person) -> MetricVersion:
    """Put a checked version in force from its day on; only a second person may.

    It is checked once more: what it refers to, or what is closed, may have changed.
    """
    require_approver_of(by, version.tenant_id)
    locked = locked_in(version, State.CHECKED)
    if by.pk in (locked.made_by_id, locked.checked_by_id):
        raise NeedsSecondPerson()
    refuse_unsound(locked)
    _decide(locked, State.APPROVED, note, by)
    journal.record(by, "metric.approved", locked, version=locked.read.version)
    transaction.on_commit(lambda: forget_versions(locked.tenant_id))
    forget_versions(locked.tenant_id)
    return locked


@transaction.atomic
def send_back(*, version: MetricVersion, note: str, by: Person) -> MetricVersion:
    """Return a checked version to its writer, with what is to be changed."""
    require_approver_of(by, version.tenant_id)
    if not note.strip():
        raise ReasonMissing()
    locked = locked_in(version, State.CHECKED)
    locked.checked_by, locked.checked_at = None, None
    _decide(locked, State.DRAFT, note, by)
    journal.record(by, "metric.sent_back", locked)
    return locked


@transaction.atomic
def withdraw_version(*, version: MetricVersion, note: str, by: Person) -> MetricVersion:
    """Withdraw a version that is not in force yet; one that is gets a successor instead."""
    require_writer_of(by, version.tenant_id)
    locked = locked_in(version, State.DRAFT, State.CHECKED, State.APPROVED)
    is_approved = locked.state == State.APPROVED.value
    if is_approved and locked.valid_from <= clock.today(locked.tenant.time_zone):
        raise VersionNotReachable(number=locked.number, state=STATE_LABELS[locked.state])
    _decide(locked, State.WITHDRAWN, note, by)
    journal.record(by, "metric.withdrawn", locked)
    transaction.on_commit(lambda: forget_versions(locked.tenant_id))
    forget_versions(locked.tenant_id)
    return locked


def _decide(version: MetricVersion, state: State, note: str, by: Person) -> None:
    version.state = state.value
    version.note = note.strip()
    version.decided_by = by
    version.decided_at = clock.now()
    version.save()
