"""The inbox for programs and on the command line: what the pages do, done by other doors."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bihuan.base.models import JournalEntry
from bihuan.inbox import actions
from bihuan.inbox.commands import inbox as command
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.models import Answer
from bihuan.inbox.tests.test_doors import DUE, signed_in
from bihuan.inbox.tests.world import World, told
from bihuan.kernel.errors import DomainError
from tests.digest import digest_of_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_the_api_shows_and_takes_what_the_page_does(world: World) -> None:
    proposal = world.propose(to={world.east: world.units["east"]})
    client = signed_in(world.east)
    assert client.get("/api/v1/inbox").json() == {"proposals": 1, "notices": 0, "tasks": 0}
    listed = client.get("/api/v1/inbox/proposals?which=asked&state=open").json()
    assert [(each["id"], each["asked"], each["answered"]) for each in listed["items"]] == [
        (proposal.pk, 1, 0)
    ]
    address = f"/api/v1/inbox/proposals/{proposal.pk}"
    found = client.get(address).json()
    assert (found["title"], found["words"]) == ("Proposed: 样例", ["Prices fall by 10%."])
    [part] = found["parts"]
    assert [(line["key"], line["before"], line["after"]) for line in part["lines"]] == [
        ("north", "100", "80"),
        ("south", "100", "120"),
        ("share", "0.5", "0.4"),
    ]
    given = {"choice": "amend", "reason": "why", "amended": {"north": "90"}}
    answer = client.post(f"{address}/answer", given, content_type="application/json")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["state"], said["may_answer"], said["result"]) == ("amended", False, "done")
    assert said["parts"][0]["lines"][0]["amended"] == "90"
    again = client.post(f"{address}/answer", given, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "inbox.proposal_closed")
    verbs = list(JournalEntry.objects.values_list("verb", flat=True))
    assert verbs.count("proposal.answered") == verbs.count("proposal.decided") == 1


@pytest.mark.parametrize(
    "given",
    [
        {"choice": "none"},
        {"choice": "gone"},
        {"choice": "amend", "reason": "r", "amended": {"north": "NaN"}},
        {"choice": "accept", "reason": "x" * 501},
        {"choice": "refuse", "reason": "a\u0000b"},
    ],
)
def test_the_api_refuses_what_nobody_can_mean(world: World, given: dict[str, object]) -> None:
    proposal = world.propose()
    client = signed_in(world.east)
    before = digest_of_tables()
    answer = client.post(
        f"/api/v1/inbox/proposals/{proposal.pk}/answer", given, content_type="application/json"
    )
    assert answer.status_code == 422
    assert digest_of_tables() == before


def test_notices_over_the_api(world: World) -> None:
    draft = told(asks=Sentence("Acknowledge"), due_on=DUE)
    actions.notify(draft=draft, people=[world.rep.pk], by=world.head)
    client = signed_in(world.rep)
    [found] = client.get("/api/v1/inbox/notices?which=asking").json()["items"]
    assert (found["message"], found["asks"], found["due_on"], found["is_unread"]) == (
        "Thing 1 is there.",
        "Acknowledge",
        "2026-12-04",
        True,
    )
    read = client.post(f"/api/v1/inbox/notices/{found['id']}/read").json()
    assert read["is_unread"] is False
    assert client.post("/api/v1/inbox/notices/read").json() == {"count": 0}


def test_withdrawing_over_the_api(world: World) -> None:
    proposal = world.propose()
    client = signed_in(world.head)
    answer = client.post(
        f"/api/v1/inbox/proposals/{proposal.pk}/withdraw",
        {"reason": "slip"},
        content_type="application/json",
    )
    assert (answer.json()["state"], answer.json()["withdrawn_because"]) == ("withdrawn", "slip")


def test_the_command_does_what_the_page_does(world: World) -> None:
    proposal = world.propose(to={world.east: world.units["east"]})
    actions.notify(
        draft=told(asks=Sentence("A"), due_on=DUE), people=[world.east.pk], by=world.head
    )
    runner = CliRunner()
    listed = runner.invoke(command, ["list", "--person", "east head", "--json"])
    rows = json.loads(listed.output)
    assert [(each["kind"], each["until"]) for each in rows] == [
        ("proposal", proposal.deadline_at.isoformat()),
        ("notice", "2026-12-04"),
    ]
    said = [*("answer", str(proposal.pk), "amend", "--by", "east head"), "--set", "north=90"]
    refused = runner.invoke(command, said)
    assert isinstance(refused.exception, DomainError)
    assert refused.exception.code == "inbox.reason_missing"
    assert runner.invoke(command, [*said, "--set", "south=x"]).exit_code == 2
    answered = runner.invoke(command, [*said, "--reason", "why", "--json"])
    assert json.loads(answered.output) == {
        "proposal": proposal.pk,
        "choice": "amend",
        "state": "amended",
    }
    assert Answer.objects.get().amended == {"north": "90"}
    text = runner.invoke(command, ["list", "--person", "west head"])
    assert text.output.strip() == "没有待办事项。"
