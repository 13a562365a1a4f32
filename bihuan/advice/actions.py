"""Making weekly reports: reckoned once, frozen, never changed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bihuan.advice.access import require_maker
from bihuan.advice.domain.weekly import weekly_as_data
from bihuan.advice.models import WeeklyReport
from bihuan.advice.queries.weekly import units_led, week_before, weekly_of
from bihuan.base import clock, journal
from bihuan.base.jobs import later, once
from bihuan.facts.models import Ledger
from bihuan.inbox.actions import notify
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.errors import gettext_noop
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant, Unit


@transaction.atomic
def make_weekly(*, unit: Unit, morning: date, by: Person) -> WeeklyReport:
    """Make the report of the week that is over on a morning; one that is there stays."""
    require_maker(by, unit)
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # One report, whoever asks.
    week = week_before(morning)
    there = WeeklyReport.objects.filter(tenant=unit.tenant, unit=unit, week=week.key).first()
    if there is not None:
        return there
    ledger = Ledger.objects.filter(tenant=unit.tenant).first()
    seq = 0 if ledger is None else ledger.last_seq
    content = weekly_of(unit, morning, seq=seq, system=robot_of(unit.tenant).pk)
    made = WeeklyReport.objects.create(
        tenant=unit.tenant,
        unit=unit,
        week=week.key,
        morning=morning,
        seq=seq,
        content=weekly_as_data(content),
        made_by=by,
        made_at=clock.now(),
    )
    journal.record(by, "weekly.made", made, week=week.key, unit=unit.pk)
    return made


def ask_for_weekly(*, tenant: Tenant, on: date) -> None:
    """Ask for the report of each unit that somebody leads, each as work of its own."""
    with transaction.atomic():
        for unit in units_led(tenant, on):
            later("advice.weekly_of_unit", tenant=tenant.pk, unit=unit, on=on.isoformat())


@transaction.atomic
def tell_weekly(*, unit: Unit, on: date) -> WeeklyReport | None:
    """Make the report of a unit and tell its leaders; once, however often it is asked for."""
    week = week_before(on)
    if not once(f"advice-weekly/{unit.pk}/{week.key}"):
        return None
    robot = robot_of(unit.tenant)
    made = make_weekly(unit=unit, morning=on, by=robot)
    notify(draft=_draft(made), people=units_led(unit.tenant, on).get(unit.pk, []), by=robot)
    return made


def _draft(made: WeeklyReport) -> NoticeDraft:
    return NoticeDraft(
        kind="advice.weekly",
        about=About("advice.weekly", made.pk),
        sentence=Sentence(
            gettext_noop("The weekly report of %(unit)s for %(week)s is there."),
            {"unit": made.unit.name, "week": made.week},
        ),
        link=f"/advice/weekly/{made.pk}/",
    )
