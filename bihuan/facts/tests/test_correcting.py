"""Reversing, reconciling and reverting: by further facts, exactly, in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.base.models import JournalEntry
from bihuan.facts.access import FactMissing
from bihuan.facts.actions import begin_batch, open_source, reconcile, reverse, revert_batch
from bihuan.facts.actions.correcting import (
    AlreadyReversed,
    BatchReverted,
    BatchSuperseded,
    ReasonMissing,
    ReversalIsFinal,
    RowTwice,
)
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.recorded import Recorded
from bihuan.facts.models import Batch, Fact
from bihuan.facts.queries import verify
from bihuan.kernel.errors import DomainError
from bihuan.org.access import NotYourRole
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant
from tests.digest import digest_of_tables
from tests.make import make_admin, make_fact, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
Rows = Mapping[str, int | None]
"""What a file says: the amount of each row; None for a row that gives no fact."""


def bring(lin: Person, rows: Rows, label: str = "") -> tuple[Batch, Recorded]:
    """Import a file: a batch of its own, reconciled."""
    robot = robot_of(lin.tenant)
    source = open_source(tenant=lin.tenant, code="file")
    batch = begin_batch(source=source, label=label, by=robot)
    drafts = [
        Draft(
            kind="contract.signed",
            business_on=DAY,
            person_id=lin.pk,
            amount=Decimal(amount),
            source_ref=ref,
        )
        for ref, amount in rows.items()
        if amount is not None
    ]
    return batch, reconcile(drafts=drafts, row_refs=list(rows), batch=batch, by=robot)


def revert(batch: Batch) -> Batch:
    return revert_batch(batch=batch, by=robot_of(batch.tenant))


def standing(tenant: Tenant, upto: int | None = None) -> dict[str, Decimal | None]:
    """What counts, by row: reckoned without the query under test. As of a number, if given."""
    facts = [f for f in Fact.objects.filter(tenant=tenant) if upto is None or f.seq <= upto]
    reversed_ids = {fact.reverses_id for fact in facts}
    live = [f for f in facts if f.reverses_id is None and f.pk not in reversed_ids]
    assert len({f.source_ref for f in live}) == len(live), "a row counts once"
    return {fact.source_ref: fact.amount for fact in live}


def test_a_changed_row_is_one_reversal_and_one_new_fact() -> None:
    lin = make_person("lin")
    _, first = bring(lin, {"a": 10, "b": 20, "c": 30})
    assert first == Recorded(new=3)
    _, again = bring(lin, {"a": 10, "b": 20, "c": 30})
    assert again == Recorded(unchanged=3)
    _, changed = bring(lin, {"a": 10, "b": 21, "c": 30})
    assert changed == Recorded(unchanged=2, corrected=1)
    reversal, new = Fact.objects.filter(seq__gt=3).order_by("seq")
    old = Fact.objects.get(source_ref="b", revision=1, reverses=None)
    assert (reversal.reverses_id, reversal.business_on) == (old.pk, DAY)
    assert reversal.amount == 20
    assert (new.revision, new.reverses_id) == (2, None)
    assert new.amount == 21
    assert standing(lin.tenant) == {"a": 10, "b": 21, "c": 30}
    assert set(Fact.objects.live().values_list("amount", flat=True)) == {10, 21, 30}
    assert standing(lin.tenant, upto=3) == {"a": 10, "b": 20, "c": 30}


def test_a_row_that_gives_no_fact_any_more_is_withdrawn_and_may_come_back() -> None:
    lin = make_person("lin")
    bring(lin, {"a": 10, "b": 20})
    assert bring(lin, {"a": 10, "b": None})[1] == Recorded(unchanged=1, withdrawn=1)
    assert bring(lin, {"a": 10, "b": None})[1] == Recorded(unchanged=1)
    assert standing(lin.tenant) == {"a": 10}
    assert bring(lin, {"a": 10, "b": 20})[1] == Recorded(unchanged=1, new=1)
    assert standing(lin.tenant) == {"a": 10, "b": 20}


def test_rows_a_file_does_not_mention_stay() -> None:
    lin = make_person("lin")
    bring(lin, {"a": 10, "b": 20})
    assert bring(lin, {"c": 5})[1] == Recorded(new=1)
    assert standing(lin.tenant) == {"a": 10, "b": 20, "c": 5}


def test_the_same_row_twice_with_other_content_is_refused() -> None:
    lin = make_person("lin")
    robot = robot_of(lin.tenant)
    batch = begin_batch(source=open_source(tenant=lin.tenant, code="file"), label="", by=robot)
    drafts = [
        Draft(kind="visit.logged", business_on=day, person_id=lin.pk, source_ref="a")
        for day in (DAY, date(2026, 3, 3))
    ]
    with pytest.raises(RowTwice):
        reconcile(drafts=drafts, row_refs=["a"], batch=batch, by=robot)
    assert not Fact.objects.exists()


def test_what_a_person_took_back_is_not_brought_back_by_the_same_row() -> None:
    lin = make_person("lin")
    bring(lin, {"a": 10})
    reverse(fact=Fact.objects.get(), reason="a mistake", by=robot_of(lin.tenant))
    assert bring(lin, {"a": 10})[1] == Recorded(unchanged=1)
    assert standing(lin.tenant) == {}
    assert bring(lin, {"a": 11})[1] == Recorded(new=1)
    assert standing(lin.tenant) == {"a": 11}


def test_reverting_restores_exactly() -> None:
    lin = make_person("lin")
    bring(lin, {"a": 10, "b": 20})
    before = standing(lin.tenant)
    changed, _ = bring(lin, {"a": 11, "b": None, "c": 30})
    after = standing(lin.tenant)
    assert after == {"a": 11, "c": 30}
    revert(changed)
    assert standing(lin.tenant) == before
    assert standing(lin.tenant, upto=6) == after
    assert verify(lin.tenant).is_whole


def test_import_correct_revert_import_again_revert_all() -> None:
    lin = make_person("lin")
    first, _ = bring(lin, {"a": 10, "b": 20})
    second, _ = bring(lin, {"a": 11, "b": 20})
    revert(second)
    assert standing(lin.tenant) == {"a": 10, "b": 20}
    third, recorded = bring(lin, {"a": 11, "b": 20})
    assert recorded == Recorded(corrected=1, unchanged=1)
    revert(third)
    revert(first)
    assert standing(lin.tenant) == {}
    assert bring(lin, {"a": 10, "b": 20})[1] == Recorded(new=2)
    assert standing(lin.tenant) == {"a": 10, "b": 20}
    assert verify(lin.tenant).is_whole


def test_a_batch_under_one_that_stands_is_not_reverted() -> None:
    lin = make_person("lin")
    first, _ = bring(lin, {"a": 10, "b": 20})
    later, _ = bring(lin, {"b": 21}, label="March, corrected")
    count = Fact.objects.count()
    with pytest.raises(BatchSuperseded) as refusal:
        revert(first)
    assert refusal.value.params == {"later": "March, corrected"}
    assert Fact.objects.count() == count
    revert(later)
    revert(first)
    assert standing(lin.tenant) == {}


def test_a_later_batch_over_other_rows_is_no_obstacle() -> None:
    lin = make_person("lin")
    first, _ = bring(lin, {"a": 10})
    bring(lin, {"b": 20})
    revert(first)
    assert standing(lin.tenant) == {"b": 20}


def test_a_batch_is_reverted_once_and_a_reverting_one_never() -> None:
    lin = make_person("lin")
    batch, _ = bring(lin, {"a": 10})
    undoing = revert(batch)
    for each in (batch, undoing):
        with pytest.raises(BatchReverted):
            revert(each)


def test_a_fact_taken_back_by_hand_does_not_stop_a_revert() -> None:
    lin = make_person("lin")
    batch, _ = bring(lin, {"a": 10, "b": 20})
    reverse(fact=Fact.objects.get(source_ref="a"), reason="twice", by=robot_of(lin.tenant))
    revert(batch)
    assert standing(lin.tenant) == {}
    assert verify(lin.tenant).is_whole


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    deeds=st.lists(
        st.one_of(
            st.dictionaries(
                st.sampled_from("abcd"), st.none() | st.integers(1, 3), min_size=1, max_size=4
            ),
            st.integers(0, 5),
        ),
        max_size=9,
    )
)
def test_any_chain_of_imports_and_reverts_is_what_a_stack_of_sheets_would_be(
    deeds: list[dict[str, int | None] | int],
) -> None:
    """An oracle of its own: batches are sheets laid over each other; reverting takes one off.

    A sheet holds the rows that it changed; what it only repeated was never its own.
    """
    from django.db import transaction

    with transaction.atomic():
        lin = make_person("lin", tenant=make_tenant("drawn"))
        sheets: list[tuple[Batch, dict[str, int | None]]] = []
        for deed in deeds:
            now = seen_through([sheet for _, sheet in sheets])
            if isinstance(deed, dict):
                batch, _ = bring(lin, deed)
                changed = {ref: value for ref, value in deed.items() if now.get(ref) != value}
                sheets.append((batch, changed))
            elif sheets:
                take_off(sheets, deed % len(sheets))
            assert standing(lin.tenant) == seen_through([sheet for _, sheet in sheets])
        transaction.set_rollback(True)


def seen_through(sheets: list[dict[str, int | None]]) -> dict[str, int]:
    seen: dict[str, int | None] = {}
    for sheet in sheets:
        seen |= sheet
    return {ref: amount for ref, amount in seen.items() if amount is not None}


def take_off(sheets: list[tuple[Batch, dict[str, int | None]]], at: int) -> None:
    batch, sheet = sheets[at]
    if any(set(later) & set(sheet) for _, later in sheets[at + 1 :]):
        with pytest.raises(BatchSuperseded):
            revert(batch)
    else:
        revert(batch)
        del sheets[at]


@pytest.fixture
def fact() -> Fact:
    return make_fact(make_person("lin", unit=make_unit("east")), on=DAY)


def test_a_fact_is_taken_back_once_with_a_reason(fact: Fact) -> None:
    admin = make_admin()
    made = reverse(fact=fact, reason=" wrong customer ", by=admin)
    assert (made.reverses_id, made.amount, made.digest) == (fact.pk, fact.amount, fact.digest)
    entry = JournalEntry.objects.get(verb="fact.reversed")
    assert (entry.particulars, entry.reason) == ({"reverses": 1}, "wrong customer")
    with pytest.raises(AlreadyReversed):
        reverse(fact=fact, reason="again", by=admin)
    with pytest.raises(ReversalIsFinal):
        reverse(fact=made, reason="back", by=admin)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_taking_back_needs_a_reason(fact: Fact, reason: str) -> None:
    admin = make_admin()
    before = digest_of_tables()
    with pytest.raises(ReasonMissing):
        reverse(fact=fact, reason=reason, by=admin)
    assert digest_of_tables() == before


@pytest.mark.parametrize(
    ("role", "where", "refusal"),
    [
        (Role.MANAGER, "east", None),
        (Role.MANAGER, "west", FactMissing),
        (Role.QUALITY_OFFICER, "west", None),
        (Role.ADMIN, "west", None),
        (Role.REP, "east", NotYourRole),
        (Role.HRBP, "east", NotYourRole),
        (Role.INTEGRATION, "east", NotYourRole),
        (None, "east", NotYourRole),
    ],
)
def test_who_may_take_a_fact_back(
    fact: Fact, role: Role | None, where: str, refusal: type[DomainError] | None
) -> None:
    by = make_person("somebody", unit=make_unit(where), role=role)
    before = digest_of_tables()
    if refusal is None:
        reverse(fact=fact, reason="wrong", by=by)
        return
    with pytest.raises(refusal):
        reverse(fact=fact, reason="wrong", by=by)
    assert digest_of_tables() == before


def test_nobody_reaches_into_another_company(fact: Fact) -> None:
    stranger = make_admin(tenant=make_tenant("theirs"))
    batch, _ = bring(make_person("wang"), {"a": 1})
    before = digest_of_tables()
    with pytest.raises(FactMissing):
        reverse(fact=fact, reason="wrong", by=stranger)
    with pytest.raises(NotYourRole):
        revert_batch(batch=batch, by=stranger)
    assert digest_of_tables() == before
