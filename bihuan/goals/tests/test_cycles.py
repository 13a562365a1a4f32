"""Deeds on a cycle: shared out, changed by several people, undone, published, restored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bihuan.goals import actions
from bihuan.goals.actions import GoalAsked, put
from bihuan.goals.actions.cycles import (
    AmountOutOfReach,
    CycleCodeTaken,
    DoesNotAddUp,
    GoalTwice,
    TooManyDigits,
)
from bihuan.goals.actions.publishing import (
    NothingToPublish,
    NotYourReceipt,
    TreesDisagree,
)
from bihuan.goals.actions.rating import NotYourGoal, RatingOutOfReach
from bihuan.goals.actions.targeting import ReachesOutside
from bihuan.goals.actions.weighing import NotToUndo, PublishedSince
from bihuan.goals.actions.working import ChangedMeanwhile, CycleClosed
from bihuan.goals.domain.cycle import CycleBackwards, Method, Reason
from bihuan.goals.domain.sharing import HeldTooMuch
from bihuan.goals.domain.tree import asked, faults
from bihuan.goals.models import Cycle, Goal, Quota, Receipt, Siblings
from bihuan.goals.queries.cascade import (
    branch_of,
    preview,
    shortfalls,
    tree_of,
    weights_of,
)
from bihuan.goals.queries.dilution import Scrutiny, verify
from bihuan.goals.tests.company import Company, make_company
from bihuan.inbox.models import Notice
from bihuan.org.access import NotYours
from bihuan.org.actions import move_person, robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person

pytestmark = pytest.mark.django_db

Q3_NEXT = (date(2027, 7, 1), date(2027, 10, 1))


def open_q3(company: Company, by: Person | None = None) -> Cycle:
    return actions.open_cycle(
        code="2027-Q3", name="2027 Q3", start=Q3_NEXT[0], end=Q3_NEXT[1], grain="month",
        root=company.root, by=by or company.boss,
    )  # fmt: skip


def ask(company: Company, cycle: Cycle, amount: str = "1000000.01", **more: object) -> Goal:
    asked_for = GoalAsked(metric="signed_amount", amount=Decimal(amount), **more)  # type: ignore[arg-type]
    return actions.add_goal(cycle=cycle, asked=asked_for, by=company.boss)


def state(cycle: Cycle) -> list[object]:
    """Return everything an undoing has to give back."""
    groups = Siblings.objects.filter(cycle=cycle).order_by("goal_id", "axis", "node")
    goals = Goal.objects.filter(cycle=cycle).order_by("pk")
    return [
        *groups.values_list("goal_id", "axis", "node", "chain", "shares", "has_locks"),
        *goals.values_list("amount", "strategy", "period_weights", "depths", "is_on"),
    ]


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def cycle(company: Company) -> Cycle:
    return open_q3(company)


def test_a_target_reaches_every_person_and_adds_up(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    tree = tree_of(goal)
    shared = asked(tree)
    people = {node for node in shared if node.startswith("p")}
    # The fifth has no figures yet and is asked for the average of those beside them.
    assert people == {f"p{each.pk}" for each in (*company.people, company.lead)}
    assert sum(shared[node] for node in people) == 100_000_001
    assert faults(tree) == []
    assert shared[f"p{company.people[4].pk}"] > 0


def test_what_cannot_be_asked_is_refused(company: Company, cycle: Cycle) -> None:
    for amount, refusal in (("-1", AmountOutOfReach), ("1.005", TooManyDigits)):
        with pytest.raises(refusal):
            ask(company, cycle, amount)
    with pytest.raises(DoesNotAddUp):
        actions.add_goal(
            cycle=cycle, asked=GoalAsked(metric="win_rate", amount=Decimal(1)), by=company.boss
        )
    with pytest.raises(CycleCodeTaken):
        open_q3(company)
    with pytest.raises(CycleBackwards):
        actions.open_cycle(
            code="x", name="x", start=Q3_NEXT[1], end=Q3_NEXT[0], grain="month",
            root=company.root, by=company.boss,
        )  # fmt: skip
    ask(company, cycle)
    with pytest.raises(GoalTwice):
        ask(company, cycle)
    assert Goal.objects.count() == 1


def test_only_who_leads_a_unit_shares_its_target(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    east, root = f"u{company.east.pk}", f"u{company.root.pk}"
    first = next(iter(branch_of(goal, east).children))
    before = state(cycle)
    for node, by in ((root, company.lead), (east, company.people[0])):
        with pytest.raises(NotYours):
            actions.reweigh(goal=goal, axis="org", node=node, deed=put({}), by=by)
    with pytest.raises(NotYours):
        actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.lead)
    assert state(cycle) == before
    actions.reweigh(goal=goal, axis="org", node=east, deed=put({first: 1}), by=company.lead)
    assert branch_of(goal, east).children[first] == 1


def test_the_second_of_two_is_told_who_was_first(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    root, east = f"u{company.root.pk}", f"u{company.east.pk}"
    seen = branch_of(goal, root).group
    assert seen is not None
    both = {"goal": goal, "axis": "org", "node": root, "version": seen.version}
    actions.reweigh(deed=put({east: 70_000_000}), by=company.boss, **both)  # type: ignore[arg-type]
    with pytest.raises(ChangedMeanwhile, match="boss"):
        actions.reweigh(deed=put({east: 60_000_000}), by=company.boss, **both)  # type: ignore[arg-type]
    assert branch_of(goal, root).children[east] == 70_000_000


def test_a_lock_further_down_refuses_what_would_break_it(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    root, east = f"u{company.root.pk}", f"u{company.east.pk}"
    below = branch_of(goal, east).children
    first, most = max(below.items(), key=lambda pair: pair[1])
    deed = put({}, {first: True})
    actions.reweigh(goal=goal, axis="org", node=east, deed=deed, by=company.boss)
    with pytest.raises(HeldTooMuch, match=f"{Decimal(most).scaleb(-2):,f}"):
        actions.reweigh(
            goal=goal, axis="org", node=root, deed=put({east: most - 1}), by=company.boss
        )
    with pytest.raises(HeldTooMuch):
        actions.change_goal(goal=goal, amount=Decimal(1), by=company.boss)
    assert branch_of(goal, east).children[first] == most


def test_dimensions_that_disagree_are_told_and_reconciled(company: Company, cycle: Cycle) -> None:
    goal = ask(
        company, cycle, depths={"product_line": 2}, values={"product_line": ["新品", "老品"]}
    )
    root, east = f"u{company.root.pk}", f"u{company.east.pk}"
    line = {"goal": goal, "axis": "product_line", "by": company.boss}
    actions.reweigh(node=root, deed=put({"新品": 30_000_000}), **line)  # type: ignore[arg-type]
    whole = branch_of(goal, root).children[east]
    actions.reweigh(node=east, deed=put({"新品": whole // 2}), **line)  # type: ignore[arg-type]
    with pytest.raises(TreesDisagree, match="product_line"):
        actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    actions.reconcile(goal=goal, dimension="product_line", by=company.boss)
    done = actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    parts = done.revision.parts.filter(dimension="product_line", value="新品", unit=company.root)
    assert [part.amount for part in parts] == [Decimal("300000.00")]


def test_publishing_sets_targets_that_add_up_in_each_month(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle, floor_ratio=Decimal("0.8"), stretch_ratio=Decimal("1.25"))
    done = actions.publish(
        cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss, seen_edit=1, note="start"
    )
    live = Quota.objects.live().filter(revision=done.revision)
    for period in cycle.periods:
        rows = live.filter(start=period.start, end=period.end)
        company_row = rows.get(unit=company.root)
        for name in ("amount", "floor_amount", "stretch_amount"):
            people = sum(getattr(each, name) for each in rows.filter(person__isnull=False))
            assert people == getattr(company_row, name)
    whole = live.filter(unit=company.root)
    assert sum(each.amount for each in whole) == goal.amount
    assert shortfalls(cycle.revisions.all()) == (len(asked(tree_of(goal))), [])
    assert set(Receipt.objects.values_list("person_id", flat=True)) == {
        each.pk for each in (*company.people, company.lead, company.boss)
    }
    with pytest.raises(NothingToPublish):
        actions.publish(cycle=cycle, reason=Reason.OTHER, by=company.boss)


def test_a_target_that_is_not_the_published_one_is_found(company: Company, cycle: Cycle) -> None:
    ask(company, cycle)
    actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    scrutiny = Scrutiny(company.tenant, cycle.span)
    assert verify(scrutiny).problems == []
    first = Quota.objects.live().filter(person=company.people[0], start=Q3_NEXT[0]).get()
    actions.end_quota(quota=first, by=robot_of(company.tenant))
    found = {each.check for each in verify(scrutiny).problems}
    assert found == {"organisation", "2027-Q3: in force"}


def test_who_comes_in_the_second_month_has_nothing_to_reach_in_the_first(
    company: Company, cycle: Cycle
) -> None:
    goal = ask(company, cycle)
    node = f"p{company.people[3].pk}"
    july, *_ = (period.key for period in cycle.periods)
    actions.reweigh(goal=goal, axis="period", node=node, deed=put({july: 0}), by=company.boss)
    actions.reconcile(goal=goal, dimension="period", by=company.boss)
    actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    live = Quota.objects.live().filter(revision__cycle=cycle)
    mine = live.filter(person=company.people[3])
    assert [each.start for each in mine.order_by("start")] == [date(2027, 8, 1), date(2027, 9, 1)]
    assert sum(each.amount for each in mine) == goal.as_amount(asked(tree_of(goal))[node])
    for period in cycle.periods:
        rows = live.filter(start=period.start)
        people = sum(each.amount for each in rows.filter(person__isnull=False))
        assert people == rows.get(unit=company.root).amount


def test_publishing_again_touches_only_what_changed(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    first = actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    south = f"u{company.south_team.pk}"
    below = list(branch_of(goal, south).children.items())
    actions.reweigh(
        goal=goal, axis="org", node=south, by=company.boss,
        deed=actions.carry(below[0][0], below[1][0], 300),
    )  # fmt: skip
    shown = preview(cycle)
    assert {row.node for row in shown.rows} == {below[0][0], below[1][0]}
    assert sum(row.difference for row in shown.rows) == 0
    second = actions.publish(cycle=cycle, reason=Reason.PEOPLE, by=company.boss)
    assert (second.replaced, second.new, second.ended) == (6, 0, 0)
    assert second.unchanged == first.new - 6
    assert second.people >= shown.people
    with pytest.raises(PublishedSince):
        actions.undo(edit=cycle.edits.order_by("number")[0], by=company.boss)


def test_a_target_that_reaches_out_of_the_cycle_is_in_the_way(
    company: Company, cycle: Cycle
) -> None:
    ask(company, cycle)
    actions.set_quota(
        row=actions.QuotaRow(
            metric="signed_amount", person_id=company.people[0].pk, amount=Decimal(5),
            start=date(2027, 1, 1), end=date(2028, 1, 1),
        ),
        by=robot_of(company.tenant),
    )  # fmt: skip
    with pytest.raises(ReachesOutside, match="lin"):
        actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    assert cycle.revisions.count() == 0


def test_an_earlier_revision_comes_back_exactly(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    first = actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    targets = sorted(
        Quota.objects.live().values_list("person_id", "unit_id", "start", "amount"), key=str
    )
    actions.change_goal(goal=goal, amount=Decimal(500_000), by=company.boss)
    actions.split_anew(
        goal=goal, node=f"u{company.root.pk}", method=Method.EVEN, is_deep=True, by=company.boss
    )
    actions.publish(cycle=cycle, reason=Reason.STRATEGY, by=company.boss)
    edit = actions.restore(revision=first.revision, by=company.boss)
    assert edit.deed == "restored"
    done = actions.publish(
        cycle=cycle, reason=Reason.RESTORED, restores=first.revision, by=company.boss
    )
    assert done.revision.digest == first.revision.digest
    again = sorted(
        Quota.objects.live().values_list("person_id", "unit_id", "start", "amount"), key=str
    )
    assert again == targets


def test_people_who_move_take_their_target_along(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    before = asked(tree_of(goal))
    mover, west = company.people[2], company.west
    move_person(
        person=mover, to=west, role=Role.REP, on=date(2026, 11, 1), by=robot_of(company.tenant)
    )
    grown = actions.follow_organisation(goal=goal, by=company.boss)
    after = asked(tree_of(goal))
    mine = before[f"p{mover.pk}"]
    assert grown.moved == (f"p{mover.pk}",)
    assert after[f"p{mover.pk}"] == mine
    assert after[f"u{west.pk}"] == before[f"u{west.pk}"] + mine
    assert faults(tree_of(goal)) == []
    assert branch_of(goal, f"p{mover.pk}").chain == (
        f"u{company.root.pk}", f"u{west.pk}", f"p{mover.pk}"
    )  # fmt: skip


def test_a_profile_pushes_and_the_weights_still_make_a_hundred(
    company: Company, cycle: Cycle
) -> None:
    ask(company, cycle, depths={"product_line": 1}, values={"product_line": ["新品", "老品"]})
    actions.add_goal(
        cycle=cycle, asked=GoalAsked(metric="visits", amount=Decimal(900)), by=company.boss
    )
    profile = actions.save_profile(
        name="一季度推新品", by=company.boss,
        factors=[("goal", "signed_amount", "3"), ("product_line", "新品", "2")],
    )  # fmt: skip
    actions.apply_profile(cycle=cycle, profile=profile, by=company.boss)
    weights = weights_of(cycle)
    assert weights is not None
    assert [(key, weight) for key, weight, _ in weights.shares] == [
        ("signed_amount", 7500), ("visits", 2500)
    ]  # fmt: skip
    # Evenly it was 50,000,001 to 50,000,000; twice the first is 66,666,667.99 of the whole.
    mix = branch_of(cycle.goals.get(metric="signed_amount"), f"u{company.root.pk}").mixes
    assert mix["product_line"][f"u{company.root.pk}"] == {"新品": 66_666_668, "老品": 33_333_333}


def test_people_acknowledge_and_rate_only_what_is_theirs(company: Company, cycle: Cycle) -> None:
    ask(company, cycle)
    rep = company.people[0]
    with pytest.raises(NotYourGoal):
        actions.rate(cycle=cycle, metric="signed_amount", rating=4, by=rep)
    done = actions.publish(cycle=cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    receipt = done.revision.receipts.get(person=rep)
    with pytest.raises(NotYourReceipt):
        actions.acknowledge(receipt=receipt, by=company.boss)
    actions.acknowledge(receipt=receipt, by=rep, note="ok")
    first = Receipt.objects.get(pk=receipt.pk).acknowledged_at
    actions.acknowledge(receipt=receipt, by=rep)
    assert Receipt.objects.get(pk=receipt.pk).acknowledged_at == first
    told = Notice.objects.filter(kind="goals.revision_published")
    assert told.count() == len(done.people)
    assert [each.person_id for each in told.filter(done_at__isnull=False)] == [rep.pk]
    actions.rate(cycle=cycle, metric="signed_amount", rating=4, by=rep)
    with pytest.raises(RatingOutOfReach):
        actions.rate(cycle=cycle, metric="signed_amount", rating=6, by=rep)


def test_a_closed_cycle_stays_as_it_is(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    actions.close_cycle(cycle=cycle, by=company.boss)
    with pytest.raises(CycleClosed):
        actions.change_goal(goal=goal, amount=Decimal(1), by=company.boss)


def test_an_undone_edit_is_not_undone_twice(company: Company, cycle: Cycle) -> None:
    goal = ask(company, cycle)
    before = state(cycle)
    edit = actions.change_goal(goal=goal, amount=Decimal(7), strategy="新品优先", by=company.boss)
    undone = actions.undo(edit=edit, by=company.boss)
    assert state(cycle) == before
    with pytest.raises(NotToUndo):
        actions.undo(edit=edit, by=company.boss)
    actions.undo(edit=undone, by=company.boss)
    assert Goal.objects.get(pk=goal.pk).amount == 7
