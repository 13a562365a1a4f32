"""``bihuan bench``: without a word it times the demo company, as it always did."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import click
from django.utils.translation import gettext as _

from bihuan.demo.bench.company import time_company
from bihuan.demo.bench.place import is_made, place
from bihuan.demo.bench.timing import Timed, make, ratios, tell_board, time_all

TEN_MILLION = 10_000_000
FEW = 200_000
SEED = 20_261_126


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
@click.pass_context
def bench(context: click.Context, *, as_json: bool) -> None:
    """Time figures: the demo company without a word, millions of facts with ``metrics``."""
    if context.invoked_subcommand is None:
        context.invoke(demo, as_json=as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def demo(*, as_json: bool) -> None:
    """Time heat maps on the demo company against plain SQL and a spreadsheet."""
    time_company(as_json=as_json)


@bench.command()
@click.option("--facts", default=TEN_MILLION, show_default=True, help="How many, in two-hundreds.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another company.")
@click.option("--keep", is_flag=True, help="Leave the company there for the next time.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def metrics(*, facts: int, seed: int, keep: bool, as_json: bool) -> None:
    """Time figures on a large company beside DuckDB, PostgreSQL and Polars.

    Best of five rounds with warm caches, three for what follows; each query runs
    in a process of its own. The answers of all engines must be the same. The
    company lies in a home and a database of its own.
    """
    facts = max(200, facts // 200 * 200)

    def progress(step: str) -> None:
        click.echo(f"  … {step}", err=True)

    with place(keep=keep, facts=facts, seed=seed) as folder:
        if not is_made(folder, facts=facts, seed=seed):
            make(folder, facts=facts, seed=seed, progress=progress)
        found = time_all(folder, progress)
    click.echo(_json(facts, found) if as_json else _table(facts, found))


@bench.command()
@click.option("--keep", is_flag=True, help="Leave the company there for the next time.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def board(*, keep: bool, as_json: bool) -> None:
    """Time the goal board on ten thousand people beside stored amounts and a workbook.

    Two hundred levels are opened as pages, forty are saved with a lock far below; the
    same change is written as stored amounts by one statement of PostgreSQL, and as a
    workbook that is opened and saved. Nothing of it stays.
    """

    def progress(step: str) -> None:
        click.echo(f"  … {step}", err=True)

    with place(keep=keep, facts=FEW, seed=SEED) as folder:
        if not is_made(folder, facts=FEW, seed=SEED):
            make(folder, facts=FEW, seed=SEED, progress=progress)
        said = tell_board(folder, progress)
    click.echo(json.dumps(said) if as_json else _board_table(said))


def _board_table(said: dict[str, Any]) -> str:
    lines = [_("%(people)s people.") % {"people": f"{said['people']:,}"}]
    for row in said["rows"]:
        figures = (Decimal(row[name]) / 10**6 for name in ("p50_ns", "p95_ns", "most_ns"))
        shown = " ".join(f"{each.quantize(Decimal('0.1')):>9}" for each in figures)
        lines.append(f"{row['query']:<12} {row['engine']:<11} {row['times']:>4} × {shown} ms")
    return "\n".join(lines)


def _json(facts: int, found: list[Timed]) -> str:
    """Return one object; seconds stand there as they were measured, digit by digit."""
    rows = (
        f'{{"query": "{each.query}", "engine": "{each.engine}",'
        f' "seconds": {_number(each.seconds)}, "peak_mb": {_number(each.peak_mb)}}}'
        for each in found
    )
    return f'{{"facts": {facts}, "rows": [{", ".join(rows)}]}}'


def _number(number: Decimal | int | None) -> str:
    return "null" if number is None else str(number)


def _table(facts: int, found: list[Timed]) -> str:
    told = _("%(facts)s facts. Best of five with warm caches; × = times as long as Bihuan.")
    lines = [told % {"facts": f"{facts:,}"}]
    for each, ratio in ratios(found):
        if each.seconds is None:
            lines.append(f"{each.query:<10} {each.engine:<11} " + _("not installed: bihuan[bench]"))
            continue
        milliseconds = (each.seconds * 1000).quantize(Decimal("0.1"))
        times = "" if ratio is None else f"{ratio.quantize(Decimal('0.01'))}×"
        memory = "–" if each.peak_mb is None else f"{each.peak_mb:,} MB"
        lines.append(
            f"{each.query:<10} {each.engine:<11} {milliseconds:>10} ms {times:>8} {memory:>10}"
        )
    return "\n".join(lines)
