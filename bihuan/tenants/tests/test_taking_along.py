"""Everything of a company in one file: complete, whole, nobody else's, without secrets."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection
from django.test import Client

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.base.owned import owned_by
from bihuan.org import actions as org
from bihuan.org.models import Login, Tenant
from bihuan.tenants import actions
from bihuan.tenants.actions import ExportUnderWay
from bihuan.tenants.commands import tenants as command
from bihuan.tenants.models import Export
from bihuan.tenants.queries.taking import (
    SECRETS,
    ExportBroken,
    check_taken,
    tables_of_companies,
    take_everything,
)
from tests.make import make_admin, make_fact, make_login, make_member, make_person, make_tenant

pytestmark = pytest.mark.django_db

APART = {
    "django_content_type": "names of models",
    "auth_permission": "names of rights",
    "auth_group": "groups of rights, of which there are none",
    "auth_group_permissions": "groups of rights, of which there are none",
    "django_session": "ended for the logins that go",
    "procrastinate_workers": "workers of the installation",
    "procrastinate_jobs": "removed by the company among their ids",
    "procrastinate_events": "go with their job",
    "procrastinate_periodic_defers": "not used: schedules are ours",
    "base_effect": "keys made of ids, which name nobody",
    "base_jobnote": "removed by the company among the ids of the job",
    "socialaccount_socialapp": "not used: providers are rows of a company",
    "org_tenant": "the company itself",
    "org_login": "may open several companies; goes when it opens none",
    "org_plan": "plans of the installation",
    "tenants_invitation": "the operator's own",
    "tenants_application": "forgotten after three days, whatever becomes of it",
    "tenants_certificate": "what is left of a company that is gone",
}
"""Tables whose rows belong to no company, each with its reason."""


def two_companies() -> tuple[Tenant, Tenant]:
    """Return two companies that have something of many sorts, with names of their own."""
    made = []
    for code in ("acme", "other"):
        tenant = make_tenant(code, name=f"secret {code}")
        admin = make_admin(f"boss-{code}", tenant=tenant)
        make_login(admin, f"boss@{code}")
        rep = make_person(f"rep-{code}", tenant=tenant)
        make_member(f"customer-{code}", tenant=tenant)
        for day in range(1, 4):
            make_fact(rep, on=date(2026, 11, day), ref=f"{code}-{day}")
        org.make_token(person=admin, name=f"token-{code}", by=admin)
        made.append(tenant)
    return made[0], made[1]


def test_every_table_belongs_to_a_company_or_says_why_not() -> None:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    owned = {each.table for each in tables_of_companies()}
    of_logins = {each.table for each in owned_by(Login)}
    assert known - owned - of_logins - set(APART) == set()
    assert set(APART) & owned == set(), "a reason that is no longer true"


def test_columns_that_look_like_secrets_are_left_out() -> None:
    looks = re.compile(r"secret|password|wrapped|callback|_key$|^digest$|totp|private")
    harmless = {"digest", "content_key", "order_key"}
    suspicious = {
        (each.table, column)
        for each in tables_of_companies()
        for column in each.columns
        if looks.search(column) and column not in harmless
    }
    suspicious |= {("org_apitoken", "digest"), ("tenants_deletion", "digest")}
    assert suspicious == {
        (table, column) for table, columns in SECRETS.items() for column in columns
    }


def test_an_export_holds_every_row_of_the_company_and_none_of_another(tmp_path: Path) -> None:
    acme, other = two_companies()
    file = tmp_path / "acme.zip"
    taken = take_everything(acme, file)
    said = check_taken(file)
    assert said["rows"] == taken.rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM org_person WHERE tenant_id = %s", [acme.pk])
        assert taken.rows["org_person"] == cursor.fetchone()[0] == 3
        cursor.execute("SELECT count(*) FROM facts_fact WHERE tenant_id = %s", [acme.pk])
        assert taken.rows["facts_fact"] == cursor.fetchone()[0] == 3
        cursor.execute(
            "SELECT count(*) FROM org_apitoken t JOIN org_person p ON p.id = t.person_id"
            " WHERE p.tenant_id = %s",
            [acme.pk],
        )
        assert taken.rows["org_apitoken"] == cursor.fetchone()[0] == 1
    with ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    people = [json.loads(line) for line in parts["tables/org_person.jsonl"].splitlines()]
    assert {each["code"] for each in people} == {"robot", "boss-acme", "rep-acme"}
    everything = b"".join(parts.values())
    assert b"boss-other" not in everything
    assert b"customer-other" not in everything
    assert b"secret other" not in everything
    assert "digest" not in json.loads(parts["tables/org_apitoken.jsonl"].splitlines()[0])
    both = {each.table: taken.rows[each.table] for each in tables_of_companies()}
    theirs = take_everything(other, tmp_path / "other.zip").rows
    with connection.cursor() as cursor:
        for table in ("facts_fact", "org_person", "facts_member", "base_journalentry"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert both[table] + theirs[table] == cursor.fetchone()[0], table


def test_an_export_that_was_changed_is_seen(tmp_path: Path) -> None:
    acme, _other = two_companies()
    file = tmp_path / "acme.zip"
    take_everything(acme, file)
    with ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["tables/org_person.jsonl"] = parts["tables/org_person.jsonl"].replace(b"rep", b"REP")
    with ZipFile(file, "w") as book:
        for name, said in parts.items():
            book.writestr(name, said)
    with pytest.raises(ExportBroken):
        check_taken(file)


def test_an_administrator_asks_for_it_on_the_page_and_fetches_it(client: Client) -> None:
    acme, _other = two_companies()
    client.force_login(Login.objects.get(username="boss@acme"))
    assert client.get("/company/exports/").status_code == 200
    assert client.post("/company/exports/make/").status_code == 302
    export = Export.objects.get()
    with pytest.raises(ExportUnderWay):
        actions.ask_for_export(by=export.by)
    org.begin_trial(tenant=acme, by=org.robot_of(acme))
    org.end_trial(tenant=acme, by=org.robot_of(acme))
    actions.make_export(export=export)
    answer = client.post(f"/company/exports/{export.pk}/fetch/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer)[:2] == b"PK"
    assert JournalEntry.objects.filter(verb="export.fetched").count() == 1
    stranger = Client()
    stranger.force_login(Login.objects.get(username="boss@other"))
    assert stranger.post(f"/company/exports/{export.pk}/fetch/").status_code == 404
    with clock.pretended(clock.now() + timedelta(days=8)):
        assert actions.forget_exports() == 1
    assert not export.path.exists()
    assert client.post(f"/company/exports/{export.pk}/fetch/").status_code == 404


def test_the_command_writes_the_same(tmp_path: Path) -> None:
    acme, _other = two_companies()
    file = tmp_path / "all.zip"
    answer = CliRunner().invoke(
        command, ["export", "acme", "--to", str(file), "--json"], catch_exceptions=False
    )
    said = json.loads(answer.output)
    assert said["rows"] == sum(check_taken(file)["rows"].values())
    assert said["rows"] == take_everything(acme, tmp_path / "b.zip").row_count
