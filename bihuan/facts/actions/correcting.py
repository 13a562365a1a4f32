"""Correcting the ledger: a mistake is reversed by another fact, never changed.

A reversal repeats what it takes back, on the same business day, so a figure
moves in the period in which the mistake stood. Figures leave out reversals and
what they reverse; asked as of before, they still show the old state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from bihuan.base import journal
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
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.recorded import Recorded
from bihuan.facts.models import Batch, Fact
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.access import require_role
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


@dataclass(frozen=True, slots=True)
class _Step:
    """What becomes of one fact of a source: left, taken back, put in, or put in anew."""

    old: Fact | None
    new: Line | None


@transaction.atomic
def reverse(*, fact: Fact, reason: str, by: Person) -> Fact:
    """Take a fact back by a further one; a fact is reversed once."""
    require_role(by, Role.ADMIN, Role.QUALITY_OFFICER, Role.MANAGER)
    head = lock_ledger(fact.tenant)
    if fact.reverses_id is not None:
        raise ReversalIsFinal(seq=fact.seq)
    if Fact.objects.filter(reverses=fact).exists():
        raise AlreadyReversed(seq=fact.seq)
    append(Origin(tenant=fact.tenant, source=fact.source, by=by), head, [_reversal(fact)])
    made = Fact.objects.get(reverses=fact)
    journal.record(by, "fact.reversed", made, reverses=fact.seq, reason=reason)
    return made


@transaction.atomic
def reconcile(
    *, drafts: Sequence[Draft], row_refs: Sequence[str], batch: Batch, by: Person
) -> Recorded:
    """Bring a source's rows up to date with what its file says now.

    ``row_refs`` names every row of the file. A row that says the same leaves its
    facts alone; a row that says something else gets reversals and new facts; a
    fact its row no longer gives is taken back. Rows the file does not mention
    stay as they are.
    """
    origin = Origin(tenant=batch.tenant, source=batch.source, by=by, batch=batch)
    lines = {(line.draft.source_ref, line.draft.part): line for line in prepare(origin, drafts)}
    head = lock_ledger(origin.tenant)
    newest = {
        (fact.source_ref, fact.part): (fact, is_live)
        for fact, is_live in _newest(batch, [*dict.fromkeys(row_refs)])
    }
    steps = [_step(lines.get(key), newest.get(key)) for key in dict.fromkeys([*lines, *newest])]
    append(origin, head, list(_lines_of(steps)))
    return Recorded(
        new=sum(step.new is not None and step.old is None for step in steps),
        unchanged=sum(step.new is None and step.old is None for step in steps)
        - sum(not live for key, (_, live) in newest.items() if key not in lines),
        corrected=sum(step.new is not None and step.old is not None for step in steps),
        withdrawn=sum(step.new is None and step.old is not None for step in steps),
    )


def _step(line: Line | None, there: tuple[Fact, bool] | None) -> _Step:
    if there is None:
        return _Step(None, line)
    fact, is_live = there
    if line is None:
        return _Step(fact if is_live else None, None)
    if is_live and fact.digest == line.digest:
        return _Step(None, None)
    return _Step(fact if is_live else None, replace(line, revision=fact.revision + 1))


def _newest(batch: Batch, refs: Sequence[str]) -> Iterable[tuple[Fact, bool]]:
    """Return the newest fact of each row and part of a source, and whether it counts."""
    for start in range(0, len(refs), REFS_AT_ONCE):
        facts = Fact.objects.filter(
            tenant=batch.tenant,
            source=batch.source,
            source_ref__in=refs[start : start + REFS_AT_ONCE],
        )
        reversed_ids = set(
            facts.filter(reverses__isnull=False).values_list("reverses_id", flat=True)
        )
        newest = {
            (fact.source_ref, fact.part): fact
            for fact in facts.filter(reverses__isnull=True).order_by("revision").iterator()
        }
        yield from ((fact, fact.pk not in reversed_ids) for fact in newest.values())


def _lines_of(steps: Iterable[_Step]) -> Iterable[Line]:
    for step in steps:
        if step.old is not None:
            yield _reversal(step.old)
        if step.new is not None:
            yield step.new


@transaction.atomic
def revert_batch(*, batch: Batch, by: Person) -> Batch:
    """Take back a whole batch: reverse what it brought, put back what it reversed."""
    require_role(by, Role.ADMIN)
    head = lock_ledger(batch.tenant)
    if batch.reverts_id is not None or Batch.objects.filter(reverts=batch).exists():
        raise BatchReverted()
    brought = list(Fact.objects.filter(batch=batch, reverses__isnull=True).order_by("seq"))
    taken_back = list(
        Fact.objects.filter(batch=batch, reverses__isnull=False)
        .select_related("reverses")
        .order_by("seq")
    )
    _refuse_superseded(brought, taken_back)
    undoing = begin_batch(source=batch.source, label=batch.label, by=by, reverts=batch)
    origin = Origin(tenant=batch.tenant, source=batch.source, by=by, batch=undoing)
    highest = {(fact.source_ref, fact.part): fact.revision for fact in brought}
    restored = [
        replace(
            _copy(each.reverses),
            revision=1 + highest.get((each.source_ref, each.part), each.revision),
        )
        for each in taken_back
        if each.reverses is not None
    ]
    append(origin, head, [*map(_reversal, brought), *restored])
    journal.record(by, "batch.reverted", batch, facts=len(brought))
    return undoing


def _refuse_superseded(brought: Sequence[Fact], taken_back: Sequence[Fact]) -> None:
    """Refuse when a later batch has reversed or replaced what this one brought."""
    ids = [fact.pk for fact in brought]
    later = Fact.objects.filter(reverses_id__in=ids).select_related("batch").first()
    if later is None and taken_back:
        later = _replacement(taken_back)
    if later is not None:
        raise BatchSuperseded(later=later.batch.label if later.batch else f"#{later.seq}")


def _replacement(taken_back: Sequence[Fact]) -> Fact | None:
    """Return a fact that a later batch put where this batch took one back."""
    refs = {(fact.source_ref, fact.part): fact for fact in taken_back}
    sample = taken_back[0]
    newer = Fact.objects.filter(
        tenant=sample.tenant,
        source=sample.source,
        source_ref__in=[ref for ref, _ in refs],
        reverses__isnull=True,
        batch_id__gt=sample.batch_id,
    )
    for fact in newer.select_related("batch"):
        if (fact.source_ref, fact.part) in refs:
            return fact
    return None


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
