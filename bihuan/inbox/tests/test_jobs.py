"""What the inbox does by itself, and when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base.jobs.registry import known_jobs, schedules
from bihuan.inbox import actions
from bihuan.inbox.actions import AlreadyProposed
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.jobs import close_proposals, remind
from bihuan.inbox.models import Notice, Proposal
from bihuan.inbox.tests.world import World, told
from tests.make import make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def asked_for() -> list[tuple[str, dict[str, object]]]:
    jobs = ProcrastinateJob.objects.filter(task_name__startswith="inbox.")
    return [(each.task_name, each.args) for each in jobs]


def test_a_proposal_has_itself_closed_right_after_its_deadline(world: World) -> None:
    proposal = world.propose(about=1)
    assert asked_for() == [("inbox.close_proposals", {"tenant": world.tenant.pk})]
    job = ProcrastinateJob.objects.get(task_name="inbox.close_proposals")
    assert job.scheduled_at == proposal.deadline_at + timedelta(seconds=5)
    with pytest.raises(AlreadyProposed), transaction.atomic():
        world.propose(about=1)
    assert len(asked_for()) == 1, "what is refused asks for no job"


def test_the_job_closes_what_is_over_in_its_company_only(world: World) -> None:
    proposal = world.propose()
    close_proposals(tenant=world.tenant.pk)
    proposal.refresh_from_db()
    assert proposal.is_open
    Proposal.objects.update(made_at=proposal.made_at - timedelta(days=9))
    Proposal.objects.update(deadline_at=proposal.made_at - timedelta(days=1))
    close_proposals(tenant=make_tenant("other").pk)
    proposal.refresh_from_db()
    assert proposal.is_open
    close_proposals(tenant=world.tenant.pk, on="2026-11-27")
    close_proposals(tenant=world.tenant.pk, on="2026-11-27")
    proposal.refresh_from_db()
    assert proposal.state == "expired"


def test_the_job_reminds_once_however_often_it_runs(world: World) -> None:
    draft = told(asks=Sentence("A"), due_on=date(2020, 1, 1))
    actions.notify(draft=draft, people=[world.rep.pk], by=world.head)
    for _time in range(2):
        remind(tenant=world.tenant.pk, on="2026-11-27")
    assert Notice.objects.get().reminder_count == 1


def test_all_run_once_a_day_in_each_company() -> None:
    ours = {each.job.name: each for each in schedules() if each.job.name.startswith("inbox.")}
    assert {name: (each.schedule.hour, each.schedule.minute) for name, each in ours.items()} == {
        "inbox.remind": (8, 30),
        "inbox.close_proposals": (0, 15),
        "inbox.escalate": (8, 30),
        "inbox.record_tasks": (0, 40),
        "inbox.send": (6, 0),
    }
    assert all(each.for_each_tenant for each in ours.values())
    assert set(ours) <= set(known_jobs())
