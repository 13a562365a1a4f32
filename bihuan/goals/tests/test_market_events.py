"""Market events: reckoned, proposed, answered; each way leads to the right revision or to none."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from bihuan.base import clock
from bihuan.base.append_only import RowIsFinal
from bihuan.goals import actions
from bihuan.goals.actions.market.filing import (
    DaysToAnswerOutOfReach,
    EventUnclear,
    PlaceUnknown,
)
from bihuan.goals.domain.market import (
    EventBackwards,
    Handling,
    Kind,
    ParameterOutOfReach,
    Parameters,
    SizeOutOfReach,
)
from bihuan.goals.domain.tree import cells, faults
from bihuan.goals.models import (
    DimensionTarget,
    MarketEvent,
    MarketReckoning,
    Quota,
    Revision,
)
from bihuan.goals.queries.cascade import latest_revision, preview, shortfalls, tree_of
from bihuan.goals.tests.market_company import (
    MarketCompany,
    ending,
    make_market_company,
    proposals_of,
    proposed_of,
    quarters,
    say,
    shares,
    steps,
)
from bihuan.inbox.actions import answer, close_overdue
from bihuan.inbox.domain.answer import Choice
from bihuan.kernel.errors import DomainError, ProblemsFound
from bihuan.org.access import NotYours
from tests.digest import digest_of_tables

pytestmark = pytest.mark.django_db

YES, AMEND, NO = Choice.ACCEPT, Choice.AMEND, Choice.REFUSE
LEADERS = ("lena", "wu", "nie")


@pytest.fixture
def company() -> MarketCompany:
    return make_market_company()


def test_reporting_changes_no_target_and_asks_who_is_touched(company: MarketCompany) -> None:
    before, quotas = shares(company), list(Quota.objects.order_by("pk").values())
    event = company.file()
    assert shares(company) == before
    assert list(Quota.objects.order_by("pk").values()) == quotas
    assert Revision.objects.count() == 1
    [proposal] = proposals_of(event)
    asks = {each.person.code: each.unit for each in proposal.addressees.all()}
    assert asks == {
        "lena": company.units["east"],
        "wu": company.units["west"],
        "nie": company.units["north"],
    }
    # Five whole days to answer; targets may change from the day after.
    reckoning = MarketReckoning.objects.get()
    today = clock.today("Asia/Shanghai")
    assert reckoning.first_day == today + timedelta(days=6)
    assert clock.business_day(proposal.deadline_at, "Asia/Shanghai") == today + timedelta(days=5)
    assert steps(company, event) == ["filed", "proposed"]


def test_the_model_says_its_numbers_in_words(company: MarketCompany) -> None:
    company.file()
    reckoning = MarketReckoning.objects.get()
    params = [each["params"] for each in reckoning.words]
    # 20% × 0.5; 130 of 440 thousand were sold of it; three quarters by working days of 2027.
    assert params[0] == {"size": "20%", "weight": "0.5", "days": 275, "change": "−10%"}
    assert params[1] == {"where": "ai"}
    assert (params[3]["share"], params[3]["change"]) == ("29.55%", "−10%")
    assert (params[3]["open"], params[3]["effect"]) == ("75.48%", "−2.23%")


def test_all_accept_and_the_targets_follow_in_days_to_come_only(company: MarketCompany) -> None:
    before = shares(company)
    was = {name: quarters(company, name) for name in ("root", "east", "lin", "zhou")}
    event = company.file()
    [proposal] = proposals_of(event)
    say(company, proposal, lena=YES, wu=YES, nie=YES)
    assert ending(event) == ("published", 2)
    revision = Revision.objects.get(number=2)
    assert (revision.reason, revision.note) == ("market", "竞品降价 20%")
    assert revision.published_by.is_robot
    after = shares(company)
    assert after == {**after, **proposed_of(company)}
    assert after["root"] == before["root"] == 88_000_003
    assert after["east"] < before["east"]
    assert after["zhou"] > before["zhou"]
    assert faults(tree_of(company.goal)) == []
    assert shortfalls([revision])[1] == []
    for name, amounts in was.items():
        now = quarters(company, name)
        assert now[0] == amounts[0], "the first quarter is not touched"
        assert (now == amounts) is (name == "root")
        assert sum(now) == Decimal(after[name]).scaleb(-2)
    assert steps(company, event) == [
        *("filed", "proposed", "answered", "answered", "answered", "ended")
    ]
    assert not preview(company.cycle).rows, "the working copy is what was published"


def test_who_is_hit_is_asked_for_less_by_the_share_of_what_was_hit(company: MarketCompany) -> None:
    company.file(handling=Handling.LOWER)
    [said] = MarketReckoning.objects.get().goals
    hit = {node: said["before"][node] - said["after"][node] for node in said["before"]}
    # Three quarters of the year by working days, a tenth of what each sold of ai, to the cent.
    over = {node: said["before"][node] - said["over"][node] for node in said["before"]}
    lin, wang, qian = (company.node(name) for name in ("lin", "wang", "qian"))
    for node, share in ((lin, Decimal("0.75")), (wang, Decimal(1)), (qian, Decimal("0.3"))):
        exact = over[node] * share / 10
        assert abs(hit[node] - exact) < 1
    assert hit[company.node("root")] == sum(hit[node] for node in (lin, wang, qian))
    assert company.node("zhou") not in hit


def test_refused_by_all_leaves_everything_and_says_so(company: MarketCompany) -> None:
    before = shares(company)
    event = company.file()
    [proposal] = proposals_of(event)
    say(company, proposal, lena=NO, wu=NO, nie=NO)
    proposal.refresh_from_db()
    assert ending(event) == ("refused", None)
    assert proposal.result_link == f"/goals/market/{event.pk}/"
    assert (shares(company), Revision.objects.count()) == (before, 1)
    assert steps(company, event)[-1] == "ended"


def test_silence_changes_nothing_and_is_recorded(company: MarketCompany) -> None:
    before = shares(company)
    event = company.file()
    [proposal] = proposals_of(event)
    assert close_overdue(proposal.deadline_at) == 1
    assert ending(event) == ("expired", None)
    assert (shares(company), Revision.objects.count()) == (before, 1)
    assert steps(company, event) == [
        *("filed", "proposed", "answered", "answered", "answered", "ended")
    ]


def test_who_refuses_keeps_all_they_have_and_nobody_is_moved_beyond_their_word(
    company: MarketCompany,
) -> None:
    before = shares(company)
    event = company.file()
    proposed = proposed_of(company)
    [proposal] = proposals_of(event)
    say(company, proposal, lena=YES, wu=YES, nie=NO)
    assert ending(event) == ("published", 2)
    after = shares(company)
    assert (after["north"], after["zhou"]) == (before["north"], before["zhou"])
    # West takes all it agreed to; east gives up no more than that.
    assert after["west"] == proposed["west"]
    assert before["east"] - after["east"] == after["west"] - before["west"]
    assert proposed["east"] < after["east"] < before["east"]
    assert after["root"] == before["root"]
    assert faults(tree_of(company.goal)) == []
    assert quarters(company, "zhou") == quarters(company, "north")


def test_one_side_alone_moves_nothing(company: MarketCompany) -> None:
    before = shares(company)
    event = company.file()
    [proposal] = proposals_of(event)
    say(company, proposal, lena=YES, wu=NO, nie=NO)
    after = shares(company)
    # East's own people still even out what they agreed to among themselves; the region stays.
    assert {name: after[name] for name in ("root", "east", "west", "north")} == {
        name: before[name] for name in ("root", "east", "west", "north")
    }
    assert ending(event)[0] == "published"
    assert after["wang"] < before["wang"]
    assert faults(tree_of(company.goal)) == []


def test_other_amounts_count_and_the_rest_is_cut_to_match(company: MarketCompany) -> None:
    before = shares(company)
    event = company.file()
    proposed = proposed_of(company)
    [proposal] = proposals_of(event)
    key = f"{company.goal.pk}:{company.node('east')}"
    half = before["east"] - (before["east"] - proposed["east"]) // 2
    answer(
        proposal=proposal,
        choice=AMEND,
        reason="已有在途订单",
        amended={key: Decimal(half).scaleb(-2)},
        by=company.people["lena"],
    )
    say(company, proposal, wu=YES, nie=YES)
    assert ending(event) == ("published", 2)
    after = shares(company)
    assert after["east"] == half
    for name in ("west", "north"):
        assert before[name] < after[name] < proposed[name]
    assert after["root"] == before["root"]


def test_a_manager_shares_a_part_otherwise_with_its_sum_kept(company: MarketCompany) -> None:
    event = company.file()
    proposed = proposed_of(company)
    [proposal] = proposals_of(event)
    goal = company.goal.pk
    shop, zhao = (f"{goal}:{company.node(name)}" for name in ("shop", "zhao"))
    with pytest.raises(ProblemsFound) as refused, transaction.atomic():
        answer(
            proposal=proposal,
            choice=AMEND,
            reason="r",
            amended={shop: Decimal(proposed["shop"] + 5_00).scaleb(-2)},
            by=company.people["lena"],
        )
    [problem] = refused.value.problems
    assert problem.params["difference"] == "-5.00"
    answer(
        proposal=proposal,
        choice=AMEND,
        reason="r",
        amended={
            shop: Decimal(proposed["shop"] + 5_00).scaleb(-2),
            zhao: Decimal(proposed["zhao"] - 5_00).scaleb(-2),
        },
        by=company.people["lena"],
    )
    say(company, proposal, wu=YES, nie=YES)
    after = shares(company)
    assert after["shop"] == proposed["shop"] + 5_00
    assert after["zhao"] == proposed["zhao"] - 5_00
    assert after["lin"] + after["wang"] == after["shop"]
    assert ending(event) == ("published", 2)


@pytest.mark.parametrize("value", ["100.001", "1.00"])
def test_amounts_that_cannot_be_are_refused(company: MarketCompany, value: str) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    key = f"{company.goal.pk}:{company.node('east')}"
    before = digest_of_tables()
    with pytest.raises(ProblemsFound), transaction.atomic():
        answer(
            proposal=proposal,
            choice=AMEND,
            reason="r",
            amended={key: Decimal(value)},
            by=company.people["lena"],
        )
    assert digest_of_tables() == before


def test_the_company_s_target_falls_only_if_who_leads_it_agrees(company: MarketCompany) -> None:
    before = shares(company)
    event = company.file(handling=Handling.LOWER)
    proposed = proposed_of(company)
    [proposal] = proposals_of(event)
    assert {each.person.code for each in proposal.addressees.all()} == {"boss", "lena", "wu"}
    say(company, proposal, lena=YES, wu=YES, boss=NO)
    assert (ending(event)[0], shares(company)["root"]) == ("nothing", before["root"])
    again = company.file(handling=Handling.LOWER, name="再次降价")
    proposed = proposed_of(company)
    [proposal] = proposals_of(again)
    say(company, proposal, lena=YES, wu=NO, boss=YES)
    after = shares(company)
    assert after["east"] == proposed["east"]
    assert after["west"] == before["west"]
    assert after["root"] == before["root"] - (before["east"] - proposed["east"])
    assert faults(tree_of(company.goal)) == []
    latest = latest_revision(company.cycle)
    assert latest is not None
    assert shortfalls([latest])[1] == []
    company.goal.refresh_from_db()
    assert company.goal.amount == Decimal(after["root"]).scaleb(-2)
    assert quarters(company, "root")[0] == Decimal("215785.45"), "what is over stays"


def test_a_split_by_product_line_moves_with_it() -> None:
    made = make_market_company(depths={"product_line": 2}, grain="month")
    before = cells(tree_of(made.goal), "product_line")
    event = made.file()
    [proposal] = proposals_of(event)
    say(made, proposal, lena=YES, wu=YES, nie=NO)
    assert ending(event) == ("published", 2)
    tree = tree_of(made.goal)
    after = cells(tree, "product_line")
    assert faults(tree) == []
    north = made.node("north")
    assert after[north] == before[north]
    root = made.node("root")
    assert after[root]["ai"] < before[root]["ai"]
    assert after[root]["desk"] > before[root]["desk"]
    assert shortfalls([Revision.objects.get(number=2)])[1] == []
    parts = DimensionTarget.objects.filter(revision__number=2, unit=made.units["north"])
    assert {each.value: each.amount for each in parts} == {
        value: Decimal(units).scaleb(-2) for value, units in before[north].items()
    }


def test_an_event_that_touches_nothing_is_kept_and_says_why(company: MarketCompany) -> None:
    for more, says in (
        ({"where": {"product_line": ["radio"]}}, "lies in what it touches"),
        ({"where": {"tier": ["A"]}}, "no facts of last year tell how"),
        ({"start": date(2029, 1, 1), "end": date(2029, 2, 1)}, "No published cycle"),
    ):
        event = company.file(**more)
        assert proposals_of(event) == []
        assert says in event.remarks[-1]["says"]


REFUSED: list[tuple[dict[str, object], type[DomainError]]] = [
    ({"name": " "}, EventUnclear),
    ({"size": Decimal(0)}, SizeOutOfReach),
    ({"size": Decimal("1.01")}, SizeOutOfReach),
    ({"size": Decimal("-0.1")}, SizeOutOfReach),
    ({"kind": Kind.CHANNEL_STOCK, "size": Decimal(53)}, SizeOutOfReach),
    ({"end": date(2027, 4, 1)}, EventBackwards),
    ({"answer_days": 0}, DaysToAnswerOutOfReach),
    ({"where": {"account": ["1"]}}, PlaceUnknown),
    ({"where": {"colour": ["red"]}}, PlaceUnknown),
]


@pytest.mark.parametrize(("more", "refusal"), REFUSED)
def test_what_cannot_be_is_refused_and_keeps_nothing(
    company: MarketCompany, more: dict[str, object], refusal: type[DomainError]
) -> None:
    before = digest_of_tables()
    with pytest.raises(refusal), transaction.atomic():
        company.file(**more)
    assert digest_of_tables() == before


def test_only_who_manages_or_administers_reports(company: MarketCompany) -> None:
    asked_for = actions.EventAsked(
        name="x", kind=Kind.POLICY, size=Decimal("0.1"), start=date(2027, 4, 1),
        end=date(2027, 5, 1),
    )  # fmt: skip
    with pytest.raises(NotYours):
        actions.file_event(asked=asked_for, by=company.people["lin"])
    for name in ("nie", "admin"):
        actions.file_event(asked=asked_for, by=company.people[name])
    assert MarketEvent.objects.count() == 2


def test_the_model_is_set_by_an_administrator_and_shown_with_what_it_made(
    company: MarketCompany,
) -> None:
    from bihuan.org.access import NotYourRole

    assumed = Parameters(elasticity=Decimal("0.8"))
    for name in ("lin", "boss"):
        with pytest.raises(NotYourRole):
            actions.set_market_model(parameters=assumed, by=company.people[name])
    with pytest.raises(ParameterOutOfReach):
        actions.set_market_model(
            parameters=Parameters(elasticity=Decimal(-1)), by=company.people["admin"]
        )
    model = actions.set_market_model(parameters=assumed, by=company.people["admin"])
    company.file()
    reckoning = MarketReckoning.objects.get()
    assert reckoning.parameters["elasticity"] == "0.8"
    assert reckoning.words[0]["params"]["change"] == "−16%"
    with pytest.raises(RowIsFinal):
        model.save()
