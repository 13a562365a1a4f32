"""Eight processes read, one writes, one follows and is killed: nothing wrong is ever shown.

An answer holds every fact that was committed before it was asked for, and each
once; that is asserted of every answer. At the full size (``make load``) the age
of the oldest committed fact that a reader does not see yet is held under two
seconds as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from bihuan.facts import replica
from bihuan.facts.actions import open_source, record_many
from bihuan.facts.commands import verify
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.facts.tests.conftest import address
from bihuan.facts.tests.load import READERS
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Tenant


def preload(tenant: Tenant, count: int) -> None:
    """Have a base that takes a builder some time to copy."""
    robot = robot_of(tenant)
    drafts = [
        Draft(
            kind="order.placed",
            business_on=date(2026, 3, 1),
            source_ref=f"before/{number}",
            person_id=robot.pk,
            amount=Decimal(1),
        )
        for number in range(count)
    ]
    record_many(drafts=drafts, source=open_source(tenant=tenant, code="load"), by=robot)


@pytest.mark.parametrize(
    ("seconds", "kills", "facts", "is_timed"),
    [
        (8, 3, 5_000, False),
        pytest.param(60, 50, 100_000, True, marks=pytest.mark.slow),
    ],
    ids=["small", "full"],
)
def test_readers_see_every_fact_once_while_the_follower_is_killed(  # noqa: PLR0913 - pytest's
    own_database: str,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
    seconds: int,
    kills: int,
    facts: int,
    *,
    is_timed: bool,
) -> None:
    tenant = found_tenant(code="acme", name="Acme")
    preload(tenant, facts)
    connection.close()
    words = [tenant.code, str(tmp_path), str(seconds), str(kills), "20261126"]
    load = subprocess.run(
        [sys.executable, "-m", "bihuan.facts.tests.load", *words],
        env={**os.environ, "DATABASE_URL": address()},
        timeout=seconds + 120,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert load.returncode == 0, load.stderr
    assert "Traceback" not in load.stderr
    readers = [json.loads(path.read_text()) for path in tmp_path.glob("reader-*.json")]
    writer = json.loads((tmp_path / "writer.json").read_text())
    assert len(readers) == READERS
    assert Fact.objects.filter(tenant=tenant).count() == facts + writer["facts"]
    bases = {upto for reader in readers for upto in reader["bases"]}
    assert len(bases) > 1, "the follower has built nothing"
    stale = sorted(each for reader in readers for each in reader["stale_ms"])
    for name, value in (
        ("kills", kills),
        ("facts_written", writer["facts"]),
        ("answers", len(stale)),
        ("bases", len(bases)),
        ("stale_ms_99", stale[len(stale) * 99 // 100]),
        ("stale_ms_most", stale[-1]),
        ("commit_ms_99", writer["commit_ms"][len(writer["commit_ms"]) * 99 // 100]),
    ):
        record_testsuite_property(f"load.{seconds}.{name}", value)
    if is_timed:
        assert stale[-1] < 2000, "a committed fact was not seen for two seconds"
    proved = CliRunner().invoke(verify, ["--json"])
    assert proved.exit_code == 0, proved.output
    assert json.loads(proved.stdout)["problems"] == []
    assert replica.verify(tenant).replica_count == facts + writer["facts"]
