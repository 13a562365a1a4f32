"""What happens between a market event's proposal and its end: drafts, revisions, days, people."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import connections

from bihuan.base import clock
from bihuan.base.jobs.registry import schedules
from bihuan.goals import actions
from bihuan.goals.actions import put, reweigh
from bihuan.goals.actions.market import DraftNotPublished, NotToCarryOut
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.jobs import carry_out_market_events
from bihuan.goals.models import (
    Edit,
    MarketEnding,
    MarketReckoning,
    Revision,
)
from bihuan.goals.queries.market import proposal_of
from bihuan.goals.tests.market_company import (
    MarketCompany,
    ending,
    make_market_company,
    proposals_of,
    proposed_of,
    say,
    shares,
    steps,
)
from bihuan.inbox.actions import answer, withdraw
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.models import Proposal
from bihuan.org.access import NotYours

pytestmark = pytest.mark.django_db

YES, AMEND, NO = Choice.ACCEPT, Choice.AMEND, Choice.REFUSE


@pytest.fixture
def company() -> MarketCompany:
    return make_market_company()


def test_drafts_of_others_are_neither_swallowed_nor_published(company: MarketCompany) -> None:
    event = company.file()
    proposed = proposed_of(company)
    [proposal] = proposals_of(event)
    edit = reweigh(
        goal=company.goal,
        axis="org",
        node=company.node("west"),
        deed=put({company.node("qian"): 1_00}),
        by=company.people["wu"],
    )
    draft = shares(company)
    say(company, proposal, lena=YES, wu=YES, nie=YES)
    proposal.refresh_from_db()
    assert (proposal.state, Revision.objects.count()) == ("accepted", 1)
    assert shares(company) == draft
    assert proposal.result is not None
    assert proposal.result["params"] == {"cycle": "2027", "who": "wu"}
    assert steps(company, event)[-1] == "waits"
    reckoning = MarketReckoning.objects.get()
    with pytest.raises(DraftNotPublished, match="wu"):
        actions.carry_out(reckoning=reckoning, by=company.people["boss"])
    with pytest.raises(NotYours):
        actions.carry_out(reckoning=reckoning, by=company.people["lena"])
    assert actions.carry_out_waiting(company.tenant) == 0
    actions.undo(edit=edit, by=company.people["wu"])
    assert actions.carry_out_waiting(company.tenant) == 1
    assert actions.carry_out_waiting(company.tenant) == 0
    assert ending(event) == ("published", 2)
    assert shares(company) == {**shares(company), **proposed}
    with pytest.raises(NotToCarryOut):
        actions.carry_out(reckoning=reckoning, by=company.people["boss"])


def test_when_the_plan_is_another_everybody_is_asked_again(company: MarketCompany) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    say(company, proposal, lena=YES, wu=YES)
    reweigh(
        goal=company.goal,
        axis="org",
        node=company.node("root"),
        deed=put({company.node("north"): 10_000_000}),
        by=company.people["boss"],
    )
    actions.publish(cycle=company.cycle, reason=Reason.STRATEGY, by=company.people["boss"])
    before = shares(company)
    say(company, proposal, nie=YES)
    assert ending(event) == ("asked_again", None)
    assert (shares(company), Revision.objects.count()) == (before, 2)
    first, second = proposals_of(event)
    assert (first.state, second.state) == ("accepted", "open")
    say(company, second, lena=YES, wu=YES, nie=YES)
    assert ending(event) == ("published", 3)
    assert shares(company)["root"] == before["root"]


def test_a_revision_that_changes_no_part_asks_nobody_again(company: MarketCompany) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    actions.change_goal(goal=company.goal, strategy="守住大客户", by=company.people["boss"])
    actions.publish(cycle=company.cycle, reason=Reason.OTHER, by=company.people["boss"])
    say(company, proposal, lena=YES, wu=YES, nie=YES)
    assert ending(event) == ("published", 3)


def test_periods_that_went_by_meanwhile_are_not_changed(company: MarketCompany) -> None:
    event = company.file(start=date(2026, 12, 5), answer_days=3)
    [proposal] = proposals_of(event)
    later = date(2027, 4, 2)
    with patch("bihuan.base.clock.today", return_value=later):
        say(company, proposal, lena=YES, wu=YES, nie=YES)
    assert ending(event) == ("asked_again", None)
    again = MarketReckoning.objects.get(round=2)
    assert again.first_day == later + timedelta(days=4)
    assert proposal_of(again).is_open


def test_nobody_waits_for_who_left_and_their_part_stays(company: MarketCompany) -> None:
    before = shares(company)
    event = company.file()
    [proposal] = proposals_of(event)
    gone = company.people["nie"]
    gone.ended_on = clock.today("Asia/Shanghai")
    gone.save(update_fields=["ended_on"])
    say(company, proposal, lena=YES, wu=YES)
    after = shares(company)
    assert ending(event) == ("published", 2)
    assert after["north"] == before["north"]


def test_a_region_nobody_leads_is_answered_for_from_above(company: MarketCompany) -> None:
    gone = company.people["nie"]
    gone.ended_on = clock.today("Asia/Shanghai")
    gone.save(update_fields=["ended_on"])
    event = company.file()
    [proposal] = proposals_of(event)
    assert {each.person.code for each in proposal.addressees.all()} == {"lena", "wu", "boss"}


def test_locks_stay_and_one_that_leaves_no_way_ends_it_with_the_reason(
    company: MarketCompany,
) -> None:
    boss = company.people["boss"]
    root, west = company.node("root"), company.node("west")
    reweigh(goal=company.goal, axis="org", node=root, deed=put({}, {west: True}), by=boss)
    actions.publish(cycle=company.cycle, reason=Reason.OTHER, by=boss)
    before = shares(company)
    event = company.file()
    [proposal] = proposals_of(event)
    say(company, proposal, lena=YES, wu=YES, nie=YES)
    after = shares(company)
    assert (after["west"], ending(event)[0]) == (before["west"], "published")
    assert after["qian"] < before["qian"], "inside the region it is shared anew"


def test_a_withdrawn_proposal_ends_the_trail(company: MarketCompany) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    withdraw(proposal=proposal, reason="误报", by=company.people["boss"])
    assert steps(company, event)[-1] == "withdrawn"
    assert not MarketEnding.objects.exists()


def test_a_cycle_closed_meanwhile_ends_it_with_the_reason(company: MarketCompany) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    actions.close_cycle(cycle=company.cycle, by=company.people["boss"])
    say(company, proposal, lena=YES, wu=YES, nie=YES)
    assert ending(event) == ("cannot", None)
    assert Edit.objects.filter(deed="market_event").count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_last_two_answers_at_once_publish_once() -> None:
    company = make_market_company()
    event = company.file()
    [proposal] = proposals_of(event)
    say(company, proposal, nie=YES)
    start = threading.Barrier(2)

    def window(name: str) -> None:
        start.wait()
        answer(proposal=Proposal.objects.get(), choice=YES, by=company.people[name])
        connections.close_all()

    threads = [threading.Thread(target=window, args=[name]) for name in ("lena", "wu")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ending(event) == ("published", 2)
    assert MarketEnding.objects.count() == 1


def test_the_job_carries_out_once_what_need_not_wait_any_more(company: MarketCompany) -> None:
    event = company.file()
    [proposal] = proposals_of(event)
    edit = reweigh(
        goal=company.goal,
        axis="org",
        node=company.node("west"),
        deed=put({company.node("qian"): 1_00}),
        by=company.people["wu"],
    )
    say(company, proposal, lena=YES, wu=YES, nie=YES)
    carry_out_market_events(tenant=company.tenant.pk, on="2026-11-27")
    assert not MarketEnding.objects.exists()
    actions.undo(edit=edit, by=company.people["wu"])
    for _time in range(2):
        carry_out_market_events(tenant=company.tenant.pk, on="2026-11-28")
    assert ending(event) == ("published", 2)
    ours = {each.job.name for each in schedules()}
    assert "goals.carry_out_market_events" in ours
