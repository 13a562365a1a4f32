"""Webhooks by their doors: pages, the API and the command line do the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook
from pytest_django import Settings

from bihuan.base.models import JournalEntry
from bihuan.integrations.commands import webhooks as command
from bihuan.integrations.models import Webhook, WebhookDelivery
from bihuan.integrations.tests.hook_receiver import Receiver, receiving
from bihuan.org.models import Person
from tests.make import make_admin, make_login

pytestmark = pytest.mark.django_db
KINDS = ["task.done", "fact.recorded"]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1"]
    with receiving() as found:
        yield found


@pytest.fixture
def admin() -> Person:
    return make_admin()


@pytest.fixture
def client(admin: Person) -> Client:
    found = Client()
    found.force_login(make_login(admin))
    return found


def draft(receiver: Receiver, **more: object) -> dict[str, object]:
    return {"name": "ERP", "url": receiver.url, "kinds": KINDS, "is_on": True, **more}


def made(client: Client, receiver: Receiver) -> Webhook:
    answer = client.post("/webhooks/new/", draft(receiver, is_on="on"))
    assert answer.status_code == 201
    receiver.secret = answer.context["secret"]
    assert receiver.secret in answer.content.decode()
    return Webhook.objects.get()


def test_an_administrator_sets_one_up_tries_it_and_looks_at_what_came_back(
    client: Client, receiver: Receiver
) -> None:
    assert "还没有接收事件的系统" in client.get("/webhooks/").content.decode()
    hook = made(client, receiver)
    page = client.get(f"/webhooks/{hook.pk}/").content.decode()
    assert receiver.secret not in page
    receiver.answers = [(200, {}, "<b>thank you</b>")]
    tried = client.post(f"/webhooks/{hook.pk}/try/", follow=True)
    said = tried.content.decode()
    assert "接收方已接收事件。" in said
    assert "&lt;b&gt;thank you&lt;/b&gt;" in said
    assert receiver.kinds == ["webhook.test"]
    assert '{"type":"webhook.test"' in said.replace("&quot;", '"')
    assert receiver.secret not in said


def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(
    client: Client, receiver: Receiver
) -> None:
    answer = client.post("/webhooks/new/", draft(receiver, url="http://example.com/x"))
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "http://example.com/x" in said
    assert "example.com" in str(answer.context["form"].errors)
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [
        ("2026-01-01T00:00:00+19:39", "2026-01-03T00:00:00-19:39", 200),
        ("0001-01-01T00:00:06+18:01", "2000-01-01T03:50:00Z", 422),
        ("2026-01-01T00:00:00", "2026-01-02T00:00:00Z", 422),
    ],
)
def test_a_period_is_between_instants_that_the_database_can_hold(
    client: Client, receiver: Receiver, since: str, until: str, status: int
) -> None:
    """PostgreSQL takes offsets of up to sixteen hours, Python of up to a day."""
    address = f"/api/v1/webhooks/{made(client, receiver).pk}/replay"
    body = json.dumps({"since": since, "until": until})
    assert client.post(address, body, "application/json").status_code == status


def test_a_secret_is_replaced_a_period_sent_again_and_one_removed(
    client: Client, receiver: Receiver
) -> None:
    hook = made(client, receiver)
    answer = client.post(f"/webhooks/{hook.pk}/secret/")
    assert answer.context["secret"] not in ("", receiver.secret)
    period = {"since": "2026-01-01T00:00", "until": "2026-01-02T00:00"}
    assert client.post(f"/webhooks/{hook.pk}/replay/", period).status_code == 302
    backwards = {"since": period["until"], "until": period["since"]}
    assert client.post(f"/webhooks/{hook.pk}/replay/", backwards).status_code == 422
    client.post(f"/webhooks/{hook.pk}/remove/")
    assert client.get(f"/webhooks/{hook.pk}/").status_code == 404
    verbs = JournalEntry.objects.filter(subject=f"integrations.webhook:{hook.pk}").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "webhook.made",
        "webhook.secret_rotated",
        "webhook.replayed",
        "webhook.removed",
    ]


def test_the_address_of_a_webhook_is_no_text_of_the_journal(
    client: Client, receiver: Receiver
) -> None:
    hook = made(client, receiver)
    [entry] = JournalEntry.objects.filter(verb="webhook.made")
    assert receiver.url not in json.dumps(entry.changes)
    assert entry.changes["kinds"] == [None, "fact.recorded task.done"]
    assert hook.kinds == ["fact.recorded", "task.done"]


def test_a_program_does_what_the_page_does(client: Client, receiver: Receiver) -> None:
    answer = client.post("/api/v1/webhooks", json.dumps(draft(receiver)), "application/json")
    assert answer.status_code == 201
    told = answer.json()
    receiver.secret, pk = told["secret"], told["webhook"]["id"]
    assert "secret" not in client.get(f"/api/v1/webhooks/{pk}").json()
    tried = client.post(f"/api/v1/webhooks/{pk}/try").json()
    assert (tried["state"], tried["status"], receiver.numbers) == ("taken", 204, [tried["number"]])
    listed = client.get(f"/api/v1/webhooks/{pk}/deliveries").json()
    assert (listed["count"], listed["items"]) == (1, [tried])
    kinds = client.get("/api/v1/webhooks/kinds").json()
    assert {"kind": "task.done", "words": "完成待办"} in kinds
    refused = draft(receiver, kinds=["task.eaten"])
    answer = client.post("/api/v1/webhooks", json.dumps(refused), "application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "integrations.event_kind_unknown")
    assert client.delete(f"/api/v1/webhooks/{pk}").status_code == 204
    assert client.get("/api/v1/webhooks").json() == []


def test_an_export_and_the_command_say_what_the_page_says(
    client: Client, receiver: Receiver
) -> None:
    hook = made(client, receiver)
    client.post(f"/webhooks/{hook.pk}/try/")
    book = load_workbook(BytesIO(client.get(f"/webhooks/{hook.pk}/export.xlsx").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    one = WebhookDelivery.objects.get()
    assert [row[0] for row in rows[1:]] == [f"msg_{one.stable_id.hex}"]
    printed = CliRunner().invoke(command, ["list", "--json"])
    [line] = json.loads(printed.output)
    assert (line["id"], line["url"], line["taken"]) == (hook.pk, receiver.url, 1)
    again = CliRunner().invoke(command, ["replay", str(hook.pk), "--since", "2026-01-01"])
    assert again.exit_code == 0, again.output
    assert "0" in again.output, "a try is no event that happened"
