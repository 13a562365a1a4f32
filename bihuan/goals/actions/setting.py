"""Setting targets, one or many.

Setting a target again ends the row that stood there and adds another; nothing
is overwritten. An empty amount means "leave it as it is", never "take it away".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from bihuan.base import clock, journal
from bihuan.base.journal.changes import Told
from bihuan.facts.models import Batch
from bihuan.goals.access import SetsFor
from bihuan.goals.domain.placement import Held
from bihuan.goals.domain.quota import Asked, QuotaOverlaps, QuotaTwice, check, rounded
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota, TargetsStamp
from bihuan.kernel.errors import (
    Conflict,
    DomainError,
    Invalid,
    Problem,
    ProblemsFound,
    gettext_noop,
)
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.definition import Unit as Measured
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import NotYours, PersonMissing, UnitMissing
from bihuan.org.models import Assignment, Person, Tenant, Unit

ROWS_AT_ONCE = 2000
TOLD_MOST = 50
"""How many targets of a file an entry of the journal spells out; the others it counts."""


class BearerUnclear(Invalid):
    code = "goals.bearer_unclear"
    says = gettext_noop("A target is of one person or of one unit, not of both or none.")


class MetricUnknownHere(Invalid):
    code = "goals.metric_unknown"
    says = gettext_noop("There is no metric called “%(metric)s” to set a target for.")


class QuotaAmountMissing(Invalid):
    code = "goals.quota_amount_missing"
    says = gettext_noop("A target needs an amount.")


class QuotaRace(Conflict):
    code = "goals.quota_race"
    says = gettext_noop("Somebody set an overlapping target just now. Look at it and try again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaRow:
    """A target as it is given, with the place in a file where it stood."""

    metric: str
    start: date
    end: date
    amount: Decimal | None
    """Empty leaves whatever stands there."""
    person_id: int | None = None
    unit_id: int | None = None
    file: str = ""
    sheet: str = ""
    row: int | None = None
    source_row_id: int | None = None

    @property
    def bearer(self) -> tuple[str, int]:
        if self.person_id is not None:
            return ("person", self.person_id)
        return ("unit", self.unit_id or 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a deed on targets changed, counted."""

    new: int = 0
    unchanged: int = 0
    replaced: int = 0
    left: int = 0
    """Rows without an amount."""
    ended: int = 0


@dataclass(frozen=True, slots=True)
class _Given:
    """Rows with all that is needed to judge them."""

    tenant: Tenant
    rows: Sequence[QuotaRow]
    metrics: dict[str, MetricDefinition]
    units: dict[int, str]
    people: frozenset[int]
    seats: dict[int, list[Held]]
    live: dict[tuple[str, tuple[str, int]], list[Quota]]


@transaction.atomic
def set_quota(*, row: QuotaRow, by: Person, origin: str = "") -> Quota:
    """Set one target; the same amount again changes nothing."""
    if row.amount is None:
        raise QuotaAmountMissing()
    given = _given(by.tenant, [row])
    reason = _refusal(row, given, SetsFor(by))
    if reason is not None:
        raise reason
    counted, _added = _write(given, by, origin=origin, batch=None)
    kind, bearer = row.bearer
    quota = Quota.objects.live().get(
        tenant=by.tenant, metric=row.metric, start=row.start, end=row.end, **{f"{kind}_id": bearer}
    )
    before = journal.told(quota.replaces, "amount") if counted.replaced and quota.replaces else {}
    after = {} if counted.unchanged else journal.told(quota, "amount")
    journal.record(
        by,
        "quota.set",
        quota,
        before=before,
        after=after,
        amount=str(quota.amount),
        metric=row.metric,
    )
    return quota


@transaction.atomic
def set_quotas(
    *,
    tenant: Tenant,
    rows: Sequence[QuotaRow],
    by: Person,
    origin: str = "",
    batch: Batch | None = None,
) -> Counted:
    """Set many targets, all or none; the same rows again change nothing.

    Every row that may not be set is listed in the refusal.
    """
    if by.tenant_id != tenant.pk:
        raise NotYours()
    asked = [row for row in rows if row.amount is not None]
    given = _given(tenant, asked)
    problems = [*_problems(given, SetsFor(by)), *_twice(asked)]
    if problems:
        raise ProblemsFound(problems)
    counted, added = _write(given, by, origin=origin, batch=batch)
    answer = Counted(counted.new, counted.unchanged, counted.replaced, len(rows) - len(asked))
    if answer.new or answer.replaced:
        before, after = _told(added[:TOLD_MOST])
        journal.record(
            by,
            "quotas.set",
            tenant,
            before=before,
            after=after,
            new=answer.new,
            replaced=answer.replaced,
            untold=max(0, len(added) - TOLD_MOST),
        )
    return answer


def _told(added: Iterable[Quota]) -> tuple[dict[str, Told], dict[str, Told]]:
    """Return what stood and what stands, by metric, bearer and days."""
    before: dict[str, Told] = {}
    after: dict[str, Told] = {}
    for quota in added:
        kind, bearer = quota.bearer
        name = f"{quota.metric} {kind}:{bearer} {quota.start}/{quota.end}"
        after[name] = journal.told(quota, "amount")["amount"]
        if quota.replaces is not None:
            before[name] = journal.told(quota.replaces, "amount")["amount"]
    return before, after


def _given(tenant: Tenant, rows: Sequence[QuotaRow]) -> _Given:
    """Load what rows refer to; the tenant's targets are locked until commit."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    people = {row.person_id for row in rows if row.person_id is not None}
    seats: dict[int, list[Held]] = defaultdict(list)
    held = Assignment.objects.filter(tenant=tenant, person_id__in=people).at_home()
    for person, start, end, unit in held.values_list(
        "person_id", "valid_from", "valid_to", "unit_id"
    ):
        seats[person].append((start, end, unit))
    live: dict[tuple[str, tuple[str, int]], list[Quota]] = defaultdict(list)
    for quota in Quota.objects.live().filter(tenant=tenant, metric__in={r.metric for r in rows}):
        live[quota.metric, quota.bearer].append(quota)
    known = Person.objects.filter(tenant=tenant, is_robot=False, pk__in=people)
    return _Given(
        tenant=tenant,
        rows=rows,
        metrics={metric.key: metric for metric in metrics_of(tenant)},
        units=dict(Unit.objects.filter(tenant=tenant).values_list("pk", "path")),
        people=frozenset(known.values_list("pk", flat=True)),
        seats=seats,
        live=live,
    )


def _refusal(row: QuotaRow, given: _Given, sets: SetsFor) -> DomainError | None:
    """Return why a row may not be set, or nothing."""
    if (row.person_id is None) == (row.unit_id is None):
        return BearerUnclear()
    if row.metric not in given.metrics:
        return MetricUnknownHere(metric=row.metric)
    if row.person_id is not None and row.person_id not in given.people:
        return PersonMissing(person=row.person_id)
    if row.unit_id is not None and row.unit_id not in given.units:
        return UnitMissing(unit=row.unit_id)
    others = (_as_asked(quota) for quota in given.live.get((row.metric, row.bearer), ()))
    reason = check(_asked(row), others=others)
    if reason is not None:
        return reason
    return None if _is_covered(row, given, sets) else NotYours()


def _is_covered(row: QuotaRow, given: _Given, sets: SetsFor) -> bool:
    if row.person_id is None:
        return sets.covers_unit(given.units[row.unit_id or 0])
    held = given.seats.get(row.person_id, [])
    return sets.covers_person(Span(row.start, row.end), held, given.units)


def _problems(given: _Given, sets: SetsFor) -> Iterable[Problem]:
    for row in given.rows:
        reason = _refusal(row, given, sets)
        if reason is not None:
            yield _problem(row, reason)


def _twice(rows: Iterable[QuotaRow]) -> Iterable[Problem]:
    """List rows that say something else than an earlier row of the same target, or overlap it."""
    seen: dict[tuple[str, tuple[str, int]], list[Asked]] = defaultdict(list)
    for row in rows:
        asked = _asked(row)
        earlier = seen[row.metric, row.bearer]
        same = next((each for each in earlier if each.span == asked.span), None)
        if same is not None and same.amount != asked.amount:
            yield _problem(row, QuotaTwice(one=same.amount, other=asked.amount))
        elif same is None and isinstance(reason := check(asked, others=earlier), QuotaOverlaps):
            yield _problem(row, reason)
        earlier.append(asked)


def _problem(row: QuotaRow, reason: DomainError) -> Problem:
    return Problem(
        code=reason.code,
        says=reason.says,
        params=reason.params,
        file=row.file,
        sheet=row.sheet,
        row=row.row,
        value="" if row.amount is None else str(row.amount),
    )


def _asked(row: QuotaRow) -> Asked:
    amount = Decimal(0) if row.amount is None else row.amount
    return Asked(row.metric, row.bearer, Span(row.start, row.end), amount)


def _as_asked(quota: Quota) -> Asked:
    return Asked(quota.metric, quota.bearer, quota.span, quota.amount)


def _write(
    given: _Given, by: Person, *, origin: str, batch: Batch | None
) -> tuple[Counted, list[Quota]]:
    """End what is replaced and add what is new; rows must have been judged."""
    now = clock.now()
    fresh: dict[tuple[str, tuple[str, int], Span], Quota] = {}
    replaced, unchanged = [], 0
    for row in given.rows:
        key = (row.metric, row.bearer, Span(row.start, row.end))
        amount = rounded(_asked(row).amount)
        stands = [q for q in given.live.get(key[:2], ()) if q.span == key[2]]
        if key in fresh or (stands and stands[0].amount == amount):
            unchanged += 1
            continue
        is_money = given.metrics[row.metric].unit is Measured.MONEY
        fresh[key] = Quota(
            tenant=given.tenant,
            metric=row.metric,
            person_id=row.person_id,
            unit_id=row.unit_id,
            start=row.start,
            end=row.end,
            amount=amount,
            currency=given.tenant.currency if is_money else "",
            origin=origin,
            batch=batch,
            file=row.file,
            sheet=row.sheet,
            row=row.row,
            source_row_id=row.source_row_id,
            set_by=by,
            set_at=now,
            replaces=stands[0] if stands else None,
        )
        replaced += [quota.pk for quota in stands]
    added = list(fresh.values())
    keep(ended=replaced, added=added, by=by)
    new = len(added) - len(replaced)
    return Counted(new=new, unchanged=unchanged, replaced=len(replaced)), added


def keep(*, ended: Sequence[int], added: Sequence[Quota], by: Person) -> None:
    """Write to the table; the database has the last word on overlaps."""
    Quota.objects.filter(pk__in=ended).update(ended_at=clock.now(), ended_by=by)
    try:
        with transaction.atomic():
            Quota.objects.bulk_create(added, batch_size=ROWS_AT_ONCE)
    except IntegrityError as error:
        raise QuotaRace() from error
    if ended or added:
        _targets_changed(by.tenant_id)


def _targets_changed(tenant: int) -> None:
    """Count on, so that whoever kept sums of targets reckons them anew."""
    first = [TargetsStamp(tenant_id=tenant)]
    TargetsStamp.objects.bulk_create(first, ignore_conflicts=True)
    TargetsStamp.objects.filter(tenant=tenant).update(number=F("number") + 1)
