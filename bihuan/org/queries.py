"""What is shown of the organisation.

Everything starts from what the scope covers. A person who is visible because of
one unit may sit in another that is not: such a seat is shown without its name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.db.models.lookups import StartsWith

from bihuan.org.access import people_visible_to, seats_visible_to, units_visible_to
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import ApiToken, Assignment, Person, PersonQuerySet, Unit

PAGE_SIZE = 50
OPEN_DEPTH = 2
"""How many levels of the tree stand open at first."""


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in the tree: who leads it, how many sit in it and under it."""

    unit: Unit
    heads: tuple[Person, ...]
    here_count: int
    below_count: int
    depth: int
    is_open: bool
    has_children: bool
    closes: range
    """How many branches of the tree end after this node."""

    @property
    def total_count(self) -> int:
        """Return how many sit in the unit or under it."""
        return self.here_count + self.below_count


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat as it is shown: the unit is left out when it is not visible."""

    assignment: Assignment
    unit: Unit | None
    role: Role | None
    is_now: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list: where they sit and what they are on the day."""

    person: Person
    unit: Unit | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with what stands above, in and under it."""

    unit: Unit
    above: tuple[Unit, ...]
    children: tuple[Node, ...]
    seats: tuple[Assignment, ...]
    former: tuple[Assignment, ...]
    former_is_cut: bool


def tree(scope: Scope, on: date) -> list[Node]:
    """Return the visible part of the tree on a day, depth first, siblings by name."""
    still_there = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    units = list(units_visible_to(scope).filter(still_there))
    heads: dict[int, list[Person]] = defaultdict(list)
    here: dict[int, set[int]] = defaultdict(set)
    for seat in seats_visible_to(scope).on(on).select_related("person").order_by("person__pinyin"):
        if seat.role == Role.MANAGER.value:
            heads[seat.unit_id].append(seat.person)
        if seat.is_home:
            here[seat.unit_id].add(seat.person_id)
    return _in_order(units, heads, here)


def _in_order(
    units: Sequence[Unit], heads: dict[int, list[Person]], here: dict[int, set[int]]
) -> list[Node]:
    shown = {unit.pk for unit in units}
    children: dict[int | None, list[Unit]] = defaultdict(list)
    below: Counter[int] = Counter()
    for unit in sorted(units, key=lambda unit: (unit.pinyin, unit.name, unit.pk)):
        children[unit.parent_id if unit.parent_id in shown else None].append(unit)
        below.update({step: len(here[unit.pk]) for step in steps_above(unit)})
    nodes: list[Node] = []

    def walk(unit: Unit, depth: int, closes: int) -> None:
        inner = children[unit.pk]
        nodes.append(
            Node(
                unit=unit,
                heads=tuple(heads[unit.pk]),
                here_count=len(here[unit.pk]),
                below_count=below[unit.pk],
                depth=depth,
                is_open=depth < OPEN_DEPTH,
                has_children=bool(inner),
                closes=range(0 if inner else closes),
            )
        )
        for child in inner:
            walk(child, depth + 1, closes + 1 if child is inner[-1] else 0)

    for unit in children[None]:
        walk(unit, 0, 0)
    return nodes


def steps_above(unit: Unit) -> list[int]:
    """Return the ids of the units above, the highest first."""
    return [int(step) for step in unit.path.strip("/").split("/")[:-1]]


def unit_view(unit: Unit, scope: Scope, on: date) -> UnitView:
    """Return a visible unit with those who sit in it on a day, and who sat there before."""
    above = units_visible_to(scope).filter(pk__in=steps_above(unit)).order_by("path")
    inside = seats_visible_to(scope).filter(unit=unit).select_related("person")
    former = list(inside.filter(valid_to__lte=on).order_by("-valid_to")[: PAGE_SIZE + 1])
    nodes = tree(scope, on)
    return UnitView(
        unit=unit,
        above=tuple(above),
        children=tuple(node for node in nodes if node.unit.parent_id == unit.pk),
        seats=tuple(sorted(inside.on(on), key=_heads_first)),
        former=tuple(former[:PAGE_SIZE]),
        former_is_cut=len(former) > PAGE_SIZE,
    )


def _heads_first(seat: Assignment) -> tuple[bool, str, int]:
    return (seat.role != Role.MANAGER.value, seat.person.pinyin, seat.pk)


def people(
    scope: Scope,
    on: date,
    *,
    text: str = "",
    unit: Unit | None = None,
    role: str = "",
    standing: str = "here",
) -> PersonQuerySet:
    """Return the visible people that match, by name; ``standing`` is here, left or all."""
    found = people_visible_to(scope).order_by("pinyin", "name", "pk")
    if text:
        found = found.filter(named_like(text))
    if standing == "here":
        found = found.active_on(on)
    elif standing == "left":
        found = found.filter(ended_on__lte=on)
    if unit is not None or role:
        seats = seats_visible_to(scope).on(on).filter(person=OuterRef("pk"))
        if unit is not None:
            seats = seats.filter(unit__path__startswith=unit.path)
        if role:
            seats = seats.filter(role=role)
        found = found.filter(Exists(seats))
    return found


def named_like(text: str) -> Q:
    """Return the condition that a name, its pinyin, its initials or a code answers to a text."""
    text = text.strip().replace("\0", "")
    together = text.lower().replace(" ", "")
    return (
        Q(name__icontains=text)
        | Q(code__iexact=text)
        | Q(initials__startswith=together)
        | Q(StartsWith(Replace("pinyin", Value(" "), Value("")), together))
    )


def person_lines(found: Iterable[Person], scope: Scope, on: date) -> list[PersonLine]:
    """Return people with their visible seats of a day, in the order given."""
    found = list(found)
    seats: dict[int, list[Assignment]] = defaultdict(list)
    held = seats_visible_to(scope).on(on).filter(person__in=[person.pk for person in found])
    for seat in held.select_related("unit").order_by("-is_home", "pk"):
        seats[seat.person_id].append(seat)
    return [_person_line(person, seats[person.pk]) for person in found]


def _person_line(person: Person, seats: Sequence[Assignment]) -> PersonLine:
    roles = dict.fromkeys(Role(seat.role) for seat in seats)
    return PersonLine(person, seats[0].unit if seats else None, tuple(roles))


def seat_lines(person: Person, scope: Scope, on: date) -> list[SeatLine]:
    """Return every seat of a visible person, the newest first; hidden units stay unnamed."""
    seats = Assignment.objects.filter(person=person).select_related("unit")
    shown = set(seats_visible_to(scope).filter(person=person).values_list("pk", flat=True))
    lines = []
    for seat in seats.order_by("-valid_from", "-pk"):
        is_now = seat.valid_from <= on and (seat.valid_to is None or on < seat.valid_to)
        is_shown = seat.pk in shown
        lines.append(
            SeatLine(
                assignment=seat,
                unit=seat.unit if is_shown else None,
                role=Role(seat.role) if is_shown else None,
                is_now=is_now,
            )
        )
    return lines


def home_of(person: Person, on: date) -> Unit | None:
    """Return the unit a person sits in on a day; of who has left, the one they sat in last."""
    seats = Assignment.objects.filter(person=person, valid_from__lte=on).at_home()
    seat = seats.select_related("unit").order_by("-valid_from", "-pk").first()
    return seat.unit if seat is not None else None


def managers_of(person: Person, on: date) -> list[Person]:
    """Return whom a person reports to on a day: the managers of the nearest unit that has any.

    Whoever manages the unit they sit in reports to those above it. Nobody stands above the top.
    """
    home = home_of(person, on)
    if home is None:
        return []
    heads = Assignment.objects.filter(
        tenant_id=person.tenant_id, role=Role.MANAGER.value, unit__in=[*steps_above(home), home.pk]
    ).on(on)
    if heads.filter(unit=home, person=person).exists():
        heads = heads.exclude(unit=home)
    here = heads.exclude(person=person).filter(person__in=Person.objects.active_on(on))
    seats = list(here.select_related("unit", "person__tenant").order_by("-unit__path", "pk"))
    return [each.person for each in seats if each.unit_id == seats[0].unit_id]


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """Return a person's tokens that still open something, the newest first."""
    return ApiToken.objects.filter(person=person, revoked_at__isnull=True)


def people_of_login(login_id: int) -> list[Person]:
    """Return the people a login opens, one in each company, by the company's name."""
    own = Person.objects.filter(login_id=login_id).select_related("tenant")
    return list(own.order_by("tenant__name"))
