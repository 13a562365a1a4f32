"""What an import is about to land: drafts by codes and names, before any id.

>>> landing = Landing(facts=(), problems=(), notes=())
>>> landing.is_ok
True
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bihuan.facts.domain.attribute import AttributeValue
from bihuan.facts.domain.kind import BUILT_IN, Kind
from bihuan.integrations.domain.fault import Origin
from bihuan.integrations.domain.table import Table
from bihuan.kernel.errors import Problem
from bihuan.org.domain.role import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that was handled and is reported: what, how often and in which rows."""

    code: str
    says: str
    params: Mapping[str, object]
    file: str = ""
    sheet: str = ""
    column: str = ""
    count: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDraft:
    """A unit by its code; without a parent it stands under the company."""

    code: str
    name: str
    kind: str
    parent: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDraft:
    """A seat by the code of its unit; without one it is in the company's own unit."""

    unit: str
    role: Role
    valid_from: date | None = None
    valid_to: date | None = None
    is_home: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """A person by their code, with the seats they take."""

    code: str
    name: str
    seats: tuple[SeatDraft, ...]
    origin: Origin
    stretch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDraft:
    """A member of a dimension by its code."""

    dimension: str
    code: str
    name: str
    attributes: Mapping[str, str | None]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDraft:
    """A fact whose person, unit and members are named by their codes."""

    kind: str
    business_on: date
    source_ref: str
    part: str
    origin: Origin
    occurred_at: datetime | None = None
    person: str = ""
    unit: str = ""
    account: str = ""
    opportunity: str = ""
    product: str = ""
    store: str = ""
    product_line: str = ""
    region: str = ""
    tier: str = ""
    amount: Decimal | None = None
    currency: str = ""
    quantity: Decimal | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaDraft:
    """What is asked of a person or a unit from ``start`` until the day before ``end``."""

    metric: str
    person: str
    unit: str
    start: date
    end: date
    amount: Decimal
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is there already: spellings of people and members to their codes, and the rest.

    A spelling with more than one code is ambiguous.
    """

    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    members: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=lambda: BUILT_IN)
    metrics: frozenset[str] | None = None
    currency: str = ""
    time_zone: str = "Asia/Shanghai"
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Everything an import is about to land, or why it will not."""

    units: tuple[UnitDraft, ...] = ()
    people: tuple[PersonDraft, ...] = ()
    members: tuple[MemberDraft, ...] = ()
    facts: tuple[FactDraft, ...] = ()
    quotas: tuple[QuotaDraft, ...] = ()
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    row_counts: Mapping[str, int] = field(default_factory=dict)
    tables: tuple[Table, ...] = field(default=(), repr=False)
    row_refs: tuple[str, ...] = field(default=(), repr=False)
    parts: frozenset[str] = frozenset()

    @property
    def is_ok(self) -> bool:
        return self.problem_count == 0

    def content(self, origin: Origin) -> dict[str, str]:
        """Return the row a draft was made of, as it stood in the file."""
        return content_of(self.tables, origin)


def content_of(tables: tuple[Table, ...], origin: Origin) -> dict[str, str]:
    """Return the row that stands at a place of a file."""
    for table in tables:
        if (table.file, table.sheet) == (origin.file, origin.sheet) and origin.line is not None:
            index = bisect_left(table.lines, origin.line)
            if index < len(table.lines) and table.lines[index] == origin.line:
                return table.content(index)
    return {}
