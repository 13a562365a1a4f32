"""The disaster at full size: a backup under writers, the database killed, brought back elsewhere.

    python -m tests.disaster FACTS FOLDER       (make disaster)

Makes a company with so many facts in a home of its own, lets somebody write on while the
backup is made, kills the server (SIGKILL), restores into another home, and compares every table by
PostgreSQL's own means. Prints one line of figures.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

GROWING = {"facts_fact", "facts_ledger", "facts_block"}
"""What the writer goes on adding to after the snapshot: facts are compared up to its last."""

AT_LEAST = 30
"""So many facts are acknowledged before the backup begins."""


def main() -> None:
    facts, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    old, new, acknowledged = folder / "old", folder / "new", folder / "acknowledged"
    child(old, "fill", facts)
    acknowledged.touch()
    writer = subprocess.Popen(command("write", acknowledged), env=environment(old))
    while len(acknowledged.read_text().splitlines()) < AT_LEAST:
        assert writer.poll() is None, "the writer ended"
        time.sleep(0.05)
    before = acknowledged.read_text().splitlines()
    began = time.monotonic()
    file = said(bihuan(old, "backup", "--to", folder / "shelf", "--json"))["file"]
    backup_seconds = time.monotonic() - began
    assert writer.poll() is None, "nobody wrote while the backup was made"
    os.kill(postmaster(old), signal.SIGKILL)
    writer.kill()
    writer.wait()
    began = time.monotonic()
    restored = said(bihuan(new, "restore", file, "--into", new, "--json"))
    restore_seconds = time.monotonic() - began
    upto = child(new, "head")
    there, here = child(old, "digests", upto), child(new, "digests", upto)
    missing = child(new, "missing", json.dumps(before))
    figures = {
        "facts": child(new, "count"),
        "rows": restored["rows"],
        "tables": len(here),
        "bytes": Path(file).stat().st_size,
        "backup_seconds": round(backup_seconds),
        "restore_and_verify_seconds": round(restore_seconds),
        "acknowledged_before": len(before),
        "acknowledged_missing": missing,
        "tables_differing": sorted(name for name in here if here[name] != there[name]),
        "verify": bihuan(new, "verify").returncode,
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.exit(bool(figures["verify"] or figures["tables_differing"] or missing))


def environment(home: Path) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    more = {"BIHUAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "bihuan.settings"}
    return {**known, **more, "BIHUAN_LANGUAGE": "en"}


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "tests.disaster", "--", *map(str, words)]


def child(home: Path, *words: object) -> Any:
    """Do something in a home, in a process of its own, and return what it says."""
    asked = command(*map(str, words))
    answer = subprocess.run(asked, env=environment(home), stdout=subprocess.PIPE, check=True)
    return json.loads(answer.stdout.splitlines()[-1])


def bihuan(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, "-m", "bihuan", *map(str, words)]
    return subprocess.run(asked, env=environment(home), stdout=subprocess.PIPE, text=True)


def said(answer: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert answer.returncode == 0
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def postmaster(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def in_home(mode: str, *words: str) -> object:
    """Do what one of the processes does."""
    from bihuan.base.starting import prepare

    prepare()
    modes: dict[str, Callable[..., object]] = {
        "fill": fill,
        "write": write,
        "head": lambda: asked("SELECT last_seq FROM facts_ledger"),
        "count": lambda: asked("SELECT count(*) FROM facts_fact"),
        "digests": digests,
        "missing": missing_of,
    }
    return modes[mode](*words)


def fill(count: str) -> int:
    from bihuan.demo.bench.actions import make_company, make_facts
    from bihuan.facts.actions import seal

    tenant = make_company(facts=int(count))
    make_facts(tenant=tenant, count=int(count), seed=7, progress=lambda step: None)
    while seal(tenant=tenant):
        pass
    return int(count)


def write(path: str) -> None:
    """Record and seal for ever; what is acknowledged stands in a file."""
    from datetime import date
    from decimal import Decimal

    from bihuan.facts.actions import open_source, record, seal
    from bihuan.facts.domain.fact import Draft
    from bihuan.org.actions import robot_of
    from bihuan.org.models import Tenant

    tenant = Tenant.objects.get()
    source, robot = open_source(tenant=tenant, code="disaster"), robot_of(tenant)
    with Path(path).open("a") as file:
        for number in range(10_000_000):
            draft = Draft(
                kind="order.placed",
                business_on=date(2026, 3, 2),
                source_ref=f"d{number}",
                person_id=robot.pk,
                amount=Decimal(1),
            )
            record(draft=draft, source=source, by=robot)
            file.write(f"d{number}\n")
            file.flush()
            if number % 50 == 0:
                seal(tenant=tenant)


def asked(statement: str, *values: int | list[str]) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        [(found,)] = cursor.fetchall()
    return found


def digests(upto: str) -> dict[str, str]:
    from bihuan.base.backup.tables import known_names

    found = {
        name: asked(
            "SELECT md5(coalesce(string_agg(md5(r::text), '' ORDER BY md5(r::text)), ''))"
            f" FROM {name} r"
        )
        for name in sorted(known_names() - GROWING)
    }
    for name, column in (("facts_fact", "seq"), ("facts_block", "last_seq")):
        found[name] = asked(
            f"SELECT md5(string_agg(md5(r::text), '' ORDER BY r.{column})) FROM {name} r"
            f" WHERE {column} <= %s",
            int(upto),
        )
    return found


def missing_of(refs: str) -> int:
    wanted = json.loads(refs)
    there = asked("SELECT count(*) FROM facts_fact WHERE source_ref = ANY(%s)", wanted)
    return len(wanted) - int(there)


if __name__ == "__main__":
    if sys.argv[1] == "--":
        sys.stdout.write(json.dumps(in_home(*sys.argv[2:])) + "\n")
    else:
        main()
