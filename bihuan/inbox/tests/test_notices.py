"""Telling people something, reading it, doing what it asks, and being reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.inbox import actions
from bihuan.inbox.access import NoticeMissing, notice_seen
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.models import Notice
from bihuan.inbox.queries import asked_of, bell, waiting
from bihuan.inbox.tests.world import World, told
from bihuan.org.access import openings
from bihuan.org.models import Person
from tests.make import make_person, make_tenant

pytestmark = pytest.mark.django_db

DUE = date(2026, 12, 4)
NOON = datetime(2026, 12, 4, 4, tzinfo=UTC)
"""Noon in Shanghai on the day it is due."""
ASKS = Sentence("Acknowledge")


@pytest.fixture
def world() -> World:
    return World()


def notice_of(person: Person) -> Notice:
    return Notice.objects.get(person=person)


def asked(world: World, *people: Person, number: int = 1) -> None:
    actions.notify(
        draft=told(number, asks=ASKS, due_on=DUE),
        people=[person.pk for person in people],
        by=world.head,
    )


def test_everybody_is_told_once_however_often_it_is_said(world: World) -> None:
    people = [world.east.pk, world.west.pk]
    assert actions.notify(draft=told(), people=people, by=world.head) == 2
    assert actions.notify(draft=told(), people=[*people, world.rep.pk], by=world.head) == 1
    assert actions.notify(draft=told(), people=people, by=world.head) == 0
    assert Notice.objects.count() == 3
    sent = JournalEntry.objects.filter(verb="notice.sent").values_list("particulars", flat=True)
    assert [each["to"] for each in sent] == [2, 1]


def test_thousands_are_told_in_one_statement(world: World) -> None:
    people = Person.objects.bulk_create(
        Person(tenant=world.tenant, code=f"p{number}", name=f"p{number}") for number in range(3000)
    )
    with CaptureQueriesContext(connection) as asked_for:
        count = actions.notify(draft=told(), people=[each.pk for each in people], by=world.head)
    assert count == 3000
    inserts = [each["sql"] for each in asked_for if "INSERT INTO inbox_notice" in each["sql"]]
    assert len(inserts) == 1
    assert Notice.objects.count() == 3000


def test_who_left_or_is_of_another_company_or_a_program_of_the_system_is_not_told(
    world: World,
) -> None:
    stranger = make_person("stranger", tenant=make_tenant("other"))
    Person.objects.filter(pk=world.rep.pk).update(ended_on=clock.today("Asia/Shanghai"))
    people = [stranger.pk, world.rep.pk, world.robot.pk, 10**9]
    before = JournalEntry.objects.count()
    assert actions.notify(draft=told(), people=people, by=world.head) == 0
    assert Notice.objects.count() == 0
    assert JournalEntry.objects.count() == before


def test_a_notice_is_said_with_its_parameters(world: World) -> None:
    actions.notify(draft=told(7), people=[world.rep.pk], by=world.head)
    notice = notice_of(world.rep)
    assert notice.sentence == plain("Thing 7 is there.")
    assert (notice.about, notice.link) == ("test.thing:7", "/metrics/?thing=7")
    assert notice.made_by == world.head


def test_a_parameter_that_is_missing_is_found_before_anybody_reads_it(world: World) -> None:
    draft = told()
    object.__setattr__(draft, "sentence", Sentence("Targets of %(what)s"))
    with pytest.raises(KeyError):
        actions.notify(draft=draft, people=[world.rep.pk], by=world.head)


@pytest.mark.parametrize("link", ["//elsewhere.example/", "elsewhere", "https://elsewhere.example"])
def test_the_table_takes_no_link_that_leaves_the_product(world: World, link: str) -> None:
    actions.notify(draft=told(), people=[world.rep.pk], by=world.head)
    with pytest.raises(IntegrityError, match="inbox_notice_leads_to_a_page"), transaction.atomic():
        Notice.objects.update(link=link)


def test_one_sees_one_s_own_notices_and_nobody_else_s(world: World) -> None:
    actions.notify(draft=told(), people=[world.rep.pk], by=world.head)
    notice = notice_of(world.rep)
    assert notice_seen(notice.pk, world.rep) == notice
    for other in (world.east, world.head, world.admin, world.officer):
        with pytest.raises(NoticeMissing):
            notice_seen(notice.pk, other)
    with pytest.raises(NoticeMissing):
        notice_seen(notice.pk + 1000, world.rep)


def test_what_is_read_is_not_new_any_more(world: World) -> None:
    actions.notify(draft=told(), people=[world.rep.pk], by=world.head)
    assert bell(world.rep, clock.now()).count == 1
    notice = actions.read_notice(notice=notice_of(world.rep), by=world.rep)
    assert notice.read_at is not None
    assert not notice.is_unread
    first = notice.read_at
    assert actions.read_notice(notice=notice, by=world.rep).read_at == first
    assert bell(world.rep, clock.now()).count == 0


def test_all_is_read_at_once_and_only_one_s_own(world: World) -> None:
    for number in (1, 2, 3):
        people = [world.rep.pk, world.east.pk]
        actions.notify(draft=told(number), people=people, by=world.head)
    assert actions.read_all(by=world.rep) == 3
    assert actions.read_all(by=world.rep) == 0
    assert Notice.objects.filter(person=world.east).unread().count() == 3


def test_what_asks_for_a_deed_calls_until_it_is_done(world: World) -> None:
    asked(world, world.rep)
    actions.read_notice(notice=notice_of(world.rep), by=world.rep)
    assert waiting(world.rep, clock.now()).notices == 1
    assert actions.settle(about=About("test.thing", 1), person=world.rep)
    assert not actions.settle(about=About("test.thing", 1), person=world.rep)
    notice = notice_of(world.rep)
    assert notice.done_at is not None
    assert waiting(world.rep, clock.now()).notices == 0
    assert list(asked_of(world.rep)) == []


def test_settling_is_one_person_s_and_one_thing_s(world: World) -> None:
    asked(world, world.rep, world.east)
    asked(world, world.rep, number=2)
    actions.settle(about=About("test.thing", 1), person=world.rep)
    left = Notice.objects.asking().values_list("person_id", "about")
    assert sorted(left) == sorted([(world.east.pk, "test.thing:1"), (world.rep.pk, "test.thing:2")])


def test_what_is_no_longer_wanted_lapses_and_what_was_done_stays_done(world: World) -> None:
    asked(world, world.rep, world.east)
    actions.settle(about=About("test.thing", 1), person=world.rep)
    assert actions.lapse(about=About("test.thing", 1), by=world.head) == 1
    assert notice_of(world.rep).done_at is not None
    lapsed = notice_of(world.east)
    assert (lapsed.done_at, lapsed.is_asking) == (None, False)
    assert bell(world.east, clock.now()).count == 0
    assert actions.remind_overdue(NOON) == 0
    assert not actions.settle(about=About("test.thing", 1), person=world.east)


def test_reminders_come_on_the_last_day_and_every_second_day_five_times_at_most(
    world: World,
) -> None:
    asked(world, world.rep)
    reminded_on = []
    for day in range(-2, 30):
        now = NOON + timedelta(days=day)
        if actions.remind_overdue(now):
            reminded_on.append(now.date())
        assert actions.remind_overdue(now + timedelta(minutes=1)) == 0
    assert reminded_on == [DUE + timedelta(days=step) for step in (0, 2, 4, 6, 8)]
    assert notice_of(world.rep).reminder_count == 5


def test_a_reminder_makes_what_was_read_new_again(world: World) -> None:
    asked(world, world.rep)
    Notice.objects.update(read_at=NOON - timedelta(days=2))
    assert not notice_of(world.rep).is_unread
    actions.remind_overdue(NOON)
    assert notice_of(world.rep).is_unread
    assert list(Notice.objects.unread()) == [notice_of(world.rep)]


def test_the_day_is_the_company_s_own(world: World) -> None:
    """At 23:30 in Shanghai on the day before, London has an hour and a half to the day too."""
    asked(world, world.rep)
    before_midnight = datetime(2026, 12, 3, 15, 30, tzinfo=UTC)
    assert actions.remind_overdue(before_midnight) == 0
    after_midnight = datetime(2026, 12, 3, 16, 30, tzinfo=UTC)
    assert actions.remind_overdue(after_midnight) == 1
    assert notice_of(world.rep).reminded_on == DUE


def test_nobody_is_reminded_of_what_is_done_nor_who_has_left(world: World) -> None:
    asked(world, world.rep, world.east, world.west)
    actions.settle(about=About("test.thing", 1), person=world.rep)
    Person.objects.filter(pk=world.east.pk).update(ended_on=DUE)
    assert actions.remind_overdue(NOON) == 1
    reminded = Notice.objects.filter(reminder_count=1)
    assert [each.person for each in reminded] == [world.west]


def test_one_company_can_be_reminded_without_the_others(world: World) -> None:
    other = make_tenant("other")
    asked(world, world.rep)
    assert actions.remind_overdue(NOON, tenant_id=other.pk) == 0
    assert actions.remind_overdue(NOON, tenant_id=world.tenant.pk) == 1


def test_only_what_is_asked_for_is_due(world: World) -> None:
    with pytest.raises(AssertionError):
        told(due_on=DUE)
    actions.notify(draft=told(), people=[world.rep.pk], by=world.head)
    with (
        pytest.raises(IntegrityError, match="inbox_only_what_is_asked_is_due_or_done"),
        transaction.atomic(),
    ):
        Notice.objects.update(due_on=DUE)


def test_the_bell_counts_in_one_statement_and_no_further_than_it_shows(world: World) -> None:
    Notice.objects.bulk_create(
        Notice(
            tenant=world.tenant,
            person=world.rep,
            kind="test.told",
            about=f"test.thing:{number}",
            says="%(text)s",
            params={"text": "x"},
            link="/",
            made_by=world.head,
            made_at=clock.now(),
        )
        for number in range(250)
    )
    world.propose(to={world.rep: None})
    # Within a request it is known already what the person holds.
    world.rep.openings = replace(openings(world.rep), is_kept=True)
    with CaptureQueriesContext(connection) as asked_for:
        found = bell(world.rep, clock.now())
    assert len(asked_for) == 1
    assert (found.count, found.shown) == (101, "99+")
