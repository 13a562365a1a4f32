"""Sealing, and what verifying finds of a ledger changed by the owner of the database."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bihuan.facts.actions import open_source, record_many, reverse, seal
from bihuan.facts.actions.sealing import AnchorAhead, AnnouncedDiffers, FactsGone
from bihuan.facts.domain.block import FORMS, NEWEST_FORM
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Block, Fact, Ledger
from bihuan.facts.queries import verify
from bihuan.facts.reader import anchor_file
from bihuan.org.actions import robot_of
from bihuan.org.models import Tenant
from tests.make import make_member, make_person, make_tenant

Owner = psycopg.Connection[tuple[Any, ...]]

DAY = date(2026, 3, 2)


def append_facts(tenant: Tenant, count: int, *, start: int = 0) -> None:
    """Append facts that fill as many columns as a fact can fill."""
    person = make_person("lin", tenant=tenant)
    account = make_member("acc", tenant=tenant)
    drafts = [
        Draft(
            kind="contract.signed",
            business_on=DAY,
            source_ref=f"row {n}",
            person_id=person.pk,
            account_id=account.pk,
            amount=Decimal(100 + n),
            attributes={"category": "consumables", "opened_on": DAY},
            extra={"note": "a\tb\\"},
        )
        for n in range(start, start + count)
    ]
    source = open_source(tenant=tenant, code="test")
    record_many(drafts=drafts, source=source, by=robot_of(tenant))


def found(tenant: Tenant) -> list[tuple[str, int | None]]:
    """Return what is wrong with the ledger itself; its replica has tests of its own."""
    return [
        (each.code, each.seq)
        for each in verify(tenant).findings
        if each.code != "facts.replica_differs"
    ]


@pytest.fixture
def tenant(own_database: str) -> Tenant:
    return make_tenant()


@pytest.fixture
def opened(superuser: Owner) -> Owner:
    """The ledger with its triggers switched off, as only the owner can."""
    for table in ("facts_fact", "facts_block"):
        superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    return superuser


@pytest.mark.django_db
def test_an_empty_ledger_has_nothing_to_seal_and_is_whole() -> None:
    tenant = make_tenant()
    assert seal(tenant=tenant) is None
    verification = verify(tenant)
    assert (verification.facts, verification.blocks, verification.findings) == (0, 0, ())


@pytest.mark.django_db
def test_blocks_are_chained_and_anchored() -> None:
    tenant = make_tenant()
    append_facts(tenant, 25)
    blocks = [seal(tenant=tenant, at_most=10) for _ in range(4)]
    assert blocks.pop() is None
    spans = [(b.number, b.first_seq, b.last_seq) for b in blocks if b]
    assert spans == [(1, 1, 10), (2, 11, 20), (3, 21, 25)]
    assert [b.previous for b in blocks[1:] if b] == [b.digest for b in blocks[:-1] if b]
    anchors = [json.loads(line) for line in anchor_file(tenant).read_text().splitlines()]
    assert [a["digest"] for a in anchors] == [b.digest for b in blocks if b]
    append_facts(tenant, 5, start=25)
    verification = verify(tenant)
    assert (verification.facts, verification.blocks, verification.unsealed) == (30, 3, 5)
    assert verification.is_whole


@pytest.mark.django_db
def test_two_tenants_have_ledgers_of_their_own() -> None:
    ours, theirs = make_tenant("ours"), make_tenant("theirs")
    append_facts(ours, 3)
    append_facts(theirs, 2)
    assert [seal(tenant=each) for each in (ours, theirs)] == list(Block.objects.order_by("id"))
    assert list(Fact.objects.filter(tenant=theirs).values_list("seq", flat=True)) == [1, 2]
    assert verify(ours).is_whole
    assert verify(theirs).is_whole


def test_a_changed_byte_in_any_column_of_a_fact_is_found(tenant: Tenant, opened: Owner) -> None:
    append_facts(tenant, 7)
    fact = Fact.objects.get(tenant=tenant, seq=4)
    reverse(fact=fact, reason="a mistake", by=robot_of(tenant))
    while seal(tenant=tenant, at_most=3):
        pass
    assert found(tenant) == []
    unseen = []
    for column in FORMS[NEWEST_FORM]:
        was, now = other_value(opened, column)
        opened.execute(f'UPDATE facts_fact SET "{column}" = {now} WHERE seq = 5')
        key = "500" if column == "seq" else "5"
        codes = {code for code, _ in found(tenant)}
        if not codes & {"facts.block_broken", "facts.rows_missing"}:
            unseen.append(column)
        opened.execute(f'UPDATE facts_fact SET "{column}" = %s WHERE seq = {key}', [was])
    assert unseen == []
    assert found(tenant) == []


def other_value(owner: Owner, column: str) -> tuple[object, str]:
    """Return what a column of the fifth fact holds, and SQL of something near to it."""
    row = owner.execute(
        f'SELECT "{column}"::text, pg_typeof("{column}")::text FROM facts_fact WHERE seq = 5'
    ).fetchone()
    assert row is not None
    was, kind = row
    if kind == "jsonb":
        return was, '\'{"note": "a\\\\tb"}\''
    if kind == "date":
        return was, f"coalesce(\"{column}\", '2026-01-01') + 1"
    if kind.startswith("timestamp"):
        return was, f"coalesce(\"{column}\", '2026-01-01') + interval '1 microsecond'"
    if kind == "numeric":
        return was, f'coalesce("{column}", 0) + 0.0001'
    if kind in ("bigint", "integer"):
        return was, "500" if column == "seq" else f'coalesce("{column}", 0) + 1000'
    return was, f"left(overlay(\"{column}\" placing 'x' from 1), 64)" if was else "'x'"


def test_a_flipped_byte_names_the_facts_of_the_block(tenant: Tenant, opened: Owner) -> None:
    append_facts(tenant, 20)
    while seal(tenant=tenant, at_most=5):
        pass
    opened.execute("UPDATE facts_fact SET amount = amount + 0.0001 WHERE seq = 12")
    (finding,) = verify(tenant).findings
    assert (finding.code, finding.seq) == ("facts.block_broken", 11)
    assert finding.params == {"number": 3, "first": 11, "last": 15}


def test_a_deleted_row_is_found(tenant: Tenant, opened: Owner) -> None:
    append_facts(tenant, 20)
    while seal(tenant=tenant, at_most=5):
        pass
    append_facts(tenant, 5, start=20)
    opened.execute("DELETE FROM facts_fact WHERE seq IN (7, 8, 23)")
    assert found(tenant) == [("facts.rows_missing", 7), ("facts.rows_missing", 23)]
    with pytest.raises(FactsGone):
        seal(tenant=tenant)


def test_a_cut_tail_is_found_even_with_its_blocks_and_the_head(
    tenant: Tenant, opened: Owner
) -> None:
    append_facts(tenant, 20)
    while seal(tenant=tenant, at_most=5):
        pass
    opened.execute("DELETE FROM facts_fact WHERE seq > 10")
    assert [code for code, _ in found(tenant)] == ["facts.rows_missing"] * 2
    opened.execute("DELETE FROM facts_block WHERE number > 2")
    opened.execute("UPDATE facts_ledger SET last_seq = 10")
    assert found(tenant) == [("facts.block_missing", 11), ("facts.block_missing", 16)]
    with pytest.raises(AnchorAhead):
        seal(tenant=tenant)


def test_a_cut_tail_written_anew_is_found(tenant: Tenant, opened: Owner) -> None:
    append_facts(tenant, 10)
    while seal(tenant=tenant, at_most=5):
        pass
    opened.execute("DELETE FROM facts_fact WHERE seq > 5")
    opened.execute("DELETE FROM facts_block WHERE number > 1")
    opened.execute("UPDATE facts_ledger SET last_seq = 5")
    assert found(tenant) == [("facts.block_missing", 6)]
    append_facts(tenant, 5, start=100)
    assert found(tenant) == [("facts.block_missing", 6)]
    with pytest.raises(AnnouncedDiffers):
        seal(tenant=tenant)


def test_a_cut_unsealed_tail_is_found_by_the_head(tenant: Tenant, opened: Owner) -> None:
    append_facts(tenant, 10)
    opened.execute("DELETE FROM facts_fact WHERE seq > 8")
    assert found(tenant) == [("facts.rows_missing", 9)]


def test_a_head_set_back_is_found(tenant: Tenant, opened: Owner) -> None:
    append_facts(tenant, 10)
    seal(tenant=tenant)
    opened.execute("UPDATE facts_ledger SET last_seq = 8")
    assert found(tenant) == [("facts.head_behind", 9), ("facts.rows_beyond_head", 10)]


@pytest.mark.parametrize(
    "change",
    [
        "last_seq = 11",
        "first_seq = 5",
        "form = 9",
        "sealed_at = sealed_at + interval '1 microsecond'",
        "root = repeat('a', 64)",
        "previous = repeat('a', 64)",
        "digest = repeat('a', 64)",
        "number = 7",
    ],
)
def test_a_changed_block_is_found(tenant: Tenant, opened: Owner, change: str) -> None:
    append_facts(tenant, 20)
    while seal(tenant=tenant, at_most=5):
        pass
    opened.execute(f"UPDATE facts_block SET {change} WHERE number = 2")
    assert found(tenant)


def test_blocks_sealed_anew_over_changed_facts_are_found(tenant: Tenant, opened: Owner) -> None:
    """Whoever owns the database can reckon every hash again; the anchors lie outside."""
    append_facts(tenant, 10)
    while seal(tenant=tenant, at_most=5):
        pass
    kept = anchor_file(tenant).read_bytes()
    opened.execute("UPDATE facts_fact SET amount = 1 WHERE seq = 2")
    opened.execute("DELETE FROM facts_block")
    anchor_file(tenant).unlink()
    while seal(tenant=tenant, at_most=5):
        pass
    assert found(tenant) == []
    anchor_file(tenant).write_bytes(kept)
    assert [code for code, _ in found(tenant)] == ["facts.anchor_differs"] * 2


def test_a_lost_or_damaged_anchor_file_is_found(tenant: Tenant) -> None:
    append_facts(tenant, 10)
    while seal(tenant=tenant, at_most=5):
        pass
    path = anchor_file(tenant)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"not an anchor\n")
    assert [code for code, _ in found(tenant)] == [
        "facts.anchor_unreadable",
        "facts.anchor_missing",
    ]
    path.unlink()
    (finding,) = verify(tenant).findings
    assert finding.params == {"first_block": 1, "last_block": 2}


def dies_before_commit(tenant: Tenant, path: Path) -> None:
    """Leave what a seal leaves that dies after its anchor and before its commit."""
    seal(tenant=tenant)
    with psycopg.connect(**owner_of(tenant), autocommit=True) as owner:
        owner.execute("ALTER TABLE facts_block DISABLE TRIGGER USER")
        owner.execute(
            "DELETE FROM facts_block WHERE number = (SELECT max(number) FROM facts_block)"
        )
        owner.execute("ALTER TABLE facts_block ENABLE ALWAYS TRIGGER facts_block_is_final")
        owner.execute("ALTER TABLE facts_block ENABLE ALWAYS TRIGGER facts_block_stays")
    assert path.exists()


def owner_of(tenant: Tenant) -> dict[str, Any]:
    from bihuan.facts.tests.conftest import parameters

    assert tenant.pk
    return parameters()


def test_a_seal_that_died_before_its_commit_is_no_alarm_and_is_taken_up(tenant: Tenant) -> None:
    append_facts(tenant, 4)
    seal(tenant=tenant)
    append_facts(tenant, 4, start=4)
    dies_before_commit(tenant, anchor_file(tenant))
    append_facts(tenant, 4, start=8)
    assert found(tenant) == []
    again = seal(tenant=tenant)
    assert again is not None
    assert (again.number, again.first_seq, again.last_seq) == (2, 5, 8)
    assert len(anchor_file(tenant).read_bytes().splitlines()) == 2
    assert seal(tenant=tenant) == Block.objects.get(number=3)
    assert found(tenant) == []


def test_a_seal_that_died_does_not_hide_a_cut(tenant: Tenant, opened: Owner) -> None:
    append_facts(tenant, 4)
    dies_before_commit(tenant, anchor_file(tenant))
    opened.execute("ALTER TABLE facts_fact DISABLE TRIGGER ALL")
    opened.execute("DELETE FROM facts_fact WHERE seq = 4")
    opened.execute("UPDATE facts_ledger SET last_seq = 3")
    assert found(tenant) == [("facts.block_missing", 1)]


def test_a_torn_last_line_is_no_anchor(tenant: Tenant) -> None:
    append_facts(tenant, 4)
    seal(tenant=tenant)
    with anchor_file(tenant).open("ab") as file:
        file.write(b'{"form":1,"tenant_id":1,"num')
    assert found(tenant) == []
    append_facts(tenant, 4, start=4)
    seal(tenant=tenant)
    assert found(tenant) == []
    assert len(anchor_file(tenant).read_bytes().splitlines()) == 2


def test_a_reversal_that_does_not_repeat_its_fact_is_found(tenant: Tenant, opened: Owner) -> None:
    append_facts(tenant, 3)
    reverse(fact=Fact.objects.get(seq=2), reason="a mistake", by=robot_of(tenant))
    assert found(tenant) == []
    opened.execute("UPDATE facts_fact SET amount = 1 WHERE seq = 4")
    assert found(tenant) == [("facts.reversal_differs", 4), ("facts.sums_differ", None)]
    finding = verify(tenant).findings[1]
    assert finding.params == {
        "live": Decimal("202.0000"),
        "all": Decimal("302.0000"),
        "currency": "CNY",
    }


@pytest.mark.django_db
def test_the_sealed_line_is_the_one_of_the_formula() -> None:
    """What PostgreSQL writes is what ``chain.line`` writes of the same texts."""
    from django.db import connection

    from bihuan.facts.reader import leaves
    from bihuan.kernel.chain import leaf, line

    tenant = make_tenant()
    append_facts(tenant, 2)
    texts = ", ".join(
        "(recorded_at AT TIME ZONE 'UTC')::text"
        if name == "recorded_at"
        else "(occurred_at AT TIME ZONE 'UTC')::text"
        if name == "occurred_at"
        else f'"{name}"::text'
        for name in FORMS[1]
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {texts} FROM facts_fact ORDER BY seq")
        expected = [leaf(line(row)) for row in cursor.fetchall()]
    reckoned = [hashed for _, hashed in leaves(tenant_id=tenant.pk, first=1, last=2, form=1)]
    assert reckoned == expected


@pytest.mark.django_db
def test_sealing_locks_nobody_out() -> None:
    """The head is read and not locked: a writer does not wait for a hash."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    tenant = make_tenant()
    append_facts(tenant, 3)
    with CaptureQueriesContext(connection) as captured:
        seal(tenant=tenant)
    assert not any("FOR UPDATE" in query["sql"] for query in captured.captured_queries)
    assert Ledger.objects.get(tenant=tenant).last_seq == 3
