"""The ledger from the command line, and the follower that seals by itself."""

from __future__ import annotations

import json
from datetime import date
from threading import Event, Thread

import psycopg
import pytest
from click.testing import CliRunner

from bihuan.base.models import JournalEntry
from bihuan.facts.commands import follow, replica, seal, verify
from bihuan.facts.models import Block
from bihuan.facts.queries import unsealed_tenants
from bihuan.org.models import Tenant
from tests.make import make_fact, make_person, make_tenant

DAY = date(2026, 3, 2)


@pytest.mark.django_db
def test_seal_then_verify_every_company() -> None:
    for code in ("ours", "theirs"):
        make_fact(make_person("lin", tenant=make_tenant(code)), on=DAY)
    assert CliRunner().invoke(seal, []).exit_code == 0
    assert Block.objects.count() == 2
    result = CliRunner().invoke(verify, ["--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    journal = said.pop("journal")
    assert said == {"checked": 2, "blocks": 2, "problems": []}
    assert journal == {"checked": JournalEntry.objects.count(), "blocks": 2}
    one = CliRunner().invoke(verify, ["--json", "--tenant", "ours"])
    assert json.loads(one.stdout)["checked"] == 1
    assert CliRunner().invoke(replica, []).exit_code == 0


def test_a_broken_ledger_is_exit_code_one(
    own_database: str, superuser: psycopg.Connection[tuple[object, ...]]
) -> None:
    make_fact(make_person("lin"), on=DAY)
    CliRunner().invoke(seal, [])
    superuser.execute("ALTER TABLE facts_fact DISABLE TRIGGER ALL")
    superuser.execute("UPDATE facts_fact SET tier = 'x'")
    result = CliRunner().invoke(verify, ["--json"])
    assert result.exit_code == 1
    problems = json.loads(result.stdout)["problems"]
    assert [(each["tenant"], each["code"], each["seq"]) for each in problems] == [
        ("acme", "facts.block_broken", 1)
    ]
    told = CliRunner().invoke(verify, [])
    assert told.exit_code == 1
    assert "facts.block_broken" in told.output


def test_the_follower_seals_within_seconds_and_goes_on_past_a_refusal(
    own_database: str, superuser: psycopg.Connection[tuple[object, ...]]
) -> None:
    from django.db import connection

    broken, sound = make_tenant("broken"), make_tenant("sound")
    for tenant in (broken, sound):
        person = make_person("lin", tenant=tenant)
        for _ in range(3):
            make_fact(person, on=DAY)
    superuser.execute("ALTER TABLE facts_fact DISABLE TRIGGER ALL")
    superuser.execute(f"DELETE FROM facts_fact WHERE tenant_id = {broken.pk} AND seq = 2")
    assert unsealed_tenants() == [broken, sound]
    stop = Event()
    follower = Thread(target=follow, args=(stop,), kwargs={"seconds": 0})
    follower.start()
    try:
        wait_for_seal(sound)
    finally:
        stop.set()
        follower.join(timeout=20)
    assert not follower.is_alive()
    assert unsealed_tenants() == [broken]
    assert not Block.objects.filter(tenant=broken).exists()
    connection.close()


def wait_for_seal(tenant: Tenant) -> None:
    for _ in range(200):
        if Block.objects.filter(tenant=tenant).exists():
            return
        Event().wait(0.05)
    raise AssertionError("nothing was sealed")
