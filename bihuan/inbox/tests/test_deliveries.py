"""What is told is brought by the channels people wish: once, in order, and at their hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.actions import NotGivenUp, OvertakenAlready
from bihuan.inbox.channels import Refused, SlowDown
from bihuan.inbox.domain.delivery import MOST_ATTEMPTS
from bihuan.inbox.domain.letter import Topic
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.domain.wish import How, Quiet
from bihuan.inbox.models import Delivery, Notice
from bihuan.inbox.tests.receiver import FAX, Receiver, receiving, refusal
from bihuan.inbox.tests.world import World, told
from bihuan.org.access import NotYourRole
from tests.make import make_person, make_tenant

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
"""Noon of a Thursday in Shanghai."""
NIGHT = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
ASKS = Sentence("Acknowledge")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fax() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def tell(world: World, number: int = 1, *, at: datetime = NOON, **more: object) -> None:
    with clock.pretended(at):
        draft = replace(told(number), **{"asks": ASKS, **more})  # type: ignore[arg-type]
        actions.notify(draft=draft, people=[world.rep.pk], by=world.head)


def send(world: World, *, at: datetime = NOON) -> int:
    with clock.pretended(at):
        return actions.send_due(tenant_id=world.tenant.pk)


def by_fax() -> list[tuple[str, int]]:
    faxed = Delivery.objects.filter(channel=FAX).order_by("pk")
    return [(each.state, each.attempts) for each in faxed]


def test_a_notice_and_its_deliveries_are_written_together_or_not_at_all(
    world: World, fax: Receiver
) -> None:
    with transaction.atomic():
        tell(world)
        transaction.set_rollback(True)
    assert Delivery.objects.count() == 0
    tell(world)
    tell(world)
    found = Delivery.objects.order_by("channel").values_list("channel", "state", "what_id")
    notice = Notice.objects.get()
    assert list(found) == [(FAX, "waiting", notice.pk), ("in_app", "sent", notice.pk)]
    jobs = ProcrastinateJob.objects.filter(task_name="inbox.send").values_list("args", flat=True)
    assert list(jobs) == [{"tenant": world.tenant.pk}]


def test_what_is_due_is_sent_once_with_its_own_id_and_a_link_of_its_own(
    world: World, fax: Receiver
) -> None:
    tell(world)
    assert (send(world), send(world)) == (1, 0)
    [message] = fax.got
    delivery = Delivery.objects.get(channel=FAX)
    assert (message.stable_id, delivery.receipt, delivery.state) == (
        delivery.stable_id,
        "no. 1",
        "sent",
    )
    assert message.link == f"http://localhost:8000/inbox/d/{delivery.pk}/"
    assert (message.title, message.to) == ("Thing 1 is there.", f"no. {world.rep.pk}")


def test_what_fails_waits_longer_each_time_and_is_given_up_in_the_end(
    world: World, fax: Receiver
) -> None:
    tell(world)
    fax.faults = [refusal() for _attempt in range(MOST_ATTEMPTS)]
    now, waits = NOON, []
    for _attempt in range(MOST_ATTEMPTS):
        assert send(world, at=now) == 0
        delivery = Delivery.objects.get(channel=FAX)
        if delivery.next_at is not None:
            waits.append(delivery.next_at - now)
            assert send(world, at=delivery.next_at - timedelta(milliseconds=1)) == 0
            now = delivery.next_at
    assert by_fax() == [("dead", MOST_ATTEMPTS)]
    longest = [timedelta(seconds=min(3600, 5 * 2**each)) for each in range(MOST_ATTEMPTS - 1)]
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True))
    assert (delivery.fault_code, delivery.fault_params) == (
        "inbox.channel_busy",
        {"reason": "out of paper"},
    )


def test_what_is_refused_for_good_is_not_tried_again(world: World, fax: Receiver) -> None:
    tell(world)
    fax.faults = [refusal(Refused)]
    send(world)
    assert by_fax() == [("dead", 1)]


def test_of_one_thing_nothing_overtakes_what_came_before(world: World, fax: Receiver) -> None:
    tell(world, kind="test.first")
    tell(world, kind="test.second", sentence=plain("Later of the same."))
    tell(world, 2)
    fax.faults = [refusal()]
    assert send(world) == 1
    assert fax.titles == ["Thing 2 is there."]
    assert by_fax() == [("failed", 1), ("waiting", 0), ("sent", 1)]
    assert send(world, at=NOON + timedelta(seconds=5)) == 2
    assert fax.titles[1:] == ["Thing 1 is there.", "Later of the same."]


def test_one_that_is_given_up_holds_up_nobody_and_does_not_come_afterwards(
    world: World, fax: Receiver
) -> None:
    tell(world, kind="test.first")
    tell(world, kind="test.second", sentence=plain("Later of the same."))
    fax.faults = [refusal(Refused)]
    assert send(world) == 1
    assert by_fax() == [("dead", 1), ("sent", 1)]
    dead = Delivery.objects.get(state="dead")
    with pytest.raises(OvertakenAlready):
        actions.retry_delivery(delivery=dead, by=world.admin)
    assert actions.retry_all(tenant=world.tenant, by=world.admin) == 0
    actions.discard_delivery(delivery=dead, by=world.admin)
    assert by_fax() == [("discarded", 1), ("sent", 1)]


def test_an_operator_has_it_sent_again_and_nobody_else_does(world: World, fax: Receiver) -> None:
    tell(world)
    fax.faults = [refusal(Refused)]
    send(world)
    dead = Delivery.objects.get(state="dead")
    for stranger in (world.rep, world.head, make_person("x", tenant=make_tenant("other"))):
        with pytest.raises(NotYourRole):
            actions.retry_delivery(delivery=dead, by=stranger)
        with pytest.raises(NotYourRole):
            actions.discard_delivery(delivery=dead, by=stranger)
    actions.retry_delivery(delivery=dead, by=world.admin)
    assert by_fax() == [("waiting", 0)]
    assert send(world, at=clock.now()) == 1
    with pytest.raises(NotGivenUp):
        actions.retry_delivery(delivery=dead, by=world.admin)
    assert fax.got[0].stable_id == dead.stable_id


def test_at_night_it_waits_until_the_morning_unless_it_is_urgent(
    world: World, fax: Receiver
) -> None:
    tell(world, at=NIGHT)
    tell(world, 2, at=NIGHT, is_urgent=True)
    held = Delivery.objects.get(channel=FAX, state="held")
    assert held.next_at == MORNING
    assert send(world, at=NIGHT) == 1
    assert fax.titles == ["Thing 2 is there."]
    assert send(world, at=MORNING - timedelta(seconds=1)) == 0
    assert send(world, at=MORNING) == 1
    due = ProcrastinateJob.objects.filter(task_name="inbox.send", scheduled_at=MORNING)
    assert due.exists(), "somebody must be woken in the morning"


def test_what_is_urgent_takes_along_what_waited_of_the_same_thing(
    world: World, fax: Receiver
) -> None:
    tell(world, at=NIGHT, kind="test.first")
    tell(world, at=NIGHT, kind="test.second", sentence=plain("Urgent!"), is_urgent=True)
    assert send(world, at=NIGHT) == 2
    assert fax.titles == ["Thing 1 is there.", "Urgent!"]


def test_what_was_read_in_the_product_meanwhile_is_not_brought_in_the_morning(
    world: World, fax: Receiver
) -> None:
    tell(world, at=NIGHT)
    actions.read_notice(notice=Notice.objects.get(), by=world.rep)
    assert send(world, at=MORNING) == 0
    assert by_fax() == [("discarded", 1)]
    assert Delivery.objects.get(channel=FAX).fault_code == "inbox.settled_meanwhile"


def test_news_goes_with_one_digest_at_its_hour(world: World, fax: Receiver) -> None:
    for number in (1, 2, 3):
        tell(world, number, asks=None)
    actions.read_notice(notice=Notice.objects.get(about="test.thing:3"), by=world.rep)
    half_past_five = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert send(world, at=half_past_five - timedelta(seconds=1)) == 0
    assert (send(world, at=half_past_five), send(world, at=half_past_five)) == (1, 0)
    [digest] = fax.got
    assert set(digest.lines) == {"Thing 1 is there.", "Thing 2 is there."}
    assert by_fax() == [("digested", 0), ("digested", 0), ("discarded", 0), ("sent", 1)]


def test_a_person_s_own_wish_comes_before_the_company_s(world: World, fax: Receiver) -> None:
    actions.set_company_wish(
        tenant=world.tenant,
        choices={(FAX, Topic.ASKING): How.OFF, (FAX, Topic.NEWS): How.AT_ONCE},
        quiet=Quiet(time(11), time(13)),
        digest_at=time(9),
        by=world.admin,
    )
    tell(world)
    tell(world, 2, asks=None)
    assert by_fax() == [("held", 0)]
    actions.set_own_wish(
        choices={(FAX, Topic.ASKING): How.AT_ONCE},
        quiet=Quiet(time(0), time(0)),
        digest_at=None,
        by=world.rep,
    )
    tell(world, 3)
    tell(world, 4, asks=None)
    assert by_fax()[1:] == [("waiting", 0), ("waiting", 0)]
    with pytest.raises(NotYourRole):
        actions.set_company_wish(
            tenant=world.tenant,
            choices={},
            quiet=Quiet(time(), time()),
            digest_at=time(),
            by=world.rep,
        )


def test_a_receiver_that_asks_to_slow_down_is_left_alone_by_all(
    world: World, fax: Receiver
) -> None:
    for number in (1, 2, 3):
        tell(world, number)
    fax.faults = [SlowDown(seconds=60)]
    assert send(world) == 0
    assert by_fax() == [("waiting", 0)] * 3, "no attempt is counted"
    assert send(world, at=NOON + timedelta(seconds=59)) == 0
    assert send(world, at=NOON + timedelta(seconds=60)) == 3


def test_an_error_of_the_program_is_seen_and_holds_up_nobody(world: World, fax: Receiver) -> None:
    tell(world)
    tell(world, 2)
    fax.faults = [ZeroDivisionError("once")]
    with pytest.raises(ZeroDivisionError):
        send(world)
    assert by_fax() == [("failed", 1), ("waiting", 0)]
    assert Delivery.objects.get(state="failed").fault_code == "inbox.sending_broke"
    assert send(world) == 1
    assert fax.titles == ["Thing 2 is there."]


def test_who_cannot_be_reached_any_more_is_not_tried_again(world: World, fax: Receiver) -> None:
    tell(world)
    fax.unreachable.add(world.rep.pk)
    assert send(world) == 0
    assert by_fax() == [("dead", 1)]
    tell(world, 2)
    assert len(by_fax()) == 1, "nor is anything written for a channel that does not reach them"


def test_a_reminder_is_brought_each_time(world: World, fax: Receiver) -> None:
    tell(world, due_on=NOON.date())
    send(world)
    for _time in range(2):
        with clock.pretended(NOON + timedelta(hours=1)):
            actions.remind_overdue(clock.now(), tenant_id=world.tenant.pk)
    assert send(world, at=NOON + timedelta(hours=1)) == 1
    assert fax.titles[1].endswith("Thing 1 is there.")
    assert fax.titles[1] != fax.titles[0]


def test_a_proposal_is_brought_to_whom_it_asks_and_its_button_accepts_it(
    world: World, fax: Receiver
) -> None:
    with clock.pretended(NOON):
        proposal = world.propose(
            to={world.east: world.units["east"]}, until=NOON + timedelta(days=3)
        )
    assert send(world) == 1
    [message] = fax.got
    assert (message.to, message.due_on) == (f"no. {world.east.pk}", NOON.date() + timedelta(days=3))
    assert [(each.code, bool(each.link)) for each in message.buttons] == [
        *(("accept", False), ("amend", True), ("refuse", True)),
    ]
    delivery = Delivery.objects.get(channel=FAX)
    with clock.pretended(NOON):
        actions.press(delivery=delivery, code="accept", by=world.east)
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
