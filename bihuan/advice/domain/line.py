"""Line: one landing as it is shown, told and frozen: amounts, bounds and what they mean.

It holds all that a page, a program or a sheet says of a landing, and nothing that
must be looked up, so that a weekly report reads the same a year later.

>>> line = Line(kind="person", id=7, name="林", metric="won_amount", name_zh="赢单金额",
...             name_en="Won amount", measured="money", period="2026-11", done=Decimal(60),
...             target=Decimal(100), middle=Decimal(87), low=Decimal(79), high=Decimal(95),
...             verdict="out_of_reach", gap=Decimal(13))
>>> line.attained, line.low_ratio, line.high_ratio, line.done_ratio
(Decimal('0.8700'), Decimal('0.7900'), Decimal('0.9500'), Decimal('0.6000'))
>>> read_line(line_as_data(line)) == line
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal

from bihuan.goals.domain.attainment import attainment

AMOUNTS = ("done", "target", "middle", "low", "high", "gap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A landing of one person or unit in one metric."""

    kind: str
    """``person`` or ``unit``."""
    id: int
    name: str
    metric: str
    name_zh: str
    name_en: str
    measured: str
    """The unit of the metric: money, count, …"""
    period: str
    done: Decimal
    target: Decimal | None = None
    middle: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    verdict: str = ""
    """Nothing where nothing is projected or nothing is asked."""
    gap: Decimal = Decimal(0)
    periods: int = 0
    errors: int = 0
    """How many periods are over, and past projections known, that it rests on."""

    @property
    def is_projected(self) -> bool:
        return self.middle is not None

    @property
    def is_off(self) -> bool:
        return self.verdict in ("at_risk", "out_of_reach")

    @property
    def attained(self) -> Decimal | None:
        return self._share(self.middle)

    @property
    def low_ratio(self) -> Decimal | None:
        return self._share(self.low)

    @property
    def high_ratio(self) -> Decimal | None:
        return self._share(self.high)

    @property
    def done_ratio(self) -> Decimal | None:
        return self._share(self.done)

    @property
    def address(self) -> str:
        """Return whose landing of what it is, as an address names it."""
        return f"metric={self.metric}&{self.kind}={self.id}"

    @property
    def cell(self) -> str:
        """Return the cell whose facts stand behind what is done."""
        return f"{self.address}&period={self.period}"

    def _share(self, amount: Decimal | None) -> Decimal | None:
        return None if self.target is None else attainment(quota=self.target, achieved=amount)


def line_as_data(line: Line) -> dict[str, object]:
    """Return a line in the form in which it is kept: amounts as text, exact."""
    return {
        name: f"{value:f}" if isinstance(value, Decimal) else value
        for name, value in asdict(line).items()
    }


def read_line(kept: Mapping[str, object]) -> Line:
    """Return the line that was kept."""
    texts = {each.name: str(kept[each.name]) for each in fields(Line) if each.name in kept}
    numbers = {name: _amount(kept[name]) for name in AMOUNTS}
    return Line(
        kind=texts["kind"],
        id=int(texts["id"]),
        name=texts["name"],
        metric=texts["metric"],
        name_zh=texts["name_zh"],
        name_en=texts["name_en"],
        measured=texts["measured"],
        period=texts["period"],
        done=numbers["done"] or Decimal(0),
        target=numbers["target"],
        middle=numbers["middle"],
        low=numbers["low"],
        high=numbers["high"],
        verdict=texts["verdict"],
        gap=numbers["gap"] or Decimal(0),
        periods=int(texts["periods"]),
        errors=int(texts["errors"]),
    )


def _amount(kept: object) -> Decimal | None:
    return None if kept is None else Decimal(str(kept))
