"""Writing a version of a metric and having it checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max

from bihuan.base import clock, journal
from bihuan.metrics.access import require_writer_of
from bihuan.metrics.domain.closing import PeriodClosed
from bihuan.metrics.domain.definition import (
    DefinitionInvalid,
    MetricDefinition,
    read_definition,
)
from bihuan.metrics.domain.splice import check_same_shape
from bihuan.metrics.domain.version import (
    RESERVED,
    KeyReserved,
    KeyTaken,
    NothingChanges,
    ReasonMissing,
    State,
    VersionChanged,
    VersionNotReachable,
)
from bihuan.metrics.models import STATE_LABELS, MetricVersion
from bihuan.metrics.queries.closings import closed_through
from bihuan.metrics.queries.soundness import problems_in
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.models import Person, Tenant

WRITTEN = ("definition", "valid_from", "reason")


@transaction.atomic
def draft_version(
    *,
    tenant: Tenant,
    raw: Mapping[str, object],
    valid_from: date,
    reason: str,
    by: Person,
    is_new: bool = False,
) -> MetricVersion:
    """Write the next version of a metric, or with ``is_new`` the first of a new one.

    ``raw`` is the definition as plain data, as in the catalogue file. Raises
    ``DefinitionInvalid`` with every place that cannot be read.
    """
    require_writer_of(by, tenant.pk)
    definition = read_definition(raw)
    there = catalogue_of(tenant).versions
    if is_new and definition.key in there:
        raise KeyTaken(metric=definition.key)
    if is_new and definition.key in RESERVED:
        raise KeyReserved(metric=definition.key)
    # The tenant's row keeps two drafts of one moment from taking the same number.
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    mine = MetricVersion.objects.filter(tenant=tenant, key=definition.key)
    last: int | None = mine.aggregate(last=Max("number"))["last"]
    now = clock.now()
    version = MetricVersion.objects.create(
        tenant=tenant,
        key=definition.key,
        number=(last or 0) + 1,
        definition=_plain(definition),
        valid_from=valid_from,
        reason=reason.strip(),
        made_by=by,
        made_at=now,
        changed_at=now,
    )
    journal.record(by, "metric.drafted", version, metric=version.key, number=version.number)
    return version


@transaction.atomic
def change_draft(
    *,
    version: MetricVersion,
    raw: Mapping[str, object],
    valid_from: date,
    reason: str,
    edition: int,
    by: Person,
) -> MetricVersion:
    """Write a draft anew. ``edition`` is the one that was read: another's change is not lost."""
    require_writer_of(by, version.tenant_id)
    locked = _locked(version, State.DRAFT)
    if locked.edition != edition:
        raise VersionChanged(who=locked.made_by.name)
    definition = read_definition({**raw, "key": locked.key})
    before = journal.told(locked, *WRITTEN)
    locked.definition = _plain(definition)
    locked.valid_from = valid_from
    locked.reason = reason.strip()
    # Who wrote it last answers for it, and cannot be the one who approves it.
    locked.made_by = by
    locked.changed_at = clock.now()
    locked.edition += 1
    locked.save()
    after = journal.told(locked, *WRITTEN)
    journal.record(
        by, "metric.redrafted", locked, before=before, after=after, edition=locked.edition
    )
    return locked


@transaction.atomic
def check_version(*, version: MetricVersion, by: Person) -> MetricVersion:
    """Check a draft; it then waits for a second person.

    Raises ``DefinitionInvalid`` with everything that is wrong and where.
    """
    require_writer_of(by, version.tenant_id)
    locked = _locked(version, State.DRAFT)
    refuse_unsound(locked)
    locked.state = State.CHECKED.value
    locked.checked_by = by
    locked.checked_at = clock.now()
    locked.save()
    journal.record(by, "metric.checked", locked, version=locked.read.version)
    return locked


def refuse_unsound(version: MetricVersion) -> None:
    """Refuse a version that has problems, changes nothing, or reaches into what is closed."""
    tenant, definition = version.tenant, version.read
    catalogue = catalogue_of(tenant)
    problems = problems_in(tenant, definition)
    if problems:
        raise DefinitionInvalid(problems)
    if not version.reason:
        raise ReasonMissing()
    if version.key in catalogue.versions:
        before = catalogue.unresolved(version.key)
        check_same_shape(before, definition)
        if before == definition:
            raise NothingChanges()
        closed = closed_through(tenant)
        if closed is not None and version.valid_from < closed:
            raise PeriodClosed(through=closed)


def _locked(version: MetricVersion, *states: State) -> MetricVersion:
    """Take a version for this transaction, and refuse one that is further on its way."""
    found = MetricVersion.objects.select_for_update(of=("self",)).select_related(
        "tenant", "made_by", "checked_by"
    )
    locked = found.get(pk=version.pk)
    if locked.state not in {state.value for state in states}:
        raise VersionNotReachable(number=locked.number, state=STATE_LABELS[locked.state])
    return locked


locked_in = _locked
"""For the other deeds of a version."""


def _plain(definition: MetricDefinition) -> dict[str, object]:
    return definition.model_dump(mode="json", by_alias=True, exclude_none=True)
