"""Sealing the journal: entries that were committed are hashed into blocks, afterwards.

As with facts, the anchor of a block is written outside the database, and forced to disk, before
the block is committed. Whatever dies when, there is no block without an anchor, and the last
anchor may stand without its block: the next seal makes exactly the block that was announced, and
refuses when its entries are no longer what they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, transaction

from bihuan.base import anchoring, clock
from bihuan.base.home import subfolder
from bihuan.base.journal.block import FORM, JournalSeal, ids_in, read_line, root_of, spans
from bihuan.base.models import JournalBlock, JournalWaiting
from bihuan.kernel.chain import GENESIS
from bihuan.kernel.errors import Conflict, gettext_noop

LOCK = 0x5EA2
FOLDER = "journal"
AT_MOST = 2000
SECONDS_TO_WAIT = 10
"""How long an entry waits at most before a block is made, so that blocks are not too many."""
DUE = """
    SELECT tenant_id FROM base_journalwaiting GROUP BY tenant_id
    HAVING count(*) >= %s OR min(since) <= now() - make_interval(secs => %s) ORDER BY tenant_id
"""


class EntriesGone(Conflict):
    code = "base.journal_entries_gone"
    says = gettext_noop("Journal entries among %(entries)s are missing: nothing is sealed over it.")


class JournalAnchorAhead(Conflict):
    code = "base.journal_anchor_ahead"
    says = gettext_noop(
        "The anchor file names block %(anchored)s of the journal, but it ends with block %(last)s. "
        "It was cut, or an older backup was restored."
    )


class JournalAnnouncedDiffers(Conflict):
    code = "base.journal_announced_differs"
    says = gettext_noop("Journal entries %(entries)s were changed before they could be sealed.")


def anchor_file(tenant_id: int) -> Path:
    """Return where the anchors of a tenant's journal stand, whether or not there are any."""
    return subfolder(FOLDER) / f"{tenant_id}.jsonl"


def tenants_to_seal(*, seconds: int = SECONDS_TO_WAIT) -> list[int]:
    """Return the tenants with entries that have waited long enough, or with many."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [AT_MOST, seconds])
        return [tenant_id for (tenant_id,) in cursor.fetchall()]


@transaction.atomic(durable=True)
def seal_journal(tenant_id: int, *, at_most: int = AT_MOST) -> JournalBlock | None:
    """Seal entries that no block holds yet; nothing to seal returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, tenant_id])
    last = JournalBlock.objects.filter(tenant_id=tenant_id).order_by("-number").first()
    made = _announced(tenant_id, last)
    if made is None:
        made = _next(tenant_id, last, at_most)
        if made is None:
            return None
        anchoring.append(anchor_file(tenant_id), made.as_line())
    JournalWaiting.objects.filter(pk__in=ids_in(made.entries)).delete()
    return JournalBlock.objects.create(
        tenant_id=tenant_id,
        number=made.number,
        entries=made.entries,
        size=made.size,
        form=made.form,
        root=made.root,
        previous=made.previous,
        digest=made.digest,
        sealed_at=datetime.fromisoformat(made.sealed_at),
    )


def _announced(tenant_id: int, last: JournalBlock | None) -> JournalSeal | None:
    """Return the block that an anchor announces and that was never committed, if there is one."""
    line = anchoring.last_line(anchor_file(tenant_id))
    anchor = read_line(line) if line is not None else None
    number = last.number if last else 0
    if anchor is None or anchor[0].number <= number:
        return None
    announced = anchor[0]
    follows = (number + 1, last.digest if last else GENESIS)
    if (announced.number, announced.previous) != follows:
        raise JournalAnchorAhead(anchored=announced.number, last=number)
    if root_of(ids_in(announced.entries), tenant_id=tenant_id) != announced.root:
        raise JournalAnnouncedDiffers(entries=announced.entries)
    return announced


def _next(tenant_id: int, last: JournalBlock | None, at_most: int) -> JournalSeal | None:
    waiting = JournalWaiting.objects.filter(tenant_id=tenant_id).order_by("pk")
    ids: Sequence[int] = list(waiting.values_list("pk", flat=True)[:at_most])
    if not ids:
        return None
    root = root_of(ids, tenant_id=tenant_id)
    if root is None:
        raise EntriesGone(entries=spans(ids))
    return JournalSeal(
        form=FORM,
        tenant_id=tenant_id,
        number=last.number + 1 if last else 1,
        entries=spans(ids),
        size=len(ids),
        root=root,
        previous=last.digest if last else GENESIS,
        sealed_at=clock.now().astimezone(UTC).isoformat(timespec="microseconds"),
    )
