"""What is pending: amounts that wait for a gate, what is missing and who owes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.base import clock
from bihuan.facts.models import Fact
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.field import FIELDS, unscaled
from bihuan.metrics.domain.figure import Where
from bihuan.metrics.domain.gate import Gates, Need, OwedBy
from bihuan.metrics.domain.manager import ManagerSeat, spells
from bihuan.metrics.domain.waiting import Lack, lacking
from bihuan.metrics.engine import Asked, is_scaled
from bihuan.metrics.engine.tables import lines_of
from bihuan.metrics.engine.waiting import WaitingFact, WaitingSum, ask_waiting
from bihuan.metrics.queries.figures import NOWHERE
from bihuan.metrics.queries.versions import Defined, catalogue_of, metric_as
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Assignment, Person, Tenant

AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLine:
    """A fact that waits, what it would add, what it lacks and who owes each."""

    fact: Fact
    share: Decimal
    opened: tuple[tuple[Need, date | None], ...]
    lacks: tuple[Lack, ...]
    owed_by: tuple[Person | None, ...]
    """Who owes each lack, in their order; nobody where no one leads the unit."""
    is_tied: bool
    """Whether it says what ties it to the facts it waits for."""
    days_waiting: int
    days_late: int


@dataclass(frozen=True, slots=True)
class LackSum:
    """How many facts wait for one gate, and what they would add."""

    need: Need
    facts: int
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Everything that is pending of a metric: the sums, and one page of facts."""

    definition: MetricDefinition
    link: str
    count: int
    share: Decimal
    by_need: tuple[LackSum, ...]
    lines: tuple[PendingLine, ...]
    number: int

    @property
    def has_next(self) -> bool:
        return self.number * AT_ONCE < self.count


def gated_metrics(tenant: Tenant) -> list[MetricDefinition]:
    """Return the metrics that keep amounts waiting, by any version that is ever in force."""
    catalogue = catalogue_of(tenant)
    found = (catalogue.then(key) for key in catalogue.versions)
    return [each for each in found if each is not None and gates_in(each)]


def gates_in(definition: MetricDefinition) -> list[Gates]:
    """Return the gates of a definition's terms, each once."""
    return list(dict.fromkeys(t.gates for t in definition.terms if t.gates is not None))


def pending(  # noqa: PLR0913 - what it depends on, each by name
    *,
    tenant: Tenant,
    metric: str,
    scope: Scope | None,
    where: Where = NOWHERE,
    page: int = 1,
    page_size: int = AT_ONCE,
    as_of_seq: int | None = None,
) -> Pending:
    """Return what is pending of a metric, of the facts a person may see, oldest first.

    Who sees only figures of a unit sees none of it: it is rows, with customers.
    """
    definition = metric_as(tenant, metric, Defined.THEN)
    gates = gates_in(definition)
    if not gates:
        return _nothing(definition)
    asked = Asked(
        definition=definition,
        where=where,
        paths=None if scope is None or scope.whole_tenant else scope.unit_paths,
        own_id=None if scope is None else scope.person_id,
        as_of_seq=as_of_seq,
    )
    page = max(page, 1)
    sums, found = ask_waiting(tenant, asked, page=page, page_size=page_size)
    return Pending(
        definition=definition,
        link=gates[0].link,
        count=sum(each.facts for each in sums),
        share=_plain(definition, 0, sum(each.share for each in sums)),
        by_need=tuple(_by_need(definition, sums)),
        lines=tuple(_lines(tenant, definition, found)),
        number=page,
    )


def _nothing(definition: MetricDefinition) -> Pending:
    return Pending(
        definition=definition,
        link="",
        count=0,
        share=Decimal(0),
        by_need=(),
        lines=(),
        number=1,
    )


def _plain(definition: MetricDefinition, term: int, units: int) -> Decimal:
    return unscaled(units) if is_scaled(definition.terms[term]) else Decimal(units)


def _needs(definition: MetricDefinition, term: int) -> tuple[Need, ...]:
    gates = definition.terms[term].gates
    assert gates is not None, "only gated terms keep facts waiting"
    return gates.needs


def _by_need(definition: MetricDefinition, sums: Iterable[WaitingSum]) -> Iterable[LackSum]:
    found: dict[str, tuple[Need, int, Decimal]] = {}
    for each in sums:
        share = _plain(definition, each.term, each.share)
        for need, is_open in zip(_needs(definition, each.term), each.is_open, strict=True):
            _, facts, total = found.get(need.key, (need, 0, Decimal(0)))
            if not is_open:
                found[need.key] = (need, facts + each.facts, total + share)
    for need, facts, total in found.values():
        yield LackSum(need, facts, total)


def _lines(
    tenant: Tenant, definition: MetricDefinition, found: Sequence[WaitingFact]
) -> Iterable[PendingLine]:
    today = clock.today(tenant.time_zone)
    known = Fact.objects.filter(tenant=tenant).select_related("person", "account", "unit")
    facts = {fact.seq: fact for fact in known.filter(seq__in=[each.seq for each in found])}
    leads = leaders_on(tenant, today, {fact.unit_id for fact in facts.values()})
    for each in found:
        fact, needs = facts[each.seq], _needs(definition, each.term)
        lacks = lacking(needs, each.opened, since=fact.business_on)
        gates = definition.terms[each.term].gates
        assert gates is not None, "only gated terms keep facts waiting"
        yield PendingLine(
            fact=fact,
            share=_plain(definition, each.term, each.share),
            opened=tuple(zip(needs, each.opened, strict=True)),
            lacks=lacks,
            owed_by=tuple(_debtor(lack.need, fact, leads) for lack in lacks),
            is_tied=getattr(fact, FIELDS[gates.link].column) not in (None, ""),
            days_waiting=max(0, (today - fact.business_on).days),
            days_late=max((lack.days_late(today) for lack in lacks), default=0),
        )


def _debtor(need: Need, fact: Fact, leads: dict[int, Person]) -> Person | None:
    """Return who owes a gate of a fact: whose fact it is, or who leads the unit today."""
    if need.owed_by is OwedBy.PERSON:
        return fact.person
    return leads.get(fact.unit_id or 0)


def leaders_on(tenant: Tenant, day: date, units: Iterable[int | None]) -> dict[int, Person]:
    """Return who leads each unit on a day: its manager, or the nearest one above."""
    wanted = {unit for unit in units if unit is not None}
    if not wanted:
        return {}
    lines = {unit: line for unit, line in lines_of(tenant).items() if unit in wanted}
    above = {step for line in lines.values() for step in line}
    held = Assignment.objects.filter(
        tenant=tenant, role=Role.MANAGER.value, unit_id__in=above
    ).select_related("person")
    people = {each.person_id: each.person for each in held}
    seats = [
        ManagerSeat(
            unit_id=each.unit_id,
            person_id=each.person_id,
            valid_from=each.valid_from,
            valid_to=each.valid_to,
            order=each.pk,
        )
        for each in held
    ]
    led: dict[int, Person] = {}
    for spell in spells(lines, seats):
        if spell.valid_from <= day < spell.valid_to:
            led[spell.unit_id] = people[spell.person_id]
    return led
