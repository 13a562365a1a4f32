"""The cards of metrics: whom they concern, who has them, and who has read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihuan.base import clock
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.reference import resolved
from bihuan.metrics.domain.version import State, VersionNotReachable
from bihuan.metrics.models import STATE_LABELS, CardCopy, CardCopyQuerySet
from bihuan.metrics.queries.timeline import line_of
from bihuan.metrics.queries.versions import catalogue_of, metric_named
from bihuan.metrics.uses import users
from bihuan.org.domain.role import Role
from bihuan.org.models import Assignment, Person, Tenant


class To(StrEnum):
    """Whom a card is sent to."""

    CONCERNED = "concerned"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a card would go to, and who of them has it already."""

    people: list[Person]
    has_it: int

    @property
    def left(self) -> int:
        """Return how many would get it now."""
        return len(self.people) - self.has_it


@dataclass(frozen=True, slots=True)
class Edition:
    """The version of a metric that a card shows, with what it refers to spelled out."""

    number: int
    definition: MetricDefinition


def edition_of(tenant: Tenant, metric: str, number: int | None = None) -> Edition:
    """Return a version of a metric as a card shows it; without a number, the one in force."""
    if number is None:
        definition = metric_named(tenant, metric)
        return Edition(catalogue_of(tenant).number(metric), definition)
    line = line_of(tenant, metric, number)
    if line.state != State.APPROVED.value:
        raise VersionNotReachable(number=number, state=STATE_LABELS[line.state])
    return Edition(number, resolved(line.definition, catalogue_of(tenant).as_written))


def recipients(tenant: Tenant, metric: str, to: To, number: int | None = None) -> Recipients:
    """Return whom the card of a metric goes to.

    It concerns those who have to do with the metric today, as the packages that
    use it tell, and the nearest managers above each of them.
    """
    today = clock.today(tenant.time_zone)
    found = _everybody(tenant, today) if to is To.EVERYBODY else _concerned(tenant, metric, today)
    people = Person.objects.filter(tenant=tenant, pk__in=found, is_robot=False).active_on(today)
    has_it = CardCopy.objects.filter(
        tenant=tenant,
        key=metric,
        version=edition_of(tenant, metric, number).definition.version,
        person__in=people.values("pk"),
    )
    return Recipients(people=list(people), has_it=has_it.count())


def _everybody(tenant: Tenant, today: date) -> set[int]:
    seats = Assignment.objects.filter(tenant=tenant).exclude(role=Role.INTEGRATION.value)
    return set(seats.on(today).values_list("person_id", flat=True))


def _concerned(tenant: Tenant, metric: str, today: date) -> set[int]:
    people: set[int] = set()
    for user in users():
        people |= user.people(tenant, metric, today)
    return people | _managers_of(tenant, people, today)


def _managers_of(tenant: Tenant, people: Iterable[int], today: date) -> set[int]:
    """Return who manages each person: the managers of the nearest unit that has others."""
    led: dict[str, set[int]] = {}
    seats = Assignment.objects.filter(tenant=tenant, role=Role.MANAGER.value).on(today)
    for path, person in seats.values_list("unit__path", "person_id"):
        led.setdefault(path, set()).add(person)
    homes = Assignment.objects.filter(tenant=tenant, person__in=set(people)).at_home().on(today)
    found: set[int] = set()
    for path, person in homes.values_list("unit__path", "person_id"):
        found |= _nearest(led, path, person)
    return found


def _nearest(led: dict[str, set[int]], path: str, person: int) -> set[int]:
    while path.count("/") > 1:
        others = led.get(path, set()) - {person}
        if others:
            return others
        path = path[: path.rstrip("/").rindex("/") + 1]
    return set()


def unread_cards(person: Person) -> CardCopyQuerySet:
    """Return the cards that a person has been sent and has not read, the newest first."""
    return CardCopy.objects.visible_to(person).unread().select_related("sent_by")


def named_cards(
    tenant: Tenant, copies: Iterable[CardCopy], language: str
) -> list[tuple[str, CardCopy]]:
    """Return cards with the names of their metrics in a language."""
    catalogue = catalogue_of(tenant)
    found = ((catalogue.as_written(copy.key), copy) for copy in copies)
    return [(metric.name(language), copy) for metric, copy in found if metric is not None]


@dataclass(frozen=True, slots=True)
class Receipts:
    """Who has been sent the card of one version of a metric, and who of them has read it."""

    number: int
    version: str
    copies: list[CardCopy]

    @property
    def read_count(self) -> int:
        return sum(copy.read_at is not None for copy in self.copies)

    @property
    def unread_count(self) -> int:
        return len(self.copies) - self.read_count


def receipts(tenant: Tenant, metric: str) -> list[Receipts]:
    """Return the receipts of a metric's cards by version, the one sent last first."""
    found = CardCopy.objects.filter(tenant=tenant, key=metric).select_related("person", "sent_by")
    by_version: dict[tuple[int, str], list[CardCopy]] = {}
    for copy in found:
        by_version.setdefault((copy.number, copy.version), []).append(copy)
    return [
        Receipts(
            number,
            version,
            sorted(copies, key=lambda each: (each.read_at is None, each.person.pinyin)),
        )
        for (number, version), copies in by_version.items()
    ]
