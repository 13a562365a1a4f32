"""Versions of metrics: the way to being in force, and what figures read by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.facts.actions import record_many, reverse
from bihuan.facts.domain.fact import Draft
from bihuan.facts.models import Fact
from bihuan.kernel.errors import DomainError
from bihuan.kernel.period import Grain, Period, periods
from bihuan.metrics import actions
from bihuan.metrics.access import version_of
from bihuan.metrics.domain.condition import holds
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.metrics.domain.splice import BEGINNING, InForce, spliced
from bihuan.metrics.models import Closing, MetricVersion
from bihuan.metrics.queries import Defined, evaluate, facts_behind, metric_named
from bihuan.metrics.queries.figures import NOWHERE
from bihuan.metrics.queries.proof import closed_figures
from bihuan.metrics.tests import brute
from bihuan.metrics.tests.company import Company
from bihuan.org.actions import Seat, place_people, put_people, root_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person

pytestmark = pytest.mark.django_db
KEY = "new_contract_amount"
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


class Office(Company):
    """The small company, with three administrators and a quality officer."""

    def __init__(self) -> None:
        super().__init__()
        names = ("anna", "bo", "quinn", "rex")
        found = put_people(tenant=self.tenant, names={n: n for n in names}, by=self.robot)
        roles = {
            "anna": Role.ADMIN,
            "bo": Role.ADMIN,
            "quinn": Role.QUALITY_OFFICER,
            "rex": Role.REP,
        }
        root = root_of(self.tenant)
        place_people(
            tenant=self.tenant,
            seats={found[n].pk: [Seat(unit_id=root.pk, role=role)] for n, role in roles.items()},
            by=self.robot,
        )
        self.people = {**self.people, **found}

    @property
    def anna(self) -> Person:
        return self.people["anna"]

    def sign(self, *signed: tuple[date, str, int], person: str = "lin") -> list[Fact]:
        """Record contracts by day, category and amount."""
        count = Fact.objects.filter(tenant=self.tenant).count()
        drafts = [
            Draft(
                kind="contract.signed",
                business_on=day,
                source_ref=f"C-{count + number}",
                person_id=self.people[person].pk,
                account_id=self.members["account", "A"],
                amount=Decimal(amount),
                product_line="手术耗材" if category == "耗材" else "影像设备",
                attributes={"category": "新签" if category == "耗材" else category},
            )
            for number, (day, category, amount) in enumerate(signed)
        ]
        record_many(drafts=drafts, source=self.source, by=self.robot)
        return list(Fact.objects.filter(tenant=self.tenant).order_by("seq"))[count:]


def without_consumables() -> dict[str, object]:
    """Return new contracts without those of consumables, as plain data."""
    return {
        "key": KEY,
        "group": "signing",
        "unit": "money",
        "better": "higher",
        "name_zh": "新签合同额",
        "name_en": "New contract amount",
        "about_zh": "新签，不含耗材复购",
        "about_en": "New contracts without repeat orders of consumables",
        "measure": [
            {
                "sum": "amount",
                "where": {
                    "all": [
                        {"field": "kind", "op": "eq", "value": "contract.signed"},
                        {"field": "category", "op": "in", "value": ["新签", "new"]},
                        {"field": "product_line", "op": "ne", "value": "手术耗材"},
                    ]
                },
            }
        ],
    }


def approved(office: Office, raw: dict[str, object], valid_from: date) -> MetricVersion:
    version = actions.draft_version(
        tenant=office.tenant, raw=raw, valid_from=valid_from, reason="耗材", by=office.anna
    )
    version = actions.check_version(version=version, by=office.anna)
    return actions.approve_version(version=version, by=office.people["quinn"])


def month(office: Office, day: date, **asked: object) -> Decimal | None:
    [span] = periods(day, day + timedelta(days=1), Grain.MONTH)
    [row] = evaluate(tenant=office.tenant, metric=KEY, spans=[span], scope=None, **asked)  # type: ignore[arg-type]  # the words of a test
    return row.value


def test_a_past_figure_keeps_its_meaning_and_one_switch_gives_today_s() -> None:
    office = Office()
    office.sign(
        (date(2026, 10, 20), "新签", 100),
        (date(2026, 10, 21), "耗材", 10),
        (date(2026, 11, 2), "新签", 200),
        (date(2026, 11, 3), "耗材", 20),
    )
    assert [month(office, OCTOBER), month(office, NOVEMBER)] == [110, 220]

    approved(office, without_consumables(), NOVEMBER)
    assert [month(office, OCTOBER), month(office, NOVEMBER)] == [110, 200]
    assert month(office, OCTOBER, defined=Defined.NOW) == 100
    [quarter] = periods(OCTOBER, NOVEMBER, Grain.QUARTER)
    [row] = evaluate(tenant=office.tenant, metric=KEY, spans=[quarter], scope=None)
    assert row.value == 310  # The months of a quarter add up, whatever changed between them.
    behind = facts_behind(tenant=office.tenant, metric=KEY, span=quarter, where=NOWHERE, scope=None)
    assert [behind.total_value, behind.count] == [310, 3]


def test_a_version_takes_two_people() -> None:
    office = Office()
    anna, bo, quinn = office.anna, office.people["bo"], office.people["quinn"]
    version = actions.draft_version(
        tenant=office.tenant,
        raw=without_consumables(),
        valid_from=NOVEMBER,
        reason="耗材",
        by=anna,
    )
    refused(lambda: actions.approve_version(version=version, by=quinn), "version_not_reachable")
    actions.check_version(version=version, by=bo)
    for who in (anna, bo):  # Who wrote it, who checked it.
        refused(partial(actions.approve_version, version=version, by=who), "second_person")
    refused(
        lambda: actions.approve_version(version=version, by=office.people["rex"]), "not_your_role"
    )
    assert actions.send_back(version=version, note="begin in December", by=quinn).state == "draft"
    actions.change_draft(
        version=version,
        raw=without_consumables(),
        valid_from=date(2026, 12, 1),
        reason="耗材",
        edition=1,
        by=bo,
    )
    actions.check_version(version=version, by=anna)
    refused(lambda: actions.approve_version(version=version, by=bo), "second_person")
    assert actions.approve_version(version=version, by=quinn).state == "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        MetricVersion.objects.filter(pk=version.pk).update(decided_by=version.checked_by)


def refused(deed: Callable[[], object], code: str) -> None:
    """Check that a deed is refused with a code, and leaves no trace."""
    entries = JournalEntry.objects.count()
    states = list(MetricVersion.objects.values_list("pk", "state", "edition"))
    with pytest.raises(DomainError) as error:
        deed()
    assert error.value.code.endswith(code)
    assert JournalEntry.objects.count() == entries
    assert list(MetricVersion.objects.values_list("pk", "state", "edition")) == states


def test_the_second_of_two_who_change_a_draft_is_told() -> None:
    office = Office()
    draft = actions.draft_version(
        tenant=office.tenant,
        raw=without_consumables(),
        valid_from=NOVEMBER,
        reason="a",
        by=office.anna,
    )

    def change(who: Person, edition: int) -> MetricVersion:
        return actions.change_draft(
            version=draft,
            raw=without_consumables(),
            valid_from=NOVEMBER,
            reason=who.name,
            edition=edition,
            by=who,
        )

    change(office.people["bo"], 1)
    refused(lambda: change(office.anna, 1), "version_changed")
    assert change(office.anna, 2).reason == "anna"


NEVER = {"field": "kind", "op": "eq", "value": "visit.logged"}
WRONG: dict[str, tuple[dict[str, object], str]] = {
    "an unknown field": (
        {"measure": [{"sum": "amount", "where": {"field": "colour", "op": "eq", "value": "x"}}]},
        "measure[0].where",
    ),
    "what cannot be summed": ({"measure": [{"sum": "region"}]}, "measure[0].sum"),
    "units that do not add": (
        {"measure": [{"sum": "amount"}, {"count": "facts"}]},
        "measure",
    ),
    "a filter that never holds": (
        {
            "measure": [
                {
                    "sum": "amount",
                    "where": {
                        "all": [{"field": "kind", "op": "eq", "value": "contract.signed"}, NEVER]
                    },
                }
            ]
        },
        "measure[0].where",
    ),
    "an attribute that the kind does not have": (
        {
            "measure": [
                {
                    "sum": "amount",
                    "where": {
                        "all": [
                            {"field": "kind", "op": "eq", "value": "payment.received"},
                            {"field": "stage", "op": "eq", "value": "x"},
                        ]
                    },
                }
            ]
        },
        "measure[0].where",
    ),
    "a circle": ({"measure": [{"metric": KEY}]}, "measure"),
    "a metric that is not there": ({"measure": [{"metric": "nothing_such"}]}, "measure"),
    "a ratio that is added": ({"measure": [{"metric": "win_rate"}]}, "measure"),
    "a link that ties nothing": (
        {
            "measure": [
                {
                    "sum": "amount",
                    "gates": {
                        "link": "amount",
                        "needs": [{"key": "a", "label_zh": "甲", "label_en": "A", "where": NEVER}],
                    },
                }
            ]
        },
        "measure[0].gates.link",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_draft_with_a_fault_is_not_checked_and_the_place_is_named(what: str) -> None:
    office = Office()
    change, place = WRONG[what]
    version = actions.draft_version(
        tenant=office.tenant,
        raw={**without_consumables(), **change},
        valid_from=NOVEMBER,
        reason="x",
        by=office.anna,
    )
    with pytest.raises(DomainError) as error:
        actions.check_version(version=version, by=office.anna)
    assert place in [problem.column for problem in error.value.problems]
    version.refresh_from_db()
    assert version.state == "draft"


def test_a_version_keeps_its_unit_and_its_shape() -> None:
    office = Office()
    ratio = {
        **{k: v for k, v in without_consumables().items() if k != "measure"},
        "unit": "ratio",
        "ratio": {"of": [{"sum": "amount"}], "to": [{"sum": "list_amount"}]},
    }
    version = actions.draft_version(
        tenant=office.tenant, raw=ratio, valid_from=NOVEMBER, reason="x", by=office.anna
    )
    refused(lambda: actions.check_version(version=version, by=office.anna), "metrics.shape_differs")


def test_a_version_for_a_day_to_come_can_be_withdrawn_and_one_in_force_not() -> None:
    office = Office()
    today = clock.today(office.tenant.time_zone)
    later = approved(office, without_consumables(), today + timedelta(days=3))
    assert "product_line" not in str(metric_named(office.tenant, KEY).terms)
    actions.withdraw_version(version=later, note="no", by=office.anna)
    now = approved(office, without_consumables(), today)
    assert "product_line" in str(metric_named(office.tenant, KEY).terms)
    refused(lambda: actions.withdraw_version(version=now, note="no", by=office.anna), "reachable")
    assert version_of(office.tenant, KEY, 2) == now


def test_a_metric_of_one_s_own_is_there_from_the_beginning() -> None:
    office = Office()
    office.sign((date(2026, 3, 1), "新签", 7))
    raw = {**without_consumables(), "key": "own_amount", "name_zh": "自有", "name_en": "Own"}
    version = actions.draft_version(
        tenant=office.tenant, raw=raw, valid_from=NOVEMBER, reason="x", by=office.anna, is_new=True
    )
    actions.check_version(version=version, by=office.anna)
    actions.approve_version(version=version, by=office.people["bo"])
    span = Period("x", date(2026, 3, 1), date(2026, 4, 1))
    [row] = evaluate(tenant=office.tenant, metric="own_amount", spans=[span], scope=None)
    assert row.value == 7
    with pytest.raises(DomainError) as error:
        actions.draft_version(
            tenant=office.tenant,
            raw=raw,
            valid_from=NOVEMBER,
            reason="x",
            by=office.anna,
            is_new=True,
        )
    assert error.value.code == "metrics.key_taken"


def test_a_metric_follows_the_one_it_refers_to() -> None:
    office = Office()
    office.sign((date(2026, 10, 20), "耗材", 10), (date(2026, 11, 3), "耗材", 20))
    raw = {
        **{k: v for k, v in without_consumables().items() if k != "measure"},
        "key": "new_share",
        "unit": "ratio",
        "ratio": {"of": [{"metric": KEY}], "to": [{"metric": "signed_amount"}]},
    }
    approved(office, raw, OCTOBER)
    approved(office, without_consumables(), NOVEMBER)
    spans = periods(OCTOBER, date(2026, 12, 1), Grain.MONTH)
    rows = evaluate(tenant=office.tenant, metric="new_share", spans=spans, scope=None)
    assert [row.value for row in rows] == [1, 0]


# --- Closed periods ----------------------------------------------------------


def test_a_closed_month_never_moves() -> None:
    office = Office()
    first, *_ = office.sign((date(2026, 9, 5), "新签", 100), (date(2026, 10, 5), "耗材", 50))
    closing = actions.close_period(tenant=office.tenant, through=NOVEMBER, by=office.anna)
    assert month(office, OCTOBER) == 50

    office.sign((date(2026, 10, 6), "新签", 7), (date(2026, 11, 2), "新签", 9))
    reverse(fact=first, reason="wrong", by=office.robot)
    assert [month(office, date(2026, m, 1)) for m in (9, 10, 11)] == [100, 50, 9]
    span = Period("x", date(2026, 9, 1), date(2026, 12, 1))
    [row] = evaluate(tenant=office.tenant, metric=KEY, spans=[span], scope=None)
    assert [row.value, row.facts] == [159, 3]
    behind = facts_behind(tenant=office.tenant, metric=KEY, span=span, where=NOWHERE, scope=None)
    assert [behind.total_value, behind.count] == [159, 3]
    assert month(office, OCTOBER, defined=Defined.NOW) == 57
    assert all(figure.is_same for figure in closed_figures(closing))

    raw = without_consumables()
    version = actions.draft_version(
        tenant=office.tenant, raw=raw, valid_from=OCTOBER, reason="x", by=office.anna
    )
    refused(lambda: actions.check_version(version=version, by=office.anna), "period_closed")
    approved(office, raw, NOVEMBER)
    assert [month(office, date(2026, m, 1)) for m in (9, 10, 11)] == [100, 50, 9]
    assert all(figure.is_same for figure in closed_figures(closing))

    actions.reopen_period(closing=closing, reason="late contract", by=office.anna)
    assert [month(office, date(2026, m, 1)) for m in (9, 10, 11)] == [None, 57, 9]


def test_closings_follow_each_other_and_only_the_last_is_opened() -> None:
    office = Office()
    office.sign((date(2026, 9, 5), "新签", 1), (date(2026, 10, 5), "新签", 2))
    first = actions.close_period(tenant=office.tenant, through=OCTOBER, by=office.anna)
    office.sign((date(2026, 9, 6), "新签", 10))
    actions.close_period(tenant=office.tenant, through=NOVEMBER, by=office.anna)
    office.sign((date(2026, 10, 6), "新签", 20))
    assert [month(office, date(2026, m, 1)) for m in (9, 10)] == [1, 2]
    today = clock.today(office.tenant.time_zone)
    for through, code in ((OCTOBER, "already_closed"), (today + timedelta(days=1), "not_over")):
        refused(
            partial(actions.close_period, tenant=office.tenant, through=through, by=office.anna),
            code,
        )
    refused(
        lambda: actions.reopen_period(closing=first, reason="x", by=office.anna), "not_the_last"
    )
    assert Closing.objects.standing().count() == 2


# --- The splice, against a plain reading of the versions ----------------------

DAYS = 40
CATEGORIES = ("新签", "增购", "续约")


@st.composite
def histories(draw: st.DrawFn) -> list[InForce]:
    """Draw versions that follow each other, of one shape and of different conditions."""
    starts = sorted(draw(st.sets(st.integers(1, DAYS - 1), max_size=3)))
    days = [BEGINNING, *(OCTOBER + timedelta(days=each) for each in starts)]
    how = draw(st.sampled_from(["sum", "distinct", "first", "mixed"]))
    return [
        InForce(_definition(draw, how), start, end)
        for start, end in zip(days, [*days[1:], None], strict=True)
    ]


def _definition(draw: st.DrawFn, how: str) -> MetricDefinition:
    def where() -> dict[str, object]:
        some = draw(st.sets(st.sampled_from(CATEGORIES), min_size=1))
        return {"field": "category", "op": "in", "value": sorted(some)}

    shapes: dict[str, Callable[[], list[dict[str, object]]]] = {
        "sum": lambda: [{"sum": "amount", "where": where()}],
        "distinct": lambda: [{"distinct": "account", "where": where()}],
        "first": lambda: [{"first": "account", "where": where()}],
        "mixed": lambda: [
            {"sum": "amount", "where": where()},
            *draw(st.sampled_from([[], [{"sum": "amount", "sign": -1, "where": where()}]])),
        ],
    }
    is_money = how in ("sum", "mixed")
    return read_definition(
        {
            **without_consumables(),
            "unit": "money" if is_money else "count",
            "measure": shapes[how](),
        }
    )


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=histories(),
    signed=st.lists(
        st.tuples(st.integers(0, DAYS), st.sampled_from(CATEGORIES), st.integers(1, 99)),
        min_size=1,
        max_size=12,
    ),
    cut=st.integers(0, DAYS),
)
def test_spliced_versions_read_each_fact_by_the_version_of_its_day(
    history: list[InForce], signed: list[tuple[int, str, int]], cut: int
) -> None:
    with transaction.atomic():
        office = Office()
        office.sign(*((OCTOBER + timedelta(days=d), c, a) for d, c, a in signed))
        facts = brute.live(list(Fact.objects.filter(tenant=office.tenant)), None)
        middle = OCTOBER + timedelta(days=cut)
        edges = [OCTOBER - timedelta(days=1), middle, OCTOBER + timedelta(days=DAYS + 1)]
        spans = [Period(str(n), edges[n], edges[n + 1]) for n in (0, 1)]
        spans.append(Period("all", edges[0], edges[2]))
        made = spliced(history)
        rows = evaluate(tenant=office.tenant, metric=KEY, spans=spans, scope=None, trial=made)
        assert [row.value or 0 for row in rows] == [plainly(history, facts, span) for span in spans]
        transaction.set_rollback(True)


def plainly(history: list[InForce], facts: list[Fact], span: Period) -> Decimal:
    """Reckon a figure by asking of each fact which version was in force on its day."""
    counted: list[tuple[Fact, int]] = []
    for fact in sorted(facts, key=lambda each: (each.business_on, each.seq)):
        [version] = [
            each
            for each in history
            if each.valid_from <= fact.business_on
            and (each.valid_to is None or fact.business_on < each.valid_to)
        ]
        counted += [
            (fact, term.sign)
            for term in version.definition.terms
            if term.where is not None and holds(term.where, brute.values_of(fact))
        ]
    how = history[0].definition.terms[0]
    if how.first is not None:
        firsts: dict[int, Fact] = {}
        for fact, _ in counted:
            firsts.setdefault(fact.account_id or 0, fact)
        return Decimal(sum(span.contains(fact.business_on) for fact in firsts.values()))
    inside = [(fact, sign) for fact, sign in counted if span.contains(fact.business_on)]
    if how.distinct is not None:
        return Decimal(len({fact.account_id for fact, _ in inside}))
    return sum((sign * (fact.amount or Decimal(0)) for fact, sign in inside), Decimal(0))
