"""Down: from a number to the metric, its version, its formula and the facts it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.facts.access import kinds_of
from bihuan.facts.models import Fact
from bihuan.kernel.period import Period
from bihuan.lineage.queries.tree import people_seen
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.figure import FactLine, MetricRow, Where
from bihuan.metrics.domain.formula import formula
from bihuan.metrics.domain.lineage import Read, reads_of, terms_of
from bihuan.metrics.queries import Defined, evaluate, facts_behind, statements_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

FACTS_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAsked:
    """A number: a metric for somebody over some days, and through whose eyes."""

    tenant: Tenant
    metric: MetricDefinition
    scope: Scope | None
    span: Period | None
    where: Where
    subject: str
    """Whose number it is, in words."""
    may_open_facts: bool = True
    defined: Defined = Defined.THEN


@dataclass(frozen=True, slots=True)
class TermRead:
    """A term of the formula: where it stands, how it reads, and what it reads of a fact."""

    place: str
    words: str
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class FactBehind:
    """A fact that a number is made of, with what it adds and who brought it."""

    fact: Fact
    line: FactLine
    recorded_by: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsPage:
    """A page of the facts that a number is made of, and what all of them come to."""

    count: int
    number: int
    size: int
    lines: tuple[FactBehind, ...]
    numerator: Decimal | None
    denominator: Decimal | None

    @property
    def last_number(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def has_next(self) -> bool:
        return self.number < self.last_number

    @property
    def first_index(self) -> int:
        return (self.number - 1) * self.size + 1 if self.lines else 0

    @property
    def last_index(self) -> int:
        return self.first_index + len(self.lines) - 1 if self.lines else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLineage:
    """A number and everything under it that may be seen."""

    asked: NumberAsked
    row: MetricRow | None
    terms: tuple[TermRead, ...]
    facts: FactsPage | None
    statements: tuple[str, ...]

    @property
    def metric(self) -> MetricDefinition:
        return self.asked.metric


def number_lineage(
    asked: NumberAsked, *, language: str, page: int = 1, size: int = FACTS_AT_ONCE
) -> NumberLineage:
    """Return what a number is made of. Without days it is the metric alone."""
    return NumberLineage(
        asked=asked,
        row=None if asked.span is None else _row(asked, asked.span),
        terms=terms_read(asked.tenant, asked.metric, language),
        facts=_facts(asked, asked.span, page, size)
        if asked.span is not None and asked.may_open_facts
        else None,
        statements=statements_of(asked.metric),
    )


def _row(asked: NumberAsked, span: Period) -> MetricRow:
    [row] = evaluate(
        tenant=asked.tenant,
        metric=asked.metric.key,
        spans=[span],
        where=asked.where,
        scope=asked.scope,
        defined=asked.defined,
    )
    return row


def terms_read(tenant: Tenant, definition: MetricDefinition, language: str) -> tuple[TermRead, ...]:
    """Return the terms of a metric in words, each with what it reads."""
    is_chinese = language.startswith("zh")
    kinds = {k.code: k.label_zh if is_chinese else k.label_en for k in kinds_of(tenant).values()}
    told = formula(definition, language, kinds)
    reads = reads_of(definition)
    return tuple(
        TermRead(place, words, tuple(read for read in reads if read.place == place))
        for (place, _), words in zip(terms_of(definition), (*told.of, *told.to), strict=True)
    )


def _facts(asked: NumberAsked, span: Period, page: int, size: int) -> FactsPage:
    found = facts_behind(
        tenant=asked.tenant,
        metric=asked.metric.key,
        span=span,
        where=asked.where,
        scope=asked.scope,
        defined=asked.defined,
        page=page,
        page_size=size,
    )
    return FactsPage(
        count=found.count,
        number=page,
        size=size,
        lines=tuple(_lines(asked, found.lines)),
        numerator=found.numerator,
        denominator=found.denominator,
    )


def _lines(asked: NumberAsked, lines: Sequence[FactLine]) -> list[FactBehind]:
    facts = Fact.objects.filter(tenant=asked.tenant, seq__in=[line.seq for line in lines])
    known = {
        fact.seq: fact
        for fact in facts.select_related("person", "account", "product", "source", "source_row")
    }
    ids = [fact.recorded_by_id for fact in known.values()]
    people = people_seen(asked.tenant, asked.scope, ids)
    return [
        FactBehind(known[line.seq], line, people.get(known[line.seq].recorded_by_id or 0))
        for line in lines
    ]


def every_line(asked: NumberAsked, *, limit: int) -> list[FactBehind]:
    """Return the facts that a number is made of, up to a limit, newest first."""
    if asked.span is None or not asked.may_open_facts:
        return []
    return list(_facts(asked, asked.span, 1, limit).lines)
