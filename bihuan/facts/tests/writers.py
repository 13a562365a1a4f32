"""Processes that write to a ledger, for tests that kill them or let them race.

Run as ``python -m bihuan.facts.tests.writers race|kill TENANT FOLDER COUNT SEED``.
It loads Django once and forks each writer, which opens a connection of its own
and notes in a file of its own what was acknowledged, after the commit. What the
kernel has been told to write survives the writer.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

WRITERS = 3
LONGEST_LIFE = 1.2


def main() -> None:
    mode, tenant, folder, count, seed = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    django.setup()
    import bihuan.facts.actions  # Loaded once, before the forks: a writer's life is short.

    assert bihuan.facts.actions
    if mode == "race":
        race(tenant, Path(folder), int(count))
    else:
        kill(tenant, Path(folder), int(count), random.Random(int(seed)))


def race(tenant: str, folder: Path, count: int) -> None:
    """Let writers record facts one by one, all at the same time, and wait for them."""
    pids = [start(partial(write, tenant, folder, number, count)) for number in range(8)]
    assert all(os.waitpid(pid, 0)[1] == 0 for pid in pids)


def kill(tenant: str, folder: Path, count: int, dice: random.Random) -> None:
    """Kill so many writers and sealers, each at a random moment of its life."""
    alive: list[tuple[float, int]] = []
    started = killed = 0
    while killed < count:
        while len(alive) < WRITERS and started < count:
            number = started
            pid = start(partial(seal_on if number % 4 == 3 else write, tenant, folder, number))
            alive.append((time.monotonic() + dice.uniform(0.0, LONGEST_LIFE), pid))
            started += 1
        alive.sort()
        until, pid = alive.pop(0)
        time.sleep(max(0.0, until - time.monotonic()))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), "the writer ended by itself"
        killed += 1


def start(deed: Callable[[], object]) -> int:
    """Fork a process that does this and nothing of what its parent had in mind."""
    pid = os.fork()
    if pid == 0:
        deed()
        os._exit(0)
    return pid


def write(tenant: str, folder: Path, number: int, count: int | None = None) -> None:
    """Record facts for ever, or so many, one by one and in bulk by turns."""
    from bihuan.facts.actions import open_source, record, record_many
    from bihuan.facts.domain.fact import Draft
    from bihuan.org.actions import robot_of
    from bihuan.org.models import Person, Tenant

    company = Tenant.objects.get(code=tenant)
    lin, robot = Person.objects.get(tenant=company, code="lin"), robot_of(company)
    source = open_source(tenant=company, code=f"writer-{number}")
    acknowledged = os.open(folder / f"{number}.ack", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def draft(ref: str) -> Draft:
        return Draft(
            kind="contract.signed",
            business_on=date(2026, 3, 2),
            person_id=lin.pk,
            amount=Decimal(1),
            source_ref=ref,
        )

    turn = 0
    while count is None or turn < count:
        if count is None and turn % 3 == 2:
            refs = [f"{number}/{turn}/{n}" for n in range(50)]
            record_many(drafts=[draft(ref) for ref in refs], source=source, by=robot)
        else:
            refs = [f"{number}/{turn}"]
            record(draft=draft(refs[0]), source=source, by=robot)
        os.write(acknowledged, "".join(f"{ref}\n" for ref in refs).encode())
        turn += 1


def seal_on(tenant: str, folder: Path, number: int) -> None:
    """Seal whatever comes, in small blocks, until killed."""
    from bihuan.facts.actions import seal
    from bihuan.org.models import Tenant

    company = Tenant.objects.get(code=tenant)
    while True:
        if seal(tenant=company, at_most=7) is None:
            time.sleep(0.001)


if __name__ == "__main__":
    main()
