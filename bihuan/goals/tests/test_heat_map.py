"""The heat map: every figure is the sum of what it opens to, at every level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from pytest_django import DjangoAssertNumQueries

from bihuan.facts.models import Fact
from bihuan.goals import actions, queries
from bihuan.goals.actions import QuotaRow
from bihuan.goals.queries import Cell, CellChoice, Choice, Row, Window, window_to
from bihuan.goals.tests.company import Q3, Company, make_company
from bihuan.kernel.period import Grain, Period, month, period_of
from bihuan.metrics.queries import metric_named
from bihuan.org.access import scope_of
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Unit
from tests.make import make_fact, make_person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 16)


@pytest.fixture
def company() -> Company:
    return make_company()


def window(grain: Grain = Grain.MONTH, *, on: date = TODAY) -> Window:
    return window_to(period_of(on, grain), grain, today=TODAY)


def choice(
    company: Company, unit: Unit, *, metric: str = "signed_amount", seen: Window | None = None
) -> Choice:
    return Choice(
        unit=Unit.objects.select_related("tenant").get(pk=unit.pk),
        metric=metric_named(company.tenant, metric),
        window=seen or window(),
        scope=scope_of(company.boss),
    )


def cell_choice(company: Company, cell: Cell, *, scope: Scope | None = None) -> CellChoice:
    subject = cell.subject
    return CellChoice(
        tenant=company.tenant,
        metric=cell.metric,
        window=Window(Grain.MONTH, (cell.period,), window().until),
        scope=scope or scope_of(company.boss),
        unit=Unit.objects.filter(pk=subject.unit_id or 0).first(),
        person=Person.objects.filter(pk=subject.person_id or 0).first(),
        is_nobody=subject.is_nobody,
        is_deep=subject.is_deep,
    )


def test_a_unit_is_the_sum_of_its_rows_in_every_period(company: Company) -> None:
    for unit in Unit.objects.filter(tenant=company.tenant):
        for grain in (Grain.WEEK, Grain.FORTNIGHT, Grain.MONTH, Grain.QUARTER):
            shown = queries.heat_map_team(choice(company, unit, seen=window(grain)))
            for place, cell in enumerate(shown.total.cells):
                under = [row.cells[place] for row in shown.rows]
                assert (cell.actual or 0) == sum(each.actual or 0 for each in under)
                assert (cell.target or 0) == sum(each.target or 0 for each in under)
                assert (cell.due or 0) == sum(each.due or 0 for each in under)


def test_the_actual_is_what_the_ledger_holds(company: Company) -> None:
    shown = queries.heat_map_team(choice(company, company.east))
    august = next(cell for cell in shown.total.cells if cell.period == month(2026, 8))
    facts = Fact.objects.filter(
        unit__path__startswith=company.east.path,
        business_on__gte=august.period.start,
        business_on__lt=august.period.end,
    )
    assert august.actual == facts.aggregate(sum=Sum("amount"))["sum"]
    assert august.facts == facts.count()


def test_a_target_moves_with_the_person_and_stays_whole(company: Company) -> None:
    """Lin's 100,000 of the quarter count in the north until 9 August, then in the south."""
    quarter = window(Grain.QUARTER, on=date(2026, 9, 1))
    north, south = (
        next(
            row
            for row in queries.heat_map_team(choice(company, unit, seen=quarter)).rows
            if row.name == "lin"
        )
        for unit in (company.north_team, company.south_team)
    )
    parts = [row.cells[-1].target for row in (north, south)]
    # 66 Chinese working days in the quarter, 28 of them before 10 August.
    assert parts == [Decimal("42424.24"), Decimal("57575.76")]


def rows_of(company: Company, seen: Window) -> Iterator[Row]:
    for unit in Unit.objects.filter(tenant=company.tenant):
        shown = queries.heat_map_team(choice(company, unit, seen=seen))
        yield from (*shown.rows, shown.total)
    for person in company.people:
        yield from queries.heat_map_person(person, seen, scope_of(company.boss)).rows
    yield from queries.overview(choice(company, company.east, seen=seen)).rows


@pytest.mark.parametrize("grain", [Grain.MONTH, Grain.FORTNIGHT])
def test_every_cell_opens_to_the_facts_it_is_made_of(company: Company, grain: Grain) -> None:
    opened = 0
    for row in rows_of(company, window(grain)):
        for cell in (*row.cells, row.whole):
            if cell.period.end <= date(2026, 6, 1) or cell.is_future:
                continue
            view = queries.opened(cell_choice(company, cell))
            assert (view.cell.actual, view.cell.due, view.cell.target) == (
                cell.actual,
                cell.due,
                cell.target,
            )
            assert view.cell.judged == cell.judged
            shown = sum(share.amount for share in view.shares)
            assert shown + view.rest == (cell.target or 0)
            assert view.facts is not None
            assert view.facts.count == cell.facts
            assert _contributions(cell_choice(company, cell), view.facts.count) == (
                cell.actual or 0
            )
            opened += 1
    assert opened > 100


def _contributions(asked: CellChoice, count: int) -> Decimal:
    pages = range(1, -(-count // 20) + 1)
    return sum(
        (
            each.line.contribution
            for number in pages
            for each in queries.fact_page(asked, number=number).lines
        ),
        Decimal(0),
    )


def test_a_unit_s_own_target_stands_and_the_difference_is_told(company: Company) -> None:
    row = QuotaRow(
        metric="signed_amount",
        unit_id=company.east.pk,
        start=Q3[0],
        end=Q3[1],
        amount=Decimal(2_000_000),
    )
    actions.set_quota(row=row, by=robot_of(company.tenant))
    quarter = window(Grain.QUARTER)
    east = queries.heat_map_team(choice(company, company.east, seen=quarter))
    root = queries.heat_map_team(choice(company, company.root, seen=quarter))
    assert east.total.cells[-1].target == 2_000_000
    assert east.rolled_up is not None
    assert east.rolled_up.cells[-1].target == 1_200_000
    # Qian and Sun in the west carry 400,000 and 500,000.
    assert root.total.cells[-1].target == 2_900_000
    assert root.rolled_up is None


def test_no_target_no_data_zero_and_future_are_told_apart(company: Company) -> None:
    newcomer = make_person("newcomer", unit=company.west)
    shown = queries.heat_map_team(
        choice(company, company.west, seen=window(Grain.MONTH, on=date(2026, 10, 1)))
    )
    rows = {row.name: {cell.period.key: cell for cell in row.cells} for row in shown.rows}
    assert rows["sun"]["2026-08"].state == "zero"
    assert rows["sun"]["2026-08"].look == "b0 zero"
    assert rows[newcomer.name]["2026-08"].state == "no_target"
    assert rows["sun"]["2026-06"].state == "no_target"
    assert rows["sun"]["2026-10"].state == "future"
    assert rows["sun"]["2026-10"].actual is None


def test_where_no_feed_arrived_there_is_no_data_and_no_zero(company: Company) -> None:
    row = QuotaRow(
        metric="visits",
        person_id=company.people[0].pk,
        start=Q3[0],
        end=Q3[1],
        amount=Decimal(66),
    )
    actions.set_quota(row=row, by=robot_of(company.tenant))

    def state() -> str:
        shown = queries.heat_map_team(choice(company, company.north_team, metric="visits"))
        lin = next(row for row in shown.rows if row.name == "lin")
        return next(cell.state for cell in lin.cells if cell.period.key == "2026-07")

    assert state() == "no_data"
    make_fact(company.people[4], on=date(2026, 7, 7), kind="visit.logged", amount=None)
    assert state() == "zero"


def test_the_running_period_is_paced_to_today(company: Company) -> None:
    shown = queries.heat_map_team(choice(company, company.west))
    qian = next(row for row in shown.rows if row.name == "qian")
    september = qian.cells[-1]
    assert september.is_running
    # The quarter's 66 working days: 22 in September, 12 of them up to the 16th.
    assert september.target == Decimal("133333.33")
    assert september.due == Decimal("72727.27")


def test_less_is_better_turns_the_colours(company: Company) -> None:
    person = company.people[3]
    row = QuotaRow(
        metric="returns_amount", person_id=person.pk, start=Q3[0], end=Q3[1], amount=Decimal(6600)
    )
    actions.set_quota(row=row, by=robot_of(company.tenant))
    make_fact(person, on=date(2026, 7, 8), kind="order.returned", amount="10")
    shown = queries.heat_map_team(choice(company, company.west, metric="returns_amount"))
    july = next(row for row in shown.rows if row.name == "qian").cells[-3]
    assert july.period == month(2026, 7)
    assert july.judged.deviation is not None
    assert july.judged.deviation < Decimal("-0.9")
    assert july.judged.bin == 6


def test_ratios_are_not_added_up(company: Company) -> None:
    lin = company.people[3]
    row = QuotaRow(
        metric="win_rate", person_id=lin.pk, start=Q3[0], end=Q3[1], amount=Decimal("0.6")
    )
    actions.set_quota(row=row, by=robot_of(company.tenant))
    shown = queries.heat_map_team(choice(company, company.west, metric="win_rate"))
    row_of_lin = next(row for row in shown.rows if row.name == "qian")
    assert [cell.target for cell in row_of_lin.cells[-3:]] == [Decimal("0.6")] * 3
    assert [cell.target for cell in shown.total.cells[-3:]] == [None] * 3


def test_the_number_of_statements_does_not_grow(
    company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked = choice(company, company.root)
    queries.heat_map_team(asked)
    with django_assert_max_num_queries(16) as few:
        queries.heat_map_team(asked)
    for number in range(20):
        make_person(f"more {number}", unit=company.root)
    queries.heat_map_team(asked)
    with django_assert_max_num_queries(16) as many:
        shown = queries.heat_map_team(asked)
    assert len(few) == len(many)
    assert shown.row_count == 23


def test_rows_come_fifty_to_a_page(company: Company) -> None:
    for number in range(60):
        make_person(f"more {number:02}", unit=company.west)
    first = queries.heat_map_team(choice(company, company.west))
    second = queries.heat_map_team(choice(company, company.west), page=2)
    assert (len(first.rows), len(second.rows), first.row_count) == (50, 12, 62)
    assert first.total.cells == second.total.cells


def test_an_hrbp_sees_figures_and_no_facts(company: Company) -> None:
    hrbp = make_person("hrbp", unit=company.east, role=Role.HRBP)
    scope = scope_of(hrbp)
    asked = choice(company, company.east)
    shown = queries.heat_map_team(Choice(asked.unit, asked.metric, asked.window, scope))
    cell = shown.total.cells[-1]
    view = queries.opened(cell_choice(company, cell, scope=scope))
    assert cell.actual == queries.heat_map_team(asked).total.cells[-1].actual
    assert (view.cell.actual, view.facts) == (cell.actual, None)


def test_the_worst_of_the_running_period_come_first(company: Company) -> None:
    shown = queries.heat_map_team(choice(company, company.root))
    goodness = [each.cell.goodness for each in shown.worst]
    assert goodness == sorted(goodness)
    assert all(each.cell.period == month(2026, 9) for each in shown.worst)
    assert all(each.streak >= 1 for each in shown.worst)


def test_a_window_ends_where_it_is_told_to() -> None:
    weeks = window(Grain.WEEK)
    assert len(weeks.columns) == 12
    assert weeks.columns[-1].key == "2026-W38"
    assert weeks.whole == Period("2026-06-29..2026-09-21", date(2026, 6, 29), date(2026, 9, 21))
    assert weeks.current == weeks.columns[-1]
