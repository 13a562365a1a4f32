"""Conversations: a fact each, words beside it, seen as the fact is, erased for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from bihuan.ai.actions import say_word
from bihuan.ai.domain.made import Word, WordSaid
from bihuan.ai.models import AiText
from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.customers.access import CustomerMissing
from bihuan.customers.actions import (
    Heard,
    add_words,
    erase_conversation,
    keep_conversations,
    merge_accounts,
    record_conversation,
)
from bihuan.customers.actions.talking import AlreadyWritten, NoConversation
from bihuan.customers.domain.conversation import Channel, Held, NotYetHeld, WordsMissing
from bihuan.customers.models import Conversation
from bihuan.customers.queries import conversations_of, last_conversations
from bihuan.customers.tests.world import World
from bihuan.facts.actions import reverse, seal
from bihuan.facts.models import Fact
from bihuan.org.access import NotYourRole, NotYours, scope_of
from bihuan.org.models import Person
from tests.make import make_fact, make_login

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
"""Half past midnight of the next day in Shanghai."""
TEXT = "王主任说价格偏高，希望再降价。预算审批月底才有结果。"


@pytest.fixture
def world() -> World:
    return World()


def held(text: str = TEXT, *, at: datetime = AT, channel: Channel = Channel.CALL) -> Held:
    return Held(happened_at=at, channel=channel, text=text)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def test_a_conversation_is_a_fact_without_its_words(world: World) -> None:
    made = record_conversation(account=world.a, held=held(), by=world.east_rep)
    fact = Fact.objects.get(pk=made.fact_id)
    assert (fact.kind, fact.person_id, fact.account_id) == (
        "call.logged",
        world.east_rep.pk,
        world.a.pk,
    )
    assert (fact.business_on.isoformat(), fact.occurred_at, fact.channel) == (
        "2026-03-04",
        AT,
        "电话",
    )
    assert made.text == TEXT
    row = Fact.objects.filter(pk=fact.pk).values().get()
    assert not any("价格" in str(value) for value in row.values())
    entry = JournalEntry.objects.filter(verb="conversation.recorded").get()
    assert "价格" not in str(entry.particulars)


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        (Channel.CALL, "call.logged"),
        (Channel.VISIT, "visit.logged"),
        (Channel.MESSAGE, "message.exchanged"),
        (Channel.MAIL, "message.exchanged"),
    ],
)
def test_each_channel_makes_its_kind_of_fact(world: World, channel: Channel, kind: str) -> None:
    made = record_conversation(account=world.a, held=held(channel=channel), by=world.east_rep)
    assert (made.fact.kind, made.channel) == (kind, channel.value)


def test_the_same_conversation_twice_is_one(world: World) -> None:
    first = record_conversation(account=world.a, held=held(), by=world.east_rep)
    assert record_conversation(account=world.a, held=held(), by=world.east_rep) == first
    with pytest.raises(AlreadyWritten):
        record_conversation(account=world.a, held=held("别的话"), by=world.east_rep)
    assert (Conversation.objects.count(), Fact.objects.filter(kind="call.logged").count()) == (1, 1)


def test_what_cannot_be_is_refused_and_leaves_no_fact(world: World) -> None:
    before = Fact.objects.count()
    with pytest.raises(WordsMissing):
        record_conversation(account=world.a, held=held(" \n"), by=world.east_rep)
    to_come = held(at=clock.now() + timedelta(hours=1))
    with pytest.raises(NotYetHeld):
        record_conversation(account=world.a, held=to_come, by=world.east_rep)
    with pytest.raises(CustomerMissing):
        record_conversation(account=world.b, held=held(), by=world.east_rep)
    assert (Fact.objects.count(), Conversation.objects.count()) == (before, 0)


def test_words_are_added_to_a_visit_that_is_in_the_ledger(world: World) -> None:
    visit = make_fact(
        world.east_rep, on=AT.date(), kind="visit.logged", amount=None, account_id=world.a.pk
    )
    with pytest.raises(NotYours):
        add_words(fact=visit, text=TEXT, by=world.west_rep)
    made = add_words(fact=visit, text=TEXT, by=world.east_rep)
    assert (made.channel, made.person, made.account) == ("visit", world.east_rep, world.a)
    assert made.happened_at.isoformat() == "2026-03-03T12:00:00+08:00"
    signed = Fact.objects.filter(kind="contract.signed", person=world.east_rep).first()
    assert signed is not None
    with pytest.raises(NoConversation):
        add_words(fact=signed, text=TEXT, by=world.east_rep)


def test_a_program_brings_many_once(world: World) -> None:
    visits = [
        make_fact(
            world.east_rep, on=AT.date(), kind="visit.logged", amount=None, account_id=world.a.pk
        )
        for _ in range(3)
    ]
    heard = [Heard(fact=fact, text=f"{TEXT}{fact.seq}") for fact in visits]
    assert keep_conversations(tenant=world.tenant, heard=heard, by=world.robot) == 3
    assert keep_conversations(tenant=world.tenant, heard=heard, by=world.robot) == 0


def test_words_are_seen_by_whoever_sees_the_fact(world: World) -> None:
    record_conversation(account=world.a, held=held(), by=world.east_rep)
    seen = {
        name: conversations_of([world.a.pk], scope_of(getattr(world, name))).count()
        for name in ("east_rep", "east_head", "head", "admin", "west_rep", "hrbp")
    }
    assert seen == {
        **dict.fromkeys(("east_rep", "east_head", "head", "admin"), 1),
        **dict.fromkeys(("west_rep", "hrbp"), 0),
    }


def test_the_last_conversations_of_a_person_come_newest_first(world: World) -> None:
    for number in range(5):
        at = AT + timedelta(days=number)
        record_conversation(account=world.a, held=held(f"第{number}次", at=at), by=world.east_rep)
    record_conversation(account=world.b, held=held("别人的"), by=world.west_rep)
    third = last_conversations(world.east_rep, most=1, before=AT + timedelta(days=3))
    assert [each.text for each in third] == ["第2次"]
    newest = last_conversations(world.east_rep)
    assert [each.text for each in newest] == ["第4次", "第3次", "第2次"]
    reverse(fact=newest[0].fact, reason="记错了", by=world.admin)
    erase_conversation(conversation=newest[1], reason="客户要求", by=world.east_rep)
    assert [each.text for each in last_conversations(world.east_rep)] == ["第2次", "第1次", "第0次"]


def test_erased_words_are_gone_and_with_them_what_was_made_of_them(world: World) -> None:
    made = record_conversation(account=world.a, held=held(), by=world.east_rep)
    client = signed_in(world.east_rep)
    assert client.post(f"/customers/{world.a.pk}/summary/").status_code == 302
    [text] = AiText.objects.all()
    assert (text.sources, text.reader) == ([made.about], world.east_rep)
    assert "价格偏高" in text.text
    with pytest.raises(NotYourRole):
        erase_conversation(conversation=made, reason="r", by=world.east_head)
    erase_conversation(conversation=made, reason="客户要求删除", by=world.east_rep)
    made.refresh_from_db()
    text.refresh_from_db()
    assert (made.text, made.erased_by, text.text, text.parts) == ("", world.east_rep, "", [])
    assert Fact.objects.live().filter(pk=made.fact_id).exists()
    while seal(tenant=world.tenant) is not None:
        pass
    with pytest.raises(WordSaid):
        say_word(text=text, word=Word.ADOPTED, by=world.east_rep)
    with pytest.raises(AlreadyWritten):
        record_conversation(account=world.a, held=held(), by=world.east_rep)


def test_a_customer_has_the_conversations_of_all_its_accounts(world: World) -> None:
    record_conversation(account=world.a, held=held(), by=world.east_rep)
    record_conversation(account=world.c, held=held("另一账户"), by=world.east_rep)
    merge_accounts(account=world.c, into=world.a, reason="r", by=world.admin)
    page = signed_in(world.east_rep).get(f"/customers/{world.a.pk}/").content.decode()
    assert "王主任说价格偏高" in page
    assert "另一账户" in page


def test_one_is_written_down_in_the_browser_in_the_time_of_the_company(world: World) -> None:
    client = signed_in(world.east_rep)
    address = f"/customers/{world.a.pk}/conversations/add/"
    given = {
        "account": world.a.pk,
        "channel": "visit",
        "happened_at": "2026-03-04T00:30",
        "text": TEXT,
    }
    assert client.get(address).status_code == 200
    assert client.post(address, {**given, "text": ""}).status_code == 422
    assert client.post(address, given).status_code == 302
    [made] = Conversation.objects.all()
    assert (made.happened_at, made.person) == (AT, world.east_rep)
    listed = client.get(f"/customers/{world.a.pk}/conversations/").content.decode()
    assert "2026-03-04 00:30" in listed
    erasing = f"/customers/conversations/{made.pk}/erase/"
    assert signed_in(world.east_head).get(erasing).status_code == 403
    assert signed_in(world.west_rep).get(erasing).status_code == 404
    assert client.post(erasing, {"reason": "客户要求"}).status_code == 302
    assert "王主任" not in client.get(f"/customers/{world.a.pk}/").content.decode()


def test_a_program_does_what_the_page_does(world: World) -> None:
    client = signed_in(world.east_rep)
    address = f"/api/v1/customers/{world.a.pk}/conversations"
    given = {"channel": "mail", "happened_at": "2026-03-03T16:30:00Z", "text": TEXT}
    made = client.post(address, given, content_type="application/json")
    assert made.status_code == 201
    naive = {**given, "happened_at": "2026-03-03T16:30:00"}
    assert client.post(address, naive, content_type="application/json").status_code == 422
    listed = client.get(address).json()
    assert (listed["count"], listed["items"][0]["text"]) == (1, TEXT)
    summed = client.post(
        f"/api/v1/customers/{world.a.pk}/summary", {"sentences": 1}, content_type="application/json"
    ).json()
    assert (summed["made_by"], summed["sources"]) == (
        "local/textrank-1/",
        [f"customers.conversation:{made.json()['id']}"],
    )
    erased = client.post(
        f"/api/v1/customers/conversations/{made.json()['id']}/erase",
        {"reason": "客户要求"},
        content_type="application/json",
    )
    assert (erased.status_code, erased.json()["text"]) == (200, "")


def test_what_a_customer_writes_is_only_shown(world: World) -> None:
    hostile = "<script>alert(1)</script> https://evil.example [点这里](javascript:alert(1))"
    record_conversation(account=world.a, held=held(hostile), by=world.east_rep)
    page = signed_in(world.east_rep).get(f"/customers/{world.a.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert 'href="https://evil' not in page
