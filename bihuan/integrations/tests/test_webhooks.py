"""Other systems are told of what happens, tried against one that checks every signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from bihuan.base import clock
from bihuan.base.following import take_steps
from bihuan.base.journal.sealing import seal_journal
from bihuan.base.models import JournalEntry
from bihuan.base.outbound import AddressRefused
from bihuan.facts.actions import begin_batch, open_source, record_many, reverse
from bihuan.facts.domain.fact import Draft
from bihuan.inbox.models import Notice
from bihuan.integrations import actions
from bihuan.integrations.actions import WebhookDraft
from bihuan.integrations.actions.gathering import ask_to_tell
from bihuan.integrations.actions.posting import attempt
from bihuan.integrations.actions.replaying import PeriodUnfit, WebhookIsOff
from bihuan.integrations.domain.webhook.attempt import WAITS
from bihuan.integrations.domain.webhook.event import KINDS, KindOfEventUnknown, NoKindOfEvent
from bihuan.integrations.jobs import tell
from bihuan.integrations.models import Webhook, WebhookDelivery
from bihuan.integrations.tests.hook_receiver import Receiver, receiving
from bihuan.org.access import NotYourRole
from bihuan.org.actions import put_person
from bihuan.org.models import Person, Tenant
from tests.make import make_admin, make_fact, make_login, make_person, make_tenant

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


@dataclass
class Company:
    tenant: Tenant
    admin: Person
    hook: Webhook
    receiver: Receiver

    def send(self) -> None:
        while seal_journal(self.tenant.pk) is not None:
            pass
        tell(tenant=self.tenant.pk, webhook=self.hook.pk)
        self.hook.refresh_from_db()

    def draft(self, **changed: object) -> WebhookDraft:
        said: dict[str, object] = {"name": "ERP", "url": self.receiver.url, "kinds": KINDS}
        return WebhookDraft(**{**said, **changed})  # type: ignore[arg-type]  # as a form gives it


@pytest.fixture
def company(settings: Settings) -> Iterator[Company]:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1"]
    tenant = make_tenant()
    admin = make_admin()
    with receiving() as receiver:
        draft = WebhookDraft(name="ERP", url=receiver.url, kinds=KINDS)
        while seal_journal(tenant.pk) is not None:  # What was before is not told.
            pass
        hook, receiver.secret = actions.make_webhook(draft=draft, by=admin)
        yield Company(tenant, admin, hook, receiver)


def deliveries(company: Company) -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.filter(webhook=company.hook).order_by("pk"))


def test_facts_and_deeds_are_told_signed_and_with_numbers_only(company: Company) -> None:
    lin = put_person(tenant=company.tenant, code="lin", name="林小红", by=company.admin)
    fact = make_fact(lin, on=DAY, amount="1234.5")
    company.send()
    entry = JournalEntry.objects.get(verb="person.added", subject=f"org.person:{lin.pk}")
    told = sorted(company.receiver.got, key=lambda each: str(each["type"]))
    assert [(each["type"], each["data"]) for each in told] == [
        ("fact.recorded", {"seq": fact.seq, "fact": "contract.signed"}),
        (
            "person.added",
            {"entry": entry.pk, "subject": f"org.person:{lin.pk}", "by": company.admin.pk},
        ),
    ]
    assert told[0]["timestamp"] == fact.recorded_at.isoformat().replace("+00:00", "Z")
    assert company.receiver.forged == 0
    assert "林小红" not in str(told)
    assert {each.state for each in deliveries(company)} == {"taken"}


def test_nothing_is_told_twice_and_nothing_from_before(company: Company) -> None:
    before = make_person("wang")
    company.send()
    told = list(company.receiver.numbers)
    company.send()
    company.send()
    assert company.receiver.numbers == told
    subjects = [each["data"].get("subject") for each in company.receiver.got]
    assert f"org.person:{before.pk}" in subjects
    assert f"org.person:{company.admin.pk}" not in subjects
    again, _ = actions.make_webhook(draft=company.draft(name="BI"), by=company.admin)
    tell(tenant=company.tenant.pk, webhook=again.pk)
    assert not WebhookDelivery.objects.filter(webhook=again).exists()


def test_a_reversal_is_an_event_of_its_own(company: Company) -> None:
    lin = make_person("lin")
    fact = make_fact(lin, on=DAY)
    undone = reverse(fact=fact, reason="typo", by=company.admin)
    company.send()
    [told] = [each for each in company.receiver.got if each["type"] == "fact.reversed"]
    assert told["data"] == {"seq": undone.seq, "fact": "contract.signed", "reverses": fact.seq}


def test_facts_of_an_import_are_not_told_one_by_one(company: Company) -> None:
    source = open_source(tenant=company.tenant, code="erp")
    batch = begin_batch(source=source, label="b", by=company.admin)
    lin = make_person("lin")
    draft = Draft(
        kind="contract.signed",
        business_on=DAY,
        person_id=lin.pk,
        amount=Decimal(1),
        source_ref="1",
    )
    record_many(drafts=[draft], source=source, by=company.admin, batch=batch)
    single = make_fact(lin, on=DAY)
    company.send()
    told = [each["data"] for each in company.receiver.got if each["type"] == "fact.recorded"]
    assert told == [{"seq": single.seq, "fact": "contract.signed"}]
    assert company.hook.read_seq == single.seq == 2


def test_what_is_not_taken_is_sent_again_under_its_number(company: Company) -> None:
    make_fact(make_person("lin"), on=DAY)
    company.receiver.answers = [(500, {}, "down for maintenance")]
    company.send()
    [first, *rest] = deliveries(company)
    assert (first.state, first.attempts, first.status) == ("failed", 1, 500)
    assert (first.answer, first.fault_code) == (
        "down for maintenance",
        "integrations.webhook_not_taken",
    )
    assert {(each.state, each.attempts) for each in rest} <= {("waiting", 0)}, "all else waits"
    assert first.next_at == first.tried_at + timedelta(seconds=WAITS[0])  # type: ignore[operator]
    assert company.hook.failing_since is not None
    company.send()
    assert len(company.receiver.numbers) == 1, "it is left alone for a while"
    assert first.next_at is not None
    with clock.pretended(first.next_at):
        company.send()
    assert company.receiver.numbers.count(company.receiver.numbers[0]) == 2
    assert {each.state for each in deliveries(company)} == {"taken"}
    assert Webhook.objects.filter(failing_since=None, quiet_until=None).count() == 1


def test_a_receiver_is_heard_when_it_asks_for_a_wait(company: Company) -> None:
    make_person("lin")
    company.receiver.answers = [(429, {"Retry-After": "1200"}, "")]
    company.send()
    first = deliveries(company)[0]
    assert first.tried_at is not None
    assert first.next_at == first.tried_at + timedelta(seconds=1200)
    assert company.hook.quiet_until == first.next_at


def test_after_ten_attempts_it_is_given_up_and_kept(company: Company) -> None:
    put_person(tenant=company.tenant, code="lin", name="lin", by=company.admin)
    company.send()
    [one] = deliveries(company)
    actions.replay_delivery(delivery=one, by=company.admin)
    waits = []
    for _ in range(10):
        company.receiver.answers = [(503, {}, "")]
        one.refresh_from_db()
        with clock.pretended(one.next_at or clock.now()):
            Webhook.objects.update(quiet_until=None)
            company.send()
        one.refresh_from_db()
        assert one.tried_at is not None
        waits.append(one.next_at and int((one.next_at - one.tried_at).total_seconds()))
    assert waits == [*WAITS, None]
    assert (one.state, one.attempts) == ("dead", 10)
    company.receiver.ahead = timedelta(days=4)
    with clock.pretended(clock.now() + company.receiver.ahead):
        actions.replay_delivery(delivery=one, by=company.admin)
        company.send()
    one.refresh_from_db()
    assert one.state == "taken"


@pytest.mark.parametrize(("status", "days"), [(410, 0), (500, 5)])
def test_one_that_takes_nothing_is_switched_off_and_goes_on_where_it_was(
    company: Company, status: int, days: int
) -> None:
    make_person("lin")
    since = clock.now() - timedelta(days=days)
    Webhook.objects.update(failing_since=since if days else None)
    company.receiver.answers = [(status, {}, "")]
    company.send()
    assert (company.hook.is_on, company.hook.was_switched_off) == (False, True)
    [notice] = Notice.objects.filter(person=company.admin, kind="integrations.webhook_off")
    assert notice.link == f"/webhooks/{company.hook.pk}/"
    wang = make_person("wang")
    company.send()
    assert company.receiver.got == []
    company.receiver.ahead = timedelta(hours=1)
    with clock.pretended(clock.now() + company.receiver.ahead):
        actions.change_webhook(webhook=company.hook, draft=company.draft(), by=company.admin)
        company.send()
    subjects = [each["data"].get("subject") for each in company.receiver.got]
    assert f"org.person:{wang.pk}" in subjects, "what happened while it was off is told"
    assert company.receiver.numbers[0] in company.receiver.numbers[1:]


def test_while_a_secret_is_replaced_both_are_good(company: Company) -> None:
    former = company.receiver.secret
    hook, secret = actions.rotate_secret(webhook=company.hook, by=company.admin)
    assert secret != former
    assert secret not in hook.secret
    for number, good in enumerate((former, secret)):
        company.receiver.secret = good
        make_person(f"lin{number}")
        company.send()
    assert company.receiver.forged == 0
    company.receiver.secret = former
    Webhook.objects.update(former_until=clock.now())
    make_person("wang")
    company.send()
    assert company.receiver.forged == 1


def test_a_period_is_sent_again_with_the_same_numbers(company: Company) -> None:
    make_person("lin")
    company.send()
    told = sorted(company.receiver.numbers)
    now = clock.now()
    count = actions.replay_period(
        webhook=company.hook, since=now - timedelta(hours=1), until=now, by=company.admin
    )
    company.send()
    assert count == len(told)
    assert sorted(company.receiver.numbers) == sorted(told * 2)
    with pytest.raises(PeriodUnfit):
        actions.replay_period(webhook=company.hook, since=now, until=now, by=company.admin)


def test_trying_says_at_once_what_came_back_and_is_not_repeated(company: Company) -> None:
    made = actions.try_webhook(webhook=company.hook, by=company.admin)
    assert (made.state, made.status, company.receiver.kinds) == ("taken", 204, ["webhook.test"])
    company.receiver.answers = [(500, {}, "x" * 5000 + "\0")]
    failed = actions.try_webhook(webhook=company.hook, by=company.admin)
    assert (failed.state, failed.status, failed.next_at) == ("dead", 500, None)
    assert failed.answer == "x" * 2000


def test_only_what_the_guard_lets_pass_is_an_address(company: Company, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = []
    for url in ("http://127.0.0.1:1/", "http://example.com/", "https://a:b@example.com/", "x"):
        with pytest.raises(AddressRefused):
            actions.make_webhook(draft=company.draft(url=url), by=company.admin)
    outcome = attempt(WebhookDelivery(webhook=company.hook, **_one()))
    assert outcome.refusal is not None
    assert outcome.refusal.code == "base.address_refused"
    assert company.receiver.numbers == []


def _one() -> dict[str, object]:
    return {
        "stable_id": UUID(int=1),
        "kind": "task.done",
        "content": {},
        "happened_at": clock.now(),
    }


def test_what_is_asked_for_must_be_known(company: Company) -> None:
    with pytest.raises(KindOfEventUnknown):
        actions.make_webhook(draft=company.draft(kinds=["login.opened"]), by=company.admin)
    with pytest.raises(NoKindOfEvent):
        actions.make_webhook(draft=company.draft(kinds=[]), by=company.admin)


def test_only_administrators_have_webhooks(company: Company) -> None:
    rep = make_person("rep")
    before = Webhook.objects.values_list("changed_at", flat=True).get()
    for deed in (
        lambda: actions.make_webhook(draft=company.draft(), by=rep),
        lambda: actions.change_webhook(webhook=company.hook, draft=company.draft(), by=rep),
        lambda: actions.rotate_secret(webhook=company.hook, by=rep),
        lambda: actions.remove_webhook(webhook=company.hook, by=rep),
        lambda: actions.try_webhook(webhook=company.hook, by=rep),
    ):
        with pytest.raises(NotYourRole):
            deed()
    assert Webhook.objects.values_list("changed_at", flat=True).get() == before
    assert company.receiver.numbers == []


def test_one_that_was_removed_keeps_no_secret_and_is_told_nothing(company: Company) -> None:
    actions.remove_webhook(webhook=company.hook, by=company.admin)
    make_person("lin")
    company.send()
    assert company.receiver.numbers == []
    assert (company.hook.secret, company.hook.former_secret) == ("", "")
    now = clock.now()
    with pytest.raises(WebhookIsOff):
        actions.replay_period(
            webhook=company.hook, since=now - timedelta(1), until=now, by=company.admin
        )


def test_the_follower_asks_once_for_each_that_is_behind(company: Company) -> None:
    company.send()
    assert ask_to_tell() == 0
    make_fact(make_person("lin"), on=DAY)
    take_steps()
    take_steps()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'integrations.tell'"
            " AND status = 'todo'"
        )
        assert len(cursor.fetchall()) == 1


def test_what_is_over_goes_after_thirty_days(company: Company) -> None:
    make_person("lin")
    company.send()
    count = len(deliveries(company))
    assert count > 0
    soon, late = (clock.now() + timedelta(days=days) for days in (29, 31))
    assert actions.forget_deliveries(soon, tenant_id=company.tenant.pk) == 0
    assert actions.forget_deliveries(late, tenant_id=company.tenant.pk) == count


def test_the_next_attempt_is_shown_as_it_will_be(company: Company, client: Client) -> None:
    client.force_login(make_login(company.admin))
    make_fact(make_person("lin"), on=DAY)
    company.receiver.answers = [(429, {"Retry-After": "1200"}, "")]
    company.send()
    failed, *waiting = deliveries(company)
    assert waiting
    until = failed.next_at
    assert until is not None
    address = f"/webhooks/{company.hook.pk}/"
    told = f"{until.astimezone(ZoneInfo(company.tenant.time_zone)):%Y-%m-%d %H:%M}"
    page = client.get(address).content.decode()
    assert page.count(f'nowrap">{told}') == 1 + len(waiting), "nothing goes there before"
    listed = client.get(f"/api/v1{address}deliveries").json()["items"]
    told_at = {datetime.fromisoformat(each["next_at"]) for each in listed}
    assert {until - each < timedelta(milliseconds=1) for each in told_at} == {True}
    with clock.pretended(until):
        assert client.get(address).content.decode().count("即将发送") == 1 + len(waiting)
    Webhook.objects.update(is_on=False)
    assert client.get(address).content.decode().count("启用后发送") == 1 + len(waiting)
    assert "启用后发送" in client.get(f"{address}{failed.pk}/").content.decode()
