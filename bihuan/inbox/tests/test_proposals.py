"""Proposing, answering, and what comes of it."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import InternalError

from bihuan.base import clock
from bihuan.base.append_only import RowIsFinal
from bihuan.inbox import actions
from bihuan.inbox.access import NotAsked, NotYoursToWithdraw
from bihuan.inbox.actions import (
    AlreadyAnswered,
    AlreadyProposed,
    DeadlinePassed,
    DeadlineTooSoon,
    KeyUnknown,
    NobodyToAsk,
    ProposalClosed,
    answer,
    close_overdue,
)
from bihuan.inbox.domain.answer import AmendedToo, Choice, NothingAmended, ReasonMissing
from bihuan.inbox.models import Answer, Notice, Proposal
from bihuan.inbox.tests.world import DAYS, DECIDED, World
from bihuan.kernel.errors import Conflict, DomainError, ProblemsFound
from bihuan.org.models import Person
from tests.digest import digest_of_tables
from tests.make import make_person, make_tenant

pytestmark = pytest.mark.django_db

YES, AMEND, NO = Choice.ACCEPT, Choice.AMEND, Choice.REFUSE


class CannotBeDone(Conflict):
    code = "test.cannot_be_done"
    says = "It cannot be done."


@pytest.fixture
def world() -> World:
    return World()


def leave(person: Person) -> None:
    person.ended_on = clock.today("Asia/Shanghai")
    person.save(update_fields=["ended_on"])


def test_the_last_answer_decides_and_everybody_else_is_told(world: World) -> None:
    proposal = world.propose()
    answer(proposal=proposal, choice=YES, by=world.east)
    proposal.refresh_from_db()
    assert (proposal.state, DECIDED.calls) == ("open", [])
    answer(proposal=proposal, choice=YES, reason="fine", by=world.west)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.closed_by) == ("accepted", world.west)
    assert DECIDED.calls == [(proposal.pk, "accepted", ("accept", "accept"))]
    assert proposal.outcome is not None
    assert (proposal.outcome.params, proposal.result_link) == ({"text": "done"}, "/done/")
    news = Notice.objects.filter(kind="inbox.proposal_decided")
    assert {each.person for each in news} == {world.head, world.east}
    assert {each.link for each in news} == {f"/inbox/proposals/{proposal.pk}/"}


def test_other_values_are_kept_as_they_were_typed(world: World) -> None:
    proposal = world.propose(to={world.east: world.units["east"]})
    amended = {"north": Decimal("90.5"), "south": Decimal(120)}
    answer(proposal=proposal, choice=AMEND, reason="two shops", amended=amended, by=world.east)
    said = Answer.objects.get()
    assert (said.choice, said.reason) == ("amend", "two shops")
    assert said.amended == {"north": "90.5"}, "what is as proposed is no change"
    proposal.refresh_from_db()
    assert proposal.state == "amended"


REFUSED: list[tuple[str, Choice, str, dict[str, Decimal], type[DomainError]]] = [
    ("to refuse takes a reason", NO, "  ", {}, ReasonMissing),
    ("to amend takes a reason", AMEND, "", {"north": Decimal(1)}, ReasonMissing),
    ("to amend takes a change", AMEND, "why", {}, NothingAmended),
    ("the proposed value is no change", AMEND, "why", {"north": Decimal(80)}, NothingAmended),
    ("to accept takes no change", YES, "", {"north": Decimal(1)}, AmendedToo),
    ("what is not there cannot change", AMEND, "why", {"west": Decimal(1)}, KeyUnknown),
    ("the package says what is wrong", AMEND, "why", {"north": Decimal(1001)}, ProblemsFound),
]


@pytest.mark.parametrize(
    ("choice", "reason", "amended", "refusal"),
    [each[1:] for each in REFUSED],
    ids=[each[0] for each in REFUSED],
)
def test_an_answer_that_is_not_whole_is_refused_and_changes_nothing(
    world: World,
    choice: Choice,
    reason: str,
    amended: dict[str, Decimal],
    refusal: type[DomainError],
) -> None:
    proposal = world.propose()
    before = digest_of_tables()
    with pytest.raises(refusal), transaction.atomic():
        answer(proposal=proposal, choice=choice, reason=reason, amended=amended, by=world.east)
    assert digest_of_tables() == before


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e30"])
def test_a_value_that_is_no_number_is_refused(world: World, value: str) -> None:
    proposal = world.propose()
    with pytest.raises(actions.ValueUnfit):
        answer(
            proposal=proposal,
            choice=AMEND,
            reason="r",
            amended={"north": Decimal(value)},
            by=world.east,
        )


def test_only_who_is_asked_answers(world: World) -> None:
    proposal = world.propose()
    before = digest_of_tables()
    stranger = make_person("stranger", tenant=make_tenant("other"))
    tables = digest_of_tables()
    for other in (world.head, world.admin, world.rep, world.hrbp, world.robot, stranger):
        with pytest.raises(NotAsked), transaction.atomic():
            answer(proposal=proposal, choice=YES, by=other)
    assert digest_of_tables() == tables
    assert before["inbox_answer"] == tables["inbox_answer"]


def test_an_answer_stands(world: World) -> None:
    proposal = world.propose()
    said = answer(proposal=proposal, choice=NO, reason="no", by=world.east)
    with pytest.raises(AlreadyAnswered), transaction.atomic():
        answer(proposal=proposal, choice=YES, by=world.east)
    said.choice = "accept"
    with pytest.raises(RowIsFinal):
        said.save()
    with (
        pytest.raises((IntegrityError, InternalError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE inbox_answer SET choice = 'accept'")


def test_the_table_takes_no_second_answer_of_one_addressee(world: World) -> None:
    proposal = world.propose()
    said = answer(proposal=proposal, choice=YES, by=world.east)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(addressee=said.addressee, choice="accept", answered_at=clock.now())


def test_an_answer_after_the_deadline_is_refused_though_nobody_has_closed_it(world: World) -> None:
    proposal = world.propose()
    for late in (proposal.deadline_at, proposal.deadline_at + timedelta(seconds=1)):
        with pytest.raises(DeadlinePassed), transaction.atomic():
            answer(proposal=proposal, choice=YES, by=world.east, at=late)
    just = proposal.deadline_at - timedelta(microseconds=1)
    answer(proposal=proposal, choice=YES, by=world.east, at=just)


def test_silence_is_never_a_yes(world: World) -> None:
    proposal = world.propose()
    answer(proposal=proposal, choice=YES, by=world.east)
    assert close_overdue(proposal.deadline_at - timedelta(seconds=1)) == 0
    assert close_overdue(proposal.deadline_at) == 1
    assert close_overdue(proposal.deadline_at) == 0
    proposal.refresh_from_db()
    assert (proposal.state, proposal.closed_by) == ("partly", world.robot)
    assert DECIDED.calls == [(proposal.pk, "partly", ("accept", "none"))]
    silent = Answer.objects.get(addressee__person=world.west)
    assert (silent.choice, silent.reason, silent.is_given) == ("none", "", False)


def test_the_proposals_of_one_company_can_be_closed_without_the_others(world: World) -> None:
    other = make_tenant("other")
    over = world.propose().deadline_at
    assert close_overdue(over, tenant_id=other.pk) == 0
    assert close_overdue(over, tenant_id=world.tenant.pk) == 1


def test_nobody_waits_for_who_has_left(world: World) -> None:
    proposal = world.propose()
    leave(world.west)
    answer(proposal=proposal, choice=YES, by=world.east)
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
    assert Answer.objects.get(addressee__person=world.west).choice == "gone"
    assert not Notice.objects.filter(person=world.west).exists()


def test_a_proposal_closes_when_everybody_who_is_left_to_answer_leaves(world: World) -> None:
    proposal = world.propose()
    answer(proposal=proposal, choice=YES, by=world.east)
    assert close_overdue(clock.now()) == 0
    leave(world.west)
    assert close_overdue(clock.now()) == 1
    proposal.refresh_from_db()
    assert proposal.state == "accepted"


def test_who_has_left_answers_nothing(world: World) -> None:
    proposal = world.propose()
    leave(world.east)
    with pytest.raises(NotAsked):
        answer(proposal=proposal, choice=YES, by=world.east)


def test_somebody_must_be_there_to_ask(world: World) -> None:
    leave(world.east)
    before = digest_of_tables()
    with pytest.raises(NobodyToAsk), transaction.atomic():
        world.propose(to={world.east: None})
    assert digest_of_tables() == before


def test_a_deadline_lies_ahead(world: World) -> None:
    with pytest.raises(DeadlineTooSoon):
        world.propose(until=clock.now())


def test_nobody_of_another_company_is_asked(world: World) -> None:
    stranger = make_person("stranger", tenant=make_tenant("other"))
    with pytest.raises(AssertionError):
        world.propose(to={stranger: None})


def test_one_thing_is_proposed_once_at_a_time(world: World) -> None:
    first = world.propose(about=7)
    with pytest.raises(AlreadyProposed):
        world.propose(about=7)
    actions.withdraw(proposal=first, reason="a slip", by=world.head)
    assert world.propose(about=7).is_open


def test_a_proposal_is_taken_back_by_who_made_it_or_an_administrator(world: World) -> None:
    for by in (world.head, world.admin):
        proposal = world.propose()
        for other in (world.east, world.rep, world.officer):
            with pytest.raises(NotYoursToWithdraw):
                actions.withdraw(proposal=proposal, reason="r", by=other)
        actions.withdraw(proposal=proposal, reason=" wrong region ", by=by)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.reason) == ("withdrawn", "wrong region")
        assert proposal.closed_by == by
    assert DECIDED.calls == []
    told = Notice.objects.filter(kind="inbox.proposal_withdrawn", person=world.west)
    assert told.count() == 2


def test_a_proposal_of_another_company_is_nobody_s_here(world: World) -> None:
    proposal = world.propose()
    stranger = make_person("stranger", tenant=make_tenant("other"))
    with pytest.raises(NotYoursToWithdraw):
        actions.withdraw(proposal=proposal, reason="r", by=stranger)


def test_what_is_taken_back_takes_no_answer_and_cannot_be_taken_back_again(world: World) -> None:
    proposal = world.propose()
    with pytest.raises(ReasonMissing):
        actions.withdraw(proposal=proposal, reason=" ", by=world.head)
    actions.withdraw(proposal=proposal, reason="r", by=world.head)
    with pytest.raises(ProposalClosed):
        answer(proposal=proposal, choice=YES, by=world.east)
    with pytest.raises(ProposalClosed):
        actions.withdraw(proposal=proposal, reason="r", by=world.head)
    assert close_overdue(proposal.deadline_at) == 0


def test_a_package_that_refuses_leaves_nothing_of_the_last_answer(world: World) -> None:
    proposal = world.propose(to={world.east: None})
    DECIDED.refuses = {proposal.pk: CannotBeDone()}
    before = digest_of_tables()
    with pytest.raises(CannotBeDone), transaction.atomic():
        answer(proposal=proposal, choice=YES, by=world.east)
    assert digest_of_tables() == before


def test_one_that_cannot_be_decided_keeps_no_other_open(world: World) -> None:
    bad, good = world.propose(), world.propose()
    DECIDED.refuses = {bad.pk: CannotBeDone()}
    with pytest.raises(CannotBeDone):
        close_overdue(bad.deadline_at + DAYS)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("open", "expired")
    assert not Answer.objects.filter(addressee__proposal=bad).exists()
    DECIDED.refuses = {}
    assert close_overdue(bad.deadline_at + DAYS) == 1
    assert [each[0] for each in DECIDED.calls] == [good.pk, bad.pk]


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_one_answer_is_kept() -> None:
    world = World()
    proposal = world.propose()
    start, outcomes = threading.Barrier(2), []

    def window(choice: Choice) -> None:
        start.wait()
        try:
            answer(proposal=Proposal.objects.get(), choice=choice, reason="r", by=world.east)
            outcomes.append("kept")
        except AlreadyAnswered:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=window, args=[choice]) for choice in (YES, NO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "refused"]
    assert Answer.objects.filter(addressee__proposal=proposal).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_two_answers_at_once_decide_once() -> None:
    world = World()
    proposal = world.propose()
    start = threading.Barrier(3)

    def say(person: Person) -> None:
        start.wait()
        answer(proposal=Proposal.objects.get(), choice=YES, by=person)
        connections.close_all()

    def close() -> None:
        start.wait()
        close_overdue(clock.now())
        connections.close_all()

    threads = [
        threading.Thread(target=say, args=[world.east]),
        threading.Thread(target=say, args=[world.west]),
        threading.Thread(target=close),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DECIDED.calls == [(proposal.pk, "accepted", ("accept", "accept"))]
