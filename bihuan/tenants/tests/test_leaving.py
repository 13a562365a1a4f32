"""A company goes: two people agree, a time of notice passes, nothing is left but a certificate."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from bihuan.base import clock
from bihuan.base.jobs import later
from bihuan.base.owned import count_rows, rows_as_json
from bihuan.facts.reader.anchors import anchor_file
from bihuan.facts.replica import folder_of
from bihuan.org.models import Login, Person, Tenant
from bihuan.tenants import actions
from bihuan.tenants.actions import DeletionNotDue, NobodyToConfirm, SecondPersonNeeded
from bihuan.tenants.models import Certificate, Deletion
from bihuan.tenants.queries.taking import tables_of_companies
from bihuan.tenants.tests.test_taking_along import two_companies
from tests.make import make_admin, make_login

pytestmark = pytest.mark.django_db


def rows_of(tenant: Tenant) -> dict[str, list[str]]:
    """Return every row of a company, table by table."""
    with transaction.atomic():
        return {
            each.table: list(rows_as_json(each, [tenant.pk], left_out=()))
            for each in tables_of_companies()
        }


def go(tenant: Tenant) -> Certificate:
    """Let a company go at once, as far as the clock is concerned."""
    [first, second] = actions.leaving.admins_of(tenant)
    asked = actions.ask_for_deletion(by=first)
    actions.confirm_deletion(deletion=asked, by=second)
    with clock.pretended(clock.now() + timedelta(days=30)):
        [certificate] = actions.delete_due()
    return certificate


def test_nothing_of_a_company_is_left_and_another_is_untouched() -> None:
    acme, other = two_companies()
    make_admin("second", tenant=acme)
    shared = Login.objects.get(username="boss@acme")
    in_both = make_admin("both", tenant=other)
    in_both.login = shared
    in_both.save()
    alone = make_login(Person.objects.get(code="rep-acme"), "rep@acme")
    client = Client()
    client.force_login(alone)
    later("inbox.send", tenant=acme.pk)
    later("inbox.send", tenant=other.pk)
    folder_of(acme).joinpath("base.duckdb").write_bytes(b"x")
    folder_of(other).joinpath("base.duckdb").write_bytes(b"y")
    anchor_file(acme).write_text("{}\n")
    anchor_file(other).write_text("{}\n")
    before, tables = rows_of(other), tables_of_companies()
    counts = {each.table: count_rows(each, [acme.pk]) for each in tables}
    certificate = go(acme)
    assert not Tenant.objects.filter(pk=acme.pk).exists()
    assert {each.table: count_rows(each, [acme.pk]) for each in tables} == dict.fromkeys(counts, 0)
    assert rows_of(other) == before
    assert certificate.rows["facts_fact"] == counts["facts_fact"] == 3
    assert certificate.ledger_upto == 3
    assert set(Login.objects.values_list("username", flat=True)) == {"boss@acme", "boss@other"}
    assert not Session.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'tenant' FROM procrastinate_jobs")
        assert [row[0] for row in cursor.fetchall()] == [str(other.pk)]
    assert not list(folder_of(acme).iterdir())
    assert not anchor_file(acme).exists()
    assert anchor_file(other).exists()
    said = str(Certificate.objects.values().get())
    assert "boss" not in said
    assert "secret" not in said


def test_the_guards_of_the_ledger_stand_again_afterwards() -> None:
    acme, other = two_companies()
    make_admin("second", tenant=acme)
    go(acme)
    for change in ("DELETE FROM facts_fact", "UPDATE base_journalentry SET verb = 'x'"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{change} WHERE tenant_id = %s", [other.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
        assert cursor.fetchone() == (0,)


def test_one_alone_cannot_let_a_company_go() -> None:
    acme, _other = two_companies()
    boss = Person.objects.get(code="boss-acme")
    with pytest.raises(NobodyToConfirm):
        actions.ask_for_deletion(by=boss)
    make_admin("second", tenant=acme)
    asked = actions.ask_for_deletion(by=boss)
    with pytest.raises(SecondPersonNeeded):
        actions.confirm_deletion(deletion=asked, by=boss)
    assert actions.delete_due() == []


def test_it_is_taken_back_until_the_day_and_never_goes_before_it() -> None:
    acme, _other = two_companies()
    boss, second = Person.objects.get(code="boss-acme"), make_admin("second")
    asked = actions.ask_for_deletion(by=boss)
    asked = actions.confirm_deletion(deletion=asked, by=second)
    with clock.pretended(clock.now() + timedelta(days=29)):
        assert actions.delete_due() == []
        with pytest.raises(DeletionNotDue):
            actions.delete_company(deletion=asked)
        actions.withdraw_deletion(by=second)
    with clock.pretended(clock.now() + timedelta(days=60)):
        assert actions.delete_due() == []
    assert Tenant.objects.filter(pk=acme.pk).exists()


def test_who_is_alone_confirms_by_mail(
    settings: Settings, client: Client, django_capture_on_commit_callbacks: object
) -> None:
    settings.MAIL_IS_ON = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    acme, _other = two_companies()
    login = Login.objects.get(username="boss@acme")
    login.email = "boss@example.com"
    login.save()
    client.force_login(login)
    wrong = client.post("/company/leave/", {"code": "other"})
    assert wrong.status_code == 422
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        assert client.post("/company/leave/", {"code": "acme"}).status_code == 302
    [path] = re.findall(r"/company/leave/confirm/\S+/", str(mail.outbox[0].body))
    assert client.get(path).status_code == 200
    assert Deletion.objects.get().confirmed_at is None
    assert client.post("/company/leave/confirm/wrong/").status_code == 403
    assert client.post(path).status_code == 302
    goes_on = Deletion.objects.get().goes_on
    assert goes_on == clock.today(acme.time_zone) + timedelta(days=30)
    assert "将于" in client.get("/company/leave/").content.decode()
    assert client.post("/company/leave/withdraw/").status_code == 302
    assert Deletion.objects.get().withdrawn_at is not None
