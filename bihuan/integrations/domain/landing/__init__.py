"""Landing: from tables and a mapping to everything that will land, or every reason why not.

``land`` looks at all rows and stops at none: problems and notes are complete.

>>> from bihuan.integrations.domain.mapping import load_mapping
>>> from bihuan.integrations.domain.table import Table
>>> mapping = load_mapping('''
... source: orders
... files: {orders: {path: "*.csv"}}
... facts:
...   - {file: orders, kind: order.placed, key: no, business_on: day, person: who, amount: value}
... ''')
>>> orders = Table(file="o.csv", columns=("no", "day", "who", "value"), header_line=1,
...                lines=(2, 3), rows=(("1", "2024-03-01", "Lin", "9.5"),
...                                    ("2", "2024-03-32", "Lin", "-1")))
>>> landing = land(mapping, [orders], Known(people={"Lin": ("E1",)}))
>>> [(problem.row, problem.column, problem.code) for problem in landing.problems]
[(3, 'day', 'mapping.not_a_day'), (3, 'value', 'mapping.negative')]
>>> landing.facts[0].amount, landing.content(landing.facts[0].origin)["who"]
(Decimal('9.5'), 'Lin')
"""

from __future__ import annotations

import sys
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from bihuan.integrations.domain.fault import Origin
from bihuan.integrations.domain.landing.directory import Directory
from bihuan.integrations.domain.landing.draft import (
    FactDraft,
    Known,
    Landing,
    MemberDraft,
    Note,
    PersonDraft,
    QuotaDraft,
    SeatDraft,
    UnitDraft,
    content_of,
)
from bihuan.integrations.domain.landing.facts import Places, facts_of, row_refs_of
from bihuan.integrations.domain.landing.feed import FILE_UNKNOWN, Feed, feeds_of
from bihuan.integrations.domain.landing.members import members_of
from bihuan.integrations.domain.landing.people import parents_first, people_of, units_of
from bihuan.integrations.domain.landing.quotas import quotas_of
from bihuan.integrations.domain.landing.report import STRETCHED, Report
from bihuan.integrations.domain.mapping import Mapping
from bihuan.integrations.domain.mapping.target import FactTarget, Target
from bihuan.integrations.domain.table import Table
from bihuan.kernel.errors import Problem

__all__ = [
    "FactDraft",
    "Known",
    "Landing",
    "MemberDraft",
    "Note",
    "Origin",
    "PersonDraft",
    "Preview",
    "PreviewRow",
    "QuotaDraft",
    "SeatDraft",
    "UnitDraft",
    "content_of",
    "land",
    "preview",
]

DIMENSIONS = ("account", "opportunity", "product", "store")
NOTHING_KNOWN = Known()


class _Run:
    """One landing in the making."""

    def __init__(self, mapping: Mapping, tables: Sequence[Table], known: Known) -> None:
        zone = mapping.tenant.time_zone if mapping.tenant else known.time_zone
        self.mapping, self.tables, self.known = mapping, tables, known
        self.report = Report()
        self.feeds = feeds_of(mapping, tables, self.report, ZoneInfo(zone))
        self.units: dict[str, UnitDraft] = {}
        self.people: dict[str, PersonDraft] = {}
        self.members: dict[str, dict[str, MemberDraft]] = {name: {} for name in DIMENSIONS}
        self.directories = self._directories()
        for feed in self.feeds.values():
            feed.today = known.today

    def _directories(self) -> dict[str, Directory]:
        known, report = self.known, self.report
        made = {
            "person": Directory("person", known.people, report),
            "unit": Directory("unit", {code: (code,) for code in known.units}, report),
        }
        listed = {target.dimension for target in self.mapping.members}
        for name in DIMENSIONS:
            there = {
                spelling: codes
                for (dimension, spelling), codes in known.members.items()
                if dimension == name
            }
            made[name] = Directory(name, there, report)
            made[name].may_create = name not in listed
        return made

    def feed(self, target: Target | FactTarget) -> Feed | None:
        """Return the rows of a target's file, or nothing when the mapping lists no such file."""
        feed = self.feeds.get(target.file)
        if feed is None:
            self.report.add(FILE_UNKNOWN.at(value=target.file, alias=target.file))
        return feed if feed is not None and feed.tables else None

    def organisation(self) -> None:
        for target in self.mapping.units:
            if (feed := self.feed(target)) is not None:
                units_of(target, feed, self.directories["unit"], self.units)
        for each in self.mapping.people:
            if (feed := self.feed(each)) is not None:
                teams = people_of(each, feed, self.directories["unit"], self.people)
                self.units.update({t.code: t for t in teams if t.code not in self.units})
        self._introduce()

    def _introduce(self) -> None:
        """Let people be referred to, and see that every unit stands under one that is there."""
        for unit in self.units.values():
            if unit.parent and unit.parent not in self.units:
                self.directories["unit"].code_of(unit.parent, unit.origin, "parent")
        for code, person in self.people.items():
            self.directories["person"].add(code, person.name)

    def dimensions(self) -> None:
        for target in self.mapping.members:
            if (feed := self.feed(target)) is not None:
                directory = self.directories[target.dimension]
                members_of(target, feed, directory, self.members[target.dimension])

    def facts(self, limit: int) -> list[FactDraft]:
        refs: dict[tuple[str, str], Origin] = {}
        made: list[FactDraft] = []
        for target in self.mapping.facts:
            if (feed := self.feed(target)) is not None:
                made += facts_of(target, feed, self.places, refs, limit=limit)
        return made

    def row_refs(self) -> tuple[str, ...]:
        """Return the reference of every row that facts can be made of."""
        found: dict[str, None] = {}
        for target in self.mapping.facts:
            if (feed := self.feeds.get(target.file)) is not None and feed.tables:
                found.update(dict.fromkeys(row_refs_of(target, feed, self.places)))
        return tuple(found)

    def parts(self) -> frozenset[str]:
        """Return which facts of a row the files that are there speak of."""
        return frozenset(
            fields.part or ""
            for target in self.mapping.facts
            if (feed := self.feeds.get(target.file)) is not None and feed.tables
            for fields in target.parts()
        )

    def quotas(self) -> list[QuotaDraft]:
        made: list[QuotaDraft] = []
        for target in self.mapping.quotas:
            if (feed := self.feed(target)) is not None:
                made += quotas_of(target, feed, self.places)
        return made

    @property
    def places(self) -> Places:
        spec = self.mapping.tenant
        currency = self.known.currency or (spec.currency if spec else "")
        return Places(self.directories, self.known, currency, self.report)


def land(
    mapping: Mapping,
    tables: Sequence[Table],
    known: Known = NOTHING_KNOWN,
    *,
    limit: int | None = None,
) -> Landing:
    """Return what the tables become by a mapping; ``limit`` takes the first rows of facts only."""
    run = _Run(mapping, tables, known)
    run.organisation()
    run.dimensions()
    facts = run.facts(sys.maxsize if limit is None else limit)
    quotas = run.quotas()
    created = [m for each in run.directories.values() for m in each.created.values()]
    listed = [member for each in run.members.values() for member in each.values()]
    landing = Landing(
        units=parents_first(run.units, run.report),
        people=tuple(_stretched(run.people, facts, quotas, run.report)),
        members=(*listed, *created),
        facts=tuple(facts),
        quotas=tuple(quotas),
        notes=run.report.notes(),
        problems=run.report.problems(),
        problem_count=run.report.problem_count,
        row_counts=_row_counts(tables),
        tables=tuple(tables),
    )
    if landing.problem_count or limit is not None:
        return landing
    # Last, as looking at keys again must not be reported again.
    return replace(landing, row_refs=run.row_refs(), parts=run.parts())


def _row_counts(tables: Sequence[Table]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in tables:
        counts[table.file] = counts.get(table.file, 0) + len(table.rows)
    return counts


def _stretched(
    people: Map[str, PersonDraft],
    facts: Sequence[FactDraft],
    quotas: Sequence[QuotaDraft],
    report: Report,
) -> list[PersonDraft]:
    """Return people whose first seat begins no later than their first figure, where asked."""
    earliest: dict[str, date] = {}
    for code, day in [(f.person, f.business_on) for f in facts] + [
        (q.person, q.start) for q in quotas
    ]:
        if code and day < earliest.get(code, date.max):
            earliest[code] = day
    return [
        _stretch(person, earliest[code], report) if person.stretch and code in earliest else person
        for code, person in people.items()
    ]


def _stretch(person: PersonDraft, first: date, report: Report) -> PersonDraft:
    begun = [seat.valid_from for seat in person.seats if seat.valid_from is not None]
    if not begun or min(begun) <= first:
        return person
    seats = tuple(
        replace(seat, valid_from=first) if seat.valid_from == min(begun) else seat
        for seat in person.seats
    )
    report.note(STRETCHED, person.origin, name=person.name, day=first.isoformat())
    return replace(person, seats=seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A row as it stands in the file and as it will land."""

    origin: Origin
    content: Map[str, str]
    facts: tuple[FactDraft, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first rows of each file that makes facts, and the landing of only these."""

    rows: tuple[PreviewRow, ...]
    landing: Landing


def preview(
    mapping: Mapping, tables: Sequence[Table], known: Known = NOTHING_KNOWN, *, limit: int = 20
) -> Preview:
    """Return the first rows as they will land."""
    landing = land(mapping, tables, known, limit=limit)
    meant = [spec.wanted(alias) for alias, spec in mapping.files.items()]
    used = {target.file for target in mapping.facts}
    rows = []
    for table in tables:
        if not any(each.alias in used and each.means(table.file) for each in meant):
            continue
        for index, line in enumerate(table.lines[:limit]):
            origin = Origin(table.file, table.sheet, line)
            rows.append(
                PreviewRow(
                    origin=origin,
                    content=table.content(index),
                    facts=tuple(fact for fact in landing.facts if fact.origin == origin),
                    problems=tuple(
                        p for p in landing.problems if (p.file, p.sheet, p.row) == origin
                    ),
                )
            )
    return Preview(rows=tuple(rows), landing=landing)
