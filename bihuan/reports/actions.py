"""Making a report: reckoned once, frozen, never changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from bihuan.base import clock, journal
from bihuan.base.jobs import once
from bihuan.goals.models import Edit, Quota, Receipt, Revision, SelfRating
from bihuan.inbox.actions import notify
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import gettext_noop
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant
from bihuan.reports.access import readers_of, require_maker
from bihuan.reports.domain.basis import basis_as_data
from bihuan.reports.domain.content import content_as_data, digest_of
from bihuan.reports.models import HealthReport
from bihuan.reports.queries.code import code_version
from bihuan.reports.queries.gathering import MonthNotBegun, basis_of, month_named
from bihuan.reports.queries.reckoning import reckoned

READ = (Edit, Revision, Quota, Receipt, SelfRating)
"""Tables that are read as of an instant, in the order in which publishing writes to them."""


def make_report(*, month: str, by: Person) -> HealthReport:
    """Make a report of a month; one that is there stays, and this gets the next number."""
    require_maker(by)
    period = month_named(month)
    _require_begun(by.tenant, period)
    return _made(by.tenant, period, by, as_of=_settled_instant())


@transaction.atomic
def make_monthly(*, tenant: Tenant, on: date) -> HealthReport | None:
    """Make the report of the month before a day, and tell those who may read it; once."""
    month = period_of(on.replace(day=1) - timedelta(days=1), Grain.MONTH)
    if not once(f"goal-health/{tenant.pk}/{month.key}"):
        return None
    robot = robot_of(tenant)
    report = make_report(month=month.key, by=robot)
    notify(draft=_draft(report), people=readers_of(tenant), by=robot)
    return report


def _draft(report: HealthReport) -> NoticeDraft:
    return NoticeDraft(
        kind="reports.goal_health",
        about=About("reports.goal_health", report.pk),
        sentence=Sentence(
            gettext_noop("The goal health report of %(month)s is there."), {"month": report.month}
        ),
        link=f"/reports/{report.pk}/",
    )


def _require_begun(tenant: Tenant, period: Period) -> None:
    today: date = clock.today(tenant.time_zone)
    if period.start > today:
        raise MonthNotBegun(month=period.key)


@transaction.atomic
def _settled_instant() -> datetime:
    """Return an instant that nobody is still writing before.

    Rows carry the instant they were written, not that of their commit. Whoever is
    writing is let finish first, so that a row of before this instant is seen now, as it
    will be seen whenever the report is reckoned again.
    """
    tables = ", ".join(model._meta.db_table for model in READ)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")
    return clock.now()


@transaction.atomic
def _made(tenant: Tenant, period: Period, by: Person, *, as_of: datetime) -> HealthReport:
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)  # One number after another.
    basis = basis_of(tenant, period, as_of)
    content = content_as_data(reckoned(tenant, basis))
    earlier = HealthReport.objects.of_month(tenant.pk, period.key).first()
    report = HealthReport.objects.create(
        tenant=tenant,
        month=period.key,
        number=1 if earlier is None else earlier.number + 1,
        made_by=by,
        made_at=clock.now(),
        as_of=as_of,
        seq=basis.seq,
        code=code_version(),
        basis=basis_as_data(basis),
        content=content,
        digest=digest_of(content),
        compared_with=_month_before(tenant, period),
    )
    journal.record(by, "report.made", report, month=period.key, number=report.number)
    return report


def _month_before(tenant: Tenant, period: Period) -> HealthReport | None:
    """Return the latest report of the month before, if one was made."""
    before = period_of(period.start - timedelta(days=1), Grain.MONTH)
    return HealthReport.objects.of_month(tenant.pk, before.key).first()
