"""Whether a tenant's ledger is whole.

Everything is read up to a watermark: first the anchors, then the blocks, then
the head. As facts and blocks are only ever added, what lies below stands still
while others go on writing, so no lock is held and no alarm is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from itertools import groupby

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext

from bihuan.facts.domain.block import NEWEST_FORM, Seal
from bihuan.facts.domain.verification import (
    ANCHOR_UNREADABLE,
    BLOCK_BROKEN,
    HEAD_BEHIND,
    NUMBER_TWICE,
    REPLICA_DIFFERS,
    REVERSAL_DIFFERS,
    ROWS_BEYOND_HEAD,
    ROWS_MISSING,
    SUMS_DIFFER,
    Finding,
    Sealed,
    Verification,
    about,
    anchor_findings,
    chain_findings,
    finding,
)
from bihuan.facts.models import Block, Fact, Ledger
from bihuan.facts.reader import Anchors, leaves, read_anchors
from bihuan.facts.replica import verify as verify_replica
from bihuan.kernel.chain import root
from bihuan.org.models import Tenant

OWN_TO_A_REVERSAL = frozenset(
    {"id", "seq", "recorded_at", "recorded_by_id", "batch_id", "reverses_id"}
)
"""What a reversal does not repeat of the fact that it takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidFinding:
    """A finding in the language of whoever reads it."""

    code: str
    message: str
    seq: int | None


def said_findings(verification: Verification) -> list[SaidFinding]:
    """Return what was found, in the language in force."""
    return [
        SaidFinding(code=each.code, message=gettext(each.says) % each.params, seq=each.seq)
        for each in verification.findings
    ]


def verify(tenant: Tenant) -> Verification:
    """Check a tenant's ledger: numbers, seals, chain, anchors, reversals, sums and replica."""
    checked = _verify_ledger(tenant)
    return replace(checked, findings=(*checked.findings, *_replica_findings(tenant)))


@transaction.atomic
def _verify_ledger(tenant: Tenant) -> Verification:
    anchors = read_anchors(tenant)
    blocks = [_sealed(block) for block in Block.objects.filter(tenant=tenant).order_by("number")]
    head = Ledger.objects.filter(tenant=tenant).values_list("last_seq", flat=True).first() or 0
    anchors_since = read_anchors(tenant)
    walk = _Walk(tenant_id=tenant.pk)
    found = [
        *chain_findings(blocks),
        *walk.through(blocks, head),
        *_anchor_findings(tenant, blocks, anchors, anchors_since),
        *_head_findings(tenant, blocks, head),
        *_reversal_findings(tenant, head),
        *_sum_findings(tenant, head),
    ]
    sealed = blocks[-1].seal.last_seq if blocks else 0
    return Verification(
        tenant=tenant.code,
        facts=walk.seen,
        blocks=len(blocks),
        unsealed=max(0, head - sealed),
        findings=tuple(found),
    )


def _sealed(block: Block) -> Sealed:
    return Sealed(seal_of(block), block.digest)


def seal_of(block: Block) -> Seal:
    """Return what a block of the database says."""
    return Seal(
        form=block.form,
        tenant_id=block.tenant_id,
        number=block.number,
        first_seq=block.first_seq,
        last_seq=block.last_seq,
        root=block.root,
        previous=block.previous,
        sealed_at=block.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    )


def _end(seal: Seal) -> int:
    return seal.last_seq


@dataclass(slots=True)
class _Walk:
    """One walk along the facts, in order, comparing each block with its root."""

    tenant_id: int
    seen: int = 0
    reached: int = 0
    hashed: list[bytes] = field(default_factory=list)

    def through(self, blocks: Sequence[Sealed], head: int) -> Iterator[Finding]:
        for form, run in groupby(blocks, key=lambda block: block.seal.form):
            yield from self._stretch(sorted((b.seal for b in run), key=_end), form)
        if head > self.reached:
            yield from self._unsealed(head)

    def _stretch(self, seals: Sequence[Seal], form: int) -> Iterator[Finding]:
        """Compare blocks that share a form with one stream of facts."""
        stream = leaves(
            tenant_id=self.tenant_id,
            first=self.reached + 1,
            last=seals[-1].last_seq,
            form=form,
        )
        waiting = iter(seals)
        seal = next(waiting)
        for seq, hashed in stream:
            while seal.last_seq < seq:
                yield from self._close(seal)
                seal = next(waiting)
            yield from self._step(seq)
            if seq >= seal.first_seq:
                self.hashed.append(hashed)
        for rest in (seal, *waiting):
            yield from self._close(rest)

    def _unsealed(self, head: int) -> Iterator[Finding]:
        for seq, _ in leaves(
            tenant_id=self.tenant_id, first=self.reached + 1, last=head, form=NEWEST_FORM
        ):
            yield from self._step(seq)
        yield from self._missing(head + 1)
        self.reached = head

    def _step(self, seq: int) -> Iterator[Finding]:
        self.seen += 1
        if seq <= self.reached:
            yield finding(NUMBER_TWICE, seq=seq, first=seq)
            return
        yield from self._missing(seq)
        self.reached = seq

    def _missing(self, seq: int) -> Iterator[Finding]:
        if seq > self.reached + 1:
            yield finding(ROWS_MISSING, seq=self.reached + 1, first=self.reached + 1, last=seq - 1)

    def _close(self, seal: Seal) -> Iterator[Finding]:
        """Compare what was hashed with a block that ends here."""
        yield from self._missing(seal.last_seq + 1)
        self.reached = max(self.reached, seal.last_seq)
        is_complete = len(self.hashed) == seal.size
        if is_complete and root(self.hashed).hex() != seal.root:
            yield about(BLOCK_BROKEN, seal)
        self.hashed.clear()


def _anchor_findings(
    tenant: Tenant, blocks: Sequence[Sealed], before: Anchors, after: Anchors
) -> Iterator[Finding]:
    """Yield where anchors and blocks disagree.

    An anchor read before the blocks must have its block among them; a block must
    have its anchor among those read afterwards.
    """
    for line in after.unreadable:
        yield finding(ANCHOR_UNREADABLE, line=line)
    numbers = {block.seal.number for block in blocks}
    known = before.sealed + tuple(
        anchor for anchor in after.sealed[len(before.sealed) :] if anchor.seal.number in numbers
    )
    yield from anchor_findings(blocks, known, dangling=_dangling(tenant, blocks, before))


def _dangling(tenant: Tenant, blocks: Sequence[Sealed], anchors: Anchors) -> Seal | None:
    """Return the last anchor if its block was only announced, and its facts are as they were."""
    if not anchors.sealed:
        return None
    last = anchors.sealed[-1].seal
    if last.number != (blocks[-1].seal.number if blocks else 0) + 1:
        return None
    hashed = [
        each
        for _, each in leaves(
            tenant_id=tenant.pk, first=last.first_seq, last=last.last_seq, form=last.form
        )
    ]
    is_there = len(hashed) == last.size and root(hashed).hex() == last.root
    return last if is_there else None


def _head_findings(tenant: Tenant, blocks: Sequence[Sealed], head: int) -> Iterator[Finding]:
    sealed = blocks[-1].seal.last_seq if blocks else 0
    if sealed > head:
        yield finding(HEAD_BEHIND, seq=head + 1, head=head, sealed=sealed)
    with connection.cursor() as cursor:
        # One statement sees head and facts at the same moment.
        cursor.execute(
            "SELECT coalesce((SELECT last_seq FROM facts_ledger WHERE tenant_id = %s), 0),"
            " (SELECT max(seq) FROM facts_fact WHERE tenant_id = %s)",
            [tenant.pk, tenant.pk],
        )
        counted, highest = cursor.fetchone()
    if highest is not None and highest > counted:
        yield finding(ROWS_BEYOND_HEAD, seq=highest, head=counted, first=highest)


@contextmanager
def _whole_tables() -> Iterator[CursorWrapper]:
    """Join whole tables by hashing.

    A ledger that has just grown has no statistics yet, and row by row, which the
    planner takes for a small table, a join of it with itself never ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")


def _reversal_findings(tenant: Tenant, head: int) -> Iterator[Finding]:
    """Yield reversals that do not repeat, in full, an earlier fact of the same tenant."""
    repeated = [
        field.column
        for field in Fact._meta.concrete_fields
        if field.column not in OWN_TO_A_REVERSAL
    ]
    differs = " OR ".join(f'r."{name}" IS DISTINCT FROM f."{name}"' for name in repeated)
    with _whole_tables() as cursor:
        cursor.execute(
            "SELECT r.seq, f.seq FROM facts_fact r LEFT JOIN facts_fact f ON f.id = r.reverses_id"
            " WHERE r.tenant_id = %s AND r.reverses_id IS NOT NULL AND r.seq <= %s"
            f" AND (f.id IS NULL OR f.seq >= r.seq OR f.reverses_id IS NOT NULL OR {differs})"
            " ORDER BY r.seq",
            [tenant.pk, head],
        )
        for seq, taken_back in cursor.fetchall():
            yield finding(REVERSAL_DIFFERS, seq=seq, first=seq, reversed=taken_back)


def _sum_findings(tenant: Tenant, head: int) -> Iterator[Finding]:
    """Yield where the facts that count do not add up to all facts less the reversals."""
    with _whole_tables() as cursor:
        cursor.execute(
            "SELECT f.currency,"
            " coalesce(sum(f.amount) FILTER (WHERE f.reverses_id IS NULL AND r.id IS NULL), 0),"
            " coalesce(sum(CASE WHEN f.reverses_id IS NULL THEN f.amount ELSE -f.amount END), 0)"
            " FROM facts_fact f LEFT JOIN facts_fact r"
            " ON r.reverses_id = f.id AND r.seq <= %s AND r.tenant_id = f.tenant_id"
            " WHERE f.tenant_id = %s AND f.seq <= %s GROUP BY f.currency",
            [head, tenant.pk, head],
        )
        for currency, live, every in cursor.fetchall():
            if live != every:
                yield finding(SUMS_DIFFER, live=live, all=every, currency=currency)


def _replica_findings(tenant: Tenant) -> Iterator[Finding]:
    """Yield where the columnar copy that figures are reckoned on is not the ledger."""
    report = verify_replica(tenant)
    if not report.is_whole:
        first = report.differing[0] if report.differing else None
        yield finding(
            REPLICA_DIFFERS, seq=first, ledger=report.ledger_count, replica=report.replica_count
        )
