"""Sums of targets that are kept: those of the plan, until targets or the organisation change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bihuan.goals import actions
from bihuan.goals.actions import QuotaRow
from bihuan.goals.domain.rollup import Rolled
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.goals.queries import window_to
from bihuan.goals.queries.grid import spans_asked
from bihuan.goals.queries.kept import UnitTargets, unit_targets
from bihuan.goals.queries.plan import Plan, plans_of
from bihuan.goals.tests.company import Company, make_company
from bihuan.kernel.period import Grain, period_of
from bihuan.metrics.queries import metric_named
from bihuan.org.actions import robot_of
from bihuan.org.actions.units import org_changed
from bihuan.org.models import Tenant, Unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 16)
METRIC = "signed_amount"


@pytest.fixture
def company() -> Company:
    return make_company()


def kept(company: Company, unit: Unit, grain: Grain = Grain.MONTH) -> UnitTargets:
    window = window_to(period_of(TODAY, grain), grain, today=TODAY)
    tenant = Tenant.objects.get(pk=company.tenant.pk)
    metric = metric_named(tenant, METRIC)
    return unit_targets(tenant, [metric], window, unit.path)[METRIC]


def set_target(company: Company, amount: str) -> Quota:
    quota = Quota.objects.live().filter(person__isnull=False, metric=METRIC).latest("start")
    row = QuotaRow(
        metric=METRIC,
        person_id=quota.person_id,
        start=quota.start,
        end=quota.end,
        amount=Decimal(amount),
    )
    return actions.set_quota(row=row, by=robot_of(company.tenant))


def shared_out(plan: Plan, rows: Sequence[Rolled], span: Span) -> Decimal | None:
    """Return the sum of what each quota asks for, one after the other."""
    shares = plan.shares(rows, span)
    return sum((share.amount for share in shares), Decimal(0)) if shares else None


@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.MONTH, Grain.QUARTER])
def test_what_is_kept_are_the_sums_of_the_plan_of_everybody(company: Company, grain: Grain) -> None:
    window = window_to(period_of(TODAY, grain), grain, today=TODAY)
    metric = metric_named(company.tenant, METRIC)
    plan = plans_of(company.tenant, [metric], window.span)[METRIC]
    asked = 0
    for unit in Unit.objects.filter(tenant=company.tenant):
        found = kept(company, unit, grain)
        rows = plan.below(unit.path)
        for span in spans_asked(window):
            total = plan.total(unit.path)
            assert found.of_unit(metric).within(span) == shared_out(plan, total, span)
            assert plan.target(total, span) == shared_out(plan, total, span)
            for key, quotas in rows.items():
                assert found.of_row(metric, key).within(span) == shared_out(plan, quotas, span)
                asked += 1
        assert set(found.rows) == set(rows)
    assert asked > 0


def test_a_second_look_asks_only_whether_something_changed(company: Company) -> None:
    first = kept(company, company.root)
    with CaptureQueriesContext(connection) as asked:
        assert kept(company, company.root) is first
    targets = [each["sql"] for each in asked if "goals_quota" in each["sql"]]
    assert not targets


def test_a_changed_target_is_seen_at_once(company: Company) -> None:
    before = kept(company, company.root)
    set_target(company, "7777777")
    after = kept(company, company.root)
    assert after is not before
    assert after.total != before.total


def test_a_changed_organisation_is_seen_at_once(company: Company) -> None:
    before = kept(company, company.root)
    org_changed(company.tenant.pk)
    assert kept(company, company.root) is not before


def test_what_was_rolled_back_is_never_taken_for_what_came_after(company: Company) -> None:
    before = kept(company, company.root)
    with transaction.atomic():
        set_target(company, "1")
        undone = kept(company, company.root)
        transaction.set_rollback(True)
    assert kept(company, company.root) == before
    set_target(company, "2")
    after = kept(company, company.root)
    assert after.total not in (before.total, undone.total)


def test_those_directly_in_a_unit_who_have_a_target_are_told(company: Company) -> None:
    """The first sat in the north team until August; who moved away counts for what was before."""
    lin, wang, *_ = company.people
    assert kept(company, company.north_team, Grain.QUARTER).people == {lin.pk, wang.pk}
