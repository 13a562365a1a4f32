"""Deliveries and wishes by their doors: the same for pages, programs and the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from click.testing import CliRunner
from django.core import mail
from django.test import Client
from openpyxl import load_workbook
from pytest_django import Settings

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.channels import Refused
from bihuan.inbox.commands import inbox as command
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.models import Delivery, DeliveryWish, Notice
from bihuan.inbox.tests.receiver import FAX, Receiver, receiving, refusal
from bihuan.inbox.tests.test_deliveries import NOON
from bihuan.inbox.tests.world import World, told
from bihuan.org.models import Person
from tests.make import make_login

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fax() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def tell(world: World, number: int = 1) -> None:
    with clock.pretended(NOON):
        draft = told(number, asks=Sentence("Acknowledge"))
        actions.notify(draft=draft, people=[world.rep.pk], by=world.head)
        actions.send_due(tenant_id=world.tenant.pk)


def test_the_page_the_api_and_the_command_say_the_same(world: World, fax: Receiver) -> None:
    fax.faults = [refusal(Refused), None]
    tell(world)
    tell(world, 2)
    client = signed_in(world.admin)
    counts = {FAX: {"dead": 1, "sent": 1}, "in_app": {"sent": 2}}
    api = client.get("/api/v1/inbox/deliveries/counts").json()
    assert {each["channel"]: each["counts"] for each in api if each["counts"]} == counts
    said = CliRunner().invoke(command, ["deliveries", "--json", "--state", "dead"])
    printed = json.loads(said.output)
    assert {code: each for code, each in printed["counts"].items() if each} == counts
    [dead] = printed["newest"]
    assert (dead["person"], dead["reason"]) == ("rep", "接收方拒收：out of paper")
    page = client.get("/inbox/deliveries/?state=dead").content.decode()
    assert "接收方拒收：out of paper" in page
    assert "Thing 1 is there." not in page, "what it says is for its reader alone"
    sheet = load_workbook(BytesIO(client.get("/inbox/deliveries/export.xlsx").content)).active
    assert sheet is not None
    assert sheet.max_row == 5


def test_what_is_sent_again_arrives_and_is_noted_when_it_is_opened(
    world: World, fax: Receiver
) -> None:
    fax.faults = [refusal(Refused)]
    tell(world)
    dead = Delivery.objects.get(state="dead")
    admin, rep = signed_in(world.admin), signed_in(world.rep)
    assert admin.post(f"/api/v1/inbox/deliveries/{dead.pk}/retry").json()["state"] == "waiting"
    assert admin.post(f"/api/v1/inbox/deliveries/{dead.pk}/discard").status_code == 409
    assert actions.send_due(tenant_id=world.tenant.pk) == 1
    assert rep.get(f"/inbox/d/{dead.pk}/").headers["Location"] == "/metrics/?thing=1"
    assert admin.get(f"/inbox/d/{dead.pk}/").status_code == 404
    notice = Notice.objects.get()
    dead.refresh_from_db()
    assert notice.read_at is not None
    assert notice.read_at == dead.opened_at
    assert "已打开" in rep.get("/inbox/notices/").content.decode()


def test_wishes_are_kept_and_what_is_left_open_is_as_in_the_company(
    world: World, fax: Receiver
) -> None:
    client = signed_in(world.rep)
    assert client.post("/inbox/settings/", {"quiet": "own"}).status_code == 422
    form = {"quiet": "", "fax-news": "off", "fax-task": ""}
    assert client.post("/inbox/settings/", form).status_code == 302
    kept = DeliveryWish.objects.get()
    assert (kept.person, kept.choices, kept.quiet_from) == (world.rep, {"fax/news": "off"}, None)
    form = {"quiet": "own", "quiet_from": "21:00", "quiet_until": "09:00", "digest_at": "08:00"}
    topics = ("task", "proposal", "asking", "news")
    form |= {f"fax-{topic}": "at_once" for topic in topics}
    assert signed_in(world.admin).post("/inbox/settings/company/", form).status_code == 302
    assert client.post("/inbox/settings/company/", form).status_code == 403
    assert "与公司一致：21:00–09:00" in client.get("/inbox/settings/").content.decode()


def test_mail_carries_an_id_that_stays_and_leads_back(world: World, settings: Settings) -> None:
    settings.MAIL_IS_ON = True
    settings.PUBLIC_URL = "https://bihuan.example"
    login = make_login(world.rep)
    login.email = "rep@example.com"
    login.save()
    tell(world)
    [sent] = mail.outbox
    delivery = Delivery.objects.get(channel="mail")
    assert sent.to == ["rep@example.com"]
    assert sent.extra_headers["Message-ID"] == f"<{delivery.stable_id}@bihuan.example>"
    assert delivery.receipt == sent.extra_headers["Message-ID"]
    assert f"https://bihuan.example/inbox/d/{delivery.pk}/" in str(sent.body)
    assert sent.subject == "[company acme] Thing 1 is there."
    said = CliRunner().invoke(command, ["send-test", "--person", "rep", "--channel", "mail"])
    assert said.exit_code == 0
    assert len(mail.outbox) == 2


def shown_on_page(world: World) -> str:
    page = signed_in(world.admin).get(f"/inbox/deliveries/?channel={FAX}").content.decode()
    return page[page.rindex("<table") :]


def test_what_a_delivery_is_about_is_said_in_words_and_leads_to_its_page(
    world: World, fax: Receiver
) -> None:
    today = clock.today(world.tenant.time_zone)
    task = actions.make_task(title="回电", due_on=today, owner=world.rep, by=world.east, key=1)
    actions.comment(task=task, text="已联系", by=world.east)
    actions.send_due(tenant_id=world.tenant.pk)
    abouts = {each.letter.about.kind for each in Delivery.objects.filter(channel=FAX)}
    assert abouts >= {"inbox.task_event"}
    page = shown_on_page(world)
    assert "inbox." not in re.sub(r'"[^"]*"', "", page)
    assert f'其他通知 · <a href="/inbox/tasks/{task.pk}/">待办</a>' in page
    assert f'待办 · <a href="/inbox/tasks/{task.pk}/">#{task.pk}</a>' in page
    sheet = load_workbook(
        BytesIO(signed_in(world.admin).get("/inbox/deliveries/export.xlsx").content)
    ).active
    assert sheet is not None
    said = {row[3] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert {"其他通知 · 待办", f"待办 · #{task.pk}"} <= said
    assert not [each for each in said if "inbox." in str(each)]


def test_the_next_attempt_is_no_instant_of_the_past(world: World, fax: Receiver) -> None:
    fax.faults = [refusal()]
    tell(world)
    assert Delivery.objects.get(channel=FAX).state == "failed"
    with clock.pretended(NOON):
        assert "起" in shown_on_page(world)
        assert "即将发送" not in shown_on_page(world)
    assert "即将发送" in shown_on_page(world), "its time has come, and nobody has sent it yet"
    with clock.pretended(NOON):
        draft = told(1, asks=Sentence("Acknowledge"))
        other = replace(draft, kind="test.more")
        actions.notify(draft=other, people=[world.rep.pk], by=world.head)
    assert "等前一条送达后发送" in shown_on_page(world)
