"""One customer, once: figures follow merges and un-merges, exactly, and as of any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bihuan.customers.access import entity_map, merge_facts
from bihuan.customers.actions import merge_accounts, unmerge
from bihuan.facts.actions import put_members, record_many, reverse
from bihuan.facts.actions.naming import NamedMember
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact, Member
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.metrics.domain.figure import Where
from bihuan.metrics.queries import evaluate, facts_behind
from bihuan.metrics.tests import brute
from bihuan.metrics.tests.company import START, Company
from bihuan.metrics.tests.test_figures import WORDS, Cells, catalogue_of, seen

pytestmark = pytest.mark.django_db
ACCOUNTS = "ABCDE"
ORDERED = {"field": "kind", "op": "in", "value": ["order.placed", "order.returned"]}
PLACED = {"field": "kind", "op": "eq", "value": "order.placed"}
DEFINITIONS: list[dict[str, object]] = [
    {"unit": "money", "measure": [{"sum": "amount", "where": ORDERED}]},
    {"unit": "count", "measure": [{"distinct": "account", "where": ORDERED}]},
    {"unit": "count", "measure": [{"first": "account", "where": ORDERED}]},
    {"unit": "count", "measure": [{"first": "account", "over": "to_date", "where": PLACED}]},
    {"unit": "count", "measure": [{"count": "facts"}]},
    {
        "unit": "ratio",
        "ratio": {
            "of": [{"first": "account", "where": PLACED}],
            "to": [{"distinct": "account", "where": ORDERED}],
        },
    },
]
METRICS = [
    read_definition({"key": f"customers_{n}", **WORDS, **raw}) for n, raw in enumerate(DEFINITIONS)
]
OF_ORDERS = [metric for n, metric in enumerate(METRICS) if n != 4]
"""Metrics that read orders alone: a merge is a fact, and those of all facts count it."""
SPANS = [
    Period("whole", START, START + timedelta(days=60)),
    Period("first", START, START + timedelta(days=20)),
    Period("second", START + timedelta(days=20), START + timedelta(days=60)),
]


@dataclass(frozen=True)
class Step:
    """Something that happens: an order, its reversal, a merge or an un-merge."""

    what: str
    one: int
    other: int
    day: int
    amount: Decimal


steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(["order", "order", "order", "return", "reverse", "merge", "undo"]),
        one=st.integers(0, 4),
        other=st.integers(0, 4),
        day=st.integers(0, 59),
        amount=st.decimals(0, 99, places=4, allow_nan=False),
    ),
    min_size=1,
    max_size=18,
)
only_orders = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(["order", "return"]),
        one=st.integers(0, 4),
        other=st.integers(0, 4),
        day=st.integers(0, 59),
        amount=st.decimals(0, 99, places=4, allow_nan=False),
    ),
    min_size=2,
    max_size=10,
)
pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=6)
slowly = settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Book:
    """A company with five accounts, in which things happen one after the other."""

    def __init__(self) -> None:
        self.company = Company()
        self.tenant, self.robot = self.company.tenant, self.company.robot
        named = [NamedMember(dimension="account", code=c, name=c) for c in ACCOUNTS]
        ids = put_members(tenant=self.tenant, members=named)
        self.accounts = [Member.objects.get(pk=ids["account", code]) for code in ACCOUNTS]
        self.people = [self.company.people[name] for name in ("lin", "wang", "zhao")]

    @property
    def head(self) -> int:
        return Fact.objects.filter(tenant=self.tenant).count()

    def order(self, step: Step) -> None:
        draft = Draft(
            kind="order.placed" if step.what == "order" else "order.returned",
            business_on=START + timedelta(days=step.day),
            source_ref=str(self.head),
            person_id=self.people[step.other % 3].pk,
            account_id=self.accounts[step.one].pk,
            amount=step.amount,
        )
        record_many(drafts=[draft], source=self.company.source, by=self.robot)

    def merge(self, one: int, other: int) -> None:
        """Merge two customers, unless they are one already."""
        entities = entity_map(self.tenant)
        here, there = self.accounts[one].pk, self.accounts[other].pk
        if entities.get(here, here) != entities.get(there, there):
            merge_accounts(
                account=self.accounts[one], into=self.accounts[other], reason="r", by=self.robot
            )

    def standing_merges(self) -> list[Fact]:
        return list(merge_facts(self.tenant).live())

    def undo(self, number: int) -> None:
        standing = self.standing_merges()
        if standing:
            unmerge(merge=standing[number % len(standing)], reason="r", by=self.robot)

    def reverse(self, number: int) -> None:
        orders = list(Fact.objects.filter(tenant=self.tenant, source=self.company.source).live())
        if orders:
            reverse(fact=orders[number % len(orders)], reason="r", by=self.robot)

    def happen(self, step: Step) -> None:
        match step.what:
            case "merge":
                self.merge(step.one, step.other)
            case "undo":
                self.undo(step.one)
            case "reverse":
                self.reverse(step.one)
            case _:
                self.order(step)

    def figures(
        self, metric: MetricDefinition, as_of_seq: int | None, by: Sequence[str] = ("account",)
    ) -> Cells:
        rows = evaluate(
            tenant=self.tenant,
            metric=metric.key,
            by=by,
            spans=SPANS,
            scope=None,
            as_of_seq=as_of_seq,
        )
        return seen(rows, by)

    def by_hand(self, metric: MetricDefinition, as_of_seq: int | None) -> Cells:
        everything = list(Fact.objects.filter(tenant=self.tenant))
        facts = brute.live(everything, as_of_seq)
        entities = brute.entities(everything, as_of_seq)
        groups: dict[object, set[int]] = {}
        for fact in facts:
            groups.setdefault(brute.key_of(fact, "account_id", entities), set()).add(fact.pk)
        found: Cells = {}
        for span in SPANS:
            for key, kept in groups.items():
                cell = brute.figure(metric, facts, span, kept, entities)
                if cell[1]:
                    found[(key,), span.key] = cell
            whole = {fact.pk for fact in facts}
            found[("total",), span.key] = brute.figure(metric, facts, span, whole, entities)
        return found


@slowly
@given(happened=steps, then=st.lists(st.integers(0, 20), max_size=3))
def test_figures_by_customer_are_what_one_reckons_by_hand(
    happened: list[Step], then: list[int]
) -> None:
    with transaction.atomic(), catalogue_of(*METRICS):
        book = Book()
        for step in happened:
            book.happen(step)
        for as_of_seq in (None, *then):
            for metric in METRICS:
                assert book.figures(metric, as_of_seq) == book.by_hand(metric, as_of_seq)
        transaction.set_rollback(True)


@slowly
@given(happened=only_orders, merges=pairs, order=st.randoms(use_true_random=False))
def test_taking_all_merges_back_gives_every_figure_back_exactly(
    happened: list[Step], merges: list[tuple[int, int]], order: object
) -> None:
    with transaction.atomic(), catalogue_of(*METRICS):
        book = Book()
        for step in happened:
            book.happen(step)
        before = book.head
        first = [book.figures(metric, None) for metric in OF_ORDERS]
        for one, other in merges:
            book.merge(one, other)
        merged, at = [book.figures(metric, None) for metric in OF_ORDERS], book.head
        standing = book.standing_merges()
        order.shuffle(standing)  # type: ignore[attr-defined]  # a Random
        for each in standing:
            unmerge(merge=each, reason="r", by=book.robot)
        assert [book.figures(metric, None) for metric in OF_ORDERS] == first
        assert [book.figures(metric, before) for metric in OF_ORDERS] == first
        assert [book.figures(metric, at) for metric in OF_ORDERS] == merged
        transaction.set_rollback(True)


def test_an_old_customer_under_a_new_code_is_not_new_once_it_is_merged() -> None:
    new_customers = METRICS[2]
    with catalogue_of(*METRICS):
        book = Book()
        book.order(Step("order", 0, 0, 3, Decimal(10)))
        book.order(Step("order", 1, 0, 30, Decimal(20)))
        before = book.head

        def new_in_second(as_of_seq: int | None = None) -> Decimal | None:
            return book.figures(new_customers, as_of_seq, by=())[("total",), "second"][0]

        assert new_in_second() == 1
        book.merge(1, 0)
        assert new_in_second() is None, "nobody is new"
        assert new_in_second(before) == 1
        book.undo(0)
        assert new_in_second() == 1


def test_a_figure_of_one_account_is_that_of_its_customer_and_so_are_the_facts_behind_it() -> None:
    sales, whole = METRICS[0], SPANS[0]
    with catalogue_of(*METRICS):
        book = Book()
        for account, amount in ((0, 10), (1, 20), (2, 40)):
            book.order(Step("order", account, 0, 5, Decimal(amount)))
        before = book.head
        book.merge(1, 0)

        def of(account: int, as_of_seq: int | None) -> tuple[Decimal | None, int]:
            where = Where(account_id=book.accounts[account].pk)
            [row] = evaluate(
                tenant=book.tenant,
                metric=sales.key,
                spans=[whole],
                scope=None,
                where=where,
                as_of_seq=as_of_seq,
            )
            behind = facts_behind(
                tenant=book.tenant,
                metric=sales.key,
                span=whole,
                where=where,
                scope=None,
                as_of_seq=as_of_seq,
            )
            assert (behind.total_value, behind.count) == (row.value, row.facts)
            return row.value, row.facts

        assert of(0, None) == of(1, None) == (Decimal(30), 2)
        assert of(2, None) == (Decimal(40), 1)
        assert (of(0, before), of(1, before)) == ((Decimal(10), 1), (Decimal(20), 1))
