"""``bihuan bench demo``: how fast, as ratios to plain SQL and to what users use today.

Each task is done three ways in one run on the same data: by Bihuan, by one plain
SQL statement on the ledger, and by a spreadsheet of the same rows read and added
up. Ratios hold on any machine; milliseconds are this machine's.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import click
from django.db import connection
from openpyxl import Workbook, load_workbook

from bihuan.base import clock
from bihuan.demo.actions import CODE, build_demo
from bihuan.facts.models import Fact
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics.queries import Where, evaluate
from bihuan.org.models import Tenant

WEEKS = 26
ROUNDS = 5
HEAT_SQL = """
    SELECT f.person_id, date_trunc('week', f.business_on)::date, SUM(f.amount)
    FROM facts_fact f
    WHERE f.tenant_id = %s AND f.kind = 'contract.signed' AND f.reverses_id IS NULL
      AND f.business_on >= %s AND f.business_on < %s
      AND NOT EXISTS (SELECT 1 FROM facts_fact r WHERE r.reverses_id = f.id)
    GROUP BY 1, 2
"""
ONE_SQL = HEAT_SQL.replace("GROUP BY", "AND f.person_id = %s GROUP BY")


class FiguresDiffer(Conflict):
    code = "demo.figures_differ"
    says = gettext_noop("The ways of reckoning %(task)s do not agree.")


@dataclass(frozen=True, slots=True)
class Result:
    """One task: milliseconds of each way (best of five) and what plain ways take of ours."""

    task: str
    rows: int
    bihuan_ms: int
    sql_ms: int
    spreadsheet_ms: int | None

    @property
    def line(self) -> str:
        sheet = "–" if self.spreadsheet_ms is None else f"{self._ratio(self.spreadsheet_ms)}×"
        return (
            f"{self.task:<44} {self.rows:>8} {self.bihuan_ms:>8} ms"
            f"   SQL {self._ratio(self.sql_ms)}×   spreadsheet {sheet}"
        )

    def _ratio(self, other_ms: int) -> str:
        return str((Decimal(other_ms) / max(self.bihuan_ms, 1)).quantize(Decimal("0.01")))


def time_company(*, as_json: bool) -> None:
    """Time heat maps on the demo company and tell the times."""
    tenant = _demo()
    end = clock.today(tenant.time_zone)
    start = end - timedelta(days=end.weekday() + 7 * (WEEKS - 1))
    results = [_company(tenant, start, end), _one_person(tenant, start, end)]
    if as_json:
        click.echo(json.dumps([asdict(each) for each in results], ensure_ascii=False))
        return
    click.echo(f"{'task':<44} {'facts':>8} {'Bihuan':>11}   × = times as long as Bihuan")
    for each in results:
        click.echo(each.line)


def _demo() -> Tenant:
    tenant = Tenant.objects.filter(code=CODE).first()
    zone = "Asia/Shanghai" if tenant is None else tenant.time_zone
    return build_demo(today=clock.today(zone), progress=lambda step: None)


def _company(tenant: Tenant, start: date, end: date) -> Result:
    """All people by week: what the company's heat map asks."""
    spans = periods(start, end, Grain.WEEK)

    def ours() -> dict[tuple[int, date], Decimal]:
        return _by_bihuan(tenant, spans, None)

    def sql() -> dict[tuple[int, date], Decimal]:
        return _by_sql(HEAT_SQL, [tenant.pk, spans[0].start, spans[-1].end])

    facts = Fact.objects.filter(
        tenant=tenant, kind="contract.signed", business_on__gte=spans[0].start
    ).count()
    with tempfile.TemporaryDirectory() as folder:
        book = _spreadsheet(tenant, spans, Path(folder) / "contracts.xlsx")
        return _timed("company, people by week", facts, ours, sql, lambda: _by_sheet(book))


def _one_person(tenant: Tenant, start: date, end: date) -> Result:
    """One person by week: what a rep's own page asks."""
    spans = periods(start, end, Grain.WEEK)
    signed = Fact.objects.filter(tenant=tenant, kind="contract.signed")
    person_id = signed.values_list("person_id", flat=True)[0] or 0

    def ours() -> dict[tuple[int, date], Decimal]:
        return _by_bihuan(tenant, spans, person_id)

    def sql() -> dict[tuple[int, date], Decimal]:
        return _by_sql(ONE_SQL, [tenant.pk, spans[0].start, spans[-1].end, person_id])

    facts = signed.filter(person_id=person_id, business_on__gte=spans[0].start).count()
    return _timed("one person by week", facts, ours, sql, None)


Figures = dict[tuple[int, date], Decimal]


def _timed(
    task: str,
    facts: int,
    ours: Callable[[], Figures],
    sql: Callable[[], Figures],
    sheet: Callable[[], Figures] | None,
) -> Result:
    if ours() != sql() or (sheet is not None and sheet() != sql()):
        raise FiguresDiffer(task=task)
    return Result(task, facts, _best(ours), _best(sql), None if sheet is None else _best(sheet))


def _best(way: Callable[[], Figures]) -> int:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter_ns()
        way()
        times.append(time.perf_counter_ns() - began)
    return max(1, min(times) // 1_000_000)


def _by_bihuan(tenant: Tenant, spans: list[Period], person_id: int | None) -> Figures:
    where = Where() if person_id is None else Where(person_ids=(person_id,))
    rows = evaluate(
        tenant=tenant,
        metric="signed_amount",
        by=("person",),
        spans=spans,
        where=where,
        scope=None,
        with_total=False,
    )
    found: Figures = {}
    for row in rows:
        person = row.keys["person"]
        if isinstance(person, int) and row.period is not None and row.value is not None:
            found[person, row.period.start] = row.value
    return found


def _by_sql(statement: str, parameters: list[int | date]) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return {(person, week): total for person, week, total in cursor.fetchall()}


def _spreadsheet(tenant: Tenant, spans: list[Period], path: Path) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("contracts")
    facts = Fact.objects.filter(
        tenant=tenant,
        kind="contract.signed",
        business_on__gte=spans[0].start,
        business_on__lt=spans[-1].end,
    ).live()
    for row in facts.values_list("person_id", "business_on", "amount"):
        sheet.append(row)
    book.save(path)
    return path


def _by_sheet(path: Path) -> Figures:
    sums: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for person, day, amount in load_workbook(path, read_only=True).active.iter_rows(
        values_only=True
    ):
        monday = day.date() - timedelta(days=day.weekday())
        sums[person, monday] += Decimal(str(amount)).quantize(Decimal("0.0001"))
    return dict(sums)
