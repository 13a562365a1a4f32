"""The versions of a metric in their order, and those that wait for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from bihuan.base import clock
from bihuan.metrics.access import APPROVERS, WRITERS
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.splice import BEGINNING
from bihuan.metrics.domain.version import State, VersionMissing
from bihuan.metrics.models import MetricVersion
from bihuan.metrics.queries.closings import closed_through
from bihuan.metrics.queries.versions import MetricUnknown, built_in, catalogue_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant

BUILT_IN = 0
"""The number of what the product came with."""


@dataclass(frozen=True)
class VersionLine:
    """A version with the days it is in force; ``version`` is nothing for what was built in."""

    tenant: Tenant
    key: str
    number: int
    version: MetricVersion | None
    valid_from: date | None
    """Nothing for what was there from the beginning."""
    valid_to: date | None
    is_in_force: bool
    """Whether its days are, were or will be those of the metric."""
    is_now: bool

    @cached_property
    def definition(self) -> MetricDefinition:
        return built_in()[self.key] if self.version is None else self.version.read

    @property
    def state(self) -> str:
        return State.APPROVED.value if self.version is None else self.version.state

    @property
    def is_to_come(self) -> bool:
        is_later = self.valid_from is not None and not self.is_now and self.valid_to is None
        return self.is_in_force and is_later

    @property
    def last_day(self) -> date | None:
        """Return the last day it is in force, where another one follows."""
        return None if self.valid_to is None else self.valid_to - timedelta(days=1)


def timeline(tenant: Tenant, key: str) -> list[VersionLine]:
    """Return every version of a metric, the newest first."""
    catalogue = catalogue_of(tenant)
    found = MetricVersion.objects.filter(tenant=tenant, key=key).select_related(
        "made_by", "checked_by", "decided_by", "tenant"
    )
    stored: dict[int, MetricVersion | None] = {each.number: each for each in found}
    if key in built_in():
        stored[BUILT_IN] = None
    if not stored:
        raise MetricUnknown(metric=key, known=", ".join(catalogue.versions))
    in_force = dict(
        zip(catalogue.numbers.get(key, ()), catalogue.versions.get(key, ()), strict=True)
    )
    current = catalogue.number(key) if key in catalogue.versions else None
    lines = []
    for number in sorted(stored, reverse=True):
        version, days = stored[number], in_force.get(number)
        start = version.valid_from if version is not None else None
        if days is not None:
            start = None if days.valid_from == BEGINNING else days.valid_from
        lines.append(
            VersionLine(
                tenant=tenant,
                key=key,
                number=number,
                version=version,
                valid_from=start,
                valid_to=days.valid_to if days is not None else None,
                is_in_force=days is not None,
                is_now=number == current,
            )
        )
    return lines


def line_of(tenant: Tenant, key: str, number: int) -> VersionLine:
    """Return one version of a metric with its days."""
    for line in timeline(tenant, key):
        if line.number == number:
            return line
    raise VersionMissing(metric=key, number=number)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on somebody's desk: versions to approve, and drafts that are open."""

    to_approve: list[MetricVersion]
    drafts: list[MetricVersion]

    def __bool__(self) -> bool:
        return bool(self.to_approve or self.drafts)


def desk(person: Person, roles: frozenset[Role]) -> Desk:
    """Return what waits for a person: who wrote or checked a version does not approve it."""
    found = list(
        MetricVersion.objects.of(person.tenant_id)
        .open()
        .select_related("made_by", "checked_by", "tenant")
    )
    to_approve = [
        each
        for each in found
        if each.state == State.CHECKED.value
        and person.pk not in (each.made_by_id, each.checked_by_id)
    ]
    drafts = [each for each in found if each.state == State.DRAFT.value]
    return Desk(
        to_approve=to_approve if roles & set(APPROVERS) else [],
        drafts=drafts if roles & set(WRITERS) else [],
    )


@dataclass(frozen=True, slots=True)
class DaysOffered:
    """Days from which a version can sensibly be in force, and what is closed."""

    this_month: date
    next_month: date
    first_open: date | None
    """The first day that is not closed, where anything is."""

    @property
    def days(self) -> list[date]:
        """Return the days to choose from, in order, without what is closed."""
        found = {self.this_month, self.next_month, self.first_open} - {None}
        return sorted(
            day for day in found if day and (self.first_open is None or day >= self.first_open)
        )


def days_offered(tenant: Tenant) -> DaysOffered:
    """Return the days that a form offers for a version to begin on."""
    first = clock.today(tenant.time_zone).replace(day=1)
    return DaysOffered(
        this_month=first,
        next_month=(first + timedelta(days=32)).replace(day=1),
        first_open=closed_through(tenant),
    )
