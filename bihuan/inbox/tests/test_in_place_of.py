"""Answering a proposal in the place of somebody whom one stands in for."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.inbox import actions
from bihuan.inbox.access import NotAsked, proposal_seen
from bihuan.inbox.commands import inbox
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.models import Answer, Notice, Proposal
from bihuan.inbox.queries import ProposalsShown, awaiting, proposal_view, proposals, waiting
from bihuan.inbox.tests.world import World
from bihuan.org.access import scope_of
from bihuan.org.actions import end_delegation, lend
from bihuan.org.domain.delegation import EVERYTHING, Days, Limits
from bihuan.org.models import Delegation, Person
from tests.digest import digest_of_tables
from tests.make import make_login, make_person

pytestmark = pytest.mark.django_db


class Away(World):
    """The head of the east is away, and somebody in the west stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.deputy = make_person("deputy", unit=self.units["west"])
        self.lent = self.lend(self.east, self.deputy)

    def lend(self, lender: Person, deputy: Person, limits: Limits = EVERYTHING) -> Delegation:
        today = clock.today(self.tenant.time_zone)
        days = Days(today, today + timedelta(days=5))
        return lend(
            lender=lender, deputy=deputy, days=days, limits=limits, reason="away", by=lender
        )


@pytest.fixture
def world() -> Away:
    return Away()


def fresh(person: Person) -> Person:
    """Return a person as the next request sees them."""
    return Person.objects.select_related("tenant").get(pk=person.pk)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def page(proposal: Proposal) -> str:
    return f"/inbox/proposals/{proposal.pk}/"


YES = {"choice": "accept", "reason": ""}


def test_it_waits_in_the_inbox_of_the_deputy_until_it_is_answered(world: Away) -> None:
    proposal = world.propose()
    client = signed_in(world.deputy)
    assert page(proposal) in client.get("/inbox/").content.decode()
    assert waiting(fresh(world.deputy), clock.now()).proposals == 1
    asked = proposals(scope_of(fresh(world.deputy)), ProposalsShown.ASKED)
    assert list(asked) == [proposal]
    given = {**YES, "in_place_of": world.east.pk}
    assert client.post(page(proposal), given).status_code == 302
    assert page(proposal) not in client.get("/inbox/").content.decode()
    assert list(awaiting(fresh(world.east), clock.now())) == []


def test_the_page_takes_the_answer_and_the_journal_has_both_names(world: Away) -> None:
    proposal = world.propose()
    client = signed_in(world.deputy)
    found = client.get(page(proposal)).content.decode()
    assert "代east head答复" in found
    assert f'name="in_place_of" value="{world.east.pk}"' in found
    given = {"choice": "refuse", "reason": "他在休假前说过不同意", "in_place_of": world.east.pk}
    assert (
        "您代为拒绝了这项提案" in client.post(page(proposal), given, follow=True).content.decode()
    )
    said = Answer.objects.get()
    assert (said.addressee.person, said.deputy, said.choice) == (
        world.east,
        world.deputy,
        "refuse",
    )
    entry = JournalEntry.objects.get(verb="proposal.answered")
    assert (entry.actor_id, entry.on_behalf_of_id) == (world.deputy.pk, world.east.pk)
    told = Notice.objects.get(kind="inbox.proposal_answered")
    assert (told.person, told.made_by) == (world.east, world.deputy)
    assert "由deputy代为答复" in client.get(page(proposal)).content.decode()


def test_by_api_and_command_as_well(world: Away) -> None:
    first, second = world.propose(), world.propose()
    client = signed_in(world.deputy)
    api = f"/api/v1/inbox/proposals/{first.pk}"
    [part] = client.get(api).json()["parts"]
    assert (part["person"]["id"], part["may_answer"]) == (world.east.pk, True)
    given = json.dumps({**YES, "in_place_of": world.east.pk})
    answered = client.post(f"{api}/answer", given, "application/json").json()
    assert answered["parts"][0]["answer"]["deputy"]["id"] == world.deputy.pk
    said = ["answer", str(second.pk), "accept", "--by", "deputy", "--for", "east head"]
    assert CliRunner().invoke(inbox, said).exit_code == 0
    assert {each.deputy for each in Answer.objects.all()} == {world.deputy}


def test_one_answers_for_oneself_and_for_another_apart(world: Away) -> None:
    world.lend(world.west, world.east)
    proposal = world.propose()
    client = signed_in(world.east)
    found = client.get(page(proposal)).content.decode()
    assert found.count('name="choice" value="accept"') == 2
    assert client.post(page(proposal), YES).status_code == 302
    assert client.post(page(proposal), YES).status_code == 409
    assert [each.addressee.person for each in Answer.objects.all()] == [world.east]
    assert client.post(page(proposal), {**YES, "in_place_of": world.west.pk}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "accepted"


@pytest.mark.parametrize("whom", ["west", "head", "rep"])
def test_nobody_answers_for_whom_they_do_not_stand_in(world: Away, whom: str) -> None:
    proposal = world.propose()
    before = digest_of_tables()
    with pytest.raises(NotAsked):
        actions.answer(
            proposal=proposal,
            choice=Choice.ACCEPT,
            in_place_of=getattr(world, whom).pk,
            by=fresh(world.deputy),
        )
    assert digest_of_tables() == before


def test_who_made_a_proposal_answers_it_in_nobodys_place(world: Away) -> None:
    world.lend(world.west, world.head)
    proposal = world.propose(by=world.head)
    head = fresh(world.head)
    with pytest.raises(NotAsked):
        actions.answer(proposal=proposal, choice=Choice.ACCEPT, in_place_of=world.west.pk, by=head)
    assert not awaiting(head, clock.now()).exists()
    view = proposal_view(proposal, person=head, scope=scope_of(head), now=clock.now())
    assert not [part for part in view.parts if view.takes_answer(part)]


def test_who_is_lent_a_part_or_no_more_answers_nothing(world: Away) -> None:
    proposal = world.propose()
    helper = make_person("helper", unit=world.units["west"])
    world.lend(world.east, helper, Limits(path=world.units["east"].path))
    end_delegation(delegation=world.lent, by=world.east)
    for person in (helper, world.deputy):
        with pytest.raises(NotAsked):
            actions.answer(
                proposal=proposal,
                choice=Choice.ACCEPT,
                in_place_of=world.east.pk,
                by=fresh(person),
            )
    assert proposal_seen(proposal.pk, scope_of(fresh(helper))) == proposal
    assert not awaiting(fresh(helper), clock.now()).exists()
    assert signed_in(world.deputy).get(page(proposal)).status_code == 404
