"""Up: from a fact to every number it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bihuan.facts.access import FactMissing, kinds_of
from bihuan.facts.domain.kind import Kind
from bihuan.facts.models import Fact
from bihuan.facts.queries import kind_of
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.lineage.domain.cell import CellPlace, cells_of
from bihuan.lineage.queries.movers import Moved, moved_by
from bihuan.lineage.queries.origin import Origin, origin_of
from bihuan.lineage.queries.tree import Tree, facts_seen, people_seen, tree_of
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.queries import Counted, Effect, alike_in, effects_of, is_read_so
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

SHOWN_WITH = (
    *("person", "unit", "account", "opportunity", "product", "store"),
    *("source", "source_row", "reverses"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMoved:
    """A cell in which a line counts, and what it adds there.

    Where another fact of the cell stands for the same thing, it adds nothing.
    """

    place: CellPlace
    name: str
    query: str
    numerator: Decimal
    denominator: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMoved:
    """A fact that counts, or does not count, because of the one that is traced."""

    counted: Counted
    fact: Fact
    cells: tuple[CellMoved, ...]
    role: str
    """``counts``, ``takes_back``, ``makes_count`` or ``keeps_out``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricMoved:
    """A metric that a fact has a part in."""

    definition: MetricDefinition
    lines: tuple[LineMoved, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLineage:
    """A fact, where it came from, and every number it moved that may be seen."""

    fact: Fact
    kind: Kind
    origin: Origin
    reversed_by: Fact | None
    metrics: tuple[MetricMoved, ...]


def fact_lineage(
    *,
    tenant: Tenant,
    seq: int,
    scope: Scope | None,
    metrics: Sequence[MetricDefinition] | None = None,
) -> FactLineage:
    """Return what hangs on a fact; one that may not be opened looks like one that is not there."""
    seen = facts_seen(tenant, scope)
    fact = seen.select_related(*SHOWN_WITH).filter(seq=seq).first()
    if fact is None:
        raise FactMissing(seq=seq)
    tree = tree_of(tenant, scope)
    effects = _seen_of(tenant, scope, effects_of(tenant, fact, metrics))
    facts = _facts(tenant, scope, effects)
    ids = {line.person_id for effect in effects for line in effect.lines}
    people = people_seen(tenant, scope, ids)
    moved = moved_by(tenant, effects, tree)
    teller = _Teller(tenant, fact, tree, people, facts)
    return FactLineage(
        fact=fact,
        kind=kind_of(fact, kinds_of(tenant)),
        origin=origin_of(tenant, fact, scope),
        reversed_by=seen.filter(reverses=fact).first(),
        metrics=tuple(
            MetricMoved(
                definition=effect.definition,
                lines=tuple(
                    told for line in effect.lines if (told := teller.line(effect, line)) is not None
                ),
                moved=tuple(each for each in moved if each.metric == effect.definition.key),
            )
            for effect in effects
        ),
    )


def _seen_of(tenant: Tenant, scope: Scope | None, effects: Sequence[Effect]) -> list[Effect]:
    """Return what is done to facts that may be opened; the others are not even counted."""
    if scope is None:
        return list(effects)
    seqs = {line.seq for effect in effects for line in effect.lines}
    seen = set(facts_seen(tenant, scope).filter(seq__in=seqs).values_list("seq", flat=True))
    kept = [
        Effect(
            definition=effect.definition,
            lines=tuple(line for line in effect.lines if line.seq in seen),
        )
        for effect in effects
    ]
    return [effect for effect in kept if effect.lines]


def _facts(tenant: Tenant, scope: Scope | None, effects: Sequence[Effect]) -> dict[int, Fact]:
    seqs = {line.seq for effect in effects for line in effect.lines}
    found = facts_seen(tenant, scope).filter(seq__in=seqs)
    return {fact.seq: fact for fact in found.select_related("person", "account", "source_row")}


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells in which cells a line counts, and under which names."""

    tenant: Tenant
    fact: Fact
    tree: Tree
    people: Mapping[int, Person]
    facts: Mapping[int, Fact]

    def line(self, effect: Effect, line: Counted) -> LineMoved | None:
        """Return a line with its cells; nothing where every figure reads its day otherwise."""
        definition = effect.definition
        units = self.tree.line(line.unit_id)
        places = [
            place
            for place in cells_of(
                day=line.day,
                person_id=line.person_id,
                line=units,
                fiscal_start_month=self.tenant.fiscal_start_month,
            )
            if is_read_so(self.tenant, effect, line, place.period)
        ]
        if not places and (line.person_id, line.unit_id) != (None, None):
            return None
        alike = alike_in(self.tenant, definition, line, self._around(line))
        cells = []
        for place in places:
            name = self._name(place)
            if name is None:
                continue
            taken = [
                term
                for term, others in alike.items()
                if any(
                    place.holds(
                        day=other.day, person_id=other.person_id, line=self.tree.line(other.unit_id)
                    )
                    for other in others
                )
            ]
            numerator, denominator = line.adds(without=taken)
            cells.append(
                CellMoved(
                    place=place,
                    name=name,
                    query=place.query(definition.key),
                    numerator=numerator * line.sign,
                    denominator=None if denominator is None else denominator * line.sign,
                )
            )
        return LineMoved(
            counted=line, fact=self.facts[line.seq], cells=tuple(cells), role=self._role(line)
        )

    def _around(self, line: Counted) -> Period:
        """Return the days of all the cells a line lies in: its quarter, and its week around it."""
        month = self.tenant.fiscal_start_month
        quarter = period_of(line.day, Grain.QUARTER, fiscal_start_month=month)
        week = period_of(line.day, Grain.WEEK)
        start, end = min(quarter.start, week.start), max(quarter.end, week.end)
        return Period(f"{start}..{end - timedelta(days=1)}", start, end)

    def _name(self, place: CellPlace) -> str | None:
        """Return whose cell it is; nothing where that may not be seen."""
        if place.unit_id is not None:
            unit = self.tree.seen(place.unit_id)
            return unit.name if unit is not None else None
        person = self.people.get(place.person_id or 0)
        return person.name if person is not None else None

    def _role(self, line: Counted) -> str:
        if line.sign > 0:
            return "counts" if line.seq == self.fact.seq else "makes_count"
        reverses = self.fact.reverses
        is_taken = reverses is not None and reverses.seq == line.seq
        return "takes_back" if is_taken else "keeps_out"
