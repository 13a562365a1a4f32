"""Recording: once, in the seat it was earned in, numbered without a gap."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.facts.actions import open_source, record, record_many
from bihuan.facts.actions.recording import CurrencyDiffers, FactDiffers, ReferenceForeign
from bihuan.facts.domain.attribute import NumberTooLarge, TextNotStorable, TextTooLong
from bihuan.facts.domain.fact import AttributeUnknown, Draft, FactIncomplete, FactNegative
from bihuan.facts.domain.kind import KindUnknown
from bihuan.facts.domain.recorded import Recorded
from bihuan.facts.models import Fact, Ledger
from bihuan.kernel.errors import DomainError
from bihuan.org.actions import robot_of
from bihuan.org.models import Person, Tenant
from tests.make import make_member, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def draft(person: Person, ref: str = "1", **more: object) -> Draft:
    said: dict[str, object] = {
        "kind": "contract.signed",
        "business_on": DAY,
        "person_id": person.pk,
        "amount": Decimal(100),
        **more,
    }
    return Draft(source_ref=ref, **said)  # type: ignore[arg-type]  # names of Draft's fields


def put(tenant: Tenant, *drafts: Draft) -> Recorded:
    source = open_source(tenant=tenant, code="test")
    return record_many(drafts=drafts, source=source, by=robot_of(tenant))


def test_the_same_draft_again_is_the_same_fact() -> None:
    lin = make_person("lin")
    source = open_source(tenant=lin.tenant, code="test")
    one = record(draft=draft(lin), source=source, by=robot_of(lin.tenant))
    again = record(draft=draft(lin), source=source, by=robot_of(lin.tenant))
    assert again == one
    assert (one.seq, one.amount, one.currency) == (1, Decimal("100.0000"), "CNY")
    assert Ledger.objects.get().last_seq == 1


def test_another_content_under_a_known_reference_is_refused_and_leaves_nothing() -> None:
    lin = make_person("lin")
    put(lin.tenant, draft(lin))
    with pytest.raises(FactDiffers):
        put(lin.tenant, draft(lin, "2"), draft(lin, amount=Decimal(101)))
    assert Fact.objects.count() == 1
    assert Ledger.objects.get().last_seq == 1


def test_the_same_reference_of_another_source_or_part_is_another_fact() -> None:
    lin = make_person("lin")
    robot = robot_of(lin.tenant)
    put(lin.tenant, draft(lin), draft(lin, part="b"))
    other = open_source(tenant=lin.tenant, code="other")
    record(draft=draft(lin), source=other, by=robot)
    assert list(Fact.objects.values_list("seq", flat=True)) == [1, 2, 3]


def test_the_same_row_twice_in_one_deed_is_one_fact() -> None:
    lin = make_person("lin")
    assert put(lin.tenant, draft(lin), draft(lin)) == Recorded(new=1, unchanged=1)
    with pytest.raises(FactDiffers):
        put(lin.tenant, draft(lin, "2"), draft(lin, "2", amount=Decimal(7)))


def test_a_fact_keeps_the_unit_its_person_sat_in_on_the_day() -> None:
    from bihuan.org import actions
    from bihuan.org.domain.role import Role

    tenant = make_tenant()
    region = make_unit("North", tenant=tenant, kind="region")
    first = make_unit("first", under=region)
    second = make_unit("second", tenant=tenant)
    lin = make_person("lin", unit=first, since=date(2026, 1, 1), until=date(2026, 3, 1))
    seat = actions.Seat(unit_id=second.pk, role=Role.REP, valid_from=date(2026, 3, 1))
    actions.place_people(tenant=tenant, seats={lin.pk: [seat]}, by=robot_of(tenant))
    days = [date(2025, 12, 31), date(2026, 2, 28), date(2026, 3, 1)]
    put(tenant, *(draft(lin, str(n), business_on=day) for n, day in enumerate(days)))
    facts = Fact.objects.order_by("seq").values_list("unit__name", "region")
    assert list(facts) == [(None, ""), ("first", "North"), ("second", "")]


def test_a_given_unit_and_region_are_kept() -> None:
    tenant = make_tenant()
    region = make_unit("North", tenant=tenant, kind="region")
    lin = make_person("lin")
    put(tenant, draft(lin, "1", unit_id=region.pk), draft(lin, "2", region="Export"))
    assert list(Fact.objects.order_by("seq").values_list("unit__name", "region")) == [
        ("North", "North"),
        (tenant.name, "Export"),
    ]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"kind": "moon.landed"}, KindUnknown),
        ({"amount": None}, FactIncomplete),
        ({"person_id": None}, FactIncomplete),
        ({"amount": Decimal("-0.01")}, FactNegative),
        ({"amount": Decimal("1e15")}, NumberTooLarge),
        ({"amount": Decimal("NaN")}, NumberTooLarge),
        ({"quantity": Decimal("-Infinity")}, NumberTooLarge),
        ({"currency": "USD"}, CurrencyDiffers),
        ({"attributes": {"colour": "red"}}, AttributeUnknown),
        ({"attributes": {"category": "x" * 81}}, TextTooLong),
        ({"attributes": {"category": "a\0b"}}, TextNotStorable),
        ({"extra": {"note": "\ud800"}}, TextNotStorable),
        ({"source_ref": "x" * 201}, TextTooLong),
        ({"tier": "x" * 81}, TextTooLong),
    ],
)
def test_what_the_ledger_cannot_hold_is_refused(
    more: dict[str, object], refusal: type[DomainError]
) -> None:
    lin = make_person("lin")
    ref = str(more.get("source_ref", "1"))
    rest = {name: value for name, value in more.items() if name != "source_ref"}
    with pytest.raises(refusal):
        put(lin.tenant, draft(lin, ref, **rest))
    assert not Fact.objects.exists()


def test_what_belongs_to_another_company_cannot_be_referred_to() -> None:
    lin = make_person("lin")
    stranger = make_person("wang", tenant=make_tenant("theirs"))
    theirs = make_member("theirs", tenant=stranger.tenant)
    account = make_member("ours", tenant=lin.tenant)
    foreign: list[dict[str, object]] = [
        {"person_id": stranger.pk},
        {"unit_id": stranger.assignments.get().unit_id},
        {"account_id": theirs.pk},
        {"product_id": account.pk},
        {"person_id": 2**62},
    ]
    for more in foreign:
        with pytest.raises(ReferenceForeign):
            put(lin.tenant, draft(lin, "1", **more))
    assert not Fact.objects.exists()


def test_amounts_are_kept_with_four_decimals_rounded_half_up() -> None:
    lin = make_person("lin")
    put(
        lin.tenant,
        draft(lin, "1", amount=Decimal("0.00005")),
        draft(lin, "2", amount=Decimal("1.23454")),
    )
    amounts = list(Fact.objects.order_by("seq").values_list("amount", flat=True))
    assert amounts == [Decimal("0.0001"), Decimal("1.2345")]


def test_a_required_zero_is_there() -> None:
    from bihuan.facts.actions import add_kind
    from bihuan.facts.domain.attribute import Attribute
    from bihuan.facts.domain.kind import Kind

    lin = make_person("lin")
    score = Attribute("score", "number_1", "评分", "Score", is_required=True)
    kind = Kind("survey.answered", "问卷", "Survey answered", attributes=(score,))
    add_kind(tenant=lin.tenant, kind=kind, by=robot_of(lin.tenant))
    put(
        lin.tenant,
        draft(lin, kind="survey.answered", amount=None, attributes={"score": Decimal(0)}),
    )
    assert Fact.objects.get().number_1 == 0


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(chunks=st.lists(st.lists(st.integers(0, 30), max_size=6), min_size=1, max_size=6))
def test_whatever_comes_how_often_each_row_is_one_fact_and_no_number_is_missing(
    chunks: list[list[int]],
) -> None:
    from django.db import transaction

    with transaction.atomic():
        lin = make_person("lin", tenant=make_tenant("drawn"))
        for chunk in chunks:
            put(lin.tenant, *(draft(lin, str(ref)) for ref in chunk))
        facts = list(Fact.objects.filter(tenant=lin.tenant).order_by("seq"))
        assert [fact.seq for fact in facts] == list(range(1, len(facts) + 1))
        seen = list(dict.fromkeys(str(ref) for chunk in chunks for ref in chunk))
        assert [fact.source_ref for fact in facts] == seen
        transaction.set_rollback(True)


def test_recording_one_fact_takes_a_fixed_number_of_statements(
    django_assert_num_queries: object,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lin = make_person("lin")
    source = open_source(tenant=lin.tenant, code="test")
    robot = robot_of(lin.tenant)
    record(draft=draft(lin), source=source, by=robot)
    with CaptureQueriesContext(connection) as captured:
        record(draft=draft(lin, "2"), source=source, by=robot)
    # References, seats, regions, whether the company is open, head, known, its limits, (COPY),
    # new head, the fact; two savepoint lines.
    assert len(captured) == 11
