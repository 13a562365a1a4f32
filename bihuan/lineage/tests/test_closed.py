"""What late facts do to closed months: nothing; and what was taken back late still counts there."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.facts.actions import reverse
from bihuan.lineage.queries import fact_lineage
from bihuan.metrics import actions
from bihuan.metrics.tests.office import KEY, NOVEMBER, Office

pytestmark = pytest.mark.django_db


def cells(office: Office, seq: int) -> set[tuple[str, str, int]]:
    """Return in which periods, and with what, a fact moves the metric of the office."""
    found = fact_lineage(tenant=office.tenant, seq=seq, scope=None)
    return {
        (line.role, cell.place.period.key, int(cell.numerator))
        for moved in found.metrics
        if moved.definition.key == KEY
        for line in moved.lines
        for cell in line.cells
    }


def test_a_late_fact_moves_no_cell_of_a_closed_month() -> None:
    office = Office()
    kept, *_ = office.sign((date(2026, 10, 5), "新签", 50))
    actions.close_period(tenant=office.tenant, through=NOVEMBER, by=office.anna)
    late, open_ = office.sign((date(2026, 10, 6), "新签", 7), (date(2026, 11, 4), "新签", 9))
    assert cells(office, kept.seq) == {
        ("counts", "2026-W41", 50),
        ("counts", "2026-10", 50),
        ("counts", "2026-Q4", 50),
    }
    assert cells(office, late.seq) == set()
    assert ("counts", "2026-11", 9) in cells(office, open_.seq)


def test_what_is_taken_back_late_still_counts_in_its_closed_month() -> None:
    office = Office()
    kept, *_ = office.sign((date(2026, 10, 5), "新签", 50))
    actions.close_period(tenant=office.tenant, through=NOVEMBER, by=office.anna)
    back = reverse(fact=kept, reason="wrong", by=office.robot)
    assert ("counts", "2026-10", 50) in cells(office, kept.seq)
    assert cells(office, back.seq) == set()


def test_before_a_closing_a_reversal_takes_its_fact_out_of_every_cell() -> None:
    office = Office()
    kept, *_ = office.sign((date(2026, 10, 5), "新签", 50))
    back = reverse(fact=kept, reason="wrong", by=office.robot)
    assert cells(office, kept.seq) == set()
    assert ("takes_back", "2026-10", -50) in cells(office, back.seq)
