"""Figures of invented facts against the same figures reckoned the slow way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bihuan.facts.actions import record_many, reverse
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.metrics.domain.figure import MetricRow, Where
from bihuan.metrics.queries import evaluate, facts_behind, versions
from bihuan.metrics.tests import brute
from bihuan.metrics.tests.company import START, Company

DAYS = 60
WORDS = {
    "group": "deals",
    "better": "higher",
    "name_zh": "试",
    "name_en": "Trial",
    "about_zh": "试",
    "about_en": "Trial",
}
WON = {"field": "kind", "op": "eq", "value": "opportunity.won"}
LOST = {"field": "kind", "op": "eq", "value": "opportunity.lost"}
ORDERED = {"field": "kind", "op": "in", "value": ["order.placed", "order.returned"]}
KINDS = ["opportunity.won", "opportunity.lost", "order.placed", "order.returned", "visit.logged"]
LARGE = {"not": {"field": "amount", "op": "lt", "value": {"parameter": "large"}}}
DEFINITIONS: list[dict[str, object]] = [
    {"unit": "money", "measure": [{"sum": "amount", "where": WON}]},
    {
        "unit": "money",
        "measure": [
            {"sum": "amount", "where": {"field": "kind", "op": "eq", "value": "order.placed"}},
            {
                "sum": "amount",
                "sign": -1,
                "where": {"field": "kind", "op": "eq", "value": "order.returned"},
            },
        ],
    },
    {"unit": "count", "measure": [{"count": "facts"}]},
    {"unit": "count", "measure": [{"distinct": "account", "where": ORDERED}]},
    {"unit": "count", "measure": [{"distinct": "region"}]},
    {"unit": "count", "measure": [{"first": "account", "where": ORDERED}]},
    {
        "unit": "count",
        "measure": [
            {"count": "facts", "over": "to_date", "where": ORDERED},
            {"count": "facts", "over": "to_date", "sign": -1, "where": WON},
        ],
    },
    {"unit": "count", "measure": [{"first": "account", "over": "to_date"}]},
    {
        "unit": "ratio",
        "ratio": {
            "of": [{"count": "facts", "where": WON}],
            "to": [{"count": "facts", "where": {"any": [WON, LOST]}}],
        },
    },
    {
        "unit": "ratio",
        "parameters": [{"name": "large", "value": "30", "label_zh": "大", "label_en": "Large"}],
        "ratio": {
            "complement": True,
            "of": [{"sum": "amount", "where": {"all": [WON, LARGE]}}],
            "to": [{"sum": "amount", "where": WON}],
        },
    },
    {
        "unit": "days",
        "ratio": {
            "of": [{"days_between": ["opened_on", "business_on"], "where": WON}],
            "to": [
                {
                    "count": "facts",
                    "where": {"all": [WON, {"field": "opened_on", "op": "is_set"}]},
                }
            ],
        },
    },
    {
        "unit": "ratio",
        "ratio": {
            "of": [{"count": "facts", "where": ORDERED}],
            "to": [{"count": "facts", "over": "to_date", "where": ORDERED}],
        },
    },
]
VISITED = {"key": "visited", "label_zh": "拜访", "label_en": "Visited"}
RETURNED = {"key": "returned", "label_zh": "退货", "label_en": "Returned"}
VISITED_KIND = {"field": "kind", "op": "eq", "value": "visit.logged"}
RETURNED_KIND = {"field": "kind", "op": "eq", "value": "order.returned"}
NEEDS = [{**VISITED, "where": VISITED_KIND}, {**RETURNED, "where": RETURNED_KIND}]
ONE_NEED = {"link": "account", "needs": NEEDS[:1]}
DEFINITIONS += [
    {
        "unit": "money",
        "measure": [{"sum": "amount", "where": WON, "gates": {"link": "account", "needs": NEEDS}}],
    },
    {
        "unit": "ratio",
        "ratio": {
            "of": [{"count": "facts", "where": ORDERED, "gates": ONE_NEED}],
            "to": [{"count": "facts", "where": ORDERED}],
        },
    },
    {
        "unit": "count",
        "measure": [
            {
                "count": "facts",
                "over": "to_date",
                "where": WON,
                "gates": {**ONE_NEED, "counts_on": "visited"},
            },
        ],
    },
    {
        "unit": "count",
        "measure": [{"distinct": "account", "gates": {**ONE_NEED, "counts_on": "own"}}],
    },
]
METRICS = [
    read_definition({"key": f"trial_{n}", **WORDS, **raw}) for n, raw in enumerate(DEFINITIONS)
]


@contextmanager
def catalogue_of(*metrics: MetricDefinition) -> Iterator[None]:
    """Have other metrics in the catalogue for a while."""
    known = versions.built_in()
    added = {metric.key: metric for metric in metrics}
    known.update(added)
    try:
        yield
    finally:
        for key in added:
            del known[key]


@st.composite
def happenings(draw: st.DrawFn) -> list[dict[str, object]]:
    """Draw what happened: kinds, days, people, amounts."""
    one = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(
                [
                    "opportunity.won",
                    "opportunity.lost",
                    "order.placed",
                    "order.returned",
                    "visit.logged",
                ]
            ),
            "day": st.integers(0, DAYS - 1),
            "person": st.sampled_from(["boss", "lin", "wang", "zhao"]),
            "account": st.sampled_from(["A", "B", "C", None]),
            "amount": st.decimals(0, 99, places=4, allow_nan=False),
            "opened": st.one_of(st.none(), st.integers(-20, 59)),
            "is_reversed": st.booleans(),
        }
    )
    return draw(st.lists(one, min_size=1, max_size=14))


@st.composite
def some_spans(draw: st.DrawFn) -> list[Period]:
    """Draw spans that may overlap, be alike, or lie outside of everything."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        first = draw(st.integers(-10, DAYS))
        start = START + timedelta(days=first)
        length = draw(st.integers(1, 40))
        found.append(Period(f"s{number}", start, start + timedelta(days=length)))
    return found


def record(company: Company, happened: Sequence[dict[str, object]]) -> int:
    """Put what happened into the ledger and take some of it back; return the number in between."""
    drafts = [_draft(company, n, each) for n, each in enumerate(happened)]
    record_many(drafts=drafts, source=company.source, by=company.robot)
    between = len(drafts)
    facts = {fact.source_ref: fact for fact in Fact.objects.filter(tenant=company.tenant)}
    for number, each in enumerate(happened):
        if each["is_reversed"]:
            reverse(fact=facts[str(number)], reason="trial", by=company.robot)
    return between


def _draft(company: Company, number: int, happened: dict[str, object]) -> Draft:
    kind, day, opened = happened["kind"], happened["day"], happened["opened"]
    assert isinstance(kind, str)
    assert isinstance(day, int)
    assert isinstance(happened["amount"], Decimal)
    is_deal, is_sale = kind.startswith("opportunity"), not kind.startswith("visit")
    attributes = (
        {"opened_on": START + timedelta(days=opened)} if is_deal and isinstance(opened, int) else {}
    )
    return Draft(
        kind=kind,
        business_on=START + timedelta(days=day),
        source_ref=str(number),
        person_id=company.people[str(happened["person"])].pk,
        account_id=company.members.get(("account", str(happened["account"]))),
        opportunity_id=company.members["opportunity", "A"] if is_deal else None,
        amount=happened["amount"] if is_sale else None,
        attributes=attributes,
    )


def manager_of(company: Company, fact: Fact) -> int | None:
    """Return who led the fact's unit that day, as the company above was set up."""
    boss, mei = company.people["boss"].pk, company.people["mei"].pk
    if fact.unit_id == company.inner.pk and fact.business_on >= START + timedelta(days=30):
        return mei
    return boss if fact.unit_id in (company.inner.pk, company.east.pk) else None


@pytest.mark.django_db
@settings(
    max_examples=30,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    happened=happenings(),
    spans=some_spans(),
    metrics=st.lists(st.sampled_from(range(len(METRICS))), min_size=2, max_size=3, unique=True),
    by=st.sampled_from([(), ("person",), ("manager",), ("account", "region")]),
    then=st.booleans(),
)
def test_figures_are_what_one_reckons_by_hand(
    happened: list[dict[str, object]],
    spans: list[Period],
    metrics: list[int],
    by: tuple[str, ...],
    *,
    then: bool,
) -> None:
    chosen = [METRICS[number] for number in metrics]
    with transaction.atomic(), catalogue_of(*chosen):
        company = Company()
        between = record(company, happened)
        as_of = between if then else None
        facts = brute.live(list(Fact.objects.filter(tenant=company.tenant)), as_of)
        for metric in chosen:
            rows = evaluate(
                tenant=company.tenant,
                metric=metric.key,
                by=by,
                spans=spans,
                scope=None,
                as_of_seq=as_of,
            )
            assert seen(rows, by) == expected(company, metric, facts, by, spans)
        check_behind(company, chosen[0], spans[0])
        transaction.set_rollback(True)


Key = tuple[object, ...]
Cells = dict[tuple[Key, str], brute.Figure]


def seen(rows: Sequence[MetricRow], by: Sequence[str]) -> Cells:
    found: Cells = {}
    for row in rows:
        assert row.period is not None
        key = ("total",) if row.is_total else tuple(row.keys[name] for name in by)
        assert (key, row.period.key) not in found
        found[key, row.period.key] = (row.value, row.facts)
    return found


def expected(
    company: Company,
    metric: MetricDefinition,
    facts: Sequence[Fact],
    by: Sequence[str],
    spans: Sequence[Period],
) -> Cells:
    """Return every cell that has facts, and the total of every span, reckoned by hand."""
    groups: dict[Key, set[int]] = {}
    for fact in facts:
        key = tuple(_key(company, fact, name) for name in by)
        groups.setdefault(key, set()).add(fact.pk)
    found: Cells = {}
    for span in spans:
        for key, kept in groups.items() if by else ():
            cell = brute.figure(metric, facts, span, kept)
            if cell[1]:
                found[key, span.key] = cell
        found[("total",), span.key] = brute.figure(metric, facts, span, {f.pk for f in facts})
    return found


def _key(company: Company, fact: Fact, name: str) -> object:
    if name == "manager":
        return manager_of(company, fact)
    return fact.region or None if name == "region" else getattr(fact, f"{name}_id")


def check_behind(company: Company, metric: MetricDefinition, span: Period) -> None:
    """Check that the facts behind a figure add up to it, page by page."""
    lin = company.people["lin"].pk
    facts = brute.live(list(Fact.objects.filter(tenant=company.tenant)), None)
    pages = [
        facts_behind(
            tenant=company.tenant,
            metric=metric.key,
            span=span,
            where=Where(person_id=lin),
            scope=None,
            page=page,
            page_size=5,
        )
        for page in range(1, 4)
    ]
    lines = [line for page in pages for line in page.lines]
    kept = {fact.pk for fact in facts if fact.person_id == lin}
    assert pages[0].total_value == brute.figure(metric, facts, span, kept)[0]
    assert pages[0].count == len(lines) == len({line.seq for line in lines})
    if lines:
        assert sum(line.numerator for line in lines) == pages[0].numerator
    if lines and metric.is_ratio:
        assert sum(line.denominator or 0 for line in lines) == pages[0].denominator
