"""Correcting the ledger: a mistake is reversed by another fact, never changed.

A reversal repeats what it takes back, on the same business day, so a figure
moves in the period in which the mistake stood. Figures leave out reversals and
what they reverse; asked as of before, they still show the old state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.db import transaction

from bihuan.base import journal
from bihuan.facts.access import fact_seen
from bihuan.facts.actions.naming import begin_batch
from bihuan.facts.actions.recording import (
    ATTRIBUTE_COLUMNS,
    REFS_AT_ONCE,
    Line,
    Origin,
    append,
    lock_ledger,
    prepare,
)
from bihuan.facts.domain.attribute import check_text
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.recorded import Recorded
from bihuan.facts.models import Batch, Fact, Source
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import require_admin_of, require_role, scope_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person

Key = tuple[str, str]


class AlreadyReversed(Conflict):
    code = "facts.already_reversed"
    says = gettext_noop("Fact number %(seq)s is reversed already.")


class ReversalIsFinal(Conflict):
    code = "facts.reversal_is_final"
    says = gettext_noop("Fact number %(seq)s is itself a reversal; record the fact anew.")


class BatchSuperseded(Conflict):
    code = "facts.batch_superseded"
    says = gettext_noop("A later import has changed rows of this one: revert “%(later)s” first.")


class BatchReverted(Conflict):
    code = "facts.batch_reverted"
    says = gettext_noop("This import has been reverted already.")


class ReasonMissing(Invalid):
    code = "facts.reason_missing"
    says = gettext_noop("Say why fact number %(seq)s is taken back, in up to 500 characters.")


class RowTwice(Invalid):
    code = "facts.row_twice"
    says = gettext_noop("The row “%(ref)s” is there twice and does not say the same.")


REASON_LENGTH = 500
MAY_REVERSE = frozenset({Role.ADMIN, Role.QUALITY_OFFICER, Role.MANAGER})
"""Who may take a single fact back, of those they may see."""


class State(Enum):
    """What became of the newest fact of a row."""

    LIVE = "live"
    TAKEN_BACK = "taken back"
    """Reversed by a batch: the row was gone from its file, or an import was reverted."""
    JUDGED_WRONG = "judged wrong"
    """Reversed by a person: the same row brought again does not bring it back."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The newest fact of a row and part, as far as a comparison needs it."""

    pk: int
    revision: int
    digest: str
    state: State


@dataclass(frozen=True, slots=True)
class _Step:
    """What becomes of one fact of a source: left, taken back, put in, or put in anew."""

    old: int | None
    new: Line | None
    is_known: bool = False


@transaction.atomic
def reverse(*, fact: Fact, reason: str, by: Person) -> Fact:
    """Take a fact back by a further one; a fact is reversed once."""
    require_role(by, *MAY_REVERSE)
    if not by.is_robot:
        fact = fact_seen(fact.seq, scope_of(by))
    return take_back(fact=fact, reason=reason, by=by)


@transaction.atomic
def take_back(*, fact: Fact, reason: str, by: Person) -> Fact:
    """Reverse a fact for a deed that has made sure for itself that this person may."""
    assert fact.tenant_id == by.tenant_id, "one tenant"
    head = lock_ledger(fact.tenant)
    if fact.reverses_id is not None:
        raise ReversalIsFinal(seq=fact.seq)
    if Fact.objects.filter(reverses=fact).exists():
        raise AlreadyReversed(seq=fact.seq)
    if not reason.strip() or len(reason) > REASON_LENGTH:
        raise ReasonMissing(seq=fact.seq)
    check_text("reason", reason, size=REASON_LENGTH)
    append(Origin(tenant=fact.tenant, source=fact.source, by=by), head, [_reversal(fact)])
    made = Fact.objects.get(reverses=fact)
    journal.record(by, "fact.reversed", made, reverses=fact.seq, reason=reason.strip())
    return made


@transaction.atomic
def reconcile(
    *,
    drafts: Sequence[Draft],
    row_refs: Sequence[str],
    parts: Collection[str] | None = None,
    batch: Batch,
    by: Person,
) -> Recorded:
    """Bring a source's rows up to date with what its file says now.

    ``row_refs`` names every row of the file, and ``parts`` which facts of a row the
    file speaks of, all of them when it is left out. A row that says the same leaves its
    facts alone; a row that says something else gets reversals and new facts; a
    fact its row no longer gives is taken back. Rows the file does not mention
    stay as they are. A fact that a person took back stays so until its row says
    something else.
    """
    origin = Origin(tenant=by.tenant, source=batch.source, by=by, batch=batch)
    lines = _by_key(prepare(origin, drafts))
    head = lock_ledger(origin.tenant)
    refs = dict.fromkeys([*row_refs, *(ref for ref, _ in lines)])
    newest = {
        key: known
        for key, known in _newest(batch.source, list(refs)).items()
        if parts is None or key[1] in parts or key in lines
    }
    steps = [_step(lines.get(key), newest.get(key)) for key in dict.fromkeys([*lines, *newest])]
    append(origin, head, list(_lines_of(steps)))
    return Recorded(
        new=sum(step.new is not None and step.old is None for step in steps),
        unchanged=sum(step.is_known for step in steps),
        corrected=sum(step.new is not None and step.old is not None for step in steps),
        withdrawn=sum(step.new is None and step.old is not None for step in steps),
    )


def _by_key(lines: Iterable[Line]) -> dict[Key, Line]:
    """Return lines by row and part; the same row twice must say the same."""
    found: dict[Key, Line] = {}
    for line in lines:
        key = (line.draft.source_ref, line.draft.part)
        if found.setdefault(key, line).digest != line.digest:
            raise RowTwice(ref=line.draft.source_ref)
    return found


def _step(line: Line | None, there: _Known | None) -> _Step:
    if there is None:
        return _Step(None, line)
    old = there.pk if there.state is State.LIVE else None
    if line is None:
        return _Step(old, None)
    if there.state is not State.TAKEN_BACK and there.digest == line.digest:
        return _Step(None, None, is_known=True)
    return _Step(old, replace(line, revision=there.revision + 1))


def _newest(source: Source, refs: Sequence[str]) -> dict[Key, _Known]:
    """Return the newest fact of each row and part of a source, and what became of it."""
    found: dict[Key, _Known] = {}
    for start in range(0, len(refs), REFS_AT_ONCE):
        facts = Fact.objects.filter(
            tenant_id=source.tenant_id,
            source=source,
            source_ref__in=refs[start : start + REFS_AT_ONCE],
            reverses__isnull=True,
        )
        newest = {
            (ref, part): (pk, revision, digest)
            for pk, ref, part, revision, digest in facts.order_by("revision").values_list(
                "pk", "source_ref", "part", "revision", "digest"
            )
        }
        reversals = _reversing([pk for pk, _, _ in newest.values()])
        for key, (pk, revision, digest) in newest.items():
            found[key] = _Known(pk, revision, digest, _state(pk, reversals))
    return found


def _reversing(ids: Sequence[int]) -> dict[int, int | None]:
    """Return the batch of each reversal of these facts, by the fact it takes back."""
    reversals = Fact.objects.filter(reverses_id__in=ids).values_list("reverses_id", "batch_id")
    return {taken_back: batch_id for taken_back, batch_id in reversals if taken_back is not None}


def _state(pk: int, reversals: Mapping[int, int | None]) -> State:
    if pk not in reversals:
        return State.LIVE
    return State.JUDGED_WRONG if reversals[pk] is None else State.TAKEN_BACK


def _lines_of(steps: Sequence[_Step]) -> Iterator[Line]:
    """Yield what is to be appended: each reversal before what takes its place."""
    old = _reversals([step.old for step in steps if step.old is not None])
    for step in steps:
        if step.old is not None:
            yield old[step.old]
        if step.new is not None:
            yield step.new


def _reversals(ids: Sequence[int]) -> dict[int, Line]:
    return {
        fact.pk: _reversal(fact)
        for start in range(0, len(ids), REFS_AT_ONCE)
        for fact in Fact.objects.filter(pk__in=ids[start : start + REFS_AT_ONCE])
    }


@transaction.atomic
def revert_batch(*, batch: Batch, by: Person) -> Batch:
    """Take back a whole batch: what it brought goes, what it reversed comes back.

    A later batch over the same rows that still stands is reverted first, so
    batches come off in the order they lie on each other. What a person took
    back meanwhile stays taken back.
    """
    require_admin_of(by, batch.tenant_id)
    head = lock_ledger(by.tenant)
    if batch.reverts_id is not None or Batch.objects.filter(reverts=batch).exists():
        raise BatchReverted()
    brought = Fact.objects.filter(batch=batch)
    keys = {(fact.source_ref, fact.part) for fact in brought.only("source_ref", "part")}
    _refuse_superseded(batch, keys)
    now = _newest(batch.source, sorted({ref for ref, _ in keys}))
    live = [each.pk for key, each in now.items() if key in keys and each.state is State.LIVE]
    gone = list(_reversals(live).values())
    before = [
        replace(_copy(fact), revision=1 + now[fact.source_ref, fact.part].revision)
        for fact in _reversed_by(batch)
    ]
    undoing = begin_batch(source=batch.source, label=batch.label, by=by, reverts=batch)
    append(Origin(tenant=by.tenant, source=batch.source, by=by, batch=undoing), head, gone + before)
    journal.record(by, "batch.reverted", batch, reversed=len(gone), restored=len(before))
    return undoing


def _reversed_by(batch: Batch) -> Iterator[Fact]:
    """Yield the facts of earlier batches that a batch took back."""
    reversals = Fact.objects.filter(batch=batch, reverses__isnull=False)
    for reversal in reversals.select_related("reverses").order_by("seq"):
        if reversal.reverses is not None and reversal.reverses.batch_id != batch.pk:
            yield reversal.reverses


def _refuse_superseded(batch: Batch, keys: set[Key]) -> None:
    """Refuse when a later batch that stands has touched rows of this one."""
    later = Batch.objects.filter(
        source=batch.source, pk__gt=batch.pk, reverts__isnull=True, reverted_by__isnull=True
    )
    touched = Fact.objects.filter(batch__in=later).order_by("-batch_id")
    for fact in touched.select_related("batch").only("source_ref", "part", "batch", "batch__label"):
        if (fact.source_ref, fact.part) in keys:
            raise BatchSuperseded(later=fact.batch.label if fact.batch else "")


def _reversal(fact: Fact) -> Line:
    return replace(_copy(fact), reverses_id=fact.pk)


def _copy(fact: Fact) -> Line:
    """Return a line that says what a fact of the ledger says."""
    draft = Draft(
        kind=fact.kind,
        business_on=fact.business_on,
        occurred_at=fact.occurred_at,
        source_ref=fact.source_ref,
        part=fact.part,
        person_id=fact.person_id,
        unit_id=fact.unit_id,
        account_id=fact.account_id,
        opportunity_id=fact.opportunity_id,
        product_id=fact.product_id,
        store_id=fact.store_id,
        product_line=fact.product_line,
        region=fact.region,
        tier=fact.tier,
        amount=fact.amount,
        currency=fact.currency,
        quantity=fact.quantity,
        extra=fact.extra,
        source_row_id=fact.source_row_id,
    )
    columns = {name: getattr(fact, name) for name in ATTRIBUTE_COLUMNS}
    return Line(draft=draft, columns=columns, digest=fact.digest, revision=fact.revision)
