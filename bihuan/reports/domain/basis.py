"""Basis: what a report is frozen with, so that a year later it reckons the same.

Most of what a report reads is never deleted, and tells by its instants what stood at
any of them: facts by their number, targets, revisions, edits, receipts and ratings by when
they were made and ended. For these an instant and a number are enough. What is
changed in place is written down here: names, who sat where, and each metric as it was
defined.

>>> east = UnitThen(id=2, above=1, name="East", kind="region")
>>> lin = PersonThen(id=7, name="Lin", unit=2, role="rep", sits=True)
>>> basis = Basis(
...     month="2026-10", start=date(2026, 10, 1), end=date(2026, 11, 1), seq=900,
...     as_of=datetime.fromisoformat("2026-11-01T00:00:00+00:00"), zone="Asia/Shanghai",
...     currency="CNY", fiscal_start_month=1, closings=[], revisions=[], definitions={},
...     units=[UnitThen(id=1, above=None, name="Co", kind="company"), east], people=[lin])
>>> read_basis(basis_as_data(basis)) == basis, basis.below(1), basis.below(2)
(True, {1, 2}, {2})
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitThen:
    """A unit as it stood: what it was called and what it lay under."""

    id: int
    above: int | None
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonThen:
    """A person as they stood on the last day of the month."""

    id: int
    name: str
    unit: int | None
    """Where they sit, or last sat."""
    role: str
    sits: bool
    """Whether they were there on that day: who has left, or has no seat, carries nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionThen:
    """A published plan that was in force: which, and the digest of what it says."""

    id: int
    cycle_id: int
    cycle: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingThen:
    """A closing that stood: days before ``through`` are read as of a number."""

    through: date
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Everything beside the append-only tables that a report was reckoned from."""

    month: str
    start: date
    end: date
    as_of: datetime
    """What was written after this instant is not read."""
    seq: int
    """The number of the last fact that is read."""
    zone: str
    currency: str
    fiscal_start_month: int
    closings: list[ClosingThen]
    revisions: list[RevisionThen]
    definitions: dict[str, dict[str, object]]
    """Each metric that is asked of anybody, with all its versions spliced."""
    units: list[UnitThen]
    """The whole tree, each after the one it lies under."""
    people: list[PersonThen]

    def below(self, top: int) -> set[int]:
        """Return a unit and all that lay under it."""
        found = {top}
        for unit in self.units:
            if unit.above in found:
                found.add(unit.id)
        return found


_BASIS = TypeAdapter(Basis)


def basis_as_data(basis: Basis) -> object:
    """Return a basis as it is kept."""
    return _BASIS.dump_python(basis, mode="json")


def read_basis(kept: object) -> Basis:
    return _BASIS.validate_python(kept)
