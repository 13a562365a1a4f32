"""Whatever people do and whenever the job runs, a proposal ends once, in the state it should.

The machine answers, leaves, lets time pass, closes and takes back in any order.
What must come of it is worked out beside it in the plainest way.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.access import NotAsked
from bihuan.inbox.actions import AlreadyAnswered, DeadlinePassed, ProposalClosed
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.models import Answer, Proposal
from bihuan.inbox.tests.world import DAYS, DECIDED, World
from bihuan.kernel.errors import DomainError
from bihuan.org.models import Person
from tests.make import make_person

pytestmark = pytest.mark.django_db

NAMES = ("a", "b", "c")
GIVEN = st.sampled_from([Choice.ACCEPT, Choice.AMEND, Choice.REFUSE])


class Life(RuleBasedStateMachine):
    """The life of one proposal to three people."""

    world: World
    people: dict[str, Person]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        DECIDED.calls.clear()
        Person.objects.filter(tenant=self.world.tenant).update(ended_on=None)
        self.now = clock.now()
        self.said: dict[str, str] = {}
        self.left: set[str] = set()
        self.ended = ""

    @initialize()
    def propose(self) -> None:
        asked = {self.fresh(name): None for name in NAMES}
        self.proposal = self.world.propose(to=asked, until=self.now + DAYS)

    def fresh(self, name: str) -> Person:
        return Person.objects.select_related("tenant").get(pk=self.people[name].pk)

    @property
    def is_late(self) -> bool:
        return self.now >= self.proposal.deadline_at

    def end_if_nobody_is_waited_for(self) -> None:
        if self.is_late or set(NAMES) <= self.said.keys() | self.left:
            self.end()

    def end(self) -> None:
        for name in NAMES:
            self.said.setdefault(name, "gone" if name in self.left else "none")
        counted = [each for each in self.said.values() if each != "gone"]
        yes = [each for each in counted if each in ("accept", "amend")]
        if yes and len(yes) == len(counted):
            self.ended = "amended" if "amend" in yes else "accepted"
        elif yes:
            self.ended = "partly"
        else:
            self.ended = "refused" if "refuse" in counted else "expired"

    @rule(name=st.sampled_from(NAMES), choice=GIVEN)
    def answer(self, name: str, choice: Choice) -> None:
        amended = {"north": Decimal(7)} if choice is Choice.AMEND else {}
        expected, refused = self.refusal(name), None
        try:
            with transaction.atomic():
                actions.answer(
                    proposal=self.proposal,
                    choice=choice,
                    reason="because",
                    amended=amended,
                    by=self.fresh(name),
                    at=self.now,
                )
        except DomainError as error:
            refused = type(error)
        assert refused is expected
        if refused is not None:
            return
        self.said[name] = choice.value
        if set(NAMES) <= self.said.keys() | self.left:
            self.end()

    def refusal(self, name: str) -> type[DomainError] | None:
        if name in self.left:
            return NotAsked
        if self.ended:
            return ProposalClosed
        if self.is_late:
            return DeadlinePassed
        return AlreadyAnswered if name in self.said else None

    @rule(name=st.sampled_from(NAMES))
    def leave(self, name: str) -> None:
        today = clock.business_day(self.now, self.world.tenant.time_zone)
        self.left.add(name)
        Person.objects.filter(pk=self.people[name].pk, ended_on=None).update(ended_on=today)

    @rule(hours=st.sampled_from([1, 24, 71, 72]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def close(self) -> None:
        was_open = not self.ended
        if was_open:
            self.end_if_nobody_is_waited_for()
        assert actions.close_overdue(self.now) == bool(was_open and self.ended)

    @rule()
    def take_back(self) -> None:
        try:
            with transaction.atomic():
                actions.withdraw(proposal=self.proposal, reason="r", by=self.world.head)
        except ProposalClosed:
            assert self.ended
            return
        assert not self.ended
        self.ended = "withdrawn"

    @invariant()
    def it_is_where_it_should_be(self) -> None:
        if not hasattr(self, "proposal"):
            return
        found = Proposal.objects.get(pk=self.proposal.pk)
        assert found.state == (self.ended or "open")
        said = tuple(sorted(self.said.values()))
        is_decided = bool(self.ended) and self.ended != "withdrawn"
        assert DECIDED.calls == ([(found.pk, self.ended, said)] if is_decided else [])
        kept = Answer.objects.filter(addressee__proposal=found)
        assert dict(kept.values_list("addressee__person__code", "choice")) == self.said

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


def test_a_proposal_ends_once_in_the_state_it_should() -> None:
    Life.world = World()
    Life.people = {name: make_person(name) for name in NAMES}
    run_state_machine_as_test(Life, settings=settings(max_examples=40, deadline=None))
