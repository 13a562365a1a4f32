"""Rules of reasons: what holds whatever the figures are, and what was reckoned elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.goals.domain.reason.baseline import below_baseline
from bihuan.goals.domain.reason.diagnosis import DiagnosisUnreadable, plain, read_diagnosis
from bihuan.goals.domain.reason.losing import lost_share
from bihuan.goals.domain.reason.overdue import Late, overdue
from bihuan.goals.domain.reason.part import PartWanted, fallen_part
from bihuan.goals.domain.reason.precision import Judged
from bihuan.goals.domain.reason.probe import PARAMETERS, Probe, Sort
from bihuan.goals.domain.reason.ranking import in_order, of_unit, strength
from bihuan.goals.domain.reason.score import filled, median, ramp
from bihuan.goals.domain.reason.trail import Step, unpaid
from bihuan.goals.queries.reasons import built_in
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries.catalogue import GROUP_LABELS
from bihuan.metrics.queries.versions import built_in as built_in_metrics

AMOUNT = st.decimals(min_value=0, max_value=10**9, places=2)
SHARE = st.decimals(min_value=0, max_value=1, places=4)
COUNT = st.integers(min_value=0, max_value=5000)


@given(value=AMOUNT, begins=SHARE, width=st.decimals(min_value="0.0001", max_value=1, places=4))
def test_a_ramp_stays_between_nothing_and_all(
    value: Decimal, begins: Decimal, width: Decimal
) -> None:
    full = begins + width
    score = ramp(value, begins=begins, full=full)
    assert 0 <= score <= 1
    assert ramp(value + 1, begins=begins, full=full) >= score
    assert ramp(begins, begins=begins, full=full) == 0
    assert ramp(full, begins=begins, full=full) == 1


@given(st.lists(AMOUNT, min_size=1, max_size=15))
def test_half_lie_on_each_side_of_the_median(values: list[Decimal]) -> None:
    middle = median(values)
    assert sum(each <= middle for each in values) * 2 >= len(values)
    assert sum(each >= middle for each in values) * 2 >= len(values)


@given(
    now=AMOUNT,
    own=st.lists(AMOUNT, max_size=8),
    peers=st.lists(AMOUNT, max_size=8),
    lower=st.booleans(),
)
def test_what_is_not_worse_than_both_is_no_reason(
    *, now: Decimal, own: list[Decimal], peers: list[Decimal], lower: bool
) -> None:
    found = below_baseline(
        now=now,
        own=own,
        peers=peers,
        lower_is_better=lower,
        begins=Decimal("0.2"),
        full=Decimal("0.6"),
    )
    usual = [median(values) for values in (own, peers) if values]
    is_worse = bool(usual) and all(now > each if lower else now < each for each in usual)
    assert found is None or (is_worse and 0 < found.score <= 1)


@given(
    lost=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 40), max_size=4),
    peers=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 40), max_size=4),
)
def test_a_share_above_the_peers_never_is_certain(
    lost: dict[str, int], peers: dict[str, int]
) -> None:
    found = lost_share(
        lost=lost,
        peers=peers,
        outcomes=("a",),
        least=2,
        begins=Decimal("0.15"),
        full=Decimal("0.5"),
    )
    if found is None:
        return
    assert 0 < found.score < 1
    assert found.count == lost["a"] >= 2
    others = sum(peers.values())
    assert (
        not others or Decimal(lost["a"]) / sum(lost.values()) > Decimal(peers.get("a", 0)) / others
    )


@given(
    late=st.lists(st.tuples(st.integers(-40, 40), st.none() | AMOUNT), max_size=10),
    missing=AMOUNT,
)
def test_what_is_late_is_named_longest_first(
    late: list[tuple[int, Decimal | None]], missing: Decimal
) -> None:
    by = date(2026, 11, 1)
    waiting = [Late(n, by - timedelta(days=days), amount) for n, (days, amount) in enumerate(late)]
    found = overdue(waiting, by=by, missing=missing, full=Decimal(15))
    expected = sorted((each for each in waiting if each.due < by), key=lambda e: (e.due, e.seq))
    if found is None:
        assert not expected
        return
    assert list(found.late) == expected
    assert 0 < found.score <= 1


@given(
    signed=st.lists(st.tuples(st.sampled_from("xyz"), AMOUNT), max_size=6),
    paid=st.lists(st.tuples(st.sampled_from("xyz"), AMOUNT), max_size=6),
)
def test_contracts_owe_what_was_signed_and_not_received(
    signed: list[tuple[str, Decimal]], paid: list[tuple[str, Decimal]]
) -> None:
    on = date(2026, 9, 1)
    contracts = dict(signed)
    steps = [
        Step(n, "contract.signed", on, contract=name, amount=amount)
        for n, (name, amount) in enumerate(contracts.items())
    ]
    steps += [
        Step(100 + n, "payment.received", on, contract=name, amount=amount)
        for n, (name, amount) in enumerate(paid)
    ]
    owed = {steps[late.seq].contract: late.amount for late in unpaid(steps, days=30)}
    for name, amount in contracts.items():
        rest = amount - sum(each for other, each in paid if other == name)
        assert owed.get(name, Decimal(0)) == max(rest, Decimal(0))


@given(
    before=st.dictionaries(st.sampled_from("abcde"), AMOUNT, max_size=5),
    now=st.dictionaries(st.sampled_from("abcde"), AMOUNT, max_size=5),
    missing=AMOUNT,
)
def test_the_part_named_is_the_one_that_fell_most(
    before: dict[str, Decimal], now: dict[str, Decimal], missing: Decimal
) -> None:
    wanted = PartWanted(share=Decimal("0.1"), begins=Decimal("0.5"), full=Decimal("0.9"))
    found = fallen_part(now, before, wanted, missing=missing)
    if found is None:
        return
    falls = {part: usual - now.get(part, Decimal(0)) for part, usual in before.items()}
    assert falls[found.part] == max(falls.values()) > 0
    assert found.score <= filled(falls[found.part], missing=missing)


@given(parts=st.lists(st.tuples(AMOUNT, SHARE), max_size=12))
def test_a_unit_lies_between_its_people(parts: list[tuple[Decimal, Decimal]]) -> None:
    score = of_unit(parts)
    weighing = [each for missing, each in parts if missing > 0]
    assert min(weighing, default=Decimal(0)) - Decimal("0.0001") <= score
    assert score <= max(weighing, default=Decimal(0)) + Decimal("0.0001")


@given(scored=st.lists(st.tuples(SHARE, SHARE), max_size=10))
def test_ranking_loses_nothing_and_keeps_the_order_of_equals(
    scored: list[tuple[Decimal, Decimal]],
) -> None:
    ordered = in_order([(n, score, weight) for n, (score, weight) in enumerate(scored)])
    assert sorted(ordered) == list(range(len(scored)))
    strengths = [(-strength(*scored[place]), place) for place in ordered]
    assert strengths == sorted(strengths)


# The usual printed values, to four digits.
WILSON = [
    (0, 10, "0.0000", "0.2775"),
    (8, 10, "0.4902", "0.9433"),
    (80, 100, "0.7112", "0.8666"),
    (1, 1, "0.2065", "1.0000"),
    (5, 20, "0.1119", "0.4687"),
]


@pytest.mark.parametrize(("confirmed", "n", "low", "high"), WILSON)
def test_the_interval_is_wilsons(confirmed: int, n: int, low: str, high: str) -> None:
    assert Judged(confirmed, n - confirmed).interval == (Decimal(low), Decimal(high))


@given(confirmed=COUNT, corrected=COUNT)
def test_the_ends_of_the_interval_are_where_the_score_test_turns(
    confirmed: int, corrected: int
) -> None:
    """Wilson's interval holds the shares p for which (x - np)² <= z² np(1 - p)."""
    judged, n = Judged(confirmed, corrected), confirmed + corrected
    if judged.interval is None:
        assert n == 0
        return
    low, high = judged.interval
    step = Decimal("0.0002")

    def is_inside(share: Decimal) -> bool:
        return (confirmed - n * share) ** 2 <= Decimal("3.841459") * n * share * (1 - share)

    assert low == 0 or (is_inside(low + step) and not is_inside(low - step))
    assert high == 1 or (is_inside(high - step) and not is_inside(high + step))


@given(confirmed=COUNT, corrected=COUNT, prior=SHARE)
def test_a_weight_lies_between_the_prior_and_the_precision(
    confirmed: int, corrected: int, prior: Decimal
) -> None:
    judged = Judged(confirmed, corrected)
    weight = judged.weight(prior=prior)
    ends = sorted([prior, judged.precision if judged.precision is not None else prior])
    assert ends[0] - Decimal("0.0001") <= weight <= ends[1] + Decimal("0.0001")
    assert Judged(confirmed + 1, corrected).weight(prior=prior) >= weight
    assert Judged(confirmed, corrected + 1).weight(prior=prior) <= weight
    if judged.interval is not None and judged.precision is not None:
        assert judged.interval[0] <= judged.precision <= judged.interval[1]


@pytest.mark.parametrize("code", built_in())
def test_what_the_product_comes_with_names_what_there_is(code: str) -> None:
    found = built_in()[code]
    metrics = built_in_metrics()
    assert read_diagnosis(plain(found)) == found
    assert set(found.explains) <= {*metrics, *(f"@{group}" for group in GROUP_LABELS)}
    known = {Sort.METRIC: set(metrics), Sort.DIMENSION: set(DIMENSIONS)}
    for parameter in PARAMETERS[found.probe]:
        if parameter.sort in known:
            assert found.parameters.words[parameter.name] in known[parameter.sort]


def test_every_probe_is_used_by_what_the_product_comes_with() -> None:
    assert {each.probe for each in built_in().values()} == set(Probe)
    assert len(built_in()) >= 12


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"code": "Not a code"}, "code"),
        ({"probe": "guess"}, "probe"),
        ({"name_zh": ""}, "name_zh"),
        ({"about_en": "x" * 500}, "about_en"),
        ({"explains": []}, "explains"),
        ({"prior": "1.5"}, "prior"),
        ({"parameters": None}, "parameters"),
    ],
)
def test_a_diagnosis_that_cannot_be_read_says_where(changed: dict[str, object], place: str) -> None:
    with pytest.raises(DiagnosisUnreadable) as refused:
        read_diagnosis({**plain(built_in()["price"]), **changed})
    assert refused.value.params == {"place": place}
