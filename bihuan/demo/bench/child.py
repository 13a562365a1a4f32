"""The processes of the bench, each of which does one thing and tells what it took.

    make FACTS SEED PEOPLE the company, its facts, and every form that engines read them in
    write                  appends or cuts facts, as it is told line by line
    ask ENGINE QUERY       times one query of one engine
    follow ENGINE QUERY    times how soon one engine sees what was appended
    board                  times the goal board on all people of the company
    targets                gives everybody a target of what rules compare with one
    rules COUNT            times a morning's rules over all people
    rules_sql              times plain SQL of the figures that these rules read
    visitors               lets those in who open pages, and says which

Each prints one object of JSON to a line. Times are whole nanoseconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from bihuan.demo.bench.answer import digest
from bihuan.demo.bench.world import read_asked, read_world

ROUNDS = 5
LONGEST_NS = 20 * 10**9
"""An engine that takes longer than this in all is not asked again."""


def main() -> None:
    what, *words = sys.argv[1:]
    deeds: dict[str, Callable[..., None]] = {
        "make": make,
        "write": write,
        "ask": ask,
        "follow": follow,
        "board": board,
        "targets": targets,
        "rules": rules,
        "rules_sql": rules_sql,
        "visitors": visitors,
    }
    deeds[what](*words)


def say(**said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def make(folder: str, facts: str, seed: str, people: str) -> None:
    from bihuan.base.starting import prepare

    prepare()
    from bihuan.demo.bench.making import make_world

    make_world(
        folder=Path(folder),
        facts=int(facts),
        seed=int(seed),
        people=int(people),
        progress=lambda step: say(step=step),
    )


def write(folder: str) -> None:
    """Append so many facts for each number that comes in, and cut them at a nought."""
    from bihuan.base.starting import prepare

    prepare()
    from bihuan.demo.bench.actions import append_facts, cut_facts
    from bihuan.org.models import Tenant

    world = read_world(Path(folder))
    tenant = Tenant.objects.get(pk=world.tenant_id)
    say(ready=True)
    for line in sys.stdin:
        if count := int(line):
            append_facts(tenant=tenant, count=count, seed=world.seed)
        else:
            cut_facts(tenant=tenant, after=world.facts)
        say(done=count)


def board(folder: str) -> None:
    from bihuan.base.starting import prepare

    prepare()
    from bihuan.demo.bench.board import time_board

    people, found = time_board(lambda step: say(step=step))
    say(
        people=people,
        rows=[
            {
                "query": each.query,
                "engine": each.engine,
                "times": len(each.ns),
                "p50_ns": each.at(50),
                "p95_ns": each.at(95),
                "most_ns": each.ns[-1],
            }
            for each in found
        ],
    )


def targets(folder: str) -> None:
    from bihuan.base.starting import prepare

    prepare()
    from bihuan.demo.bench.rules import set_targets

    set_targets(read_world(Path(folder)).facts)
    say(done=True)


def visitors(folder: str) -> None:
    from bihuan.base.starting import prepare

    prepare()
    from bihuan.demo.bench.visitors import invite

    say(pages=invite(read_world(Path(folder))))


def rules(folder: str, count: str) -> None:
    from bihuan.base.starting import prepare

    prepare()
    from bihuan.demo.bench.rules import evaluate

    morning, peak_kb, figures_ns, told = evaluate(int(count), lambda: _peak(None))
    say(**asdict(morning), peak_kb=peak_kb, figures_ns=figures_ns, **told)


def rules_sql(folder: str) -> None:
    from bihuan.demo.bench.engines.rules_sql import Engine

    asked = [read_asked(each) for each in json.loads((Path(folder) / "asked.json").read_text())]
    cells, ns = Engine(read_world(Path(folder))).answers(asked)
    say(cells=cells, ns=ns)


def ask(folder: str, name: str, query: str) -> None:
    engine = _engine(folder, name)
    put: Callable[[], Any] = getattr(engine, query)
    found = digest(engine.canonical(query, put()))
    times: list[int] = []
    while len(times) < ROUNDS and sum(times) < LONGEST_NS:
        began = time.perf_counter_ns()
        put()
        times.append(time.perf_counter_ns() - began)
    say(digest=found, ns=min(times), rounds=len(times), peak_kb=_peak(engine))


def follow(folder: str, name: str) -> None:
    """Make ready, and look as often as a line comes in: it comes right after a commit."""
    engine = _engine(folder, name)
    engine.follow(Path(folder) / "sync")
    say(before=engine.seen())
    for _ in sys.stdin:
        began = time.perf_counter_ns()
        visits = engine.seen()
        say(digest=str(visits), ns=time.perf_counter_ns() - began, peak_kb=_peak(engine))


def _engine(folder: str, name: str) -> Any:
    module = import_module(f"bihuan.demo.bench.engines.{name}")
    return module.Engine(read_world(Path(folder)))


def _peak(engine: object) -> int | None:
    """Return the most memory that the engine's process has had, where the system tells."""
    process = getattr(engine, "process", "self")
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return None
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
