"""A report says the same whatever comes later, and a second one does not touch the first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from bihuan.base import clock
from bihuan.base.append_only import RowIsFinal
from bihuan.base.models import JournalEntry
from bihuan.facts.actions import reverse
from bihuan.facts.models import Fact
from bihuan.goals import actions as goals
from bihuan.goals.actions import QuotaRow, put
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.models import Receipt
from bihuan.kernel.period import PeriodUnreadable
from bihuan.metrics import actions as metrics
from bihuan.metrics.queries.versions import built_in
from bihuan.org.access import NotYourRole
from bihuan.org.actions import deactivate_person, move_person, put_person, put_unit
from bihuan.org.domain.role import Role
from bihuan.reports.actions import make_report
from bihuan.reports.models import HealthReport
from bihuan.reports.queries import MonthNotBegun, NoMonth, proof_of
from bihuan.reports.tests.company import FIRST_OF_NOVEMBER, Company, make_company
from tests.make import make_admin, make_fact, make_person

pytestmark = pytest.mark.django_db
A_YEAR_LATER = datetime(2027, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def reports(company: Company) -> list[HealthReport]:
    with clock.pretended(FIRST_OF_NOVEMBER):
        months = ("2026-08", "2026-09", "2026-10")
        return [make_report(month=month, by=company.robot) for month in months]


def test_three_months_reckoned_again_a_year_later_are_identical(
    company: Company, reports: list[HealthReport]
) -> None:
    before = [report.content for report in reports]
    with clock.pretended(A_YEAR_LATER):
        _everything_happens(company)
        for report in HealthReport.objects.filter(tenant=company.tenant):
            proof = proof_of(report)
            assert proof.is_same, proof.differing
            assert proof.then == proof.now
        again = make_report(month="2026-10", by=company.robot)
    first = HealthReport.objects.get(month="2026-10", number=1)
    assert first.content == before[2]
    assert again.number == 2
    # What came later is in the new one: it is not that nothing was changed.
    differing = {part for part in first.content if first.content[part] != again.content[part]}
    assert {"goals", "raters", "dead", "waiting", "idle", "metrics"} <= differing


def _everything_happens(company: Company) -> None:
    """Change whatever a report reads: facts, targets, plans, people, names and definitions."""
    october = date(2026, 10, 20)
    make_fact(company.wang, on=october, amount="77777")
    make_fact(company.qian, on=october, amount=None, kind="visit.logged")
    sold = Fact.objects.filter(tenant=company.tenant, amount=64000).get()
    reverse(fact=sold, reason="wrong", by=company.robot)
    row = QuotaRow(
        metric="visits",
        person_id=company.sun.pk,
        start=date(2026, 10, 1),
        end=date(2026, 11, 1),
        amount=Decimal(9),
    )
    goals.set_quotas(tenant=company.tenant, rows=[row], by=company.robot, origin="late")
    node = f"u{company.root.pk}"
    deed = put({f"u{company.east.pk}": 80_000_000})
    goals.reweigh(goal=company.signed, axis="org", node=node, deed=deed, by=company.boss)
    goals.publish(cycle=company.cycle, reason=Reason.STRATEGY, by=company.boss)
    goals.rate(cycle=company.cycle, metric="visits", rating=5, by=company.lin)
    for receipt in Receipt.objects.filter(person=company.qian):
        goals.acknowledge(receipt=receipt, by=company.qian)
    put_person(tenant=company.tenant, code="wang", name="Wang the elder", by=company.robot)
    put_unit(tenant=company.tenant, code="east", name="Far east", by=company.robot)
    move_person(
        person=company.wang, to=company.west, role=Role.REP, on=date(2026, 10, 5), by=company.robot
    )
    deactivate_person(person=company.lin, on=date(2026, 10, 7), by=company.robot)
    _visits_are_defined_anew(company)


def _visits_are_defined_anew(company: Company) -> None:
    """Count only visits of an hour from the beginning of last year on."""
    raw = built_in()["visits"].model_dump(mode="json", by_alias=True, exclude_none=True)
    raw["measure"][0]["where"] = {
        "all": [raw["measure"][0]["where"], {"field": "minutes", "op": "gte", "value": 60}]
    }
    admin, other = make_admin("admin"), make_admin("officer")
    drafted = metrics.draft_version(
        tenant=company.tenant, raw=raw, valid_from=date(2025, 1, 1), reason="x", by=admin
    )
    checked = metrics.check_version(version=drafted, by=admin)
    metrics.approve_version(version=checked, by=other)


def test_a_closing_that_is_opened_again_leaves_the_report_alone(company: Company) -> None:
    with clock.pretended(FIRST_OF_NOVEMBER):
        closing = metrics.close_period(
            tenant=company.tenant, through=date(2026, 11, 1), reason="x", by=make_admin()
        )
        make_fact(company.wang, on=date(2026, 10, 21), amount="5")
        report = make_report(month="2026-10", by=company.robot)
    dead = [each["who"]["name"] for each in report.content["dead"]]
    assert "wang" in dead, "what came too late does not count in a closed month"
    with clock.pretended(A_YEAR_LATER):
        metrics.reopen_period(closing=closing, reason="x", by=make_admin())
        assert proof_of(report).is_same


def test_a_proof_tells_what_does_not_hold(company: Company, reports: list[HealthReport]) -> None:
    report = reports[2]
    report.content = {**report.content, "dead": []}
    proof = proof_of(report)
    assert (proof.is_same, proof.differing) == (False, ["dead"])


def test_a_report_is_never_changed(reports: list[HealthReport]) -> None:
    with pytest.raises(RowIsFinal):
        reports[0].save()
    for statement in (
        "UPDATE reports_healthreport SET number = 9",
        "DELETE FROM reports_healthreport",
    ):
        with (
            pytest.raises((InternalError, IntegrityError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert HealthReport.objects.count() == 3


def test_only_who_sees_all_of_it_has_one_made(company: Company) -> None:
    for by in (company.lead, company.lin, make_person("hr", role=Role.HRBP)):
        with pytest.raises(NotYourRole):
            make_report(month="2026-10", by=by)
    assert HealthReport.objects.count() == 0
    assert not JournalEntry.objects.filter(verb="report.made").exists()
    with clock.pretended(FIRST_OF_NOVEMBER):
        for number, by in enumerate((company.boss, make_admin()), start=1):
            assert make_report(month="2026-10", by=by).number == number


def test_a_month_is_written_in_one_way_and_has_begun(company: Company) -> None:
    with clock.pretended(FIRST_OF_NOVEMBER):
        for month, refusal in (
            ("2026-Q3", NoMonth),
            ("2026", NoMonth),
            ("October", PeriodUnreadable),
            ("2026-12", MonthNotBegun),
        ):
            with pytest.raises(refusal):
                make_report(month=month, by=company.boss)
    assert HealthReport.objects.count() == 0
