"""How the journal is sealed, and what a change made behind its back leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from bihuan.base import journal
from bihuan.base.journal.block import ids_in
from bihuan.base.journal.checking import check_journal
from bihuan.base.journal.sealing import (
    EntriesGone,
    JournalAnchorAhead,
    JournalAnnouncedDiffers,
    anchor_file,
    seal_journal,
    tenants_to_seal,
)
from bihuan.base.models import JournalBlock, JournalEntry, JournalWaiting
from bihuan.org.actions import robot_of
from bihuan.org.models import Tenant
from tests.make import make_tenant

Owner = psycopg.Connection[tuple[Any, ...]]


def write(tenant: Tenant, count: int) -> None:
    robot = robot_of(tenant)
    for number in range(count):
        journal.record(robot, "unit.changed", tenant, number=number)


def codes(tenant: Tenant) -> list[str]:
    return [found.code.removeprefix("base.journal_") for found in check_journal(tenant.pk).findings]


@pytest.mark.django_db
def test_blocks_are_chained_and_anchored_and_nothing_waits_after() -> None:
    tenant = make_tenant()
    write(tenant, 5)
    count = JournalEntry.objects.filter(tenant=tenant).count()
    assert JournalWaiting.objects.filter(tenant=tenant).count() == count
    made = []
    while block := seal_journal(tenant.pk, at_most=3):
        made.append(block)
    assert sum(block.size for block in made) == count
    assert [block.number for block in made] == list(range(1, len(made) + 1))
    assert [block.previous for block in made[1:]] == [block.digest for block in made[:-1]]
    lines = anchor_file(tenant.pk).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["digest"] for line in lines] == [block.digest for block in made]
    checked = check_journal(tenant.pk)
    assert (checked.entries, checked.blocks, checked.unsealed) == (count, len(made), 0)
    assert checked.is_whole


@pytest.mark.django_db
def test_entries_wait_a_moment_so_that_blocks_are_not_too_many() -> None:
    tenant = make_tenant()
    write(tenant, 1)
    assert tenant.pk not in tenants_to_seal(seconds=60)
    assert tenant.pk in tenants_to_seal(seconds=0)


@pytest.fixture
def tenant(own_database: str) -> Tenant:
    made = make_tenant()
    write(made, 7)
    while seal_journal(made.pk, at_most=3):
        pass
    assert codes(made) == []
    return made


@pytest.fixture
def opened(superuser: Owner, tenant: Tenant) -> Owner:
    """The journal with its triggers switched off, as only the owner can."""
    for table in ("base_journalentry", "base_journalblock"):
        superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    return superuser


COLUMNS = {
    "actor_id": "NULL",
    "on_behalf_of_id": "actor_id",
    "verb": "verb || 'x'",
    "subject": "subject || '1'",
    "particulars": """'{"number": 99}'""",
    "changes": """'{"name": ["a", "b"]}'""",
    "reason": "'another'",
    "door": "'page'",
    "request_id": "'another'",
    "recorded_at": "recorded_at + interval '1 microsecond'",
}


def test_a_change_of_any_column_is_found(tenant: Tenant, opened: Owner) -> None:
    opened.execute("CREATE TABLE kept AS SELECT * FROM base_journalentry")
    newest = JournalEntry.objects.filter(tenant=tenant).latest("pk").pk
    unseen = []
    for column, value in COLUMNS.items():
        opened.execute(f"UPDATE base_journalentry SET {column} = {value} WHERE id = %s", [newest])
        if codes(tenant) != ["block_broken"]:
            unseen.append(column)
        opened.execute(
            f"UPDATE base_journalentry e SET {column} = k.{column} FROM kept k WHERE k.id = e.id"
        )
    assert unseen == []
    assert codes(tenant) == []


def _removed(opened: Owner, tenant: Tenant) -> None:
    opened.execute(
        "DELETE FROM base_journalentry WHERE id ="
        " (SELECT max(id) FROM base_journalentry WHERE tenant_id = %s)",
        [tenant.pk],
    )


def _slipped_in(opened: Owner, tenant: Tenant) -> None:
    opened.execute(
        "INSERT INTO base_journalentry (tenant_id, verb, subject, particulars, changes, reason,"
        " door, request_id, recorded_at) VALUES (%s, 'unit.changed', 'x:1', '{}', '{}', '', '',"
        " '', now())",
        [tenant.pk],
    )


def _tail_cut(opened: Owner, tenant: Tenant) -> None:
    opened.execute(
        "DELETE FROM base_journalentry e USING base_journalblock b"
        " WHERE b.number = 3 AND e.id = ANY (%s)",
        [ids_in(JournalBlock.objects.get(tenant=tenant, number=3).entries)],
    )
    opened.execute("DELETE FROM base_journalblock WHERE number = 3")


def _forged(opened: Owner, tenant: Tenant) -> None:
    opened.execute("UPDATE base_journalblock SET sealed_at = now() WHERE number = 2")


def _anchor_line_lost(opened: Owner, tenant: Tenant) -> None:
    path = anchor_file(tenant.pk)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], "nonsense\n", *lines[2:]]), encoding="utf-8")


HARMS: dict[str, tuple[Callable[[Owner, Tenant], None], set[str]]] = {
    "removed": (_removed, {"block_broken"}),
    "slipped in": (_slipped_in, {"slipped_in"}),
    "tail cut": (_tail_cut, {"block_missing"}),
    "forged": (_forged, {"block_forged", "anchor_differs"}),
    "anchor line lost": (_anchor_line_lost, {"anchor_unreadable", "anchor_missing"}),
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_done_behind_the_journal_s_back_is_found(
    tenant: Tenant, opened: Owner, harm: str
) -> None:
    do, expected = HARMS[harm]
    do(opened, tenant)
    assert set(codes(tenant)) == expected


def test_an_entry_removed_before_its_seal_is_missed(tenant: Tenant, opened: Owner) -> None:
    opened.execute("ALTER TABLE base_journalentry ENABLE TRIGGER base_journalentry_waits")
    write(tenant, 2)
    _removed(opened, tenant)
    assert codes(tenant) == ["unsealed_gone"]
    with pytest.raises(EntriesGone):
        seal_journal(tenant.pk)


def test_a_block_that_was_only_announced_is_made_as_announced(
    tenant: Tenant, opened: Owner
) -> None:
    """The process died after the anchor and before the commit."""
    last = JournalBlock.objects.filter(tenant=tenant).latest("number")
    opened.execute("DELETE FROM base_journalblock WHERE number = %s", [last.number])
    for each in ids_in(last.entries):
        opened.execute(
            "INSERT INTO base_journalwaiting (entry_id, tenant_id, since) VALUES (%s, %s, now())",
            [each, tenant.pk],
        )
    assert codes(tenant) == []
    made = seal_journal(tenant.pk)
    assert made is not None
    assert (made.number, made.digest) == (last.number, last.digest)
    assert codes(tenant) == []


def test_an_announced_block_is_not_made_of_entries_that_changed(
    tenant: Tenant, opened: Owner
) -> None:
    last = JournalBlock.objects.filter(tenant=tenant).latest("number")
    opened.execute("DELETE FROM base_journalblock WHERE number = %s", [last.number])
    opened.execute(
        "UPDATE base_journalentry SET reason = 'x' WHERE id = %s", [ids_in(last.entries)[0]]
    )
    with pytest.raises(JournalAnnouncedDiffers):
        seal_journal(tenant.pk)


def test_nothing_is_sealed_behind_a_cut_tail(tenant: Tenant, opened: Owner) -> None:
    opened.execute("DELETE FROM base_journalblock WHERE number > 1")
    with pytest.raises(JournalAnchorAhead):
        seal_journal(tenant.pk)


@pytest.mark.django_db
def test_two_companies_have_journals_of_their_own() -> None:
    ours, theirs = make_tenant("ours"), make_tenant("theirs")
    write(ours, 2)
    write(theirs, 3)
    first, second = seal_journal(ours.pk), seal_journal(theirs.pk)
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 1)
    assert not set(ids_in(first.entries)) & set(ids_in(second.entries))
