"""People: units, people and the seats they take, as the files list them.

Seats are either listed, or follow from who reports to whom: everybody whom
somebody reports to leads a team of their own, in which they and their reports
sit; teams stand under the team of the leader's own superior.

>>> from bihuan.integrations.domain.landing import land
>>> from bihuan.integrations.domain.mapping import load_mapping
>>> from bihuan.integrations.domain.table import Table
>>> mapping = load_mapping('''
... source: hr
... files: {staff: {path: staff.csv}}
... people: [{file: staff, code: no, name: name, reports_to: boss, team: {suffix: " team"}}]
... ''')
>>> staff = Table(file="staff.csv", columns=("no", "name", "boss"), header_line=1, lines=(2, 3, 4),
...               rows=(("1", "Amy", None), ("2", "Lin", "1"), ("3", "Wang", "1")))
>>> landing = land(mapping, [staff])
>>> [(unit.code, unit.name) for unit in landing.units]
[('team-1', 'Amy team')]
>>> [(p.name, p.seats[0].unit, p.seats[0].role.value) for p in landing.people]
[('Amy', 'team-1', 'manager'), ('Lin', 'team-1', 'rep'), ('Wang', 'team-1', 'rep')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.landing.cells import Value
from bihuan.integrations.domain.landing.directory import Directory
from bihuan.integrations.domain.landing.draft import PersonDraft, SeatDraft, UnitDraft
from bihuan.integrations.domain.landing.evaluation import holds
from bihuan.integrations.domain.landing.feed import Feed, Want
from bihuan.integrations.domain.landing.field import DROPPED, Field, FieldRule
from bihuan.integrations.domain.landing.members import DIFFERS
from bihuan.integrations.domain.landing.report import Report
from bihuan.integrations.domain.mapping.expression import Constant, Expression
from bihuan.integrations.domain.mapping.target import PeopleTarget, SeatSpec, UnitTarget
from bihuan.org.domain.role import Role

CIRCLE = Fault(
    "mapping.circle",
    gettext_noop("“%(value)s” stands above itself: %(chain)s."),
    gettext_noop("Correct who reports to whom, or which unit stands under which."),
)
ROLE_UNKNOWN = Fault(
    "mapping.role_unknown",
    gettext_noop("“%(value)s” in %(column)s is not a role."),
    gettext_noop("Map it to rep, manager, clerk, hrbp, quality_officer or admin."),
)
SEAT_ENDS_EARLY = Fault(
    "mapping.seat_ends_early",
    gettext_noop("The seat ends on %(end)s, not after it begins on %(start)s."),
    gettext_noop("Correct one of the two dates."),
)


def units_of(
    target: UnitTarget, feed: Feed, directory: Directory, made: dict[str, UnitDraft]
) -> None:
    """Add the units that a target lists to those made already."""
    rule = FieldRule(is_needed=True, makes="unit", longest=60, is_code=True)
    code = Field(feed, "code", target.code, rule)
    name = Field(feed, "name", target.name or target.code, FieldRule(longest=80))
    parent = None if target.parent is None else Field(feed, "parent", target.parent, FieldRule())
    for row, passes in enumerate(holds(feed, target.when)):
        if not passes:
            continue
        taken = [code.take(row), name.take(row), parent.take(row) if parent else None]
        if DROPPED in taken:
            continue
        texts = [_text(value) for value in taken]
        draft = UnitDraft(
            code=texts[0],
            name=texts[1] or texts[0],
            kind=target.kind,
            parent=texts[2],
            origin=feed.origins[row],
        )
        first = made.setdefault(draft.code, draft)
        directory.add(draft.code, draft.name)
        if replace(first, origin=draft.origin) != draft:
            _differs(feed.report, draft.origin, code.label, draft.code, first.origin)


def _differs(report: Report, origin: Origin, column: str, value: str, first: Origin) -> None:
    report.add(DIFFERS.at(origin, column=column, value=value, first=first.line))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def parents_first(units: Mapping[str, UnitDraft], report: Report) -> tuple[UnitDraft, ...]:
    """Return units so that each comes after the one it stands under; a circle is a problem."""
    ordered: dict[str, UnitDraft] = {}
    for code in units:
        chain: list[str] = []
        while code in units and code not in ordered and code not in chain:
            chain.append(code)
            code = units[code].parent
        if code in chain:
            shown = " → ".join([*chain, code])
            report.add(CIRCLE.at(units[code].origin, value=code, chain=shown))
            return tuple(units.values())
        ordered.update({each: units[each] for each in reversed(chain)})
    return tuple(ordered.values())


class Seater:
    """Reads one seat of a target for each row."""

    def __init__(self, feed: Feed, spec: SeatSpec) -> None:
        text, day = FieldRule(), FieldRule(want=Want.DAY)
        role = spec.role if not isinstance(spec.role, Role) else Constant(constant=spec.role.value)
        self.feed, self.spec = feed, spec
        self.role = Field(feed, "role", role, FieldRule(is_needed=True, makes="person"))
        self.unit = None if spec.unit is None else Field(feed, "unit", spec.unit, text)
        self.begins = None if spec.begins is None else Field(feed, "from", spec.begins, day)
        self.ends = None if spec.ends is None else Field(feed, "until", spec.ends, day)

    def take(self, row: int, units: Directory) -> SeatDraft | None:
        """Return the seat of a row, or nothing after saying why there is none."""
        place = self.feed.origins[row]
        fields = (self.role, self.unit, self.begins, self.ends)
        role, unit, begins, ends = (None if f is None else f.take(row) for f in fields)
        if DROPPED in (role, unit, begins, ends):
            return None
        if role not in set(Role):
            self.feed.report.add(ROLE_UNKNOWN.at(place, column=self.role.label, value=_text(role)))
            return None
        start, end = _day(begins), _day(ends)
        if start is not None and end is not None and end <= start:
            self.feed.report.add(SEAT_ENDS_EARLY.at(place, start=str(start), end=str(end)))
            return None
        code = ""
        if self.unit is not None and isinstance(unit, str):
            found = units.code_of(unit, place, self.unit.label)
            if found is None:
                return None
            code = found
        is_home = True if self.spec.home is None else self.spec.home
        return SeatDraft(
            unit=code, role=Role(str(role)), valid_from=start, valid_to=end, is_home=is_home
        )


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) else None


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as a row lists them, before teams are made."""

    draft: PersonDraft
    boss: str
    begins: date | None


def people_of(
    target: PeopleTarget, feed: Feed, units: Directory, made: dict[str, PersonDraft]
) -> list[UnitDraft]:
    """Add the people that a target lists; return the teams that follow from it."""
    listed = _listed(target, feed, units)
    teams = _teams(target, listed)
    for team in teams:
        units.add(team.code, team.name)
    led = {team.code for team in teams}
    for code, each in listed.items():
        draft = each.draft
        if target.reports_to is not None:
            draft = replace(draft, seats=(_seat_by_reports(code, each, led),))
        first = made.get(code)
        if first is None:
            made[code] = draft
        elif first.name != draft.name:
            _differs(feed.report, draft.origin, "name", code, first.origin)
        else:
            new = tuple(seat for seat in draft.seats if seat not in first.seats)
            made[code] = replace(first, seats=first.seats + new)
    return teams


def _listed(target: PeopleTarget, feed: Feed, units: Directory) -> dict[str, Listed]:
    """Return the people of a target by their codes."""
    rule = FieldRule(is_needed=True, makes="person", longest=60, is_code=True)
    code = Field(feed, "code", target.code, rule)
    name = Field(feed, "name", target.name or target.code, FieldRule(longest=80))
    boss = _optional(feed, "reports_to", target.reports_to, FieldRule())
    begins = _optional(feed, "from", target.begins, FieldRule(want=Want.DAY))
    seaters = [Seater(feed, spec) for spec in target.seats]
    listed: dict[str, Listed] = {}
    for row, passes in enumerate(holds(feed, target.when)):
        if not passes:
            continue
        taken = [f.take(row) if f else None for f in (code, name, boss, begins)]
        if DROPPED in taken:
            continue
        draft = PersonDraft(
            code=_text(taken[0]),
            name=_text(taken[1]) or _text(taken[0]),
            seats=tuple(s for s in (each.take(row, units) for each in seaters) if s is not None),
            origin=feed.origins[row],
            stretch=target.stretch,
        )
        _merge(listed, Listed(draft, _text(taken[2]), _day(taken[3])), feed.report, code.label)
    return listed


def _optional(
    feed: Feed, name: str, expression: Expression | None, rule: FieldRule
) -> Field | None:
    return None if expression is None else Field(feed, name, expression, rule)


def _merge(listed: dict[str, Listed], found: Listed, report: Report, column: str) -> None:
    """Add a person to those listed; one who stands in several rows has the seats of all."""
    draft = found.draft
    first = listed.get(draft.code)
    if first is None:
        listed[draft.code] = found
        return
    if (first.draft.name, first.boss) != (draft.name, found.boss):
        _differs(report, draft.origin, column, draft.code, first.draft.origin)
    new = tuple(seat for seat in draft.seats if seat not in first.draft.seats)
    merged = replace(first.draft, seats=first.draft.seats + new)
    listed[draft.code] = replace(first, draft=merged)


def _teams(target: PeopleTarget, listed: Mapping[str, Listed]) -> list[UnitDraft]:
    """Return a team for everybody in the list whom somebody in the list reports to."""
    leaders = {each.boss for each in listed.values() if each.boss in listed}
    return [
        UnitDraft(
            code=team_of(code),
            name=f"{each.draft.name}{target.team.suffix}",
            kind=target.team.kind,
            parent=team_of(each.boss) if each.boss in leaders else "",
            origin=each.draft.origin,
        )
        for code, each in listed.items()
        if code in leaders
    ]


def team_of(code: str) -> str:
    """Return the code of the team that a person leads."""
    return f"team-{code}"


def _seat_by_reports(code: str, each: Listed, led: set[str]) -> SeatDraft:
    own, above = team_of(code), team_of(each.boss)
    if own in led:
        return SeatDraft(unit=own, role=Role.MANAGER, valid_from=each.begins)
    return SeatDraft(unit=above if above in led else "", role=Role.REP, valid_from=each.begins)
