"""Who sees a proposal, whom it asks, and what they said."""

from __future__ import annotations

import pytest

from bihuan.base import clock
from bihuan.inbox.access import ProposalMissing, addressees_visible_to, proposal_seen
from bihuan.inbox.actions import answer
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.models import Proposal
from bihuan.inbox.queries import ProposalsShown, proposal_view, proposals
from bihuan.inbox.tests.world import World
from bihuan.org.access import scope_of
from bihuan.org.models import Person
from tests.make import make_admin, make_person, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def seen_of(proposal: Proposal, person: Person) -> set[str]:
    """Return whom a person sees to be asked; nothing at all where the proposal is hidden."""
    scope = scope_of(person)
    try:
        found = proposal_seen(proposal.pk, scope)
    except ProposalMissing:
        return set()
    return {each.person.code for each in addressees_visible_to(scope, found)}


def test_each_sees_what_they_made_answer_for_or_stand_above(world: World) -> None:
    proposal = world.propose(by=world.robot)
    assert {
        person.code: seen_of(proposal, person)
        for person in (
            *(world.head, world.east, world.west, world.rep, world.hrbp),
            *(world.officer, world.admin),
        )
    } == {
        "head": {"east head", "west head"},
        "east head": {"east head"},
        "west head": {"west head"},
        "rep": set(),
        "hrbp": {"east head"},
        "officer": {"east head", "west head"},
        "admin": {"east head", "west head"},
    }


def test_who_made_a_proposal_sees_all_of_it_wherever_they_sit(world: World) -> None:
    proposal = world.propose(by=world.rep)
    assert seen_of(proposal, world.rep) == {"east head", "west head"}


def test_a_proposal_of_another_company_looks_like_none(world: World) -> None:
    proposal = world.propose()
    stranger = make_admin("stranger", tenant=make_tenant("other"))
    for pk in (proposal.pk, proposal.pk + 1000):
        with pytest.raises(ProposalMissing):
            proposal_seen(pk, scope_of(stranger))


def test_an_addressee_without_a_unit_is_seen_by_themselves_and_the_proposer(world: World) -> None:
    proposal = world.propose(to={world.rep: None})
    assert seen_of(proposal, world.rep) == {"rep"}
    assert seen_of(proposal, world.head) == {"rep"}
    assert seen_of(proposal, world.east) == set()


def test_peers_do_not_read_each_other_s_answers(world: World) -> None:
    proposal = world.propose()
    answer(proposal=proposal, choice=Choice.REFUSE, reason="secret of the east", by=world.east)

    def trail(person: Person) -> list[tuple[str, str]]:
        view = proposal_view(proposal, person=person, scope=scope_of(person), now=clock.now())
        assert (view.given_count, view.asked_count) == (1, 2)
        return [
            (step.what, step.answer.reason if step.answer is not None else "")
            for step in view.trail
        ]

    assert trail(world.west) == [("made", "")]
    assert trail(world.east) == [("made", ""), ("answered", "secret of the east")]
    assert trail(world.head) == [("made", ""), ("answered", "secret of the east")]


def test_lists_hold_what_one_may_see_and_can_be_narrowed(world: World) -> None:
    make_person("other rep", unit=world.units["west"])
    own = world.propose(to={world.head: world.units["sales"]}, by=world.head)
    east = world.propose(to={world.east: world.units["east"]}, by=world.robot)

    def listed(person: Person, which: ProposalsShown = ProposalsShown.ALL) -> list[Proposal]:
        return list(proposals(scope_of(person), which))

    assert listed(world.head) == [east, own]
    assert listed(world.head, ProposalsShown.MADE) == [own]
    assert listed(world.head, ProposalsShown.ASKED) == [own]
    assert listed(world.east) == [east]
    assert listed(world.west) == []
