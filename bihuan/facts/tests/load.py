"""Processes that read, write and follow one ledger at the same time, the follower being killed.

Run as ``python -m bihuan.facts.tests.load TENANT FOLDER SECONDS KILLS SEED``. It
loads Django once and forks each process, which opens connections of its own and
leaves what it saw in a file of its own. A process that fails says so and ends
with 1, and so does this one then.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Event

READERS = 8
AT_ONCE = 20
WRITER_RESTS = 0.02
READER_RESTS = 0.1
AFTER = 400
"""So many facts make the follower build a base: it builds all the time."""


def main() -> None:
    tenant, folder, seconds, kills, seed = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    django.setup()
    import bihuan.facts.commands  # Loaded once, before the forks.

    assert bihuan.facts.commands
    until = time.monotonic() + int(seconds)
    others = [started(partial(write, tenant, Path(folder), until))]
    others += [started(partial(read, tenant, Path(folder), until, n)) for n in range(READERS)]
    follow_and_kill(until, int(kills), random.Random(int(seed)))
    statuses = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in others]
    sys.exit(max(statuses, key=abs))


def started(deed: Callable[[], object]) -> int:
    """Fork a process that does this; it ends with 0 when all went well."""
    pid = os.fork()
    if pid:
        return pid
    outcome = 1
    try:
        deed()
        outcome = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(outcome)


def follow_and_kill(until: float, kills: int, dice: random.Random) -> None:
    """Have a follower at work, and kill it so many times, each at a random moment of its life."""
    for left in range(kills, 0, -1):
        pid = started(follow)
        share = max(0.0, until - time.monotonic()) / left
        time.sleep(dice.uniform(0.2, 1.0) * share)
        os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
        assert os.WIFSIGNALED(status), "the follower ended by itself"


def follow() -> None:
    from bihuan.facts import commands

    commands.follow(Event(), seconds=0, after=AFTER)


def write(tenant: str, folder: Path, until: float) -> None:
    """Record facts, a few at a time, and note how long each commit took."""
    from bihuan.facts.actions import open_source, record_many
    from bihuan.facts.domain.fact import Draft
    from bihuan.org.actions import robot_of
    from bihuan.org.models import Tenant

    company = Tenant.objects.get(code=tenant)
    source, robot = open_source(tenant=company, code="load"), robot_of(company)
    took: list[int] = []
    while time.monotonic() < until:
        drafts = [
            Draft(
                kind="order.placed",
                business_on=date(2026, 3, 2),
                source_ref=f"{len(took)}/{n}",
                person_id=robot.pk,
                amount=Decimal(1),
            )
            for n in range(AT_ONCE)
        ]
        began = time.perf_counter_ns()
        record_many(drafts=drafts, source=source, by=robot)
        took.append((time.perf_counter_ns() - began) // 1_000_000)
        time.sleep(WRITER_RESTS)
    leave(folder / "writer.json", {"facts": len(took) * AT_ONCE, "commit_ms": sorted(took)})


def read(tenant: str, folder: Path, until: float, number: int) -> None:
    """Ask all the time, and check each answer: whole, nothing twice, nothing forgotten."""
    from bihuan.facts import replica
    from bihuan.facts.models import Ledger
    from bihuan.facts.replica.manifest import folder_of, read_manifest
    from bihuan.org.models import Tenant

    company = Tenant.objects.get(code=tenant)
    sql = "SELECT count(*), max(seq), sum(amount), count(DISTINCT seq) FROM facts"
    stale: list[int] = []
    bases: set[int] = set()
    while time.monotonic() < until:
        before = Ledger.objects.get(tenant=company).last_seq
        [row] = replica.answer(company, lambda reading: reading.rows(sql))
        count = row[0]
        assert isinstance(count, int)
        assert row == (count, count, count * 10_000, count), "a wrong count"
        assert count >= before, "a committed fact was not seen"
        stale.append(oldest_unseen(company.pk, count))
        base = read_manifest(folder_of(company), company)
        bases |= {base.upto} if base else set()
        time.sleep(READER_RESTS)
    leave(folder / f"reader-{number}.json", {"stale_ms": sorted(stale), "bases": sorted(bases)})


def oldest_unseen(tenant_id: int, seen: int) -> int:
    """Return for how many milliseconds the first fact after those seen has been recorded."""
    from bihuan.base import clock
    from bihuan.facts.models import Fact

    unseen = Fact.objects.filter(tenant_id=tenant_id, seq=seen + 1).values_list("recorded_at")
    recorded = unseen.first()
    return 0 if recorded is None else int((clock.now() - recorded[0]).total_seconds() * 1000)


def leave(path: Path, said: dict[str, object]) -> None:
    path.write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main()
