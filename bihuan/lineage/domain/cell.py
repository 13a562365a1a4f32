"""Cell: where in the heat maps a fact counts.

A fact of a person in a unit counts for the person, for the unit and for every
unit above it, in the week, the month and the quarter that hold its day.

>>> found = cells_of(day=date(2026, 8, 12), person_id=7, line=(1, 4))
>>> [(cell.person_id, cell.unit_id, cell.period.key) for cell in found][:4]
[(7, None, '2026-W33'), (7, None, '2026-08'), (7, None, '2026-Q3'), (None, 4, '2026-W33')]
>>> len(found)
9

A cell holds another fact when that one has the person, or a unit in or below
the cell's, and a day in its period:

>>> found[0].holds(day=date(2026, 8, 16), person_id=7, line=(2,))
True
>>> found[3].holds(day=date(2026, 8, 16), person_id=7, line=(2,))
False
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from bihuan.kernel.period import Grain, Period, period_of

GRAINS = (Grain.WEEK, Grain.MONTH, Grain.QUARTER)


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A person or a unit, and a period."""

    person_id: int | None
    unit_id: int | None
    period: Period

    def holds(self, *, day: date, person_id: int | None, line: tuple[int, ...]) -> bool:
        """Tell whether a fact of a day, a person and a line of units counts here."""
        is_theirs = person_id == self.person_id if self.unit_id is None else self.unit_id in line
        return is_theirs and self.period.contains(day)

    def query(self, metric: str) -> str:
        """Return the cell of a metric as it stands in an address."""
        return cell_query(metric, self.period.key, person_id=self.person_id, unit_id=self.unit_id)


def cell_query(metric: str, period: str, *, person_id: int | None, unit_id: int | None) -> str:
    """Return a cell as it stands in the address of a heat map's cell."""
    bearer = {"unit": unit_id} if person_id is None else {"person": person_id}
    return urlencode({"metric": metric, "period": period, **bearer})


def cells_of(
    *, day: date, person_id: int | None, line: tuple[int, ...], fiscal_start_month: int = 1
) -> list[CellPlace]:
    """Return the cells that hold a fact: the person's first, then those of its units, upwards.

    ``line`` are the units from the top of the tree down to the fact's own.
    """
    periods = [period_of(day, grain, fiscal_start_month=fiscal_start_month) for grain in GRAINS]
    bearers = [(person_id, None)] if person_id is not None else []
    whose = [*bearers, *((None, unit) for unit in reversed(line))]
    return [CellPlace(person, unit, period) for person, unit in whose for period in periods]
