"""Every figure of a report against what comes out on paper, and of correlations against SciPy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from scipy import stats

from bihuan.base import clock
from bihuan.reports.actions import make_report
from bihuan.reports.domain.content import Content, read_content
from bihuan.reports.domain.dead_target import Sign
from bihuan.reports.domain.finding import findings
from bihuan.reports.domain.headline import headline
from bihuan.reports.tests.company import FIRST_OF_NOVEMBER, Company, make_company

pytestmark = pytest.mark.django_db
BOTH = [Sign.NO_FACT, Sign.NOTHING_YET]


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def october(company: Company) -> Content:
    with clock.pretended(FIRST_OF_NOVEMBER):
        return read_content(make_report(month="2026-10", by=company.robot).content)


def test_what_is_asked_reaches_whoever_is_there(company: Company, october: Content) -> None:
    signed, visits = october.goals
    assert (signed.asked, signed.carried, signed.orphaned) == (D(400_000), D(290_000), D(110_000))
    assert (signed.reach.ratio, signed.reach.missing) == (D("0.7250"), D(110_000))
    assert (visits.asked, visits.carried, visits.orphaned) == (D(80), D(60), D(20))
    assert [
        (line.name, line.asked, line.carried, line.carriers, line.sellers, line.growth)
        for line in signed.units
    ] == [
        (company.root.name, D(400_000), D(290_000), 3, 4, D(7)),
        ("east", D(300_000), D(190_000), 2, 2, D(17)),
        ("west", D(100_000), D(100_000), 1, 2, D(2)),
    ]


def test_growth_thins_out_where_somebody_left(october: Content) -> None:
    signed, visits = october.goals
    # 1,200,000 over last year's 150,000; then 870,000 of it: Zhao's 330,000 are gone.
    assert [level.growth for level in signed.levels] == [D(7), D(7), D("4.8")]
    assert [level.reach for level in signed.levels] == [D(1), D(1), D("0.7250")]
    assert signed.leak is not None
    assert (signed.leak.name, signed.leak.gap) == ("east", D(-330_000))
    assert [level.growth for level in visits.levels] == [None, None, None]


def test_people_without_targets_and_targets_without_people(october: Content) -> None:
    assert [(each.name, each.unit_name) for each in october.idle] == [("sun", "west")]
    assert [(each.who.name, each.metric, each.amount) for each in october.orphans] == [
        ("zhao", "signed_amount", D(110_000)),
        ("zhao", "visits", D(20)),
    ]
    assert [each.unit_name for each in october.deserted] == ["north"]
    assert october.sellers == 4


def test_a_revision_is_measured_by_all_it_moved(october: Content) -> None:
    [made] = october.revisions
    [goal] = made.goals
    # Lin 60,000 less, Wang and Zhao 30,000 more each, of 1,200,000.
    assert (made.number, made.reason, made.by_name) == (2, "market", "boss")
    assert (goal.moved, goal.asked, goal.people, goal.ratio) == (
        D(120_000),
        D(1_200_000),
        3,
        D("0.1000"),
    )
    assert [(each.name, each.moved, each.asked) for each in goal.units] == [
        ("纸上公司", D(120_000), D(1_200_000)),
        ("east", D(120_000), D(900_000)),
    ]
    assert [(each.by_name, each.count) for each in october.edits] == [("boss", 1)]


def test_the_first_revision_asks_and_adjusts_nothing(company: Company) -> None:
    with clock.pretended(FIRST_OF_NOVEMBER):
        september = read_content(make_report(month="2026-09", by=company.robot).content)
    assert [(made.number, made.goals) for made in september.revisions] == [(1, [])]
    assert september.adjustments == []
    assert september.goals == []


def test_alignment_is_what_scipy_says(october: Content) -> None:
    pairs = [(each.rating, each.weight) for line in october.raters for each in line.rated]
    # Zhao rated too, and is gone.
    assert pairs == [(5, 7000), (2, 3000), (4, 7000), (3, 3000), (3, 7000), (3, 3000)]
    ratings, weights = zip(*pairs, strict=True)
    rank, linear = stats.spearmanr(ratings, weights), stats.pearsonr(ratings, weights)
    assert october.aligned is not None
    assert float(october.aligned.rank.coefficient or 0) == pytest.approx(rank.statistic, abs=1e-12)
    assert float(october.aligned.linear.coefficient or 0) == pytest.approx(
        linear.statistic, abs=1e-12
    )
    interval = linear.confidence_interval(0.95)
    assert float(october.aligned.linear.low or 0) == pytest.approx(interval.low, abs=1e-9)
    assert float(october.aligned.linear.high or 0) == pytest.approx(interval.high, abs=1e-9)
    assert october.aligned.rank.n == 6
    assert [each.name for each in october.could_rate] == ["lin", "wang", "qian"]


def test_a_target_nobody_did_anything_for_is_dead(october: Content) -> None:
    # Wang only visited, Qian only signed, Lin did both.
    assert [(each.who.name, each.metric, each.signs) for each in october.dead] == [
        ("wang", "signed_amount", BOTH),
        ("qian", "visits", BOTH),
    ]
    assert october.targets == 6


def test_who_has_not_acknowledged_is_named_with_the_days(october: Content) -> None:
    assert [(each.who.name, each.revision, each.days) for each in october.waiting] == [
        ("boss", 1, 34),
        ("lead", 1, 34),
        ("qian", 1, 34),
    ]
    assert october.waiting[0].asked_on == date(2026, 9, 28)
    assert (october.receipts_given, october.receipts_asked) == (2, 5)


def test_what_is_off_is_said_the_gravest_first(october: Content) -> None:
    assert [(each.code, each.gravity.value) for each in findings(october)] == [
        ("short", "bad"),
        ("short", "bad"),
        ("orphans", "bad"),
        ("waiting", "bad"),
        ("leak", "warn"),
        ("leak", "warn"),
        ("idle", "warn"),
        ("dead", "warn"),
    ]


def test_figures_stand_beside_those_of_the_month_before(company: Company) -> None:
    with clock.pretended(FIRST_OF_NOVEMBER):
        make_report(month="2026-09", by=company.robot)
        made = make_report(month="2026-10", by=company.robot)
    assert made.compared_with is not None
    assert made.compared_with.month == "2026-09"
    figures = {
        each.name: (each.now, each.before, each.is_better)
        for each in headline(read_content(made.content), read_content(made.compared_with.content))
    }
    assert figures["coverage"] == (D("0.7250"), None, None)
    assert figures["adjustments"] == (D(1), D(0), False)
    assert figures["idle"] == (D(1), D(4), True)
