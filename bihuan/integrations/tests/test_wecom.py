"""People are told by WeCom and answer in it; tried against a server that speaks its API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from bihuan.base import clock
from bihuan.inbox import actions as inbox
from bihuan.inbox.channels import Later, Refused, SlowDown
from bihuan.inbox.domain.sentence import Sentence, plain
from bihuan.inbox.domain.wish import Quiet
from bihuan.inbox.models import Delivery, Proposal
from bihuan.inbox.tests.world import World, told
from bihuan.integrations import actions
from bihuan.integrations.actions import WeComDraft
from bihuan.integrations.actions.chatting import AddressTaken, CallbackKeyUnfit, SecretNeeded
from bihuan.integrations.jobs import pressed as pressed_job
from bihuan.integrations.models import ChatAddress, WeComApp
from bihuan.integrations.wecom import client as wecom_client
from bihuan.integrations.wecom.client import Credentials
from bihuan.integrations.wecom.crypt import Crypt
from bihuan.integrations.wecom.tool import WeCom
from bihuan.kernel.errors import DomainError
from bihuan.org.access import NotYourRole
from tests.make import make_login, make_person
from tests.wecom import FakeWeCom, fake_wecom

pytestmark = pytest.mark.django_db
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CRYPT = Crypt(token="QDG6eK", key=KEY, receiver="ww1")
DRAFT = WeComDraft(
    corp_id="ww1", agent_id=7, secret="s3cret-of-app", callback_token="QDG6eK", callback_key=KEY
)


@dataclass
class Company:
    world: World
    wecom: FakeWeCom
    app: WeComApp


@pytest.fixture
def company(settings: Settings) -> Iterator[Company]:
    with fake_wecom() as wecom:
        settings.WECOM_URL, settings.WECOM_TIMEOUT = wecom.url, 1
        wecom_client.forget_tokens()
        world = World()
        app = actions.set_wecom(tenant=world.tenant, draft=DRAFT, by=world.admin)
        inbox.set_company_wish(
            tenant=world.tenant,
            choices={},
            quiet=Quiet(*(clock.now().time().replace(microsecond=0),) * 2),
            digest_at=clock.now().time(),
            by=world.admin,
        )
        yield Company(world, wecom, app)
        wecom_client.forget_tokens()


def tell(company: Company, number: int = 1) -> Delivery:
    draft = told(number, asks=Sentence("Acknowledge"))
    inbox.notify(draft=draft, people=[company.world.rep.pk], by=company.world.head)
    return Delivery.objects.filter(channel="wecom").latest("pk")


def send(company: Company) -> int:
    return inbox.send_due(tenant_id=company.world.tenant.pk)


def test_a_notice_is_a_card_that_is_the_same_at_every_attempt(company: Company) -> None:
    delivery = tell(company)
    company.wecom.answers = ["cut"]
    assert send(company) == 0
    Delivery.objects.filter(channel="wecom").update(next_at=clock.now())
    assert send(company) == 1
    first, second = company.wecom.taken
    assert first == second, "so WeCom, which is asked to check for duplicates, shows it once"
    assert (first["touser"], first["msgtype"], first["agentid"]) == ("rep", "textcard", 7)
    assert (first["enable_duplicate_check"], first["duplicate_check_interval"]) == (1, 14400)
    card = first["textcard"]
    assert card["title"] == "Thing 1 is there."
    assert card["url"] == f"http://localhost:8000/inbox/d/{delivery.pk}/"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.receipt) == ("sent", 2, "m2")


def test_a_token_is_asked_for_once_and_anew_when_it_has_run_out(company: Company) -> None:
    for number in (1, 2, 3):
        tell(company, number)
    assert send(company) == 3
    assert company.wecom.asked_tokens == 1
    company.wecom.token = "another"
    tell(company, 4)
    assert send(company) == 1
    assert company.wecom.asked_tokens == 2
    assert len(company.wecom.taken) == 4


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ({"errcode": 45009, "errmsg": "api freq out of limit"}, SlowDown, "inbox.channel_limited"),
        (429, SlowDown, "inbox.channel_limited"),
        ({"errcode": 81013, "errmsg": "all invalid"}, Refused, "integrations.wecom_user_unknown"),
        (
            {"errcode": 0, "errmsg": "ok", "invaliduser": "REP"},
            Refused,
            "integrations.wecom_user_unknown",
        ),
        ({"errcode": 40058, "errmsg": "invalid parameter"}, Refused, "integrations.wecom_refused"),
        ({"errcode": 60020, "errmsg": "not allow ip"}, Later, "integrations.wecom_unset"),
        ({"errcode": -1, "errmsg": "busy"}, Later, "integrations.wecom_away"),
        (502, Later, "integrations.wecom_away"),
        ("no json", Later, "integrations.wecom_away"),
        ("[1]", Later, "integrations.wecom_away"),
        ("cut", Later, "integrations.wecom_away"),
        ("hang", Later, "integrations.wecom_away"),
    ],
)
def test_each_no_of_wecom_is_understood(
    company: Company, answer: object, kind: type[DomainError], code: str
) -> None:
    company.wecom.answers = [answer]
    own = Credentials("ww1", "s3cret-of-app", 7)
    with pytest.raises(kind) as refusal:
        wecom_client.Client(own).send({"msgtype": "textcard"}, user="rep")
    assert refusal.value.code == code
    assert "1234567890" not in str(refusal.value), "a token is told to nobody"
    assert "s3cret" not in str(refusal.value)


def test_secrets_are_sealed_and_never_shown_again(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM integrations_wecomapp a")
        kept = cursor.fetchone()[0]
    client = signed_in(company.world.admin)
    page = client.get("/chat/wecom/").content.decode()
    for secret in ("s3cret-of-app", KEY, "QDG6eK"):
        assert secret not in kept
        assert secret not in page
    answer = client.post("/chat/wecom/", {"corp_id": "ww2", "agent_id": 8, "is_on": "on"})
    assert answer.status_code == 302
    app = WeComApp.objects.get()
    assert (app.corp_id, app.agent_id, app.secret) == ("ww2", 8, company.app.secret)


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(make_login(person))  # type: ignore[arg-type]  # a person of the world
    return client


def test_only_an_administrator_sets_it_up_and_nothing_half(company: Company) -> None:
    world = company.world
    with pytest.raises(NotYourRole):
        actions.set_wecom(tenant=world.tenant, draft=DRAFT, by=world.head)
    half = WeComDraft(corp_id="x", agent_id=1, secret="s", callback_token="t")
    with pytest.raises(CallbackKeyUnfit):
        actions.set_wecom(tenant=world.tenant, draft=half, by=world.admin)
    with pytest.raises(AddressTaken):
        actions.set_chat_addresses(
            tool=WeCom(),
            tenant=world.tenant,
            addresses={world.rep: "li", world.east: "LI"},
            by=world.admin,
        )
    WeComApp.objects.all().delete()
    with pytest.raises(SecretNeeded):
        actions.set_wecom(
            tenant=world.tenant, draft=WeComDraft(corp_id="x", agent_id=1), by=world.admin
        )


def test_who_has_another_name_there_is_told_by_it(company: Company) -> None:
    client = signed_in(company.world.admin)
    form = {"corp_id": "ww1", "agent_id": 7, "ids_are_codes": "on", "is_on": "on"}
    answer = client.post("/chat/wecom/", {**form, "people": "rep LiWei\nnobody X"})
    assert answer.status_code == 422
    assert ChatAddress.objects.count() == 0
    assert client.post("/chat/wecom/", {**form, "people": "rep LiWei\n"}).status_code == 302
    tell(company)
    send(company)
    assert [each["touser"] for each in company.wecom.taken] == ["LiWei"]
    assert "rep LiWei" in client.get("/chat/wecom/").content.decode()


def test_a_test_message_says_what_wecom_answered(company: Company) -> None:
    client = signed_in(company.world.admin)
    page = client.post("/chat/wecom/test/", follow=True).content.decode()
    assert "m1" in page
    assert company.wecom.taken[0]["touser"] == "admin"
    company.wecom.answers = [{"errcode": 60020, "errmsg": "not allow to access from your ip"}]
    page = client.post("/chat/wecom/test/", follow=True).content.decode()
    assert "60020" in page
    assert "可信 IP" in page


# ---- Buttons


def proposed(company: Company) -> tuple[Proposal, Delivery]:
    world = company.world
    proposal = world.propose(to={world.east: world.units["east"]})
    assert send(company) == 1
    return proposal, Delivery.objects.get(channel="wecom", what="proposal")


def event(delivery: Delivery, *, user: str = "east head", ticket: str = "rc1") -> str:
    task = delivery.stable_id.hex
    return (
        "<xml><ToUserName>ww1</ToUserName>"
        f"<FromUserName><![CDATA[{user}]]></FromUserName>"
        "<MsgType>event</MsgType><Event>template_card_event</Event>"
        f"<EventKey>accept</EventKey><TaskId>{task}</TaskId>"
        f"<ResponseCode>{ticket}</ResponseCode></xml>"
    )


def call(company: Company, text: str, *, at: int | None = None, crypt: Crypt = CRYPT) -> int:
    """Call back as WeCom does; returns the status of the answer."""
    timestamp = str(at or int(clock.now().timestamp()))
    sealed = crypt.sealed(text)
    signature = crypt.signature(timestamp, "n", sealed)
    answer = Client().post(
        f"/chat/wecom/callback/{company.app.public_id}/"
        f"?msg_signature={signature}&timestamp={timestamp}&nonce=n",
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>",
        content_type="text/xml",
    )
    return answer.status_code


def run_pressed() -> list[str]:
    """Do what the callbacks asked for, as the worker would."""
    jobs = ProcrastinateJob.objects.filter(task_name="integrations.pressed").order_by("pk")
    for job in jobs:
        pressed_job(**job.args)
    return [job.args["user"] for job in jobs]


def test_a_proposal_is_a_card_whose_button_accepts_it(company: Company) -> None:
    proposal, delivery = proposed(company)
    [body] = company.wecom.taken
    card = body["template_card"]
    assert (card["card_type"], card["task_id"]) == ("button_interaction", delivery.stable_id.hex)
    assert card["button_list"][0]["key"] == "accept"
    assert [call(company, event(delivery)) for _time in range(3)] == [200] * 3
    assert run_pressed() == ["east head"], "what WeCom repeats is done once"
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
    [update] = company.wecom.updates
    assert (update["userids"], update["response_code"]) == (["east head"], "rc1")
    pressed_job(**ProcrastinateJob.objects.get(task_name="integrations.pressed").args)
    assert proposal.addressees.get().answer.choice == "accept"


@pytest.mark.parametrize(
    ("code", "words", "given"),
    [
        ("amend", "调整…", {"choice": "amend", "line-0": "90", "reason": "两店停业"}),
        ("refuse", "拒绝…", {"choice": "refuse", "reason": "客户不接受"}),
    ],
)
def test_who_adjusts_or_refuses_is_taken_to_where_one_says_why(
    company: Company, code: str, words: str, given: dict[str, str]
) -> None:
    proposal, delivery = proposed(company)
    [body] = company.wecom.taken
    shown = {each["text"]: each for each in body["template_card"]["button_list"]}
    assert list(shown) == ["接受", "调整…", "拒绝…", "打开"]
    assert (shown[words]["type"], "key" in shown[words]) == (1, False)
    pressed = event(delivery).replace("<EventKey>accept", f"<EventKey>{code}")
    assert call(company, pressed) == 200
    run_pressed()  # What only opens a page does nothing when somebody makes it call.
    proposal.refresh_from_db()
    assert proposal.state == "open"
    client = Client()
    client.force_login(make_login(company.world.east))
    page = client.get(urlsplit(shown[words]["url"]).path + f"?at={code}", follow=True)
    [(address, _status)] = page.redirect_chain
    assert address == f"/inbox/proposals/{proposal.pk}/?at={code}#answer"
    text = page.content.decode()
    place = "line-0" if code == "amend" else "reason"
    assert re.search(rf'name="{place}"[^>]* autofocus', text)
    assert ('<details class="amend" open>' in text) == (code == "amend")
    assert client.post(f"/inbox/proposals/{proposal.pk}/", given).status_code == 302
    answer = proposal.addressees.get().answer
    assert (answer.choice, answer.reason) == (code, given["reason"])
    stranger = Client()
    stranger.force_login(make_login(company.world.west))
    assert stranger.get(urlsplit(shown[words]["url"]).path).status_code == 404


def test_a_button_pressed_too_late_says_so_on_the_card(company: Company) -> None:
    proposal, delivery = proposed(company)
    inbox.withdraw(proposal=proposal, reason="no", by=company.world.head)
    assert call(company, event(delivery)) == 200
    run_pressed()
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    assert "已撤回" in company.wecom.updates[0]["button"]["replace_name"]


def test_nobody_presses_for_somebody_else(company: Company) -> None:
    proposal, delivery = proposed(company)
    make_person("spy")
    for user in ("spy", "west head", "nobody"):
        assert call(company, event(delivery, user=user, ticket=user)) == 200
    run_pressed()
    proposal.refresh_from_db()
    assert proposal.state == "open"
    assert company.wecom.updates == []


def test_what_is_forged_old_or_for_another_company_is_refused(company: Company) -> None:
    _, delivery = proposed(company)
    now = int(clock.now().timestamp())
    told_of = event(delivery)
    forged = Crypt(token="other", key=KEY, receiver="ww1")
    foreign = Crypt(token="QDG6eK", key=KEY, receiver="ww2")
    assert call(company, told_of, crypt=forged) == 403
    assert call(company, told_of, crypt=foreign) == 403
    assert call(company, told_of, at=now - 3600) == 403
    assert call(company, "<xml>") == 403
    assert run_pressed() == []
    company.app.public_id = uuid4()
    assert call(company, told_of) == 404


def test_what_tells_of_no_button_is_taken_and_forgotten(company: Company) -> None:
    told_of = "<xml><FromUserName>rep</FromUserName><Event>enter_agent</Event></xml>"
    assert call(company, told_of) == 200
    assert run_pressed() == []


def test_wecom_is_shown_that_we_hold_the_key(company: Company) -> None:
    timestamp = str(int(clock.now().timestamp()))
    sealed = CRYPT.sealed("5927782489442352469")
    answer = Client().get(
        f"/chat/wecom/callback/{company.app.public_id}/",
        {
            "msg_signature": CRYPT.signature(timestamp, "n", sealed),
            "timestamp": timestamp,
            "nonce": "n",
            "echostr": sealed,
        },
    )
    assert (answer.status_code, answer.content) == (200, b"5927782489442352469")


def test_long_words_are_cut_to_what_wecom_shows(company: Company) -> None:
    draft = replace(told(asks=Sentence("Acknowledge")), sentence=plain("目标" * 200))
    inbox.notify(draft=draft, people=[company.world.rep.pk], by=company.world.head)
    assert send(company) == 1
    card = company.wecom.taken[0]["textcard"]
    assert len(card["title"].encode()) <= 128
    assert card["title"].endswith("…")
    assert len(card["description"].encode()) <= 512
