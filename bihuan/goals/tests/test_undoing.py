"""Undoing gives back exactly what was there, whatever was done."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.goals import actions
from bihuan.goals.actions import put
from bihuan.goals.domain.cycle import Method
from bihuan.goals.domain.sharing import NotToBeShared
from bihuan.goals.domain.tree import faults
from bihuan.goals.models import Cycle, Edit, Goal
from bihuan.goals.queries.cascade import branch_of, tree_of
from bihuan.goals.tests.company import Company, make_company
from bihuan.goals.tests.test_cycles import ask, open_q3, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def cycle(company: Company) -> Cycle:
    return open_q3(company)


@given(seed=st.integers(0, 2**32), count=st.integers(1, 6))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_undoing_everything_gives_back_the_former_state(
    company: Company, cycle: Cycle, seed: int, count: int
) -> None:
    chance = Random(seed)
    code = f"c{Cycle.objects.count()}"
    own = actions.open_cycle(
        code=code, name=code, start=date(2028, 1, 1), end=date(2028, 4, 1), grain="month",
        root=company.root, by=company.boss,
    )  # fmt: skip
    goal = ask(company, own, depths={"region": 1}, values={"region": ["a", "b", "c"]})
    states, edits = [state(own)], []
    for _ in range(count):
        try:
            edits.append(_anything(company, own, goal, chance))
        except NotToBeShared:
            continue
        states.append(state(own))
    for edit in reversed(edits):
        assert state(own) == states.pop()
        actions.undo(edit=edit, by=company.boss)
    assert state(own) == states.pop()
    assert faults(tree_of(Goal.objects.select_related("cycle").get(pk=goal.pk))) == []


def _anything(company: Company, cycle: Cycle, goal: Goal, chance: Random) -> Edit:
    goal = cycle.goals.select_related("cycle__tenant").get(pk=goal.pk)
    root = f"u{company.root.pk}"
    node = chance.choice([root, f"u{company.east.pk}", f"u{company.south_team.pk}"])
    below = branch_of(goal, node).children
    key = chance.choice(list(below))
    what = chance.choice(["set", "lock", "total", "even", "mix", "weights"])
    if what == "total":
        amount = Decimal(chance.randint(0, 10**9)).scaleb(-2)
        return actions.change_goal(goal=goal, amount=amount, by=company.boss)
    if what == "even":
        return actions.split_anew(
            goal=goal, node=node, method=Method.EVEN, is_deep=True, by=company.boss
        )
    if what == "mix":
        deed = put({"a": chance.randint(0, 1000)})
        return actions.reweigh(goal=goal, axis="region", node=root, deed=deed, by=company.boss)
    if what == "weights":
        return actions.reweigh_goals(
            cycle=cycle, deed=put({}, {"signed_amount": True}), by=company.boss
        )
    deed = put({key: below[key] // 2}) if what == "set" else put({}, {key: True})
    return actions.reweigh(goal=goal, axis="org", node=node, deed=deed, by=company.boss)
