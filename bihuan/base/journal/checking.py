"""Whether a tenant's journal still says what was written.

Everything is read up to a watermark: the anchors, then the blocks, then the entries. What lies
below only ever grows, so no lock is held and no alarm is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from django.db import connection, transaction
from django.utils.translation import gettext

from bihuan.base import anchoring
from bihuan.base.journal.block import JournalSeal, ids_in, read_line, root_of, spans
from bihuan.base.journal.sealing import anchor_file
from bihuan.base.models import JournalBlock, JournalEntry, JournalWaiting
from bihuan.kernel.chain import GENESIS
from bihuan.kernel.errors import gettext_noop

BROKEN = (
    "base.journal_block_broken",
    gettext_noop(
        "Journal entries were changed or removed after they were sealed (block %(number)s: "
        "%(entries)s)."
    ),
)
FORGED = (
    "base.journal_block_forged",
    gettext_noop("Block %(number)s of the journal was changed: its digest is not its own."),
)
CHAIN_BROKEN = (
    "base.journal_chain_broken",
    gettext_noop("Block %(number)s of the journal does not follow from the one before it."),
)
BLOCK_MISSING = (
    "base.journal_block_missing",
    gettext_noop(
        "The anchor file names block %(number)s, which the journal does not have: its tail was cut."
    ),
)
ANCHOR_DIFFERS = (
    "base.journal_anchor_differs",
    gettext_noop("Block %(number)s of the journal is not the one that the anchor file names."),
)
ANCHOR_MISSING = (
    "base.journal_anchor_missing",
    gettext_noop("The anchor file does not name block %(number)s of the journal."),
)
ANCHOR_UNREADABLE = (
    "base.journal_anchor_unreadable",
    gettext_noop("Line %(line)s of the anchor file of the journal cannot be read."),
)
UNSEALED_GONE = (
    "base.journal_unsealed_gone",
    gettext_noop("Journal entries %(entries)s are missing, and were not sealed yet."),
)
SLIPPED_IN = (
    "base.journal_slipped_in",
    gettext_noop(
        "The journal has %(count)s entries that no block holds and that wait for none: "
        "they were slipped in."
    ),
)
NEITHER = """
    SELECT count(*) FROM base_journalentry e WHERE e.tenant_id = %s
    AND NOT EXISTS (SELECT FROM base_journalwaiting w WHERE w.entry_id = e.id)
"""
GONE = """
    SELECT array_agg(w.entry_id ORDER BY w.entry_id) FROM base_journalwaiting w
    WHERE w.tenant_id = %s
    AND NOT EXISTS (SELECT FROM base_journalentry e WHERE e.id = w.entry_id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFinding:
    """One thing wrong with a journal."""

    code: str
    says: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return what was found, in the language in force."""
        return gettext(self.says) % self.params


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalCheck:
    """What was checked of a tenant's journal, and what was found."""

    entries: int
    blocks: int
    unsealed: int
    findings: tuple[JournalFinding, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.findings


@transaction.atomic
def check_journal(tenant_id: int) -> JournalCheck:
    """Check a tenant's journal: its entries, blocks, chain and anchors."""
    with connection.cursor() as cursor:
        # Blocks, entries and what waits must be seen at one moment: a seal moves between them.
        if len(connection.savepoint_ids) == 0:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    before = _anchors(tenant_id)
    blocks = list(JournalBlock.objects.filter(tenant_id=tenant_id).order_by("number"))
    waiting = JournalWaiting.objects.filter(tenant_id=tenant_id).count()
    found = [
        *_chain_findings(blocks),
        *_anchor_findings(blocks, before, _anchors(tenant_id), tenant_id),
        *_stray_findings(tenant_id, sum(block.size for block in blocks)),
    ]
    entries = JournalEntry.objects.filter(tenant_id=tenant_id).count()
    return JournalCheck(
        entries=entries, blocks=len(blocks), unsealed=waiting, findings=tuple(found)
    )


def _finding(what: tuple[str, str], **params: object) -> JournalFinding:
    code, says = what
    return JournalFinding(code=code, says=says, params=params)


def _anchors(tenant_id: int) -> list[tuple[JournalSeal, str] | None]:
    return [read_line(line) for line in anchoring.whole_lines(anchor_file(tenant_id))]


def seal_of(block: JournalBlock) -> JournalSeal:
    """Return what a block of the database says."""
    return JournalSeal(
        form=block.form,
        tenant_id=block.tenant_id,
        number=block.number,
        entries=block.entries,
        size=block.size,
        root=block.root,
        previous=block.previous,
        sealed_at=block.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    )


def _chain_findings(blocks: Sequence[JournalBlock]) -> Iterator[JournalFinding]:
    """Yield what is wrong with blocks: their digests, how they follow, and what they hold."""
    number, digest = 0, GENESIS
    for block in blocks:
        if seal_of(block).digest != block.digest:
            yield _finding(FORGED, number=block.number)
        if (block.number, block.previous) != (number + 1, digest):
            yield _finding(CHAIN_BROKEN, number=block.number)
        if root_of(ids_in(block.entries), tenant_id=block.tenant_id) != block.root:
            yield _finding(BROKEN, number=block.number, entries=block.entries)
        number, digest = block.number, block.digest


def _anchor_findings(
    blocks: Sequence[JournalBlock],
    before: Sequence[tuple[JournalSeal, str] | None],
    after: Sequence[tuple[JournalSeal, str] | None],
    tenant_id: int,
) -> Iterator[JournalFinding]:
    """Yield where blocks and anchors disagree.

    An anchor read before the blocks must have its block among them, unless it is the last and
    its entries are as it says: then the process died before the block was committed. A block
    must have its anchor among those read afterwards.
    """
    by_number = {block.number: block for block in blocks}
    for line, anchor in enumerate(after, start=1):
        if anchor is None:
            yield _finding(ANCHOR_UNREADABLE, line=line)
            continue
        seal, digest = anchor
        block = by_number.get(seal.number)
        if block is not None and (seal_of(block), block.digest) != (seal, digest):
            yield _finding(ANCHOR_DIFFERS, number=seal.number)
        is_due = line <= len(before)
        if block is None and is_due and not _is_announced(seal, blocks, tenant_id):
            yield _finding(BLOCK_MISSING, number=seal.number)
    named = {anchor[0].number for anchor in after if anchor is not None}
    yield from (
        _finding(ANCHOR_MISSING, number=block.number)
        for block in blocks
        if block.number not in named
    )


def _is_announced(seal: JournalSeal, blocks: Sequence[JournalBlock], tenant_id: int) -> bool:
    follows = (blocks[-1].number + 1 if blocks else 1, blocks[-1].digest if blocks else GENESIS)
    is_next = (seal.number, seal.previous) == follows
    return is_next and root_of(ids_in(seal.entries), tenant_id=tenant_id) == seal.root


def _stray_findings(tenant_id: int, sealed: int) -> Iterator[JournalFinding]:
    """Yield entries that wait and are gone, and entries that were never to be sealed."""
    with connection.cursor() as cursor:
        cursor.execute(GONE, [tenant_id])
        gone: list[int] = cursor.fetchone()[0] or []
        cursor.execute(NEITHER, [tenant_id])
        settled: int = cursor.fetchone()[0]
    if gone:
        yield _finding(UNSEALED_GONE, entries=spans(gone))
    if settled > sealed:
        yield _finding(SLIPPED_IN, count=settled - sealed)
