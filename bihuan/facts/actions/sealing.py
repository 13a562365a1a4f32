"""Sealing the ledger: facts that were appended are hashed into blocks, afterwards.

Writers never wait for a hash: nothing here locks the ledger's head. Of two that
seal at the same time, the second waits for the first.

The anchor of a block is written outside the database, and forced to disk,
before the block is committed. So whatever dies when, there is no block without
an anchor, and the last anchor may stand without its block. The next seal then
makes exactly the block that was announced, and refuses when its facts are no
longer what they were.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

from django.db import connection, transaction

from bihuan.base import anchoring, clock
from bihuan.facts.domain.block import NEWEST_FORM, Seal
from bihuan.facts.models import Block, Ledger
from bihuan.facts.reader import anchor_file, last_anchor, leaves
from bihuan.kernel.chain import GENESIS, root
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.models import Tenant

SEAL_LOCK = 0x5EA1


class FactsGone(Conflict):
    code = "facts.facts_gone"
    says = gettext_noop(
        "Facts are missing between %(first)s and %(last)s: nothing is sealed over it."
    )


class AnchorAhead(Conflict):
    code = "facts.anchor_ahead"
    says = gettext_noop(
        "The anchor file names block %(anchored)s, but the ledger ends with block %(last)s. "
        "It was cut, or an older backup was restored."
    )


class AnnouncedDiffers(Conflict):
    code = "facts.announced_differs"
    says = gettext_noop("Facts %(first)s to %(last)s were changed before they could be sealed.")


@transaction.atomic(durable=True)
def seal(*, tenant: Tenant, at_most: int = 10_000) -> Block | None:
    """Seal the facts that came after the last block; nothing to seal returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SEAL_LOCK, tenant.pk])
    last = Block.objects.filter(tenant=tenant).order_by("-number").first()
    made = _announced(tenant, last)
    if made is None:
        made = _next(tenant, last, at_most)
        if made is None:
            return None
        _write_anchor(tenant, made)
    return Block.objects.create(
        tenant=tenant,
        number=made.number,
        first_seq=made.first_seq,
        last_seq=made.last_seq,
        form=made.form,
        root=made.root,
        previous=made.previous,
        digest=made.digest,
        sealed_at=datetime.fromisoformat(made.sealed_at),
    )


def _announced(tenant: Tenant, last: Block | None) -> Seal | None:
    """Return the block that an anchor announces and that was never committed, if there is one."""
    anchor = last_anchor(tenant)
    number = last.number if last else 0
    if anchor is None or anchor.seal.number <= number:
        return None
    announced = anchor.seal
    follows = (announced.number, announced.previous) == (
        number + 1,
        last.digest if last else GENESIS,
    )
    if not follows:
        raise AnchorAhead(anchored=announced.number, last=number)
    if _root(tenant, announced.first_seq, announced.last_seq, announced.form) != announced.root:
        raise AnnouncedDiffers(first=announced.first_seq, last=announced.last_seq)
    return announced


def _next(tenant: Tenant, last: Block | None, at_most: int) -> Seal | None:
    first = last.last_seq + 1 if last else 1
    head = Ledger.objects.filter(tenant=tenant).values_list("last_seq", flat=True).first() or 0
    if head < first:
        return None
    until = min(head, first + at_most - 1)
    return Seal(
        form=NEWEST_FORM,
        tenant_id=tenant.pk,
        number=last.number + 1 if last else 1,
        first_seq=first,
        last_seq=until,
        root=_root(tenant, first, until, NEWEST_FORM),
        previous=last.digest if last else GENESIS,
        sealed_at=clock.now().astimezone(UTC).isoformat(timespec="microseconds"),
    )


def _root(tenant: Tenant, first: int, last: int, form: int) -> str:
    found = [hashed for _, hashed in leaves(tenant_id=tenant.pk, first=first, last=last, form=form)]
    if len(found) != last - first + 1:
        raise FactsGone(first=first, last=last)
    return root(found).hex()


def _write_anchor(tenant: Tenant, made: Seal) -> None:
    line = json.dumps({**asdict(made), "digest": made.digest}, separators=(",", ":"))
    anchoring.append(anchor_file(tenant), line)
