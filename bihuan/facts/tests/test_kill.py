"""Whatever dies when: what was acknowledged is there, once, and the chain is whole."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from bihuan.facts.actions import seal
from bihuan.facts.models import Block, Fact, Ledger
from bihuan.facts.queries import verify
from bihuan.facts.tests.conftest import address
from bihuan.org.models import Tenant
from tests.make import make_person


def running(mode: str, tenant: Tenant, folder: Path, count: int) -> subprocess.Popen[bytes]:
    """Start the process that forks writers onto the database in use."""
    words = [mode, tenant.code, str(folder), str(count), "20261124"]
    return subprocess.Popen(
        [sys.executable, "-m", "bihuan.facts.tests.writers", *words],
        env={**os.environ, "DATABASE_URL": address()},
    )


def numbers(tenant: Tenant) -> list[int]:
    return list(Fact.objects.filter(tenant=tenant).order_by("seq").values_list("seq", flat=True))


@pytest.mark.parametrize("kills", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_no_acknowledged_fact_is_missing_or_there_twice(
    own_database: str,
    tmp_path: Path,
    kills: int,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    tenant = make_person("lin").tenant
    process = running("kill", tenant, tmp_path, kills)
    assert process.wait(timeout=600) == 0
    acknowledged = [ref for path in tmp_path.glob("*.ack") for ref in path.read_text().splitlines()]
    there = Counter(Fact.objects.filter(tenant=tenant).values_list("source_ref", flat=True))
    assert len(acknowledged) > kills, "the writers lived too briefly to say anything"
    record_testsuite_property(f"acknowledged in {kills} kills", len(acknowledged))
    assert [ref for ref in acknowledged if ref not in there] == []
    assert [ref for ref, count in there.items() if count > 1] == []
    assert numbers(tenant) == list(range(1, Ledger.objects.get().last_seq + 1))
    torn = {(parts[0], parts[1]): 0 for ref in there if len(parts := ref.split("/")) == 3}
    for ref in there:
        if ref.count("/") == 2:
            torn[ref.split("/")[0], ref.split("/")[1]] += 1
    assert set(torn.values()) <= {50}, "a bulk is recorded whole or not at all"
    assert verify(tenant).findings == ()
    while seal(tenant=tenant):
        pass
    verification = verify(tenant)
    assert verification.findings == ()
    assert (verification.facts, verification.unsealed) == (sum(there.values()), 0)
    assert Block.objects.filter(tenant=tenant).count() == verification.blocks > 1


def test_many_writers_leave_no_gap_and_a_follower_misses_nothing(
    own_database: str, tmp_path: Path
) -> None:
    """Numbers are given in the order of the commits: what is above is never seen before."""
    tenant = make_person("lin").tenant
    connection.close()
    process = running("race", tenant, tmp_path, 20)
    followed: list[int] = []
    deadline = time.monotonic() + 120
    while len(followed) < 160 and time.monotonic() < deadline and process.poll() in (None, 0):
        last = followed[-1] if followed else 0
        new = Fact.objects.filter(tenant=tenant, seq__gt=last).order_by("seq")
        seqs = list(new.values_list("seq", flat=True))
        assert seqs == list(range(last + 1, last + 1 + len(seqs))), "a number was skipped"
        followed += seqs
    assert process.wait(timeout=60) == 0
    assert followed == numbers(tenant) == list(range(1, 161))
