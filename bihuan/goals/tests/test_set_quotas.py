"""Setting, ending and taking back targets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bihuan.base.models import JournalEntry
from bihuan.facts.actions import begin_batch, open_source
from bihuan.facts.models import Batch
from bihuan.goals import actions
from bihuan.goals.actions import Counted, QuotaRow
from bihuan.goals.domain.quota import QuotaNegative, QuotaOverlaps
from bihuan.goals.domain.span import SpanBackwards
from bihuan.goals.models import Quota
from bihuan.kernel.errors import DomainError, ProblemsFound
from bihuan.org.access import NotYours
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from tests.make import make_admin, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
Q3 = (date(2026, 7, 1), date(2026, 10, 1))
Q4 = (date(2026, 10, 1), date(2027, 1, 1))


def row(
    person: Person,
    amount: str | None = "800000",
    span: tuple[date, date] = Q3,
    *,
    metric: str = "signed_amount",
    line: int | None = None,
) -> QuotaRow:
    return QuotaRow(
        metric=metric,
        person_id=person.pk,
        start=span[0],
        end=span[1],
        amount=None if amount is None else Decimal(amount),
        file="quotas.csv" if line else "",
        row=line,
    )


def amounts() -> list[Decimal]:
    return list(Quota.objects.live().order_by("pk").values_list("amount", flat=True))


def test_setting_again_ends_the_old_row_and_adds_one() -> None:
    admin, lin = make_admin(), make_person("lin")
    first = actions.set_quota(row=row(lin), by=admin)
    second = actions.set_quota(row=row(lin, "900000"), by=admin, origin="talk in June")
    first.refresh_from_db()
    assert (first.is_live, first.ended_by, first.amount) == (False, admin, Decimal(800000))
    assert (second.replaces, second.origin, second.currency) == (first, "talk in June", "CNY")
    assert amounts() == [Decimal(900000)]


def test_the_same_amount_again_changes_nothing() -> None:
    admin, lin = make_admin(), make_person("lin")
    first = actions.set_quota(row=row(lin), by=admin)
    assert actions.set_quota(row=row(lin, "800000.00"), by=admin) == first
    assert Quota.objects.count() == 1


def test_the_journal_tells_what_a_file_changed_and_how_much_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bihuan.goals.actions.setting.TOLD_MOST", 2)
    admin, lin = make_admin(), make_person("lin")
    actions.set_quota(row=row(lin), by=admin)
    more = [row(make_person(f"other-{at}"), "5") for at in range(3)]
    actions.set_quotas(
        tenant=admin.tenant, rows=[row(lin, "900000"), row(lin, "7", Q4), *more], by=admin
    )
    told = JournalEntry.objects.get(verb="quotas.set")
    assert told.changes == {
        f"signed_amount person:{lin.pk} 2026-07-01/2026-10-01": ["800000", "900000"],
        f"signed_amount person:{lin.pk} 2026-10-01/2027-01-01": [None, "7"],
    }
    assert told.particulars == {"new": 4, "replaced": 1, "untold": 3}


def test_the_journal_tells_what_was_asked_for_before_and_is_now() -> None:
    admin, lin = make_admin(), make_person("lin")
    for amount in ("800000", "900000", "900000"):
        quota = actions.set_quota(row=row(lin, amount), by=admin)
    actions.end_quota(quota=quota, by=admin)
    told = JournalEntry.objects.filter(verb__startswith="quota.").order_by("pk")
    assert [(each.verb, each.changes) for each in told] == [
        ("quota.set", {"amount": [None, "800000"]}),
        ("quota.set", {"amount": ["800000", "900000"]}),
        ("quota.set", {}),
        ("quota.ended", {"amount": ["900000", None]}),
    ]


def test_many_are_set_at_once_and_again_without_effect() -> None:
    admin, lin, wang = make_admin(), make_person("lin"), make_person("wang")
    rows = [row(lin), row(wang), row(lin, "5", span=Q4), row(wang, None, span=Q4)]
    first = actions.set_quotas(tenant=admin.tenant, rows=rows, by=admin)
    again = actions.set_quotas(tenant=admin.tenant, rows=rows, by=admin)
    assert (first, again) == (Counted(new=3, left=1), Counted(unchanged=3, left=1))
    changed = [row(lin, "1"), row(wang)]
    assert actions.set_quotas(tenant=admin.tenant, rows=changed, by=admin) == Counted(
        unchanged=1, replaced=1
    )


def test_an_empty_amount_leaves_what_stands() -> None:
    admin, lin = make_admin(), make_person("lin")
    actions.set_quota(row=row(lin), by=admin)
    actions.set_quotas(tenant=admin.tenant, rows=[row(lin, None)], by=admin)
    assert amounts() == [Decimal(800000)]


def test_every_problem_is_listed_and_nothing_is_set() -> None:
    admin, lin = make_admin(), make_person("lin")
    stranger = make_person("stranger", tenant=make_tenant("other"))
    rows = [
        row(lin, line=2),
        row(lin, "-1", span=Q4, line=3),
        row(lin, metric="no_such", line=4),
        row(stranger, line=5),
        row(lin, "7", line=6),
        row(lin, "7", span=(Q3[1], Q3[0]), line=7),
        row(lin, "7", span=(date(2026, 8, 1), date(2026, 9, 1)), line=8),
    ]
    with pytest.raises(ProblemsFound) as refused:
        actions.set_quotas(tenant=admin.tenant, rows=rows, by=admin)
    assert sorted((each.row or 0, each.code) for each in refused.value.problems) == [
        (3, "goals.quota_negative"),
        (4, "goals.metric_unknown"),
        (5, "org.person_missing"),
        (6, "goals.quota_twice"),
        (7, "goals.span_backwards"),
        (8, "goals.quota_overlaps"),
    ]
    assert {each.file for each in refused.value.problems} == {"quotas.csv"}
    assert not Quota.objects.exists()


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"amount": "-1"}, QuotaNegative),
        ({"span": (Q3[1], Q3[0])}, SpanBackwards),
        ({"span": (date(2026, 9, 1), date(2026, 11, 1))}, QuotaOverlaps),
    ],
)
def test_a_refused_target_changes_nothing(
    asked: dict[str, object], refusal: type[DomainError]
) -> None:
    admin, lin = make_admin(), make_person("lin")
    actions.set_quota(row=row(lin), by=admin)
    with pytest.raises(refusal):
        actions.set_quota(row=row(lin, **asked), by=admin)  # type: ignore[arg-type]
    assert Quota.objects.count() == 1
    assert JournalEntry.objects.filter(verb="quota.set").count() == 1


@pytest.mark.parametrize(
    ("role", "where", "may"),
    [
        (Role.MANAGER, "east", True),
        (Role.MANAGER, "team", True),
        (Role.MANAGER, "west", False),
        (Role.REP, "team", False),
        (Role.HRBP, "east", False),
        (Role.QUALITY_OFFICER, "east", False),
        (Role.ADMIN, "west", True),
    ],
)
def test_managers_of_the_unit_and_admins_set_and_end_targets(
    role: Role, where: str, *, may: bool
) -> None:
    east, west = make_unit("east"), make_unit("west")
    units = {"east": east, "west": west, "team": make_unit("team", under=east)}
    lin = make_person("lin", unit=units["team"])
    by = make_person("by", unit=units[where], role=role)
    of_unit = QuotaRow(
        metric="signed_amount", unit_id=units["team"].pk, start=Q3[0], end=Q3[1], amount=Decimal(1)
    )
    if may:
        quotas = [actions.set_quota(row=each, by=by) for each in (row(lin), of_unit)]
        for quota in quotas:
            assert not actions.end_quota(quota=quota, by=by).is_live
        return
    for each in (row(lin), of_unit):
        with pytest.raises(NotYours):
            actions.set_quota(row=each, by=by)
    assert not Quota.objects.exists()
    quota = actions.set_quota(row=row(lin), by=robot_of(lin.tenant))
    with pytest.raises(NotYours):
        actions.end_quota(quota=quota, by=by)
    quota.refresh_from_db()
    assert quota.is_live


def test_a_target_is_ended_once() -> None:
    admin, lin = make_admin(), make_person("lin")
    quota = actions.set_quota(row=row(lin), by=admin)
    actions.end_quota(quota=quota, by=admin)
    with pytest.raises(actions.QuotaEnded):
        actions.end_quota(quota=quota, by=admin)


def test_the_database_keeps_what_was_set() -> None:
    admin, lin = make_admin(), make_person("lin")
    quota = actions.set_quota(row=row(lin), by=admin)
    overlapping = Quota(
        tenant=admin.tenant,
        metric="signed_amount",
        person=lin,
        start=date(2026, 9, 1),
        end=date(2026, 12, 1),
        amount=1,
        set_by=admin,
        set_at=quota.set_at,
    )
    for wrong in (
        lambda: Quota.objects.filter(pk=quota.pk).update(amount=1),
        lambda: Quota.objects.filter(pk=quota.pk).delete(),
        overlapping.save,
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            wrong()
    assert amounts() == [Decimal(800000)]


def bring(admin: Person, *rows: QuotaRow) -> Batch:
    source = open_source(tenant=admin.tenant, code="quotas")
    batch = begin_batch(source=source, label="quotas.csv", by=admin)
    actions.set_quotas(tenant=admin.tenant, rows=rows, by=admin, batch=batch)
    return batch


def test_taking_back_a_batch_puts_back_what_it_replaced() -> None:
    admin, lin, wang = make_admin(), make_person("lin"), make_person("wang")
    actions.set_quota(row=row(lin), by=admin)
    batch = bring(admin, row(lin, "1"), row(wang, "2"))
    assert sorted(amounts()) == [1, 2]
    assert actions.revert_quotas(batch=batch, by=admin) == Counted(replaced=1, ended=1)
    assert amounts() == [Decimal(800000)]
    assert actions.revert_quotas(batch=batch, by=admin) == Counted()


def test_what_was_set_after_a_batch_stays_when_the_batch_goes() -> None:
    admin, lin = make_admin(), make_person("lin")
    batch = bring(admin, row(lin, "1"))
    actions.set_quota(row=row(lin, "3"), by=admin)
    actions.revert_quotas(batch=batch, by=admin)
    assert amounts() == [Decimal(3)]


def test_batches_come_off_one_after_the_other() -> None:
    admin, lin = make_admin(), make_person("lin")
    first, second = bring(admin, row(lin, "1")), bring(admin, row(lin, "2"))
    Batch.objects.create(
        tenant=admin.tenant, source=first.source, by=admin, began_at=first.began_at, reverts=first
    )
    actions.revert_quotas(batch=first, by=admin)
    assert amounts() == [Decimal(2)]
    actions.revert_quotas(batch=second, by=admin)
    assert amounts() == []
