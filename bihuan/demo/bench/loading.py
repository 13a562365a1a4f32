"""``bihuan bench load`` and ``bihuan bench growth``: pages under load, and as data grows."""

from __future__ import annotations

import json
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from bihuan.demo.bench.load import NS, Load, at, open_in_turn, put_under_load, serving
from bihuan.demo.bench.place import is_made, place
from bihuan.demo.bench.plot import picture
from bihuan.demo.bench.timing import invited, make
from bihuan.demo.bench.world import ACCOUNTS, PEOPLE, SEED, TEN_MILLION, read_world

SIZES = "10000,100000,1000000,10000000"
ROUNDS = 15
NS_PER_MS = 10**6
KB_PER_MB = 1024


@click.command()
@click.option("--facts", default=TEN_MILLION, show_default=True, help="How many, in two-hundreds.")
@click.option("--people", default=PEOPLE, show_default=True, type=click.IntRange(min=100))
@click.option("--accounts", default=ACCOUNTS, show_default=True, type=click.IntRange(min=100))
@click.option("--seconds", default=600, show_default=True, type=click.IntRange(min=1))
@click.option("--at-once", default=4, show_default=True, type=click.IntRange(1, 64))
@click.option("--keep", is_flag=True, help="Leave the company there for the next time.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def load(  # noqa: PLR0913  # one parameter for each option
    *,
    facts: int,
    people: int,
    accounts: int,
    seconds: int,
    at_once: int,
    keep: bool,
    as_json: bool,
) -> None:
    """Open lists and heat maps of a large company for ten minutes, four at a time.

    The pages are served as ``bihuan up --pages-only`` does, over HTTP, to an administrator,
    the managers of a region and of a team, and a rep. An answer that is not the page is an
    error; memory is that of the processes that serve. Nothing of it stays but the visitors.
    """
    size = {"facts": max(200, facts // 200 * 200), "people": people, "accounts": accounts}
    size["seed"] = SEED
    with place(keep=keep, **size) as folder:
        _have(folder, size)
        asked = invited(folder, _progress)
        _progress("load")
        with serving(folder) as site:
            found = put_under_load(site, asked, seconds=seconds, width=at_once)
        world = read_world(folder)
    sizes = {"facts": world.facts, "opportunities": world.opportunities, "people": world.people}
    click.echo(_json({**sizes, "at_once": at_once}, found) if as_json else _table(sizes, found))
    if found.errors:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--sizes", default=SIZES, show_default=True, help="Facts of each company.")
@click.option("--people", default=PEOPLE, show_default=True, type=click.IntRange(min=100))
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="An SVG to write.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def growth(*, sizes: str, people: int, plot: Path | None, as_json: bool) -> None:
    """Time every page of the load alone, on companies with more and more facts."""
    rows: list[dict[str, Any]] = []
    for facts in (int(each) for each in sizes.split(",")):
        size = {"facts": max(200, facts // 200 * 200), "seed": SEED, "people": people}
        with place(keep=False, **size) as folder:
            _have(folder, size)
            asked = invited(folder, _progress)
            _progress(f"{facts:,}")
            with serving(folder) as site:
                found = open_in_turn(site, asked, rounds=ROUNDS)
        rows += [{"facts": size["facts"], **row} for row in _rows(found)]
    if plot is not None:
        plot.write_text(_plotted(rows), encoding="utf-8")
    click.echo(json.dumps(rows) if as_json else _growth_table(rows))


def _have(folder: Path, size: dict[str, int]) -> None:
    if not is_made(folder, **size):
        make(folder, **size, progress=_progress)


def _progress(step: str) -> None:
    click.echo(f"  … {step}", err=True)


def _rows(found: Load) -> list[dict[str, Any]]:
    """Return what each page took: whole milliseconds, rounded up."""
    rows = []
    for number, page in enumerate(found.pages):
        times = found.of_page(number)
        took = {
            name: -(-at(percent, times) // NS_PER_MS)
            for name, percent in (("p50_ms", 50), ("p95_ms", 95), ("most_ms", 100))
        }
        rows.append({"page": page.name, "visitor": page.visitor, "times": len(times), **took})
    return rows


def _figures(found: Load) -> dict[str, Any]:
    rows = _rows(found)
    first, last = found.memory
    return {
        "seconds": found.ns // NS,
        "requests": len(found.opened),
        "errors": found.errors,
        "slowest_p95_ms": max(row["p95_ms"] for row in rows),
        "memory_mb": [first // KB_PER_MB, last // KB_PER_MB],
        "pages": rows,
    }


def _per_second(found: Load) -> Decimal:
    return (Decimal(len(found.opened)) * NS / found.ns).quantize(Decimal("0.1"))


def _grown(found: Load) -> Decimal:
    first, last = found.memory
    return (Decimal(last - first) / first).quantize(Decimal("0.001")) if first else Decimal(0)


def _json(sizes: dict[str, int], found: Load) -> str:
    """Return one object; what is no whole number stands there digit by digit."""
    whole = json.dumps({**sizes, **_figures(found)})
    exact = f'"per_second": {_per_second(found)}, "memory_growth": {_grown(found)}'
    return f"{whole[:-1]}, {exact}}}"


def _table(sizes: dict[str, int], found: Load) -> str:
    told = _("%(facts)s facts, %(opportunities)s opportunities, %(people)s people.")
    lines = [told % {name: f"{count:,}" for name, count in sizes.items()}]
    for row in _rows(found):
        lines.append(
            f"{row['page']:<18} {row['visitor']:<8} {row['times']:>6} ×"
            f" {row['p50_ms']:>6} {row['p95_ms']:>6} {row['most_ms']:>6} ms"
        )
    figures = _figures(found)
    whole = _(
        "%(requests)s pages in %(seconds)s s, %(per_second)s a second, %(errors)s errors;"
        " the slowest page's p95 is %(p95)s ms; memory %(first)s MB at first, %(last)s MB at last."
    )
    lines.append(
        whole
        % {
            **{name: f"{figures[name]:,}" for name in ("requests", "seconds", "errors")},
            "per_second": _per_second(found),
            "p95": figures["slowest_p95_ms"],
            "first": figures["memory_mb"][0],
            "last": figures["memory_mb"][1],
        }
    )
    return "\n".join(lines)


def _by_page(rows: list[dict[str, Any]]) -> dict[str, list[tuple[int, int]]]:
    """Return each page's points from few facts to many, in whatever order they were timed."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row in sorted(rows, key=itemgetter("facts")):
        name = f"{row['page']}, {row['visitor']}"
        found.setdefault(name, []).append((row["facts"], row["p50_ms"]))
    return found


def _growth_table(rows: list[dict[str, Any]]) -> str:
    sizes = sorted({row["facts"] for row in rows})
    lines = [f"{'p50, ms':<28}" + "".join(f"{size:>14,}" for size in sizes)]
    for name, points in _by_page(rows).items():
        lines.append(f"{name:<28}" + "".join(f"{took:>14,}" for _, took in points))
    return "\n".join(lines)


def _plotted(rows: list[dict[str, Any]]) -> str:
    return picture(_by_page(rows), across=_("facts in the ledger"), up=_("milliseconds, p50"))
