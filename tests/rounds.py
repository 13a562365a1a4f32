"""The whole product under load, killed piece by piece: nothing acknowledged is lost.

    python -m tests.rounds ROUNDS FOLDER       (make rounds)

Opens the product as its users do (``bihuan up``) and lets programs record facts and read
pages over HTTP all the while. Each round kills (SIGKILL) one of the processes that serve
pages, the one above them, the job worker, the follower, the database server or one of its
backends, and waits until every one of them is there again, the product says it is ready,
and a fact is acknowledged. A keeper starts ``bihuan up`` again when it ends, as systemd and
compose do with what ``deploy/`` says. Prints one line of figures.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socket import socket
from threading import Event, Lock, Thread
from typing import Any

from tests.disaster import bihuan, environment, postmaster

HOST = "127.0.0.1"
WRITERS = 2
FIRST_START_SECONDS = 120
LONGEST_SECONDS = 30
"""Who is not back by then is late."""
GIVEN_UP_SECONDS = 180
"""Who is not back by then has not come back by itself."""
PAUSE_SECONDS = 0.1
RESTART_SECONDS = 1
SEED = 20_261_126
PIECES = ("pages", "above pages", "worker", "follower", "database", "backend")
BUSY = {"token_a_minute": 1_000_000, "person_a_minute": 1_000_000}
"""What the load may ask: one that is told to slow down looks like a product that is away."""
COMMANDS = {
    "pages": "bihuan up",
    "above pages": "bihuan up",
    "worker": "bihuan worker",
    "follower": "bihuan seal --follow",
}


def main() -> None:
    rounds, folder = int(sys.argv[1]), Path(sys.argv[2]).resolve()
    figures = run(rounds, folder)
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.exit(any(figures[each] for each in ("missing", "doubled", "late", "verify")))


def run(rounds: int, folder: Path, *, breath_seconds: Decimal = Decimal(0)) -> dict[str, Any]:
    """Kill so many times, and return what came of it; visitors draw breath between requests."""
    home = folder / "home"
    token = child(home, "found")
    with (
        (folder / "rounds.log").open("a", buffering=1) as log,
        kept_open(home) as site,
        knocking(site, token, breath_seconds) as visitors,
    ):
        site.wait_until_whole(token, FIRST_START_SECONDS)
        dice = random.Random(SEED)
        took: dict[str, list[int]] = defaultdict(list)
        for number in range(rounds):
            piece = PIECES[number % len(PIECES)]
            time.sleep(dice.uniform(0, 1))
            site.kill(piece, dice)
            took[piece].append(site.wait_until_whole(token, GIVEN_UP_SECONDS))
            log.write(f"{number + 1} {piece}: {took[piece][-1]} ms\n")
    acknowledged = visitors.acknowledged
    (folder / "acknowledged.json").write_text(json.dumps(acknowledged))
    missing, doubled = child(home, "compare", str(folder / "acknowledged.json"))
    return {
        "rounds": rounds,
        "acknowledged": len(acknowledged),
        "missing": missing,
        "doubled": doubled,
        "pages_read": visitors.answers["read"],
        "turned_away": visitors.answers["turned away"],
        "late": sum(ms > LONGEST_SECONDS * 1000 for times in took.values() for ms in times),
        "slowest_ms": {piece: max(times) for piece, times in took.items()},
        "verify": bihuan(home, "verify").returncode,
    }


def child(home: Path, *words: str) -> Any:
    asked = [sys.executable, "-m", "tests.rounds", "--", *words]
    answer = subprocess.run(asked, env=environment(home), stdout=subprocess.PIPE, check=True)
    return json.loads(answer.stdout.splitlines()[-1])


@contextmanager
def kept_open(home: Path) -> Iterator[Site]:
    """Keep the product open, and open it again whenever it ends."""
    with socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    over = Event()
    command = [sys.executable, "-m", "bihuan", "up", "--port", str(port)]
    log = (home.parent / "up.log").open("ab")

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=environment(home), stdout=log, stderr=log)

    def keep() -> None:
        process = start()
        while not over.wait(PAUSE_SECONDS):
            if process.poll() is not None and not over.wait(RESTART_SECONDS):
                process = start()
        process.terminate()
        process.wait()

    keeper = Thread(target=keep)
    keeper.start()
    try:
        yield Site(home, port)
    finally:
        over.set()
        keeper.join()
        log.close()


class Site:
    """The product as it is seen from outside, and its processes."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.mark = f"BIHUAN_HOME={home}\0".encode()
        self.numbers = itertools.count()

    def pids(self, piece: str) -> list[int]:
        """Return the processes of a piece: of those below one another the lowest, or the top."""
        if piece in ("database", "backend"):
            return self.servers(piece)
        found = [pid for pid in self.ours() if COMMANDS[piece] in words_of(pid)]
        parents = {pid: parent_of(pid) for pid in found}
        if piece == "pages":
            return [pid for pid in found if parents[pid] in found]
        return [pid for pid in found if parents[pid] not in found]

    def ours(self) -> Iterator[int]:
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                if (
                    folder.name.isdecimal()
                    and self.mark in (folder / "environ").read_bytes() + b"\0"
                ):
                    yield int(folder.name)

    def servers(self, piece: str) -> list[int]:
        with suppress(OSError, ValueError, IndexError):
            top = postmaster(self.home)
            if piece == "database":
                return [top] if Path(f"/proc/{top}").exists() else []
            below = Path(f"/proc/{top}/task/{top}/children").read_text().split()
            return [int(pid) for pid in below if "[local]" in words_of(int(pid))]
        return []

    def kill(self, piece: str, dice: random.Random) -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        while not (found := self.pids(piece)):
            assert time.monotonic() < deadline, f"there is nothing to kill: {piece}"
            time.sleep(PAUSE_SECONDS)
        with suppress(ProcessLookupError):
            os.kill(dice.choice(found), signal.SIGKILL)

    def wait_until_whole(self, token: str, seconds: int) -> int:
        """Wait until everything is there again, and return after how many milliseconds."""
        began = time.monotonic_ns()
        while not self.is_whole(token):
            waited = (time.monotonic_ns() - began) // 10**6
            assert waited < seconds * 1000, self.state()
            time.sleep(PAUSE_SECONDS)
        return (time.monotonic_ns() - began) // 10**6

    def is_whole(self, token: str) -> bool:
        is_there = all(self.pids(piece) for piece in (*COMMANDS, "database"))
        return (
            is_there and self.ask("GET", "/health/ready") == 200 and self.record(token, "r") < 300
        )

    def state(self) -> dict[str, object]:
        return {
            **{piece: self.pids(piece) for piece in PIECES},
            "ready": self.ask("GET", "/health/ready"),
            "log": (self.home.parent / "up.log").read_text(errors="replace")[-3000:],
        }

    def record(self, token: str, who: str, ref: str | None = None) -> int:
        """Record a fact by the API; return the status, or 599 where no answer came."""
        ref = ref or f"{who}-{next(self.numbers)}"
        fact = {
            "kind": "contract.signed",
            "source": "rounds",
            "source_ref": ref,
            "business_on": "2026-03-02",
            "person": "lin",
            "amount": "1",
        }
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": ref,
        }
        return self.ask("POST", "/api/v1/facts", json.dumps(fact), headers)

    def ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> int:
        connection = HTTPConnection(HOST, self.port, timeout=LONGEST_SECONDS)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, HTTPException):
            return 599
        finally:
            connection.close()


class Visitors:
    """Programs that record facts and read lists all the while, and what they were told."""

    def __init__(self, site: Site, token: str, breath_seconds: Decimal) -> None:
        self.site, self.token, self.breath_seconds = site, token, breath_seconds
        self.over, self.lock = Event(), Lock()
        self.acknowledged: list[str] = []
        self.answers: Counter[str] = Counter()

    def write(self, number: int) -> None:
        for turn in itertools.count():
            if self.over.is_set():
                return
            ref = f"w{number}-{turn}"
            self._note(self.site.record(self.token, "w", ref), "written", ref)

    def read(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        while not self.over.is_set():
            self._note(self.site.ask("GET", "/api/v1/facts", None, headers), "read", None)

    def _note(self, status: int, what: str, ref: str | None) -> None:
        with self.lock:
            self.answers[what if status < 300 else "turned away"] += 1
            if ref is not None and status < 300:
                self.acknowledged.append(ref)
        time.sleep(PAUSE_SECONDS if status >= 300 else float(self.breath_seconds))


@contextmanager
def knocking(site: Site, token: str, breath_seconds: Decimal) -> Iterator[Visitors]:
    visitors = Visitors(site, token, breath_seconds)
    threads = [Thread(target=visitors.write, args=[number]) for number in range(WRITERS)]
    threads.append(Thread(target=visitors.read))
    for thread in threads:
        thread.start()
    try:
        yield visitors
    finally:
        visitors.over.set()
        for thread in threads:
            thread.join()


def words_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def parent_of(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def found() -> str:
    """Found a company with one rep and a program; return the program's token."""
    from bihuan.org.actions import (
        Seat,
        make_token,
        place_people,
        put_person,
        robot_of,
        root_of,
        set_allowance,
    )
    from bihuan.org.actions.tenants import found_tenant
    from bihuan.org.domain.role import Role

    tenant = found_tenant(code="rounds", name="Rounds")
    robot, root = robot_of(tenant), root_of(tenant)
    set_allowance(tenant=tenant, said=BUSY, by=robot)
    seats = {"lin": Role.REP, "program": Role.INTEGRATION}
    for code, role in seats.items():
        person = put_person(tenant=tenant, code=code, name=code, by=robot)
        seat = Seat(unit_id=root.pk, role=role)
        place_people(tenant=tenant, seats={person.pk: [seat]}, by=robot)
    return make_token(person=person, name="rounds", by=robot)[1]


def compare(path: str) -> tuple[int, int]:
    """Return how many acknowledged facts are missing, and how many are there twice."""
    from django.db.models import Count

    from bihuan.facts.models import Fact

    wanted = json.loads(Path(path).read_text())
    there = Fact.objects.filter(source__code="rounds")
    refs = set(there.values_list("source_ref", flat=True))
    doubled = there.values("source_ref").annotate(n=Count("pk")).filter(n__gt=1).count()
    return len(set(wanted) - refs), doubled


def in_home(mode: str, *words: str) -> object:
    from bihuan.base.starting import prepare

    prepare()
    return found() if mode == "found" else compare(*words)


if __name__ == "__main__":
    if sys.argv[1] == "--":
        sys.stdout.write(json.dumps(in_home(*sys.argv[2:])) + "\n")
    else:
        main()
