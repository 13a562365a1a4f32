"""What is shown of the organisation.

Everything starts from what the scope covers. A person who is visible because of
one unit may sit in another that is not: such a seat is shown without its name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.db.models.lookups import StartsWith

from bihuan.base import clock
from bihuan.base.backup import Made, Shelf
from bihuan.base.backup.shelf import KIND_LABELS
from bihuan.base.jobs.showing import JobLine, job_lines, jobs_of, schedule_lines
from bihuan.base.wall import as_owner
from bihuan.org.access import is_only_company, people_visible_to, seats_visible_to, units_visible_to
from bihuan.org.domain.factor import NeededFor, is_wanted
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import (
    ApiToken,
    Assignment,
    OpenSession,
    Person,
    PersonQuerySet,
    SignInProvider,
    Tenant,
    Unit,
)

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """A device on which somebody is signed in."""

    mark: str
    device: str
    address: str
    began_at: datetime | None
    seen_at: datetime | None
    is_here: bool


def providers_of(tenant: Tenant) -> QuerySet[SignInProvider]:
    """Return where people of a company may sign in instead of here."""
    return SignInProvider.objects.filter(tenant=tenant)


def without_factor(tenant: Tenant) -> int:
    """Return how many people still have to set up a second factor."""
    today = clock.today(tenant.time_zone)
    people = Person.objects.active_on(today).filter(tenant=tenant).exclude(login=None)
    roles: dict[int, set[Role]] = defaultdict(set)
    seats = Assignment.objects.filter(person__in=people).on(today)
    for person_id, role in seats.values_list("person_id", "role"):
        roles[person_id].add(Role(role))
    needed = NeededFor(tenant.second_factor_for)
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    having = set(Authenticator.objects.filter(type__in=kinds).values_list("user_id", flat=True))
    return sum(
        is_wanted(needed, roles[pk]) and login_id not in having
        for pk, login_id in people.values_list("pk", "login_id")
    )


def open_sessions(person: Person, here: str | None) -> list[SessionLine]:
    """Return where a person is signed in, the session in use first, then the latest."""
    if person.login_id is None:
        return []
    found = OpenSession.objects.filter(login=person.login_id, expire_date__gt=clock.now())
    lines = [
        SessionLine(
            mark=each.mark,
            device=each.device,
            address=each.address or "",
            began_at=each.began_at,
            seen_at=each.seen_at,
            is_here=each.session_key == here,
        )
        for each in found.order_by("-seen_at")
    ]
    return sorted(lines, key=lambda line: not line.is_here)


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


@as_owner("a login opens people of several companies")
def people_of_login(login_id: int) -> list[Person]:
    """Return the people a login opens, one in each company, by the company's name."""
    own = Person.objects.filter(login_id=login_id).select_related("tenant")
    return list(own.order_by("tenant__name"))


BACKUPS_SHOWN = 40
BACKUP_JOB, NIGHTLY_JOB = "org.back_up_now", "org.back_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupLine:
    """A backup of the whole installation; its size tells of others, so they are not told it."""

    made_at: datetime
    kind_code: str
    kind: str
    checked_at: datetime | None
    is_sealed: bool
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsPage:
    """What an administrator sees of backups."""

    lines: tuple[BackupLine, ...]
    is_alone: bool
    """Whether this company has the installation for itself, so that its admin looks after it."""
    job: JobLine | None
    """The backup that was asked for last, while it is being made or when it failed."""
    next_at: datetime | None


def backups_page(tenant: Tenant) -> BackupsPage:
    """Return which backups of the installation there are, without where they lie."""
    is_alone = is_only_company(tenant)
    asked = job_lines(jobs_of(tenant.pk).filter(task_name=BACKUP_JOB))
    lines = schedule_lines(tenant_id=tenant.pk, zone=tenant.time_zone, now=clock.now())
    return BackupsPage(
        lines=tuple(
            _backup_line(made, is_alone=is_alone) for made in Shelf.usual().all()[:BACKUPS_SHOWN]
        ),
        is_alone=is_alone,
        job=asked[0] if asked and asked[0].state != "succeeded" else None,
        next_at=next((line.next_at for line in lines if line.name == NIGHTLY_JOB), None),
    )


def _backup_line(made: Made, *, is_alone: bool) -> BackupLine:
    return BackupLine(
        made_at=made.made_at,
        kind_code=made.kind.value,
        kind=str(KIND_LABELS[made.kind]),
        checked_at=made.checked_at,
        is_sealed=made.is_sealed,
        size=made.size if is_alone else None,
    )
