"""The tree of targets below a unit, checked level by level against last year.

Four questions to the tables, one to the replica for all levels of units and one for
people, however many there are. Targets are cut to the window by the same rules as
those of the heat map.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from bihuan.goals.domain.carriage import Carriage
from bihuan.goals.domain.dilution import Dilution, Level, Node, Standing, dilution
from bihuan.goals.domain.pacing import FINEST
from bihuan.goals.domain.rollup import Rolled, climb, upwards
from bihuan.goals.domain.span import Span
from bihuan.goals.queries.dilution.asking import DilutionAsked
from bihuan.goals.queries.dilution.base import Base, base_of
from bihuan.goals.queries.plan import Plan, plans_of
from bihuan.kernel.money import apportion
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Unit

K = TypeVar("K", bound=Hashable)
WORST_COUNT = 10
LEAKS_COUNT = 5
SELLERS = frozenset({Role.REP.value, Role.CLERK.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who or what a node is."""

    name: str
    kind: str
    """The kind of a unit, or ``person``."""
    unit_id: int
    """The unit itself, or the one a person sits in."""
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A node as it is shown: how it stands and who it is."""

    standing: Standing
    named: Named
    has_children: bool = False
    is_vacant: bool = False
    """Whether something is asked of a unit in which nobody sits."""
    is_first: bool = False
    """Whether it is the highest leak of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Somebody who sells and is asked nothing, with what they did last year."""

    named: Named
    unit: str
    before: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DilutionTree:
    """The tree below a unit, and what is to be said about it."""

    asked: DilutionAsked
    adds_up: bool
    found: Dilution
    names: dict[str, Named]
    idle: list[Idle] = field(default_factory=list)
    seats: Counter[str] = field(default_factory=Counter)
    """How many sit in each unit or below it, by path."""
    history_from: date | None = None
    """The first day with facts, where last year is not there as a whole."""

    @property
    def has_targets(self) -> bool:
        return self.found.root.asked is not None

    @property
    def levels(self) -> list[tuple[Level, str]]:
        """Return the levels on which something is carried, with the kind of their nodes."""
        return [(level, self._kind(level)) for level in self.found.carried_levels]

    def _kind(self, level: Level) -> str:
        if level.is_people:
            return "person"
        here = (
            self.names[key].kind
            for key, each in self.found.nodes.items()
            if each.level == level.level
            and not each.is_person
            and (each.carries or each.above is None)
        )
        return Counter(here).most_common(1)[0][0]

    def line(self, standing: Standing) -> Line:
        first = self.found.first_leak
        return Line(
            standing=standing,
            named=self.names[standing.key],
            has_children=bool(self.found.below.get(standing.key)),
            is_vacant=self._is_vacant(standing),
            is_first=first is not None and first.key == standing.key,
        )

    def _is_vacant(self, standing: Standing) -> bool:
        is_asked = standing.carries and not standing.is_person
        return is_asked and not self.seats[standing.key]

    def rows(self, key: str | None = None) -> list[Line]:
        """Return what lies below a node, or the root: units first, the least growth first."""
        below = self.found.below.get(key or self.found.root.key, [])
        known = sorted(
            below,
            key=lambda each: (
                each.is_person,
                each.asked is None,
                each.growth is None,
                each.growth or Decimal(0),
                self.names[each.key].name,
            ),
        )
        return [self.line(each) for each in known]

    @property
    def leaks(self) -> list[Line]:
        return [self.line(each) for each in self.found.leaks[:LEAKS_COUNT]]

    @property
    def leak_count(self) -> int:
        return len(self.found.leaks)

    @property
    def worst(self) -> list[list[Line]]:
        """Return the ways down to those whose growth is least, each from the root."""
        people = [each for each in self.found.people() if each.growth is not None]
        return [self.way(each.key) for each in people[:WORST_COUNT]]

    @property
    def vacant(self) -> list[Line]:
        units = (each for each in self.found.nodes.values() if self._is_vacant(each))
        return [self.line(each) for each in units]

    def way(self, key: str) -> list[Line]:
        return [self.line(each) for each in self.found.path(key)]


def tree_of(asked: DilutionAsked) -> DilutionTree:
    """Return the tree below a unit with every target, checked."""
    plan = plans_of(asked.tenant, [asked.metric], asked.span)[asked.metric.key]
    units = list(Unit.objects.filter(path__startswith=asked.unit.path).order_by("path"))
    seats = _seats(asked)
    handed = _Handed(plan, asked.span, asked.unit.path)
    base = base_of(asked, units)
    nodes, names = _nodes(asked, units, handed, base)
    found = dilution(nodes)
    return DilutionTree(
        asked=asked,
        adds_up=plan.carriage.adds_up,
        found=found,
        names=names,
        idle=_idle(seats, found, base),
        seats=_counted(seats),
        history_from=base.history_from,
    )


class _Handed:
    """What is asked of every unit and person under a path, cut to the window."""

    def __init__(self, plan: Plan, window: Span, path: str) -> None:
        self.plan, self.window = plan, window
        self.carried: dict[str, Decimal] = {}
        self.of_people: dict[tuple[str, int], Decimal] = {}
        self.slack: dict[Hashable, Decimal] = defaultdict(Decimal)
        self._climb(path)

    def _climb(self, top: str) -> None:
        """Add up own targets first, then what stays in a unit of what comes from below."""
        sources = [each for each in self.plan.sources if each.path.startswith(top)]
        if not self.plan.carriage.adds_up:
            return
        for source in sources:
            own = Rolled(source, source.path, [source.span])
            if source.person is None:
                self._add(self.carried, source.path, own)
            else:
                self._add(self.of_people, (source.path, source.person), own)
        for source, steps in zip(sources, climb(sources), strict=True):
            for step in steps:
                if step.path in self.carried and step.stays:
                    self._add(self.carried, step.path, Rolled(source, step.path, step.stays))

    def _add(self, sums: dict[K, Decimal], key: K, row: Rolled) -> None:
        for share in self.plan.shares([row], self.window):
            sums[key] = sums.get(key, Decimal(0)) + share.amount
            is_cut = share.days != share.quota.span
            if is_cut and self.plan.carriage is Carriage.SPREAD:
                self.slack[key] += self.plan.quoted(share.quota).unit


def _nodes(
    asked: DilutionAsked, units: Sequence[Unit], handed: _Handed, base: Base
) -> tuple[list[Node], dict[str, Named]]:
    """Return the units of the tree, the highest first, and then its people with a target."""
    top = asked.unit.path
    paths = {unit.pk: unit.path for unit in units}
    nodes, names = [], {}
    for unit in units:
        names[unit.path] = Named(name=unit.name, kind=unit.kind, unit_id=unit.pk)
        nodes.append(
            Node(
                key=unit.path,
                above=None if unit.path == top else paths[unit.parent_id or 0],
                asked=handed.carried.get(unit.path),
                before=base.units.get(unit.path),
                slack=handed.slack[unit.path],
            )
        )
    unit_ids = {unit.path: unit.pk for unit in units}
    called = _names_of({person for _, person in handed.of_people})
    before = _shared(handed, base)
    for place, amount in sorted(handed.of_people.items()):
        path, person = place
        key = f"{path}#{person}"
        names[key] = Named(
            name=called[person], kind="person", unit_id=unit_ids[path], person_id=person
        )
        nodes.append(
            Node(
                key=key,
                above=path,
                asked=amount,
                before=before[place],
                is_person=True,
                slack=handed.slack[place],
            )
        )
    return nodes, names


def _shared(handed: _Handed, base: Base) -> dict[tuple[str, int], Decimal | None]:
    """Return last year's actual of each person, shared where the target counts in several units."""
    places: dict[int, list[str]] = defaultdict(list)
    for path, person in handed.of_people:
        places[person].append(path)
    found: dict[tuple[str, int], Decimal | None] = {}
    for person, paths in places.items():
        before = base.people.get(person)
        if len(paths) == 1:
            found[paths[0], person] = before
            continue
        if before is None:
            found.update(dict.fromkeys(((path, person) for path in paths), None))
            continue
        weights = [handed.of_people[path, person] for path in paths]
        parts = apportion(before, weights, unit=FINEST)
        found.update({(path, person): part for path, part in zip(paths, parts, strict=True)})
    return found


def _names_of(people: set[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class _Seat:
    person: int
    name: str
    role: str
    path: str
    unit: str
    unit_id: int


def _seats(asked: DilutionAsked) -> list[_Seat]:
    """Return who sits under the unit on some day of the window, as they last sat in it."""
    span = asked.span
    held = (
        Assignment.objects.filter(
            unit__path__startswith=asked.unit.path, valid_from__lt=span.end, person__is_robot=False
        )
        .at_home()
        .exclude(valid_to__lte=span.start)
        .exclude(person__ended_on__lte=span.start)
        .order_by("valid_from", "pk")
    )
    columns = ("person_id", "person__name", "role", "unit__path", "unit__name", "unit_id")
    latest = {row[0]: _Seat(*row) for row in held.values_list(*columns)}
    return list(latest.values())


def _takes_part(seat: _Seat, tree: Dilution) -> bool:
    unit = tree.nodes[seat.path]
    above = tree.nodes.get(unit.above or "")
    is_asked_above = above is not None and above.above is not None and above.asked is not None
    return unit.asked is not None or is_asked_above


def _counted(seats: Sequence[_Seat]) -> Counter[str]:
    return Counter(path for seat in seats for path in upwards(seat.path))


def _idle(seats: Sequence[_Seat], tree: Dilution, base: Base) -> list[Idle]:
    """Return who sells and is asked nothing; those who did most last year first.

    Only those count who did something last year, or sit where something is asked, in
    their unit or the one above it: a clerk has no part in a target of contracts.
    """
    asked = {int(key.split("#")[1]) for key, each in tree.nodes.items() if each.is_person}
    found = [
        Idle(
            named=Named(name=seat.name, kind="person", unit_id=seat.unit_id, person_id=seat.person),
            unit=seat.unit,
            before=base.people.get(seat.person),
        )
        for seat in seats
        if seat.person not in asked
        and (base.people.get(seat.person) or (seat.role in SELLERS and _takes_part(seat, tree)))
    ]
    return sorted(found, key=lambda each: (-(each.before or Decimal(0)), each.named.name))
