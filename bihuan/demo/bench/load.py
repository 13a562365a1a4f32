"""The load: some visitors at a time, each opening page after page of a product that serves them.

The product is started as its users start it, in processes of its own; pages are asked for
over HTTP on kept connections, in an order drawn once. What is timed runs from the first
byte of the request to the last of the answer, an answer that is not the page counts as an
error, and memory is that of the processes that serve pages.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.client import HTTPException as HttpFault
from pathlib import Path
from random import Random
from typing import Any

import httpx2

from bihuan.demo.bench.place import environment
from bihuan.demo.bench.timing import BenchBroke
from bihuan.demo.bench.visitors import PASSWORD, Page

HOST = "127.0.0.1"
PATIENCE_SECONDS = 120
WARM_ROUNDS = 6
"""How often each page is opened before it counts: each process has then opened it."""
NS = 10**9
SAMPLE_SECONDS = 5
SHARE_AT_ENDS = 10
"""Memory at the beginning and at the end is the mean of a tenth of the samples."""
OK = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """One page, opened once: which, how long it took, and whether it was the page."""

    page: int
    ns: int
    is_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of a load."""

    pages: tuple[Page, ...]
    opened: tuple[Opened, ...]
    ns: int
    memory_kb: tuple[int, ...]

    def of_page(self, number: int) -> list[int]:
        """Return how long a page took each time, sorted."""
        return sorted(each.ns for each in self.opened if each.page == number and each.is_good)

    @property
    def errors(self) -> int:
        return sum(not each.is_good for each in self.opened)

    @property
    def memory(self) -> tuple[int, int]:
        """Return the mean memory of the first samples and of the last, in kilobytes."""
        count = max(1, len(self.memory_kb) // SHARE_AT_ENDS)
        first, last = self.memory_kb[:count], self.memory_kb[-count:]
        return sum(first) // len(first), sum(last) // len(last)


def at(percent: int, sorted_ns: Sequence[int]) -> int:
    """Return the time that so many percent of the times do not exceed.

    >>> at(95, list(range(1, 101))), at(50, [7])
    (95, 7)
    """
    return sorted_ns[max(0, -(-len(sorted_ns) * percent // 100) - 1)] if sorted_ns else 0


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Have the product open on the company in a folder, until the block ends."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    words = [sys.executable, "-m", "bihuan", "up", "--pages-only", "--port", str(port)]
    log = folder / "load.log"
    with log.open("wb") as said:
        process = subprocess.Popen(words, env=environment(folder), stdout=said, stderr=said)
    try:
        site = Site(port=port, pid=process.pid)
        site.wait_until_open(lambda: process.poll() is None, log)
        yield site
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True, slots=True)
class Site:
    """The product as it is reached from outside."""

    port: int
    pid: int

    def wait_until_open(self, lives: Callable[[], bool], log: Path) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends and lives():
            with suppress(OSError), closing(HTTPConnection(HOST, self.port, timeout=5)) as probe:
                probe.request("GET", "/health/ready")
                if probe.getresponse().status == OK:
                    return
            time.sleep(1)
        raise BenchBroke(said=log.read_text(encoding="utf-8", errors="replace")[-2000:])

    def sign_in(self, visitor: str) -> str:
        """Sign a visitor in as a browser does; return the cookies that say so."""
        address = f"http://{HOST}:{self.port}"
        with httpx2.Client(base_url=address, timeout=PATIENCE_SECONDS) as browser:
            browser.get("/accounts/login/")
            form = {
                "login": f"bench-{visitor}",
                "password": PASSWORD,
                "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            }
            answer = browser.post("/accounts/login/", data=form)
            if answer.status_code // 100 != 3:
                raise BenchBroke(said=f"{visitor} cannot sign in: {answer.status_code}")
            return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

    def memory_kb(self) -> int:
        """Return the memory of the processes that serve pages, as the system counts it."""
        return sum(map(_resident, _family(self.pid)))


def _family(pid: int) -> Iterator[int]:
    """Yield a process and those below it that are not the database's."""
    if "postgres" in _read(pid, "comm"):
        return
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            yield from _family(int(child))


def _resident(pid: int) -> int:
    rows = (line.split() for line in _read(pid, "status").splitlines())
    return next((int(row[1]) for row in rows if row and row[0] == "VmRSS:"), 0)


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
    except OSError:
        return ""


def put_under_load(site: Site, raw: Sequence[dict[str, Any]], *, seconds: int, width: int) -> Load:
    """Open pages for so long, so many at a time, and tell what came of it."""
    pages = tuple(Page(**each) for each in raw)
    cookies = {name: site.sign_in(name) for name in sorted({page.visitor for page in pages})}
    warm = range(len(pages) * WARM_ROUNDS)
    with ThreadPoolExecutor(width) as pool:
        list(pool.map(lambda some: _knock(site, pages, cookies, iter(some)), _dealt(warm, width)))
        began = time.perf_counter_ns()
        ends = began + seconds * NS
        tasks = [
            pool.submit(_knock, site, pages, cookies, _until(ends, len(pages), seed))
            for seed in range(width)
        ]
        memory = list(_samples(site, ends))
        opened = tuple(each for task in tasks for each in task.result())
    ns = time.perf_counter_ns() - began
    return Load(pages=pages, opened=opened, ns=ns, memory_kb=tuple(memory))


def open_in_turn(site: Site, raw: Sequence[dict[str, Any]], *, rounds: int) -> Load:
    """Open every page so many times, one at a time."""
    pages = tuple(Page(**each) for each in raw)
    cookies = {name: site.sign_in(name) for name in sorted({page.visitor for page in pages})}
    order = list(range(len(pages)))
    _knock(site, pages, cookies, iter(order * WARM_ROUNDS))
    began = time.perf_counter_ns()
    opened = tuple(_knock(site, pages, cookies, iter(order * rounds)))
    ns = time.perf_counter_ns() - began
    return Load(pages=pages, opened=opened, ns=ns, memory_kb=(site.memory_kb(),))


def _dealt(numbers: range, width: int) -> list[range]:
    return [numbers[place::width] for place in range(width)]


def _until(ends: int, count: int, seed: int) -> Iterator[int]:
    """Yield pages in an order drawn once, all of them before any comes again."""
    chance = Random(seed)
    while True:
        for number in chance.sample(range(count), count):
            if time.perf_counter_ns() >= ends:
                return
            yield number


def _samples(site: Site, ends: int) -> Iterator[int]:
    yield site.memory_kb()
    while (left := ends - time.perf_counter_ns()) > 0:
        time.sleep(min(SAMPLE_SECONDS, left // NS + 1))
        yield site.memory_kb()


def _knock(
    site: Site, pages: Sequence[Page], cookies: Mapping[str, str], numbers: Iterator[int]
) -> list[Opened]:
    """Open pages by their numbers, on one connection as long as it holds."""
    found = []
    connection = HTTPConnection(HOST, site.port, timeout=PATIENCE_SECONDS)
    for number in numbers:
        page = pages[number % len(pages)]
        began = time.perf_counter_ns()
        try:
            connection.request("GET", page.address, headers={"Cookie": cookies[page.visitor]})
            answer = connection.getresponse()
            text = answer.read()
            is_good = answer.status == OK and page.holds.encode() in text
        except (OSError, HttpFault):
            connection.close()
            is_good = False
        ns = time.perf_counter_ns() - began
        found.append(Opened(number % len(pages), ns, is_good))
    connection.close()
    return found
