"""Timing every engine on every query, and telling times only of answers that are the same."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from bihuan.demo.bench.company import FiguresDiffer
from bihuan.demo.bench.place import command, environment, following, make_database, run
from bihuan.demo.bench.world import ENGINES, PEOPLE, QUERIES, SYNCS
from bihuan.kernel.errors import Conflict, gettext_noop

ROUNDS = 3
Progress = Callable[[str], None]


class BenchBroke(Conflict):
    code = "demo.bench_broke"
    says = gettext_noop("The bench could not go on: %(said)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One engine's time for one query; nothing where the engine is not installed."""

    query: str
    engine: str
    ns: int | None
    peak_kb: int | None

    @property
    def seconds(self) -> Decimal | None:
        if self.ns is None:
            return None
        return (Decimal(self.ns) / 10**9).quantize(Decimal("0.000001"))

    @property
    def peak_mb(self) -> int | None:
        return None if self.peak_kb is None else self.peak_kb // 1024


def make(folder: Path, *, facts: int, seed: int, people: int = PEOPLE, progress: Progress) -> None:
    """Make the company, telling each step."""
    make_database()
    words = command("make", str(folder), str(facts), str(seed), str(people))
    with subprocess.Popen(
        words, env=environment(folder), stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            progress(json.loads(line)["step"])
    if process.returncode:
        raise BenchBroke(said=f"make ended with {process.returncode}")


def time_all(folder: Path, progress: Progress) -> list[Timed]:
    """Return the times of all queries of all engines that are installed."""
    found: list[Timed] = []
    for query in QUERIES:
        progress(query)
        found += _same(query, {engine: _ask(folder, engine, query) for engine in ENGINES})
    with _Writer(folder) as writer:
        for query, count in SYNCS.items():
            progress(query)
            found += _same(
                query, {engine: _follow(folder, engine, writer, count) for engine in ENGINES}
            )
    return found


def tell_board(folder: Path, progress: Progress) -> dict[str, Any]:
    """Return the times of the goal board, as the process that took them tells them."""
    with subprocess.Popen(
        command("board", str(folder)),
        env=environment(folder),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        said: dict[str, Any] = {}
        for line in process.stdout:
            said = json.loads(line)
            if "step" in said:
                progress(said["step"])
    if process.returncode or "rows" not in said:
        raise BenchBroke(said=f"board ended with {process.returncode}")
    return said


def tell_rules(folder: Path, count: int, progress: Progress) -> dict[str, Any]:
    """Return what a morning's rules took, beside plain SQL of the figures that they read."""
    progress("targets")
    _run(folder, "targets")
    progress("rules")
    ours = _run(folder, "rules", str(count))
    progress("plain SQL")
    (folder / "asked.json").write_text(json.dumps(ours.pop("asked")), encoding="utf-8")
    plain = _run(folder, "rules_sql")
    if ours.pop("cells") != plain["cells"]:
        raise FiguresDiffer(task="rules")
    return {**ours, "sql_ns": plain["ns"]}


def invited(folder: Path, progress: Progress) -> list[dict[str, Any]]:
    """Let those in who open pages; return the pages that each of them opens."""
    progress("targets")
    _run(folder, "targets")
    progress("visitors")
    pages: list[dict[str, Any]] = _run(folder, "visitors")["pages"]
    return pages


def _run(folder: Path, *words: str) -> dict[str, Any]:
    """Run a process of the bench to its end, and return the last thing it said."""
    process = run(folder, *words)
    if process.returncode:
        raise BenchBroke(said=process.stderr.strip()[-2000:])
    said: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return said


def _is_installed(engine: str) -> bool:
    return engine != "polars" or find_spec("polars") is not None


def _same(query: str, answers: dict[str, dict[str, Any]]) -> list[Timed]:
    """Refuse to tell times of answers that differ."""
    if len({each["digest"] for each in answers.values() if each}) != 1:
        raise FiguresDiffer(task=query)
    return [
        Timed(query=query, engine=name, ns=each.get("ns"), peak_kb=each.get("peak_kb"))
        for name, each in answers.items()
    ]


def _ask(folder: Path, engine: str, query: str) -> dict[str, Any]:
    if not _is_installed(engine):
        return {}
    return _run(folder, "ask", engine, query)


def _follow(folder: Path, engine: str, writer: _Writer, count: int) -> dict[str, Any]:
    """Return the best of some rounds, in each of which so many facts more are committed."""
    if not _is_installed(engine):
        return {}
    with _Talk("follow", folder, following(folder), engine) as follower:
        follower.hear()
        rounds = []
        for _ in range(ROUNDS):
            writer.write(count)
            rounds.append(follower.ask("look"))
    writer.write(0)
    return {**min(rounds, key=lambda each: int(each["ns"])), "digest": rounds[-1]["digest"]}


class _Talk:
    """A process of the bench that is told something line by line, and answers each."""

    def __init__(self, what: str, folder: Path, env: dict[str, str], *words: str) -> None:
        self._process = subprocess.Popen(
            command(what, str(folder), *words),
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> _Talk:
        return self

    def __exit__(self, *error: object) -> None:
        self._to.close()
        self._process.__exit__(None, None, None)

    @property
    def _to(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    def ask(self, line: str) -> dict[str, Any]:
        self._to.write(f"{line}\n")
        self._to.flush()
        return self.hear()

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise BenchBroke(said=f"a process ended with {self._process.wait()}")
        said: dict[str, Any] = json.loads(line)
        return said


class _Writer:
    """Whoever appends facts, and takes them away again when the trial is over."""

    def __init__(self, folder: Path) -> None:
        self._talk = _Talk("write", folder, environment(folder))

    def __enter__(self) -> _Writer:
        self._talk.hear()
        return self

    def __exit__(self, *error: object) -> None:
        self._talk.__exit__()

    def write(self, count: int) -> None:
        """Return when so many facts are committed; nought takes them away."""
        self._talk.ask(str(count))


def ratios(found: list[Timed]) -> Iterator[tuple[Timed, Decimal | None]]:
    """Yield each time with how many times as long as Bihuan it is."""
    ours = {each.query: each.ns for each in found if each.engine == ENGINES[0]}
    for each in found:
        own = ours[each.query]
        yield each, None if not own or each.ns is None else Decimal(each.ns) / own
