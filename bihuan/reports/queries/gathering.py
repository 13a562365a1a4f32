"""What a report is frozen with, read once before it is reckoned."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from bihuan.facts.models import Ledger
from bihuan.goals.models import Quota, QuotaQuerySet, Revision
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.kernel.period import Grain, Period, parse_period, period_of
from bihuan.metrics.queries import catalogue_of
from bihuan.metrics.queries.frozen import closings_at
from bihuan.org.domain.role import SELLING
from bihuan.org.models import Assignment, Person, Tenant, Unit
from bihuan.reports.domain.basis import Basis, ClosingThen, PersonThen, RevisionThen, UnitThen


class NoMonth(Invalid):
    code = "reports.no_month"
    says = gettext_noop("%(month)s is not a month. Write 2026-10.")


class MonthNotBegun(Conflict):
    code = "reports.month_not_begun"
    says = gettext_noop("%(month)s has not begun yet.")


def month_named(key: str) -> Period:
    """Return the month that a key names."""
    period = parse_period(key)
    if period != period_of(period.start, Grain.MONTH):
        raise NoMonth(month=key)
    return period


def basis_of(tenant: Tenant, month: Period, as_of: datetime) -> Basis:
    """Return all that a report needs to be frozen with, as it stands now."""
    ledger = Ledger.objects.filter(tenant=tenant).first()
    closings = closings_at(tenant, as_of)
    revisions = _revisions(tenant, month, as_of)
    return Basis(
        month=month.key,
        start=month.start,
        end=month.end,
        as_of=as_of,
        seq=0 if ledger is None else ledger.last_seq,
        zone=tenant.time_zone,
        currency=tenant.currency,
        fiscal_start_month=tenant.fiscal_start_month,
        closings=[ClosingThen(through=each.through, seq=each.seq) for each in closings],
        revisions=revisions,
        definitions=_definitions(tenant, month, as_of),
        units=_units(tenant, month),
        people=_people(tenant, month),
    )


def standing_at(tenant: Tenant, as_of: datetime) -> QuotaQuerySet:
    """Return the targets that were in force at an instant."""
    return Quota.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=as_of), tenant=tenant, set_at__lte=as_of
    )


def _revisions(tenant: Tenant, month: Period, as_of: datetime) -> list[RevisionThen]:
    """Return the last revision of each cycle that has a day in the month."""
    found = Revision.objects.filter(
        cycle__tenant=tenant,
        published_at__lte=as_of,
        cycle__start__lt=month.end,
        cycle__end__gt=month.start,
    ).order_by("cycle__start", "cycle__code", "-number")
    last: dict[int, RevisionThen] = {}
    for pk, cycle, name, number, digest in found.values_list(
        "pk", "cycle_id", "cycle__name", "number", "digest"
    ):
        then = RevisionThen(id=pk, cycle_id=cycle, cycle=name, number=number, digest=digest)
        last.setdefault(cycle, then)
    return list(last.values())


def _definitions(tenant: Tenant, month: Period, as_of: datetime) -> dict[str, dict[str, Any]]:
    """Return each metric that somebody was asked for in the month or a cycle that it touches."""
    asked = standing_at(tenant, as_of).filter(start__lt=month.end, end__gt=month.start)
    keys = set(asked.order_by().values_list("metric", flat=True).distinct())
    cycles = Revision.objects.filter(
        cycle__tenant=tenant, cycle__start__lt=month.end, cycle__end__gt=month.start
    )
    keys |= set(cycles.order_by().values_list("cycle__goals__metric", flat=True).distinct())
    catalogue = catalogue_of(tenant)
    found = ((key, catalogue.then(key)) for key in catalogue.versions if key in keys)
    return {
        key: definition.model_dump(mode="json", by_alias=True, exclude_none=True)
        for key, definition in found
        if definition is not None
    }


def _units(tenant: Tenant, month: Period) -> list[UnitThen]:
    rows = Unit.objects.filter(tenant=tenant).exclude(ended_on__lte=month.start).order_by("path")
    columns = ("pk", "parent_id", "name", "kind")
    return [
        UnitThen(id=pk, above=above, name=name, kind=kind)
        for pk, above, name, kind in rows.values_list(*columns)
    ]


def _people(tenant: Tenant, month: Period) -> list[PersonThen]:
    """Return everybody, with where they sit on the last day of the month, or sat last."""
    last_day = month.end - timedelta(days=1)
    seats = _seats(tenant, month)
    found = []
    people = Person.objects.filter(tenant=tenant).order_by("pk")
    for pk, name, ended_on, is_robot in people.values_list("pk", "name", "ended_on", "is_robot"):
        unit, role, until = seats.get(pk, (None, "", None))
        has_left = ended_on is not None and ended_on <= last_day
        is_seated = unit is not None and (until is None or until > last_day)
        found.append(
            PersonThen(
                id=pk,
                name=name,
                unit=unit,
                role=role,
                sits=is_seated and not has_left and not is_robot,
            )
        )
    return found


def _seats(tenant: Tenant, month: Period) -> dict[int, tuple[int, str, date | None]]:
    """Return the last home seat of each person that began before the end of the month."""
    held = Assignment.objects.filter(
        tenant=tenant,
        valid_from__lt=month.end,
        role__in=[role.value for role in SELLING],
    ).at_home()
    columns = ("person_id", "unit_id", "role", "valid_to")
    by_person: dict[int, tuple[int, str, date | None]] = {}
    for person, unit, role, until in held.order_by("valid_from", "pk").values_list(*columns):
        by_person[person] = (unit, role, until)
    return by_person
