"""Erasing at full size: many people and contacts, sown everywhere, and looked for afterwards.

    python -m tests.erasure PEOPLE FOLDER       (make erasure)

Makes a company in a home of its own, writes of everybody everywhere, makes a backup, erases
them all by two people, and looks for their values in every table of every schema, in every file of
the home but the server's own, in the replica, and in what search answers. Then restores the backup
into another home that knows the erasures, and looks again. Prints one line of figures.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.disaster import bihuan, environment, said


def main() -> None:
    count, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    old, new = folder / "old", folder / "new"
    sown = child(old, "sow", count)
    before = child(old, "look")
    file = said(bihuan(old, "backup", "--to", folder / "shelf", "--json"))["file"]
    began = time.monotonic()
    erased = child(old, "erase")
    seconds = time.monotonic() - began
    after = child(old, "look")
    verify = bihuan(old, "verify").returncode
    for name in ("keys", "erasures"):
        shutil.copytree(old / name, new / name)
    restored = said(bihuan(new, "restore", file, "--into", new, "--json"))
    again = child(new, "look")
    figures = {
        "people": sown,
        "rows_before": sum(before["tables"].values()),
        "tables_before": len(before["tables"]),
        "files_before": len(before["files"]),
        "erased": erased,
        "erase_seconds": round(seconds),
        "hits_database": sum(after["tables"].values()),
        "hits_files": len(after["files"]),
        "hits_replica": after["replica"],
        "hits_search": after["search"],
        "hits_restored": sum(again["tables"].values()) + len(again["files"]) + again["search"],
        "erased_again": restored["erased_again"],
        "verify": verify,
        "verify_restored": bihuan(new, "verify").returncode,
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    found = sum(value for name, value in figures.items() if name.startswith(("hits", "verify")))
    sys.exit(bool(found or erased != sown or restored["erased_again"] != sown))


def child(home: Path, *words: str) -> Any:
    """Do something in a home, in a process of its own, and return what it says."""
    asked = [sys.executable, "-m", "tests.erasure", "--", *words]
    answer = subprocess.run(asked, env=environment(home), stdout=subprocess.PIPE, check=True)
    return json.loads(answer.stdout.splitlines()[-1])


def in_home(mode: str, *words: str) -> object:
    """Do what one of the processes does."""
    from bihuan.base.starting import prepare

    prepare()
    if mode == "sow":
        return sow(int(words[0]))
    return erase() if mode == "erase" else look()


def sow(count: int) -> int:
    from bihuan.base.journal.sealing import seal_journal
    from bihuan.facts.actions import seal
    from bihuan.facts.replica import catch_up
    from tests import sowing

    sown = sowing.sow(count)
    while seal(tenant=sown.tenant):
        pass
    while seal_journal(sown.tenant.pk):
        pass
    catch_up(sown.tenant)
    return len(sown.subjects)


def erase() -> int:
    from bihuan.org.models import Person
    from bihuan.privacy.actions import ask, decide
    from bihuan.privacy.domain.petition import Asked
    from bihuan.privacy.jobs import erase as erase_one
    from bihuan.privacy.models import Subject
    from tests.sowing import SHAPES

    asker, decider = Person.objects.get(code="admin"), Person.objects.get(code="second")
    done = 0
    for subject in Subject.objects.order_by("created_at"):
        if not is_sown(subject, SHAPES):
            continue
        asked = ask(kind=Asked.ERASURE, subject=subject, reason="本人要求", by=asker)
        decide(petition=asked, agree=True, by=decider)
        erase_one(tenant=asker.tenant_id, petition=asked.pk, by=decider.pk)
        done += 1
    return done


def is_sown(subject: Any, shapes: Any) -> bool:
    from bihuan.privacy.queries.traces import sought

    return any(shapes.search(value) for value in sought(subject).values)


def look() -> dict[str, object]:
    from django.db import connection

    from bihuan.base.home import home
    from tests import sowing

    known = connection.get_connection_params()
    reach = {name: known[name] for name in ("host", "port", "user", "password") if known.get(name)}
    return {
        "tables": sowing.hits_in_database({**reach, "dbname": known["dbname"]}),
        "files": sowing.hits_in_files(home()),
        "replica": hits_in_replica(home() / "replica"),
        "search": hits_in_search(),
    }


def hits_in_replica(folder: Path) -> int:
    """Return in how many rows of the replica a value stands, in any column."""
    import duckdb

    from tests.sowing import SHAPES

    found = 0
    for path in folder.rglob("*.duckdb"):
        with duckdb.connect(str(path), read_only=True) as con:
            for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                rows = con.execute(f'SELECT * FROM "{name}"').fetchall()
                found += sum(1 for row in rows if SHAPES.search(str(row)))
    return found


def hits_in_search() -> int:
    """Return how many answers to searches for their names and numbers carry one of them."""
    from django.conf import settings
    from django.test import Client

    from bihuan.org.models import Login, Person
    from tests.make import make_login
    from tests.sowing import SHAPES, values_of

    settings.ALLOWED_HOSTS = ["testserver"]
    client, admin = Client(), Person.objects.get(code="admin")
    client.force_login(Login.objects.filter(people=admin).first() or make_login(admin))
    found = 0
    for number in range(0, 200, 10):
        for text in values_of(number).values():
            for path in ("/search/", "/customers/contacts/", "/org/people/"):
                page = client.get(path, {"q": text, "standing": "all"}).content.decode()
                found += bool(SHAPES.search(page.replace(text, "")))
    return found


if __name__ == "__main__":
    if sys.argv[1] == "--":
        sys.stdout.write(json.dumps(in_home(*sys.argv[2:])) + "\n")
        sys.stdout.flush()
        os._exit(0)
    main()
