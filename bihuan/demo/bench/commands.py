"""``bihuan bench``: without a word it times the demo company, as it always did."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import click
from django.utils.translation import gettext as _

from bihuan.demo.bench.company import time_company
from bihuan.demo.bench.loading import growth, load
from bihuan.demo.bench.place import is_made, place
from bihuan.demo.bench.timing import (
    Timed,
    make,
    ratios,
    tell_account_rules,
    tell_board,
    tell_rules,
    time_all,
)
from bihuan.demo.bench.world import ACCOUNTS, PEOPLE, SEED, TEN_MILLION

FEW = 200_000


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
@click.pass_context
def bench(context: click.Context, *, as_json: bool) -> None:
    """Time figures: the demo company without a word, millions of facts with ``metrics``."""
    if context.invoked_subcommand is None:
        context.invoke(demo, as_json=as_json)


bench.add_command(load)
bench.add_command(growth)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def demo(*, as_json: bool) -> None:
    """Time heat maps on the demo company against plain SQL and a spreadsheet."""
    time_company(as_json=as_json)


@bench.command()
@click.option("--people", default=PEOPLE, show_default=True, type=click.IntRange(min=100))
@click.option("--accounts", default=ACCOUNTS, show_default=True, type=click.IntRange(min=100))
@click.option("--facts", default=TEN_MILLION, show_default=True, help="How many, in two-hundreds.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another company.")
@click.option("--keep", is_flag=True, help="Leave the company there for the next time.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def metrics(
    *, people: int, accounts: int, facts: int, seed: int, keep: bool, as_json: bool
) -> None:
    """Time figures on a large company beside DuckDB, PostgreSQL and Polars.

    Best of five rounds with warm caches, three for what follows; each query runs
    in a process of its own. The answers of all engines must be the same. The
    company lies in a home and a database of its own.
    """
    facts = max(200, facts // 200 * 200)
    size = {"facts": facts, "seed": seed, "people": people, "accounts": accounts}

    def progress(step: str) -> None:
        click.echo(f"  … {step}", err=True)

    with place(keep=keep, **size) as folder:
        if not is_made(folder, **size):
            make(folder, **size, progress=progress)
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


@bench.command()
@click.option("--people", default=PEOPLE, show_default=True, type=click.IntRange(min=100))
@click.option("--accounts", type=click.IntRange(min=100), help="Judge rules about so many, too.")
@click.option("--rules", "count", default=40, show_default=True, type=click.IntRange(1, 400))
@click.option("--facts", default=TEN_MILLION, show_default=True, help="How many, in two-hundreds.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another company.")
@click.option("--keep", is_flag=True, help="Leave the company there for the next time.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def rules(  # noqa: PLR0913  # one parameter for each option
    *,
    people: int,
    accounts: int | None,
    count: int,
    facts: int,
    seed: int,
    keep: bool,
    as_json: bool,
) -> None:
    """Time a morning of rules over a large company, beside plain SQL of the same figures.

    All rules are judged by the deed of the job at seven, in a process of its own, from
    cold; alerts are written, responses are not made. The figures that rules read must
    be those of hand-written DuckDB SQL on the same file. Nothing of it stays but targets.
    With --accounts, five rules about customers are judged after that, in another process.
    """
    facts = max(200, facts // 200 * 200)
    size = {"facts": facts, "seed": seed, "people": people, "accounts": accounts or ACCOUNTS}

    def progress(step: str) -> None:
        click.echo(f"  … {step}", err=True)

    with place(keep=keep, **size) as folder:
        if not is_made(folder, **size):
            make(folder, **size, progress=progress)
        said = tell_rules(folder, count, progress)
        if accounts:
            said |= tell_account_rules(folder, progress)
    click.echo(_rules_json(facts, said) if as_json else _rules_table(facts, said))


def _rules_json(facts: int, said: dict[str, Any]) -> str:
    """Return one object; seconds stand there as they were measured, digit by digit."""
    told = {
        **{name: said[name] for name in ("people", "rules")},
        "facts": facts,
        **{name: said[name] for name in ("looked_at", "figures", "alerts")},
        "responses": 0,
        "seconds": _seconds(said["ns"]),
        "peak_mb": said["peak_kb"] and said["peak_kb"] // 1024,
        "figures_seconds": _seconds(said["figures_ns"]),
        "sql_seconds": _seconds(said["sql_ns"]),
        "ratio": _ratio(said["ns"], said["sql_ns"]),
        "figures_ratio": _ratio(said["figures_ns"], said["sql_ns"]),
    }
    if "accounts_ns" in said:
        told |= {
            "accounts": said["accounts_accounts"],
            "account_rules": said["accounts_rules"],
            "accounts_looked_at": said["accounts_looked_at"],
            "accounts_alerts": said["accounts_alerts"],
            "accounts_seconds": _seconds(said["accounts_ns"]),
            "accounts_peak_mb": said["accounts_peak_kb"] and said["accounts_peak_kb"] // 1024,
        }
    rows = (f'"{name}": {_number(value)}' for name, value in told.items())
    return "{" + ", ".join(rows) + "}"


def _seconds(ns: int) -> Decimal:
    return (Decimal(ns) / 10**9).quantize(Decimal("0.001"))


def _ratio(ns: int, other: int) -> Decimal:
    return (Decimal(ns) / other).quantize(Decimal("0.01"))


def _rules_table(facts: int, said: dict[str, Any]) -> str:
    told = _("%(rules)s rules over %(people)s people and %(facts)s facts: %(alerts)s alerts.")
    sizes = {name: f"{said[name]:,}" for name in ("rules", "people", "alerts")}
    times = _("%(whole)s s in all, %(ours)s s for figures, %(sql)s s for the same in plain SQL.")
    lines = [
        told % {**sizes, "facts": f"{facts:,}"},
        times
        % {
            "whole": _seconds(said["ns"]),
            "ours": _seconds(said["figures_ns"]),
            "sql": _seconds(said["sql_ns"]),
        },
    ]
    if "accounts_ns" in said:
        more = _("%(rules)s rules over %(accounts)s customers: %(alerts)s alerts, %(whole)s s.")
        of_accounts = {
            name: f"{said[f'accounts_{name}']:,}" for name in ("rules", "accounts", "alerts")
        }
        lines.append(more % {**of_accounts, "whole": _seconds(said["accounts_ns"])})
    return "\n".join(lines)


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
