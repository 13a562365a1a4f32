"""Public quotas as a cycle with spans of its own: they are no calendar quarters.

What is expected is worked out here from the files: each seller's quotas, cut at the
days at which the files cut them, and sales between those days.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from bihuan.base.spreadsheet import Value, workbook
from bihuan.goals import actions
from bihuan.goals.actions import GoalAsked
from bihuan.goals.actions.filling import fill_goal
from bihuan.goals.domain.cycle import Method, Reason
from bihuan.goals.models import Cycle, Goal, Quota
from bihuan.goals.queries import attainment
from bihuan.goals.queries.cascade import shortfalls
from bihuan.goals.queries.cascade.sheet import goal_sheet
from bihuan.goals.tests.test_adventure_works import (  # noqa: F401 - fixtures
    LAST,
    asked,
    folder,
    people,
    sell,
    sellers,
    sold,
)
from bihuan.kernel.errors import ProblemsFound
from bihuan.org.actions import robot_of, root_of
from bihuan.org.models import Person

pytestmark = pytest.mark.django_db

Span = tuple[date, date]
Asked = dict[str, list[tuple[Span, Decimal]]]


@pytest.fixture
def goal(people: dict[str, Person], asked: Asked) -> Goal:  # noqa: F811
    tenant = next(iter(people.values())).tenant
    days = sorted({span[0] for rows in asked.values() for span, _ in rows})
    robot = robot_of(tenant)
    cycle = actions.open_cycle(
        code="aw", name="AdventureWorks", start=days[0], end=LAST, cuts=days[1:], grain="own",
        root=root_of(tenant), by=robot,
    )  # fmt: skip
    first = GoalAsked(metric="net_sales", amount=Decimal(0), method=Method.EVEN)
    return actions.add_goal(cycle=cycle, asked=first, by=robot)


def sheet_of(goal: Goal, asked: Asked, *, is_empty: bool = False) -> bytes:  # noqa: F811
    keys = [period.key for period in goal.cycle.periods]
    rows: list[list[Value]] = []
    for code, quotas in asked.items():
        amounts = {f"{start}..{end}": amount for (start, end), amount in quotas}
        rows.append(["person", code, *("" if is_empty else amounts.get(key, "") for key in keys)])
    return workbook("quotas", ["kind", "code", *keys], rows)


def publish(goal: Goal) -> Cycle:
    robot = robot_of(goal.cycle.tenant)
    actions.publish(cycle=goal.cycle, reason=Reason.NEW_CYCLE, by=robot)
    return Cycle.objects.select_related("tenant", "root").get(pk=goal.cycle_id)


def fresh(goal: Goal) -> Goal:
    return Goal.objects.select_related("cycle__tenant", "cycle__root").get(pk=goal.pk)


def test_quotas_come_as_a_cycle_of_their_own_spans(
    goal: Goal,
    folder: Path,  # noqa: F811
    people: dict[str, Person],  # noqa: F811
    asked: Asked,  # noqa: F811
    sold: dict[tuple[str, date], Decimal],  # noqa: F811
    sellers: dict[str, str],  # noqa: F811
) -> None:
    for rows in asked.values():  # Nobody pauses, so the cycle's days cut everybody's quotas.
        assert all(one[0][1] == two[0][0] for one, two in pairwise(rows))
    sell(folder, people)
    robot = robot_of(goal.cycle.tenant)
    fill_goal(goal=goal, data=sheet_of(goal, asked), is_up=True, by=robot)
    cycle = publish(goal)
    assert shortfalls(cycle.revisions.select_related("cycle"))[1] == []

    wanted = {(code, span): amount for code, rows in asked.items() for span, amount in rows}
    got = {
        (row.person, (row.span.start, row.span.end)): row
        for row in attainment(tenant=cycle.tenant, metric="net_sales", scope=None, by="person")
    }
    assert {key: row.quota for key, row in got.items()} == wanted
    for (code, (start, end)), row in got.items():
        earned = sum(
            (v for (who, on), v in sold.items() if who == code and start <= on < end), Decimal(0)
        )
        assert (row.actual or Decimal(0)) == earned
        assert row.attainment == (earned / row.quota).quantize(Decimal("0.0001"))

    above: dict[tuple[str, Span], Decimal] = defaultdict(Decimal)
    for code, rows in asked.items():
        for span, amount in rows:
            above[people[sellers[code]].name, span] += amount
    units = attainment(tenant=cycle.tenant, metric="net_sales", scope=None, by="unit")
    shown = {
        (row.manager, (row.span.start, row.span.end)): row.quota for row in units if row.manager
    }
    assert shown == above


def test_the_same_sheet_again_and_an_empty_one_change_nothing(
    goal: Goal,
    asked: Asked,  # noqa: F811
) -> None:
    robot = robot_of(goal.cycle.tenant)
    fill_goal(goal=goal, data=sheet_of(goal, asked), is_up=True, by=robot)
    publish(goal)
    before = list(Quota.objects.order_by("pk").values())
    assert len([each for each in before if each["person_id"]]) == 163
    for data in (sheet_of(goal, asked), sheet_of(goal, asked, is_empty=True)):
        for is_up in (True, False):
            assert fill_goal(goal=fresh(goal), data=data, is_up=is_up, by=robot) is None
    assert list(Quota.objects.order_by("pk").values()) == before
    sheet = goal_sheet(fresh(goal), None)
    rows: list[list[Value]] = [[r.kind, r.code, r.total, *r.periods] for r in sheet.rows]
    taken_away = workbook("goal", ["类型", "编码", "合计", *sheet.periods], rows)
    assert fill_goal(goal=fresh(goal), data=taken_away, is_up=True, by=robot) is None


def test_what_cannot_be_taken_is_told_by_row_and_column_and_changes_nothing(
    goal: Goal,
    asked: Asked,  # noqa: F811
) -> None:
    key = goal.cycle.periods[0].key
    rows: list[list[Value]] = [
        ["person", "272", "abc"],
        ["person", "nobody", 5],
        ["team", "281", 5],
        ["person", "281", "-1"],
        ["person", "281", 7],
        ["person", "282", "1.005"],
    ]
    data = workbook("goal", ["kind", "code", key], rows)
    before = goal.cycle.edits.count()
    with pytest.raises(ProblemsFound) as refusal:
        fill_goal(goal=goal, data=data, is_up=True, by=robot_of(goal.cycle.tenant))
    told = [(each.row, each.column, each.code) for each in refusal.value.problems]
    assert told == [
        (2, key, "goals.not_an_amount"),
        (3, "code", "goals.nobody_of_that_code"),
        (4, "kind", "goals.kind_unclear"),
        (5, key, "goals.not_an_amount"),
        (6, "code", "goals.given_twice"),
        (7, key, "goals.not_an_amount"),
    ]
    assert goal.cycle.edits.count() == before
